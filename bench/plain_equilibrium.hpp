/** @file plain_equilibrium.hpp
 *  The baseline: the same Newton iteration written plainly with Eigen, one mode after the other, no SIMD layout, no
 *  certificate. Built with the same flags; speeds are quoted as ratios to it.
 */
#pragma once

#include "equilibrium/problem.hpp"

namespace miscid::bench {

/** Newton on the field until corrections stop falling; returns iterations. */
int plain_newton(const equilibrium::Problem& problem, equilibrium::Field& field);

} // namespace miscid::bench
