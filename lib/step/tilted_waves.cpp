#include "step/tilted_waves.hpp"

#include "closures/lepton_number.hpp"
#include "waves/tilted_viscosity.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

using waves::Complex;

namespace {

constexpr double relative_floor = 2e-3;   ///< of sum |e|, as in the closures
constexpr double largest_exchange = 0.25; ///< of what a mode has
constexpr int most_exchanges = 400;
constexpr int most_scans = 10;
constexpr long most_evaluations = 4000; ///< of the kernel, per wave vector
constexpr double unchanged = 0.02;      ///< of sum |e|: what a scan found still holds

enum Stored { marker, e_folds, last_growth, reference, last_total, last_flux, last_height };

Eigen::Vector3d at(const std::vector<double> (&component)[3], int i) {
    const auto n = static_cast<std::size_t>(i);
    return {component[0][n], component[1][n], component[2][n]};
}

} // namespace

void TiltedModes::reserve(int modes) {
    for (int a = 0; a < 3; ++a) {
        direction[a].assign(static_cast<std::size_t>(modes), 0.0);
        axis[a].assign(static_cast<std::size_t>(modes), 0.0);
    }
    e.assign(static_cast<std::size_t>(modes), 0.0);
    H = damping = e;
}

void TiltedWaves::reserve(int modes) {
    const auto size = static_cast<std::size_t>(std::max(modes, 1));
    kernel_.reserve(modes);
    finder_.reserve(3 * modes);
    finder_.set_evaluation_limit(most_evaluations);
    for (auto* array : {&P_[0], &P_[1], &P_[2], &H_[0], &H_[1], &H_[2], &share_, &gamma_, &scratch_}) {
        array->assign(size, 0.0);
    }
    ones_.assign(size, 1.0);
}

void TiltedWaves::set_background(const TiltedModes& m) {
    total_ = 0.0;
    for (int i = 0; i < m.count; ++i) {
        const auto n = static_cast<std::size_t>(i);
        for (int a = 0; a < 3; ++a) {
            P_[a][n] = m.e[n] * m.axis[a][n];
            H_[a][n] = m.H[n] * m.axis[a][n];
        }
        total_ += std::abs(m.e[n]);
    }
    waves::Background b;
    b.modes = m.count;
    b.g = ones_.data();
    b.damping = m.damping.data();
    for (int a = 0; a < 3; ++a) {
        b.direction[a] = m.direction[a].data();
        b.P[a] = P_[a].data();
        b.H[a] = H_[a].data();
    }
    kernel_.set_background(b);
    base_floor_ = relative_floor * total_;
}

/** Wave vectors fan out from the flux of lepton number along the mean axis, as in the closures (theory.md 5.12). */
void TiltedWaves::aim(const TiltedModes& m) {
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    for (int i = 0; i < m.count; ++i) {
        const Eigen::Vector3d part = std::abs(m.e[static_cast<std::size_t>(i)]) * at(m.axis, i);
        mean += mean.dot(part) < 0.0 ? Eigen::Vector3d(-part) : part;
    }
    Eigen::Vector3d flux = Eigen::Vector3d::Zero();
    Eigen::Matrix3d D1 = Eigen::Matrix3d::Zero(); // [space][flavor]
    for (int i = 0; i < m.count; ++i) {
        const Eigen::Vector3d P = m.e[static_cast<std::size_t>(i)] * at(m.axis, i);
        flux += P.dot(mean) * at(m.direction, i);
        D1 += at(m.direction, i) * P.transpose();
    }
    const auto fan = waves::wave_fan(flux);
    for (int line = 0; line < lines; ++line) {
        n_[line] = fan[line];
        for (int i = 0; i < m.count; ++i) {
            scratch_[static_cast<std::size_t>(i)] = n_[line].dot(at(m.direction, i));
        }
        std::sort(scratch_.begin(), scratch_.begin() + m.count);
        double widest = 0.0;
        for (int i = 1; i < m.count; ++i) {
            widest =
                std::max(widest, scratch_[static_cast<std::size_t>(i)] - scratch_[static_cast<std::size_t>(i - 1)]);
        }
        slope_[line] = widest / (2.0 * 3.14159265358979323846);
    }
    // Waves come as Omega(k) and -Omega*(-k): k > 0 holds both, and D_1 shifts where they are.
    reach_ = D1.norm() + 1.2 * total_;
}

double TiltedWaves::floor(int line, double k) const {
    return std::max(base_floor_, slope_[line] * std::abs(k));
}

/** The fastest wave at every place of the grid of wave vectors; returns the fastest growth. */
double TiltedWaves::scan(const TiltedModes& m) {
    set_background(m);
    aim(m);
    count_ = 0;
    certified_ = true;
    double fastest = 0.0;
    for (int line = 0; line < lines; ++line) {
        for (int j = 0; j < places; ++j) {
            const double k = reach_ * (j + 0.5) / places;
            kernel_.set_wave_vector(k * n_[line]);
            const waves::RootSet set = finder_.unstable(kernel_, floor(line, k));
            certified_ = certified_ && set.certified;
            if (set.listed > 0) { // the others come to light once this one is gone
                wave_[count_++] = {line, k, set.omega[0]};
                fastest = std::max(fastest, set.omega[0].imag());
            }
        }
    }
    return fastest;
}

/** The waves of the last scan on the background as it is now. */
double TiltedWaves::follow() {
    double fastest = 0.0;
    int kept = 0;
    for (int w = 0; w < count_; ++w) {
        Wave wave = wave_[w];
        kernel_.set_wave_vector(wave.k * n_[wave.line]);
        bool is_new = finder_.polish(kernel_, wave.omega) && wave.omega.imag() > floor(wave.line, wave.k) &&
                      wave.omega.imag() < 2.0 * kernel_.coupling();
        for (int other = 0; other < kept; ++other) {
            is_new = is_new && !(wave_[other].line == wave.line && wave_[other].k == wave.k &&
                                 std::abs(wave_[other].omega - wave.omega) < 1e-8 * total_);
        }
        if (is_new) {
            wave_[kept++] = wave;
            fastest = std::max(fastest, wave.omega.imag());
        }
    }
    count_ = kept;
    return fastest;
}

/** Amplitudes along the viscosity of all growing waves; |H| follows D. */
bool TiltedWaves::exchange(TiltedModes& m, double size, double* factor) {
    std::fill(share_.begin(), share_.begin() + m.count, 0.0);
    for (int w = 0; w < count_; ++w) {
        kernel_.set_wave_vector(wave_[w].k * n_[wave_[w].line]);
        const auto null = finder_.null_vector(kernel_, wave_[w].omega);
        waves::tilted_viscosity(kernel_, null, wave_[w].omega, nullptr, gamma_.data());
        double weighted = 0.0;
        for (int i = 0; i < m.count; ++i) {
            const auto n = static_cast<std::size_t>(i);
            weighted += std::abs(m.e[n]) * gamma_[n];
        }
        if (!(weighted > 0.0) || !std::isfinite(weighted)) {
            continue;
        }
        for (int i = 0; i < m.count; ++i) {
            const auto n = static_cast<std::size_t>(i);
            share_[n] += wave_[w].omega.imag() / weighted * gamma_[n];
        }
    }
    const double largest = *std::max_element(share_.begin(), share_.begin() + m.count);
    if (!(largest > 0.0) || !std::isfinite(largest)) {
        return false;
    }
    Eigen::Matrix<double, 3, 4> change = Eigen::Matrix<double, 3, 4>::Zero(); // of mu D_0 and mu D_1
    for (int i = 0; i < m.count; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const double lost = size / largest * share_[n];
        const Eigen::Vector3d P = -lost * m.e[n] * at(m.axis, i);
        change.col(0) += P;
        change.rightCols<3>() += P * at(m.direction, i).transpose();
        m.e[n] *= 1.0 - lost;
        factor[i] *= 1.0 - lost;
    }
    for (int i = 0; i < m.count; ++i) {
        const Eigen::Vector3d turned = change.col(0) - change.rightCols<3>() * at(m.direction, i);
        m.H[static_cast<std::size_t>(i)] += at(m.axis, i).dot(turned);
    }
    set_background(m);
    return true;
}

bool TiltedWaves::relax(TiltedModes& m, double dt, double seed, double* state, double* factor,
                        closures::Diagnostics& diagnostics) {
    std::fill(factor, factor + m.count, 1.0);
    double local[state_size] = {};
    double* numbers = state ? state : local;
    set_background(m);
    if (m.count == 0 || total_ == 0.0) {
        return true;
    }
    const double total = total_;
    const auto record = [&](double* to) {
        Eigen::Vector3d flux = Eigen::Vector3d::Zero();
        double height = 0.0;
        for (int i = 0; i < m.count; ++i) {
            const auto n = static_cast<std::size_t>(i);
            flux += m.e[n] * at(m.direction, i);
            height += m.e[n] * m.H[n];
        }
        to[last_total] = total_;
        to[last_flux] = flux.norm();
        to[last_height] = height / total_;
    };
    double now[state_size] = {1.0, numbers[e_folds], 0.0, std::max(numbers[reference], total)};
    record(now);
    bool same = numbers[marker] != 0.0 && numbers[last_growth] == 0.0;
    for (const int number : {last_total, last_flux, last_height}) {
        same = same && std::abs(now[number] - numbers[number]) <= unchanged * total;
    }
    diagnostics.growth_floor = base_floor_;
    diagnostics.wave_content = 1.0 - total / now[reference];
    if (same) { // what the last scan was for is what counts until it has changed by that much
        now[last_total] = numbers[last_total];
        now[last_flux] = numbers[last_flux];
        now[last_height] = numbers[last_height];
        std::copy(now, now + state_size, numbers);
        return true;
    }
    double growth = scan(m);
    diagnostics.max_growth_before = growth;
    diagnostics.roots = count_;
    for (int w = 0; w < count_; ++w) {
        diagnostics.band_low = w == 0 ? wave_[w].k : std::min(diagnostics.band_low, wave_[w].k);
        diagnostics.band_high = std::max(diagnostics.band_high, wave_[w].k);
    }
    now[e_folds] = growth > 0.0 ? now[e_folds] + growth * dt : 0.0;
    bool converged = true;
    if (growth > 0.0 && now[e_folds] >= std::log(1.0 / std::clamp(seed, 1e-300, 0.5))) {
        for (int scans = 1; growth > 0.0;) {
            if (diagnostics.iterations >= most_exchanges) {
                converged = false;
                break;
            }
            // Slower than a few times the floor: smaller exchanges, so as not to go far beyond the margin.
            const double size = largest_exchange * std::clamp(growth / (10.0 * base_floor_), 0.1, 1.0);
            if (!exchange(m, size, factor)) {
                converged = false;
                break;
            }
            ++diagnostics.iterations;
            growth = follow();
            if (growth == 0.0) {
                converged = scans < most_scans;
                growth = converged ? scan(m) : 0.0;
                ++scans;
            }
        }
        closures::Cell cell;
        cell.directions = m.count;
        cell.dt = dt;
        closures::describe_viscosity(cell, factor, diagnostics);
        record(now);
    }
    diagnostics.max_growth_after = growth;
    diagnostics.certified = certified_;
    diagnostics.e_folds = now[e_folds];
    diagnostics.wave_content = 1.0 - total_ / now[reference];
    now[last_growth] = growth;
    std::copy(now, now + state_size, numbers);
    return converged;
}

} // namespace miscid::step
