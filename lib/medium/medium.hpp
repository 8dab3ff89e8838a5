/** @file medium.hpp
 *  What surrounds the neutrinos: vacuum mixing, matter and the strength of the self-interaction.
 *
 *  H_q = s omega_q B + lambda (1 - v_m.v) z + mu (D_0 - v.D_1)      (theory.md section 1; 003 Eqs. 2-4)
 *
 *  Three flavors: omega_q B is the vector of U M^2 U^dagger/2E and lambda z that of diag(lambda, lambda_mu, lambda_tau).
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
template <int N_f>
struct MediumFor {
    using FlavorVector = flavor::FlavorVectorFor<N_f>;

    double mu = 0.0;                                    ///< self-interaction strength per unit of D
    double lambda = 0.0;                                ///< matter potential sqrt(2) G_F n_e
    double lambda_mu = 0.0;                             ///< of muons, sqrt(2) G_F n_mu (three flavors)
    double lambda_tau = 0.0;                            ///< one-loop potential of the tau flavor (three flavors)
    Eigen::Vector3d velocity = Eigen::Vector3d::Zero(); ///< of the matter, in units of c
    FlavorVector B = -flavor::electron_axis<N_f>();     ///< vector of the vacuum term

    /** Vector of the matter term for matter at rest: lambda z, or that of diag(lambda, lambda_mu, lambda_tau). */
    FlavorVector matter() const {
        FlavorVector vector = lambda * flavor::electron_axis<N_f>();
        if constexpr (N_f == 3) {
            vector[0] += lambda_mu - lambda_tau;
            vector[1] -= (lambda_mu + lambda_tau) / flavor::sqrt3;
        }
        return vector;
    }
    /** Matter term and its current, matter() (1, v_m): lambda_m z of equilibrium-solver.md section 1. */
    Eigen::Matrix<double, flavor::generators<N_f>, 4> field() const {
        return matter() * Eigen::RowVector4d(1.0, velocity.x(), velocity.y(), velocity.z());
    }
    /** lambda_m = lambda (1, v_m). */
    Eigen::Vector4d current() const { return lambda * Eigen::Vector4d(1.0, velocity.x(), velocity.y(), velocity.z()); }
};

using Medium = MediumFor<2>;

} // namespace miscid::medium
