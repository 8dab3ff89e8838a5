/** @file landau_zener.hpp
 *  Passing a place where |H| of a mode is small: probability to stay in the flavor state and so to change the eigenstate
 *  label (theory.md 4.4).
 */
#pragma once

#include "flavor/two_flavor.hpp"
#include "medium/constants.hpp"

#include <Eigen/Geometry>

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

} // namespace miscid::equilibrium
