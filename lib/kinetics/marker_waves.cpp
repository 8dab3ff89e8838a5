// What a marker box does to its waves besides turning markers: seeds, and the gauge that follows them.
#include "kinetics/marker_box.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

namespace miscid::kinetics {

namespace {

using medium::constants::pi;
using Complex = std::complex<double>;

constexpr double least_waves = 1e-3;    ///< content below which the field is that of the seeds, which is noise
constexpr double coherent = 0.5;        ///< correlation of N(z) with itself below which it has no wave number to follow
constexpr double most_modes_off = 0.75; ///< mean wave number of N(z) in the gauge, in units of 2 pi/L

} // namespace

void MarkerBox::tilt(double rms, double largest_k, RandomNumbers& random, int box) {
    const int N = markers_;
    double positive = 0.0, negative = 0.0;
    for (int beam = 0; beam < beams_; ++beam) {
        (amplitude(beam, box) > 0.0 ? positive : negative) += std::abs(amplitude(beam, box));
    }
    if (!(positive > 0.0 && negative > 0.0)) {
        positive = negative = 1.0;
    }
    // sum |a| gain^2 = sum |a|, and sum a gain^2 = 0.
    const double common = 2.0 * positive * negative / (positive + negative);
    const double gain[2] = {std::sqrt(negative / common), std::sqrt(positive / common)};
    const int reach = static_cast<int>(std::min<double>(N / 4, largest_k * length(box) / (2.0 * pi)));
    constexpr int most_waves = 64;
    Complex wave[2 * most_waves + 1];
    const int most = std::clamp(reach, 1, most_waves);
    double power = 0.0;
    for (int n = -most; n <= most; ++n) {
        const double re = random.normal();
        wave[n + most] = {re, random.normal()};
        power += std::norm(wave[n + most]);
    }
    for (int beam = 0; beam < beams_; ++beam) {
        const double scale = rms * gain[amplitude(beam, box) > 0.0 ? 0 : 1] / std::sqrt(power);
        for (int j = 0; j < N; ++j) {
            const double angle = 2.0 * pi * (j + shift(beam, box)) / N;
            const Complex turn(std::cos(angle), std::sin(angle));
            Complex sum = wave[2 * most]; // Horner in exp(i angle), from n = most down to -most
            for (int n = most - 1; n >= -most; --n) {
                sum = sum * turn + wave[n + most];
            }
            sum *= scale * std::polar(1.0, -most * angle);
            const double size = std::abs(sum);
            if (size > 0.5) { // few waves and a small side may ask for more than a tilt
                sum *= 0.5 / size;
            }
            u(beam, 0, j, box) = static_cast<float>(sum.real());
            u(beam, 1, j, box) = static_cast<float>(-sum.imag());
            u(beam, 2, j, box) = static_cast<float>(std::sqrt(1.0 - std::norm(sum)));
        }
    }
}

void MarkerBox::field_now(int moment, int component, double* nodes, int box) {
    drift({});
    kernels_.deposit(arrays_, arrays_.u, 2);
    for (int i = 0; i < markers_; ++i) {
        nodes[i] = field_of(box)[node_[at(i)] + at((3 * moment + component) * marker_lanes)];
    }
}

void MarkerBox::remember_wave(int box) {
    double* wave = &wave_[2 * at(box * markers_)];
    const float* field = field_of(box);
    for (int j = 0; j < markers_; ++j) {
        wave[2 * j] = field[node_[at(j)]];
        wave[2 * j + 1] = -field[node_[at(j)] + marker_lanes];
    }
    boxes_[at(box)].remembered = true;
}

/** Omega_0 follows the phase of N(z) = sum a S over the last step, k_0 its mean wave number in whole modes; where N(z) has
 * them, and no further than |D_0|, |D_1| <= sum |a| can put the carrier. A gauge that runs away takes the coupling along. */
void MarkerBox::center_gauge(int box) {
    Box& b = boxes_[at(box)];
    if (!(b.waves > least_waves)) {
        return;
    }
    const float* field = field_of(box);
    const auto N = [&](int j) {
        const float* D_0 = field + node_[at(j)];
        return Complex(D_0[0], -D_0[marker_lanes]);
    };
    const double* wave = &wave_[2 * at(box * markers_)];
    Complex advance(0.0, 0.0), turn(0.0, 0.0);
    double now = 0.0, before = 0.0;
    for (int j = 0; j < markers_; ++j) {
        const Complex here = N(j);
        turn += N(j + 1 < markers_ ? j + 1 : 0) * std::conj(here);
        const Complex last(wave[2 * j], wave[2 * j + 1]);
        advance += here * std::conj(last);
        now += std::norm(here);
        before += std::norm(last);
    }
    if (b.remembered && std::norm(advance) > coherent * coherent * now * before) {
        const double omega = b.omega - std::arg(advance) / b.h;
        b.omega = std::abs(omega) < std::max(b.size, std::abs(b.omega)) ? omega : b.omega;
    }
    b.remembered = false;
    if (!(std::abs(turn) > coherent * now)) {
        return;
    }
    const double modes = std::arg(turn) * markers_ / (2.0 * pi);
    const double m = std::round(modes), k = b.k - 2.0 * pi * m / b.length;
    if (std::abs(modes) > most_modes_off && std::abs(k) < std::max(b.size, std::abs(b.k))) {
        turn_gauge(m, box);
    }
}

/** Waves keep their k: only the gauge moves, S -> S exp(-2 pi i m z/L) with K_0 -> K_0 - 2 pi m/L. */
void MarkerBox::turn_gauge(double m, int box) {
    Box& b = boxes_[at(box)];
    b.k -= 2.0 * pi * m / b.length;
    double* root = &wave_[2 * at(box * markers_)]; // no longer needed there
    for (int j = 0; j < markers_; ++j) {
        const Complex turn = std::polar(1.0, -2.0 * pi * m * j / markers_);
        root[2 * j] = turn.real();
        root[2 * j + 1] = turn.imag();
    }
    for (int beam = 0; beam < beams_; ++beam) {
        const Complex first = std::polar(1.0, -2.0 * pi * m * shift(beam, box) / markers_);
        float* x = &u(beam, 0, 0, box);
        float* y = &u(beam, 1, 0, box);
        for (int j = 0; j < markers_; ++j) {
            const double re = first.real() * root[2 * j] - first.imag() * root[2 * j + 1];
            const double im = first.real() * root[2 * j + 1] + first.imag() * root[2 * j];
            const auto c = static_cast<float>(re), s = static_cast<float>(im);
            const float X = x[slot_[at(j)]], Y = y[slot_[at(j)]]; // S = X - i Y
            x[slot_[at(j)]] = c * X + s * Y;
            y[slot_[at(j)]] = c * Y - s * X;
        }
    }
}

} // namespace miscid::kinetics
