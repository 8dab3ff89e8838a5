/** @file landau_zener.hpp
 *  Passing a place where |H| of a mode is small: probability to stay in the flavor state and so to change the eigenstate
 *  label (theory.md 4.4).
 */
#pragma once

#include "flavor/three_flavor.hpp"
#include "medium/constants.hpp"

#include <Eigen/Geometry>
#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

/** P_c = exp(-pi |H_perp|_min^2 / (2 |dH_par/dl|)) for H changing linearly from `from` to `to` (cm^-1) over `distance`
 *  (cm, at the speed of light). 0 when |H| has no minimum in between. After the passage p -> (1 - 2 P_c) p. */
inline double crossing_probability(const flavor::FlavorVector& from, const flavor::FlavorVector& to, double distance) {
    const flavor::FlavorVector change = to - from;
    const double change2 = change.squaredNorm();
    if (!(change2 > 0.0)) {
        return 0.0;
    }
    const double closest = -from.dot(change) / change2; // where |H| is smallest, as a fraction of the way
    if (!(closest > 0.0 && closest < 1.0)) {
        return 0.0;
    }
    const double min_h2 = from.cross(to).squaredNorm() / change2;
    const double rate = std::sqrt(change2) / distance;
    return std::exp(-std::min(700.0, 0.5 * medium::constants::pi * min_h2 / rate));
}

/** The same between eigenstates `lower` and the next of three flavors: P_c = exp(-pi g_min^2 / (2 |dg/dl|)), g_min the
 *  smallest gap on the way and dg/dl the rate at which the two diabatic levels cross. After the passage both occupations
 *  are exchanged with probability P_c. */
inline double crossing_probability(const flavor::FlavorVectorFor<3>& from, const flavor::FlavorVectorFor<3>& to,
                                   int lower, double distance) {
    const flavor::FlavorVectorFor<3> change = to - from;
    const auto i = static_cast<std::size_t>(lower);
    const auto gap_at = [&](double s) {
        const auto energy = flavor::eigenstates(from + s * change).energy;
        return energy[i + 1] - energy[i];
    };
    // A third level may cross before or after: look for the smallest gap between places where it is larger, close to the
    // ends too.
    constexpr int samples = 66;
    constexpr double close = 1e-6;
    const auto place_of = [](int n) {
        return n == 1 ? close : n == samples - 1 ? 1.0 - close : std::clamp((n - 1.0) / (samples - 2), 0.0, 1.0);
    };
    int lowest = 0;
    double gap[samples + 1];
    for (int n = 0; n <= samples; ++n) {
        gap[n] = gap_at(place_of(n));
        const bool minimum = n > 1 && gap[n - 1] < gap[n - 2] && gap[n - 1] <= gap[n];
        lowest = minimum && (lowest == 0 || gap[n - 1] < gap[lowest]) ? n - 1 : lowest;
    }
    if (lowest == 0) {
        return 0.0;
    }
    const double left = place_of(lowest - 1), right = place_of(lowest + 1);
    constexpr int bits = 40;
    const auto [place, smallest] = boost::math::tools::brent_find_minima(gap_at, left, right, bits);
    // Around the smallest gap g^2 = g_min^2 + (g' (s - s_min))^2.
    const double away = 0.5 * std::min(place - left, right - place);
    const double beside = gap_at(place - away);
    const double rate = std::sqrt(std::max(beside * beside - smallest * smallest, 0.0)) / (away * distance);
    if (!(rate > 0.0)) {
        return 0.0;
    }
    return std::exp(-std::min(700.0, 0.5 * medium::constants::pi * smallest * smallest / rate));
}

} // namespace miscid::equilibrium
