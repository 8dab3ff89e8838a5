#include "closures/box_search.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

constexpr int places = 26;         ///< wave numbers looked at
constexpr double reach_in_e = 2.0; ///< at |k'| below this times sum |e|

} // namespace

void BoxSearch::reserve(int beams, const Options& options) {
    modes_ = std::max(beams, options.refined_directions);
    options_ = options;
    fine_v_.assign(static_cast<std::size_t>(modes_), 0.0);
    fine_weight_ = fine_e_ = fine_damping_ = scratch_ = fine_v_;
    phase_space::gauss_legendre(modes_, fine_v_.data(), fine_weight_.data());
    spline_.reserve(beams);
    kernel_.reserve(modes_);
    finder_.reserve(modes_);
}

waves::AxisymmetricBackground BoxSearch::refined(int beams, const double* v, const double* weights, const double* e,
                                                 const double* damping) {
    if (!weights || beams >= modes_) {
        return {beams, v, e, damping};
    }
    spline_.set_knots(beams, v);
    for (int b = 0; b < beams; ++b) {
        scratch_[static_cast<std::size_t>(b)] = e[b] / weights[b];
    }
    spline_.interpolate(scratch_.data(), modes_, fine_v_.data(), fine_e_.data());
    for (std::size_t i = 0; i < fine_e_.size(); ++i) {
        fine_e_[i] *= fine_weight_[i];
    }
    if (damping) {
        spline_.interpolate(damping, modes_, fine_v_.data(), fine_damping_.data());
        for (double& rate : fine_damping_) {
            rate = std::max(rate, 0.0);
        }
    }
    return {modes_, fine_v_.data(), fine_e_.data(), damping ? fine_damping_.data() : nullptr};
}

BoxSearch::Found BoxSearch::look(int beams, const double* v, const double* weights, const double* e,
                                 const double* damping) {
    const waves::AxisymmetricBackground background = refined(beams, v, weights, e, damping);
    const double slope = weights ? waves::growth_floor(background, 1.0, scratch_.data(), options_.floor_of_grid) : 0.0;
    double total = 0.0;
    for (int b = 0; b < beams; ++b) {
        total += std::abs(e[b]);
    }
    kernel_.set_background(background);
    Found found;
    found.floor = options_.relative_floor * total;
    const double reach = reach_in_e * total;
    for (int j = 0; j < places; ++j) {
        const double k = reach * ((2.0 * j + 1.0) / places - 1.0);
        const double floor = std::max(options_.relative_floor * total, slope * std::abs(k));
        kernel_.set_wave_vector(k);
        const waves::RootSet set = finder_.unstable(kernel_, floor);
        found.certified = found.certified && set.complete();
        found.roots += set.count;
        if (set.listed == 0) {
            continue;
        }
        found.low = found.growth == 0.0 ? k : found.low;
        found.high = k;
        if (set.omega[0].imag() > found.growth) {
            found.growth = set.omega[0].imag();
            found.frequency = set.omega[0].real();
            found.k = k;
            found.floor = floor;
        }
    }
    if (found.growth > 0.0) {
        climb(found, 2.0 * reach / places);
    }
    return found;
}

/** To the top of the band, following its root. */
void BoxSearch::climb(Found& found, double spacing) {
    waves::Complex omega(found.frequency, found.growth);
    for (double step = 0.5 * spacing; step > 0.02 * spacing; step *= 0.5) {
        for (const double side : {1.0, -1.0}) {
            waves::Complex there = omega;
            kernel_.set_wave_vector(found.k + side * step);
            if (finder_.polish(kernel_, there) && there.imag() > omega.imag()) {
                found.k += side * step;
                omega = there;
                break;
            }
        }
    }
    found.growth = omega.imag();
    found.frequency = omega.real();
}

} // namespace miscid::closures
