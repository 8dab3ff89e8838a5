/** @file gas.hpp
 *  A gas of mixed neutrinos as the quantum kinetic equation sees it (theory.md section 1; Johns & Kost Eq. 1):
 *
 *      (d_t + v.grad) P_i = H_i x P_i + C_i,
 *      H_i = s omega_i B + lambda (1 - v_m.v_i) z + mu (D_0 - v_i.D_1),   D_0 = sum w s P,  D_1 = sum w s v P
 *
 *  Modes are (energy, direction, neutrino or antineutrino); flavor vectors are those of flavor_space.hpp. Units: c = hbar = 1.
 */
#pragma once

#include <Eigen/Core>

namespace miscid::kinetics {

/** A number that changes slowly in time: `from` at 0, `to` from `duration` on. */
struct Ramp {
    double from = 0.0;
    double to = 0.0;
    double duration = 0.0; ///< 0: always `from`
    bool geometric = false;
    double at(double time) const;
    bool constant() const { return duration <= 0.0 || from == to; }
};

/** Collisions of every mode, each array empty if there are none of its kind. */
struct Collisions {
    Eigen::MatrixXd absorption; ///< [flavor][mode]: rate kappa at which a flavor relaxes (Pauli blocking included)
    Eigen::MatrixXd emission;   ///< [flavor][mode]: source of the flavor's occupation; kappa times its equilibrium
    Eigen::VectorXd coherence_damping; ///< rate of the off-diagonal elements alone, on top of (kappa_a + kappa_b)/2
    Eigen::VectorXd depolarization;    ///< rate Gamma_q of the whole P (Johns & Kost Eq. 40)
    bool changes_number() const { return absorption.size() > 0 || emission.size() > 0; }
    bool any() const { return changes_number() || coherence_damping.size() > 0 || depolarization.size() > 0; }
};

struct Gas {
    int flavors = 2;
    Eigen::Matrix3Xd direction;                      ///< unit vectors
    Eigen::Vector3d axis = Eigen::Vector3d::UnitZ(); ///< of the box: the direction in which fields vary
    Eigen::VectorXd weight;                          ///< w s
    Eigen::MatrixXd vacuum;                          ///< [generator][mode]: s omega B; empty: none
    Eigen::VectorXd matter;                          ///< flavor vector of the matter term for lambda = 1; empty: none
    Eigen::Vector3d matter_velocity = {0.0, 0.0, 0.0};
    Ramp lambda;
    Ramp mu;
    Eigen::MatrixXd source; ///< [generator][mode]: P gained per time everywhere, the slow driving; empty: none
    Collisions collisions;

    int modes() const { return static_cast<int>(weight.size()); }
    int generators() const { return flavors * flavors - 1; }
    /** Flavor components that are evolved: P, and the trace P_0 where collisions change it. */
    int components() const { return generators() + (collisions.changes_number() ? 1 : 0); }
    /** v: component of the direction along the axis of the box. */
    Eigen::VectorXd speed() const { return direction.transpose() * axis; }
    /** H without the self-interaction, [generator][mode]. */
    Eigen::MatrixXd external_field(double time) const;
    bool has_external_field() const { return vacuum.size() > 0 || matter.size() > 0; }
};

} // namespace miscid::kinetics
