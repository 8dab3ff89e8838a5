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
    // The gap falls at the start and rises at the end, or there is no smallest one in between (Hellmann-Feynman).
    const auto slope_at = [&](double s) {
        const auto states = flavor::eigenstates(from + s * change).states;
        const flavor::FlavorMatrix rate = flavor::matrix_of_vector(change);
        const auto energy_rate = [&](int k) { return states.col(k).dot(rate * states.col(k)).real(); };
        return energy_rate(lower + 1) - energy_rate(lower);
    };
    if (!(slope_at(0.0) < 0.0 && slope_at(1.0) > 0.0)) {
        return 0.0;
    }
    constexpr int bits = 40;
    const auto [place, smallest] = boost::math::tools::brent_find_minima(gap_at, 0.0, 1.0, bits);
    // Around the smallest gap g^2 = g_min^2 + (g' (s - s_min))^2.
    const double away = std::max(1e-3, std::min({place, 1.0 - place, 0.1}));
    const double beside = gap_at(place + (place < 0.5 ? away : -away));
    const double rate = std::sqrt(std::max(beside * beside - smallest * smallest, 0.0)) / (away * distance);
    if (!(rate > 0.0)) {
        return 0.0;
    }
    return std::exp(-std::min(700.0, 0.5 * medium::constants::pi * smallest * smallest / rate));
}

} // namespace miscid::equilibrium
