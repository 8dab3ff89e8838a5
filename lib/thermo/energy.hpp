/** @file energy.hpp
 *  Polarization energy of a cell and its variation (Johns & Kost Eq. 96; Johns Eq. 5; theory.md F2), cm^-4:
 *
 *      U = (1/2) sum w s Hext.P + (mu/4)(D_0^2 - D_1^2),   dU = (1/2) sum w s (dHext.P + H.dP) + (dmu/4)(D_0^2 - D_1^2)
 *
 *  The nu-nu term stands once in U and fully in H. What H_0 and P_0 contribute is not counted: oscillations leave it
 *  alone.
 */
#pragma once

#include "thermo/gas.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::thermo {

/** D_m = sum w s (1, v) P. */
template <int N_f>
FieldFor<N_f> moments(const GasFor<N_f>& gas) {
    FieldFor<N_f> D = FieldFor<N_f>::Zero();
    for_each_mode(gas, [&](const Mode& mode) {
        D += gas.sign_weight[mode.index] * gas.polarization(mode.index) * mode.current.transpose();
    });
    return D;
}

/** Vacuum and matter part of H of a mode. */
template <int N_f>
FlavorVectorFor<N_f> external_hamiltonian(const medium::MediumFor<N_f>& medium, const Mode& mode) {
    return mode.signed_frequency * medium.B + (1.0 - medium.velocity.dot(mode.direction)) * medium.matter();
}

/** H of a mode in the presence of moments D. */
template <int N_f>
FlavorVectorFor<N_f> hamiltonian(const medium::MediumFor<N_f>& medium, const FieldFor<N_f>& D, const Mode& mode) {
    return external_hamiltonian(medium, mode) + medium.mu * (D * lowered(mode.current));
}

/** U, and the two parts it consists of. */
struct Energy {
    double external = 0.0;         ///< (1/2) sum w s Hext.P
    double self_interaction = 0.0; ///< (mu/4)(D_0^2 - D_1^2)
    double total() const { return external + self_interaction; }
};

template <int N_f>
Energy polarization_energy(const GasFor<N_f>& gas) {
    Energy energy;
    for_each_mode(gas, [&](const Mode& mode) {
        energy.external += 0.5 * gas.sign_weight[mode.index] *
                           external_hamiltonian(gas.medium, mode).dot(gas.polarization(mode.index));
    });
    energy.self_interaction = 0.25 * gas.medium.mu * invariant_square<N_f>(moments(gas));
    return energy;
}

/** How U of a mixing equilibrium changes with the medium at constant |P| (Hellmann-Feynman, theory.md F2). */
struct EnergyVariation {
    double lambda = 0.0; ///< dU/dlambda = (D_0 - v_m.D_1).z/2
    double mu = 0.0;     ///< dU/dmu = (D_0^2 - D_1^2)/4
    double vacuum = 0.0; ///< dU/dlog omega = (1/2) sum w s (s omega B).P
};

template <int N_f>
EnergyVariation energy_variation(const GasFor<N_f>& gas) {
    EnergyVariation variation;
    const FieldFor<N_f> D = moments(gas);
    const auto z = flavor::electron_axis<N_f>();
    variation.lambda = 0.5 * z.dot(D.col(0) - D.template rightCols<3>() * gas.medium.velocity);
    variation.mu = 0.25 * invariant_square<N_f>(D);
    for_each_mode(gas, [&](const Mode& mode) {
        variation.vacuum +=
            0.5 * gas.sign_weight[mode.index] * mode.signed_frequency * gas.medium.B.dot(gas.polarization(mode.index));
    });
    return variation;
}

/** How far the P of a cell are from lying along their H: the largest angle (rad), and the part of sum w |P| across H.
 *  Three flavors: |[H, rho]|/(|H||P|) stands for the sine of the angle. */
struct Misalignment {
    double largest_angle = 0.0;
    double share_across = 0.0;
};

template <int N_f>
Misalignment misalignment(const GasFor<N_f>& gas) {
    Misalignment result;
    const FieldFor<N_f> D = moments(gas);
    double across = 0.0;
    double total = 0.0;
    for_each_mode(gas, [&](const Mode& mode) {
        const FlavorVectorFor<N_f> P = gas.polarization(mode.index);
        const FlavorVectorFor<N_f> H = hamiltonian(gas.medium, D, mode);
        const double lengths = P.norm() * H.norm();
        if (lengths > 0.0) {
            const double sine = std::min(flavor::cross(H, P).norm() / lengths, 1.0);
            result.largest_angle = std::max(result.largest_angle, std::asin(sine));
            across += mode.weight * P.norm() * sine;
            total += mode.weight * P.norm();
        }
    });
    result.share_across = total > 0.0 ? across / total : 0.0;
    return result;
}

} // namespace miscid::thermo
