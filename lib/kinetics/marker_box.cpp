#include "kinetics/marker_box.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

namespace miscid::kinetics {

namespace {

using medium::constants::pi;

constexpr int whole_vector = 16;            ///< floats of the widest instruction set
constexpr int steps_per_correction = 16;    ///< of the lepton number
constexpr int steps_per_centering = 32;     ///< of the gauge
constexpr double largest_correction = 2e-3; ///< relative change of |S|^2 at one time
constexpr double least_waves = 1e-3;        ///< content below which neither lepton number nor gauge are corrected
constexpr double most_modes_off = 0.75;     ///< mean wave number of N(z) in the gauge, in units of 2 pi/L

int rounded_up(int n) {
    return (n + whole_vector - 1) / whole_vector * whole_vector;
}

/** Sums of doubles in four lanes, closed in one order. */
template <typename Term>
double sum_of(int count, const Term& term) {
    double lane[4] = {};
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        for (int l = 0; l < 4; ++l) {
            lane[l] += term(i + l);
        }
    }
    for (; i < count; ++i) {
        lane[0] += term(i);
    }
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

} // namespace

// One set per instruction set, each in a file of its own.
MarkerKernels marker_kernels_baseline();
#ifdef MISCID_X86_LEVELS
MarkerKernels marker_kernels_avx2();
MarkerKernels marker_kernels_avx512();
#endif

MarkerKernels marker_kernels(equilibrium::DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case equilibrium::DispatchLevel::avx2:
        return marker_kernels_avx2();
    case equilibrium::DispatchLevel::avx512:
        return marker_kernels_avx512();
    default:
        break;
    }
#endif
    (void)level;
    return marker_kernels_baseline();
}

MarkerBox::MarkerBox(equilibrium::DispatchLevel level) : kernels_(marker_kernels(level)) {}

void MarkerBox::reserve(int beams, int markers) {
    const auto count = static_cast<std::size_t>(beams);
    const auto ring = static_cast<std::size_t>(rounded_up(rounded_up(markers) + markers));
    for (auto* array : {&v_, &a_, &shift_}) {
        array->assign(count, 0.0);
    }
    wave_.assign(2 * static_cast<std::size_t>(markers), 0.0);
    v_float_.assign(count, 0.0f);
    a_float_.assign(count, 0.0f);
    tap_.assign(4 * count, 0.0f);
    gather_.assign(4 * count, 0);
    deposit_.assign(4 * count, 0);
    rings_.assign(3 * count * ring, 0.0f);
    middle_.assign(3 * count * ring, 0.0f);
    field_.assign(9 * ring, 0.0f);
}

void MarkerBox::start(int beams, int markers, double length, const double* v, const double* amplitude) {
    MarkerArrays& m = arrays_;
    m.beams = beams;
    m.markers = markers;
    m.stride = rounded_up(markers);
    m.ring = rounded_up(m.stride + markers);
    m.u = rings_.data();
    m.middle = middle_.data();
    m.field = field_.data();
    m.v = v_float_.data();
    m.amplitude = a_float_.data();
    m.tap = tap_.data();
    m.gather = gather_.data();
    m.deposit = deposit_.data();
    length_ = length;
    dz_ = length / markers;
    omega_ = k_ = lepton_number_ = largest_a_ = 0.0;
    steps_done_ = 0;
    remembered_ = false;
    for (int beam = 0; beam < beams; ++beam) {
        const auto b = static_cast<std::size_t>(beam);
        v_[b] = v[beam];
        v_float_[b] = static_cast<float>(v[beam]);
        shift_[b] = 0.0;
        set_amplitude(beam, amplitude[beam]);
        lepton_number_ += amplitude[beam];
        k_ -= v[beam] * amplitude[beam];
        std::fill_n(&u(beam, 0, 0), 2 * m.ring, 0.0f);
        std::fill_n(&u(beam, 2, 0), m.ring, 1.0f);
    }
}

void MarkerBox::set_amplitude(int beam, double a) {
    const auto b = static_cast<std::size_t>(beam);
    a_[b] = a;
    a_float_[b] = static_cast<float>(a);
    largest_a_ = std::max(largest_a_, std::abs(a));
}

void MarkerBox::repeat_rings() {
    for (int row = 0; row < 3 * arrays_.beams; ++row) {
        float* ring = rings_.data() + row * arrays_.ring;
        for (int j = arrays_.markers; j < arrays_.ring; ++j) {
            ring[j] = ring[j - arrays_.markers];
        }
    }
}

void MarkerBox::tilt(double rms, double largest_k, RandomNumbers& random) {
    const int N = arrays_.markers;
    double positive = 0.0, negative = 0.0;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        (amplitude(beam) > 0.0 ? positive : negative) += std::abs(amplitude(beam));
    }
    if (!(positive > 0.0 && negative > 0.0)) {
        positive = negative = 1.0;
    }
    // sum |a| gain^2 = sum |a|, and sum a gain^2 = 0.
    const double common = 2.0 * positive * negative / (positive + negative);
    const double gain[2] = {std::sqrt(negative / common), std::sqrt(positive / common)};
    const int reach = static_cast<int>(std::min<double>(N / 4, largest_k * length_ / (2.0 * pi)));
    constexpr int most_waves = 64;
    std::complex<double> wave[2 * most_waves + 1];
    const int most = std::clamp(reach, 1, most_waves);
    double power = 0.0;
    for (int n = -most; n <= most; ++n) {
        const double re = random.normal();
        wave[n + most] = {re, random.normal()};
        power += std::norm(wave[n + most]);
    }
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        const double scale = rms * gain[amplitude(beam) > 0.0 ? 0 : 1] / std::sqrt(power);
        for (int j = 0; j < N; ++j) {
            const double angle = 2.0 * pi * (j + shift(beam)) / N;
            const std::complex<double> turn(std::cos(angle), std::sin(angle));
            std::complex<double> sum = wave[2 * most]; // Horner in exp(i angle), from n = most down to -most
            for (int n = most - 1; n >= -most; --n) {
                sum = sum * turn + wave[n + most];
            }
            sum *= scale * std::polar(1.0, -most * angle);
            const double size = std::abs(sum);
            if (size > 0.5) { // few waves and a small side may ask for more than a tilt
                sum *= 0.5 / size;
            }
            u(beam, 0, j) = static_cast<float>(sum.real());
            u(beam, 1, j) = static_cast<float>(-sum.imag());
            u(beam, 2, j) = static_cast<float>(std::sqrt(1.0 - std::norm(sum)));
        }
    }
    repeat_rings();
}

double MarkerBox::mean_of_u(int beam) const {
    const float* z = rings_.data() + place(beam, 2);
    return sum_of(arrays_.markers, [z](int j) { return static_cast<double>(z[j]); }) / arrays_.markers;
}

double MarkerBox::transverse_square(int beam) const {
    const float* x = rings_.data() + place(beam, 0);
    const float* y = rings_.data() + place(beam, 1);
    return sum_of(arrays_.markers, [x, y](int j) { return static_cast<double>(x[j] * x[j] + y[j] * y[j]); }) /
           arrays_.markers;
}

double MarkerBox::square(int beam) const {
    const float* z = rings_.data() + place(beam, 2);
    return transverse_square(beam) +
           sum_of(arrays_.markers, [z](int j) { return static_cast<double>(z[j] * z[j]); }) / arrays_.markers;
}

double MarkerBox::wave_content() const {
    double waves = 0.0, all = 0.0;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        const double a2 = amplitude(beam) * amplitude(beam);
        waves += a2 * transverse_square(beam);
        all += a2 * square(beam);
    }
    return all > 0.0 ? waves / all : 0.0;
}

/** u_z -= share a |S|^2, |u| kept: a rotation that vanishes where nothing is tilted. */
void MarkerBox::correct_lepton_number() {
    constexpr int passes = 2;
    for (int pass = 0; pass < passes; ++pass) {
        double excess = -lepton_number_, lever = 0.0, all_squares = 0.0;
        for (int beam = 0; beam < arrays_.beams; ++beam) {
            excess += mean(beam);
            const double a2 = amplitude(beam) * amplitude(beam);
            lever += a2 * transverse_square(beam);
            all_squares += a2;
        }
        // Small waves keep the lepton number to second order, and rounding must not drive them.
        if (!(lever > least_waves * all_squares) || !std::isfinite(excess) || !(largest_a_ > 0.0)) {
            return;
        }
        // What rounding left must not drive small waves.
        const double most = 0.5 * largest_correction / largest_a_;
        const double share = std::clamp(excess / lever, -most, most);
        const int all = arrays_.stride + arrays_.markers;
        for (int beam = 0; beam < arrays_.beams; ++beam) {
            const auto a = static_cast<float>(share * amplitude(beam));
            float* x = &u(beam, 0, 0);
            float* y = &u(beam, 1, 0);
            float* z = &u(beam, 2, 0);
            for (int j = 0; j < all; ++j) {
                const float square = x[j] * x[j] + y[j] * y[j];
                const float dz = -a * square;
                // |S|^2 -> |S|^2 - 2 z dz - dz^2
                const float rest = std::max(0.0f, 1.0f + a * (2.0f * z[j] - a * square));
                const float scale = std::sqrt(rest);
                x[j] *= scale;
                y[j] *= scale;
                z[j] += dz;
            }
        }
    }
}

/** Cubic Lagrange weights of the nodes n-1 .. n+2 for a marker at n + f. */
void MarkerBox::set_taps() {
    const int N = arrays_.markers;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        const auto b = static_cast<std::size_t>(beam);
        const int n = static_cast<int>(shift_[b]);
        const double f = shift_[b] - n;
        float* tap = &tap_[4 * b];
        tap[0] = static_cast<float>(-f * (f - 1.0) * (f - 2.0) / 6.0);
        tap[1] = static_cast<float>((f + 1.0) * (f - 1.0) * (f - 2.0) / 2.0);
        tap[2] = static_cast<float>(-(f + 1.0) * f * (f - 2.0) / 2.0);
        tap[3] = static_cast<float>((f + 1.0) * f * (f - 1.0) / 6.0);
        for (int k = -1; k <= 2; ++k) {
            const auto at = 4 * b + static_cast<std::size_t>(k + 1);
            const int node = (n + k + N) % N;
            gather_[at] = node;
            deposit_[at] = node == 0 ? 0 : N - node;
        }
    }
}

void MarkerBox::drift(double h) {
    const int N = arrays_.markers;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        const auto b = static_cast<std::size_t>(beam);
        double s = shift_[b] + v_[b] * h / dz_;
        s -= N * std::floor(s / N);
        shift_[b] = s >= 0.0 && s < N ? s : 0.0; // a tiny negative s is rounded up to N itself
    }
    set_taps();
}

void MarkerBox::step(double h) {
    const auto half = static_cast<float>(0.5 * h);
    kernels_.deposit(arrays_, arrays_.u, 3);
    kernels_.predict(arrays_, half, static_cast<float>(omega_), static_cast<float>(k_));
    kernels_.rotate(arrays_, static_cast<float>(h), true);
    kernels_.deposit(arrays_, arrays_.middle, 2);
    kernels_.add_gauge(arrays_, static_cast<float>(omega_), static_cast<float>(k_));
    kernels_.rotate(arrays_, static_cast<float>(h), false);
}

void MarkerBox::add(const double* source, const double* loss, double h) {
    const int all = arrays_.stride + arrays_.markers;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        if (source && amplitude(beam) != 0.0) {
            const auto dz = static_cast<float>(source[beam] * h / amplitude(beam));
            float* z = &u(beam, 2, 0);
            for (int j = 0; j < all; ++j) {
                z[j] += dz;
            }
            lepton_number_ += source[beam] * h;
        }
        if (loss && loss[beam] > 0.0) {
            const auto left = static_cast<float>(std::exp(-loss[beam] * h));
            float* x = &u(beam, 0, 0);
            for (int j = 0; j < arrays_.ring + all; ++j) { // x and y stand next to each other
                x[j] *= left;
            }
        }
    }
}

void MarkerBox::run(int steps, double h, const double* source, const double* loss) {
    drift(0.5 * h);
    for (int i = 0; i < steps; ++i) {
        if (source || loss) {
            add(source, loss, h);
        }
        step(h);
        ++steps_done_;
        if (steps_done_ % steps_per_correction == 0) {
            correct_lepton_number();
        }
        const bool centers = steps_done_ % steps_per_centering == 0;
        if (centers || (steps_done_ + 1) % steps_per_centering == 0) {
            drift(0.5 * h);
            centers ? center_gauge(h) : remember_wave();
            drift(i + 1 < steps ? 0.5 * h : 0.0);
        } else {
            drift(i + 1 < steps ? h : 0.5 * h);
        }
    }
    if (steps > 0) {
        correct_lepton_number();
    }
}

void MarkerBox::remember_wave() {
    kernels_.deposit(arrays_, arrays_.u, 2);
    for (int j = 0; j < arrays_.markers; ++j) {
        const auto n = static_cast<std::size_t>(j);
        wave_[2 * n] = field_[n];
        wave_[2 * n + 1] = -field_[static_cast<std::size_t>(arrays_.ring) + n];
    }
    remembered_ = true;
}

/** Omega_0 follows the phase of N(z) = sum a S over the last step, k_0 its mean wave number in whole modes. Waves keep
 * their k: only the gauge moves, S -> S exp(-2 pi i m z/L) with K_0 -> K_0 - 2 pi m/L. */
void MarkerBox::center_gauge(double h) {
    const int N = arrays_.markers;
    if (wave_content() < least_waves) {
        return; // the field of seeds is noise
    }
    kernels_.deposit(arrays_, arrays_.u, 2);
    std::complex<double> advance(0.0, 0.0), turn(0.0, 0.0);
    for (int j = 0; j < N; ++j) {
        const auto n = static_cast<std::size_t>(j);
        const auto R = static_cast<std::size_t>(arrays_.ring);
        const std::complex<double> here(field_[n], -field_[R + n]);
        const std::complex<double> next(field_[n + 1], -field_[R + n + 1]);
        turn += next * std::conj(here);
        advance += here * std::conj(std::complex<double>(wave_[2 * n], wave_[2 * n + 1]));
    }
    if (remembered_ && std::norm(advance) > 0.0) {
        omega_ -= std::arg(advance) / h;
    }
    remembered_ = false;
    if (!(std::norm(turn) > 0.0)) {
        return;
    }
    const double modes = std::arg(turn) * N / (2.0 * pi);
    if (std::abs(modes) < most_modes_off) {
        return;
    }
    const double m = std::round(modes);
    k_ -= 2.0 * pi * m / length_;
    for (int beam = 0; beam < arrays_.beams; ++beam) {
        for (int j = 0; j < N; ++j) {
            const double angle = -2.0 * pi * m * (j + shift(beam)) / N;
            const auto c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
            const float x = u(beam, 0, j), y = u(beam, 1, j); // S = x - i y
            u(beam, 0, j) = c * x + s * y;
            u(beam, 1, j) = c * y - s * x;
        }
    }
    repeat_rings();
}

void MarkerBox::field_now(int moment, int component, double* nodes) {
    set_taps();
    kernels_.deposit(arrays_, arrays_.u, 2);
    const float* field = arrays_.field + (3 * moment + component) * arrays_.ring;
    std::copy(field, field + arrays_.markers, nodes);
}

} // namespace miscid::kinetics
