/** @file interaction_energy.hpp
 *  The refractive energy of neutrinos with each other in a box whose fields vary along one axis, and the kinetic energy it
 *  is traded with (Fiorillo, Raffelt & Sigl Eqs. 3, 5, 7, 21, 22; theory.md rows 27-29):
 *
 *      U_osc = (mu/4) int (D_0^2 - D_1^2) dz,        D_0 = sum w s P,  D_1 = sum w s v P
 *      dU_osc/dt = -(mu/2) int (D_0.dJ_0/dz - sum_a D_1a.dJ_a/dz) dz,   J_0 = sum w s v_z P,  J_a = sum w s v_z v_a P
 *      Tr F_i = (mu/2) [3 (N_0 - v_i.N_1) dP0_i/dz + (D_0 - v_i.D_1).dP_i/dz],     dK/dt = int sum w s v_z Tr F_i dz
 *
 *  v_z is the component along the axis. Only the part of Tr F that belongs to P is exchanged with U_osc; the part of P0
 *  belongs to the energy of the traces. Derivatives are spectral: sums over a periodic box are then exact, and dK/dt + dU/dt
 *  vanishes to round-off. mu times densities is a frequency; the energies are per area of the box.
 */
#pragma once

#include "kinetics/box_field.hpp"
#include "kinetics/gas.hpp"

namespace miscid::energy {

/** Sums over modes in every cell, [generator][cell]. */
struct MomentFields {
    Eigen::MatrixXd D_0, D_1[3], J_0, J[3];
};
MomentFields moment_fields(const kinetics::Gas& gas, const kinetics::BoxField& P);

/** Derivative along the box of rows sampled in cells; the highest frequency, which has no sign, counts as zero. */
Eigen::MatrixXd derivative(const Eigen::MatrixXd& rows, double length);

/** U_osc, Eq. 5. */
double oscillation_energy(const MomentFields& moments, double mu, double length);
/** dU_osc/dt, Eq. 7. */
double oscillation_energy_rate(const MomentFields& moments, double mu, double length);
/** dK/dt, Eq. 22 with the part of Eq. 21 that belongs to the polarization vectors, summed mode by mode. */
double kinetic_energy_rate(const kinetics::Gas& gas, const kinetics::BoxField& P, const MomentFields& moments,
                           double mu, double length);
/** Energy in external fields, (1/2) int sum w s H_ext.P dz. Oscillations exchange it with U_osc (theory.md section 1). */
double external_energy(const kinetics::Gas& gas, const kinetics::BoxField& P, double time, double length);

} // namespace miscid::energy
