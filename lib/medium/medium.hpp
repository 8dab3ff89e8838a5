/** @file medium.hpp
 *  What surrounds the neutrinos: vacuum mixing, matter and the strength of the self-interaction.
 *
 *  H_q = s omega_q B + lambda (1 - v_m.v) z + mu (D_0 - v.D_1)      (theory.md section 1; 003 Eqs. 2-4)
 */
#pragma once

#include "flavor/two_flavor.hpp"

#include <cmath>

namespace miscid::medium {

/** Direction of the vacuum term, B = (sin 2theta, 0, -cos 2theta) (theory.md section 1). */
inline flavor::FlavorVector vacuum_direction(double mixing_angle) {
    return {std::sin(2.0 * mixing_angle), 0.0, -std::cos(2.0 * mixing_angle)};
}

/** The scalars of H that modes of one cell share. Potentials in cm^-1. */
struct Medium {
    double mu = 0.0;                                         ///< self-interaction strength per unit of D
    double lambda = 0.0;                                     ///< matter potential sqrt(2) G_F n_e
    Eigen::Vector3d velocity = Eigen::Vector3d::Zero();      ///< of the matter, in units of c
    flavor::FlavorVector B = flavor::FlavorVector(0, 0, -1); ///< direction of the vacuum term
    /** lambda_m = lambda (1, v_m): matter potential and its current (equilibrium-solver.md section 1). */
    Eigen::Vector4d current() const { return lambda * Eigen::Vector4d(1.0, velocity.x(), velocity.y(), velocity.z()); }
};

} // namespace miscid::medium
