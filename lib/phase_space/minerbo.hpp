/** @file minerbo.hpp
 *  Maximum-entropy (Minerbo) angular distribution with a given flux factor (theory.md 5.19):
 *      f(n) = Z/(4 pi sinh Z) exp(Z n.Fhat),   coth Z - 1/Z = |F|/N.
 */
#pragma once

#include <Eigen/Core>

namespace miscid::phase_space {

/** Z of a flux factor in [0, 1). Throws std::domain_error outside. */
double minerbo_parameter(double flux_factor);

/** Density per steradian along the unit vector n for the flux-factor vector F/N, normalised to 1 over the sphere. */
double minerbo_density(const Eigen::Vector3d& flux_factor, const Eigen::Vector3d& n);

} // namespace miscid::phase_space
