#include "step/collisional_waves.hpp"

#include "closures/lepton_number.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

using waves::AlignedBackground;
using waves::Complex;

namespace {

/** Growth below this part of the largest damping counts as none. */
constexpr double relative_floor = 0.01;
/** Most that a mode gives away in one exchange. */
constexpr double largest_exchange = 0.1;
/** An exchange that overshoots the margin is accepted once it is this small. */
constexpr double smallest_exchange = 1e-4;
constexpr int most_exchanges = 400;
/** Relative change of a cell below which what was found the last time still holds. */
constexpr double unchanged = 0.01;

double largest_damping(const AlignedBackground& b) {
    return b.damping && b.modes > 0 ? *std::max_element(b.damping, b.damping + b.modes) : 0.0;
}

/** Numbers in the state by name. */
enum Stored { marker, e_folds, last_growth, last_total, last_net_damping, last_damping };

void record(const AlignedBackground& b, double* numbers) {
    numbers[last_total] = numbers[last_net_damping] = numbers[last_damping] = 0.0;
    for (int i = 0; i < b.modes; ++i) {
        numbers[last_total] += std::abs(b.e[i]);
        numbers[last_net_damping] += b.e[i] * b.damping[i];
        numbers[last_damping] += std::abs(b.e[i]) * b.damping[i];
    }
}

bool is_unchanged(const double* before, const double* now) {
    return std::abs(now[last_total] - before[last_total]) <= unchanged * now[last_total] &&
           std::abs(now[last_damping] - before[last_damping]) <= unchanged * now[last_damping] &&
           std::abs(now[last_net_damping] - before[last_net_damping]) <= unchanged * now[last_damping];
}

} // namespace

void CollisionalWaves::reserve(int modes) {
    kernel_.reserve(modes);
    finder_.reserve(modes);
    for (auto* array : {&e_, &share_, &trial_, &R_}) {
        array->assign(static_cast<std::size_t>(std::max(modes, 1)), 0.0);
    }
}

bool CollisionalWaves::possible(const AlignedBackground& b) {
    if (!b.damping) {
        return false;
    }
    double low[2] = {HUGE_VAL, HUGE_VAL};
    double high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int i = 0; i < b.modes; ++i) {
        if (b.e[i] != 0.0) {
            const int sign = b.e[i] > 0.0;
            low[sign] = std::min(low[sign], b.damping[i]);
            high[sign] = std::max(high[sign], b.damping[i]);
        }
    }
    const double spread = std::max(high[0], high[1]) - std::min(low[0], low[1]);
    const bool both = high[0] >= low[0] && high[1] >= low[1];
    return both && spread > relative_floor * std::max(high[0], high[1]);
}

int CollisionalWaves::find(const AlignedBackground& b, double floor) {
    kernel_.set_background(b);
    const waves::RootSet set = finder_.unstable(kernel_, floor);
    certified_ = certified_ && set.certified;
    const int count = std::min(set.listed, most_waves);
    std::copy(set.omega, set.omega + count, omega_);
    return count;
}

/** The waves known so far on a changed background; looks anew when none is left. */
int CollisionalWaves::follow(const AlignedBackground& b, double floor) {
    kernel_.set_background(b);
    Complex omega = omega_[0];
    if (finder_.polish(kernel_, omega) && omega.imag() > floor && omega.imag() < 2.0 * kernel_.coupling()) {
        omega_[0] = omega;
        return 1;
    }
    return find(b, floor);
}

/** share_ = sum over waves of R (Im Omega + D), waves by their growth, the largest share one. */
void CollisionalWaves::shares(const AlignedBackground& b, int count) {
    std::fill(share_.begin(), share_.begin() + b.modes, 0.0);
    for (int w = 0; w < count; ++w) {
        const auto null = finder_.null_vector(kernel_, omega_[w]);
        double weighted = 0.0;
        for (int i = 0; i < b.modes; ++i) {
            const Complex phi =
                waves::RestKernel::response(null, b.direction[0][i], b.direction[1][i], b.direction[2][i]);
            const double damping = kernel_.damping_of(i);
            R_[static_cast<std::size_t>(i)] =
                std::norm(phi / (omega_[w] + Complex(0.0, damping))) * (omega_[w].imag() + damping);
            weighted += std::abs(b.e[i]) * R_[static_cast<std::size_t>(i)];
        }
        for (int i = 0; weighted > 0.0 && std::isfinite(weighted) && i < b.modes; ++i) {
            share_[static_cast<std::size_t>(i)] += omega_[w].imag() / weighted * R_[static_cast<std::size_t>(i)];
        }
    }
    const double largest = *std::max_element(share_.begin(), share_.begin() + b.modes);
    for (int i = 0; i < b.modes; ++i) {
        share_[static_cast<std::size_t>(i)] *= largest > 0.0 ? 1.0 / largest : 0.0;
    }
}

bool CollisionalWaves::relax(const AlignedBackground& given, double dt, double seed, double floor, double* state,
                             double* factor, closures::Diagnostics& diagnostics) {
    std::fill(factor, factor + given.modes, 1.0);
    double local[state_size] = {};
    double* numbers = state ? state : local;
    if (!possible(given)) {
        std::fill(numbers, numbers + state_size, 0.0);
        return true;
    }
    double now[state_size] = {1.0, numbers[e_folds]};
    record(given, now);
    if (numbers[marker] != 0.0 && numbers[last_growth] == 0.0 && is_unchanged(numbers, now)) {
        return true;
    }
    const double threshold = std::max(floor, relative_floor * largest_damping(given));
    certified_ = true;
    std::copy(given.e, given.e + given.modes, e_.begin());
    AlignedBackground b = given;
    b.e = e_.data();
    int count = find(b, threshold);
    double growth = count > 0 ? omega_[0].imag() : 0.0;
    now[e_folds] = growth > 0.0 ? now[e_folds] + growth * dt : 0.0;
    diagnostics.max_growth_before = growth;
    diagnostics.growth_floor = threshold;
    diagnostics.roots = count;
    diagnostics.e_folds = now[e_folds];
    bool converged = true;
    if (growth > 0.0 && now[e_folds] >= std::log(1.0 / std::clamp(seed, 1e-300, 0.5))) {
        double size = largest_exchange;
        while (count > 0) {
            if (diagnostics.iterations >= most_exchanges) {
                converged = false;
                break;
            }
            shares(b, count);
            std::copy_n(e_.begin(), b.modes, trial_.begin());
            for (int i = 0; i < b.modes; ++i) {
                share_[static_cast<std::size_t>(i)] *= size;
            }
            closures::balance(b.modes, trial_.data(), share_.data());
            Complex before[most_waves];
            std::copy(omega_, omega_ + count, before);
            for (int i = 0; i < b.modes; ++i) {
                const auto n = static_cast<std::size_t>(i);
                e_[n] = trial_[n] * (1.0 - share_[n]);
            }
            ++diagnostics.iterations;
            const int left = follow(b, threshold);
            if (left == 0 && size > smallest_exchange) { // beyond the margin: back, and closer
                std::copy_n(trial_.begin(), b.modes, e_.begin());
                std::copy(before, before + count, omega_);
                kernel_.set_background(b);
                size = std::max(0.25 * size, smallest_exchange);
                continue;
            }
            count = left;
        }
        for (int i = 0; i < b.modes; ++i) {
            factor[i] = given.e[i] != 0.0 ? e_[static_cast<std::size_t>(i)] / given.e[i] : 1.0;
        }
        growth = count > 0 ? omega_[0].imag() : 0.0;
        record(b, now);
        closures::Cell cell;
        cell.directions = given.modes;
        cell.dt = dt;
        closures::describe_viscosity(cell, factor, diagnostics);
    }
    diagnostics.max_growth_after = growth;
    diagnostics.certified = certified_;
    now[last_growth] = growth;
    std::copy(now, now + state_size, numbers);
    return converged;
}

} // namespace miscid::step
