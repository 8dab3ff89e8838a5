/** @file gradient_force.hpp
 *  The gradient terms of the kinetic equation (Fiorillo, Raffelt & Sigl Eqs. 16-21), for density matrices of two or three
 *  flavors at one place. They are of relative size mu/energy ~ 1e-11: for diagnostics, never added to a host's equations.
 */
#pragma once

#include <Eigen/Core>

#include <vector>

namespace miscid::energy {

/** A mode p' that refracts mode p. */
struct RefractingMode {
    double weight = 1.0; ///< w s: cm^-3 per unit occupation, negative for antineutrinos
    double cosine = 0.0; ///< of the angle between p and p'
    Eigen::MatrixXcd rho;
};

/** Omega^(0) of Eq. 17, the renormalised quasi-particle energy of mode p to lowest order. */
Eigen::MatrixXcd quasi_particle_energy(double sqrt2_fermi_constant, const std::vector<RefractingMode>& others);

/** The terms of Eq. 18 beyond Omega^(0). `momentum`, `momenta`: vectors p, p'; `gradients`: d rho_p'/d(x, y, z). The theory
 *  notes (section 2) find half of the printed coefficient; `coefficient` is 1 as printed. */
Eigen::MatrixXcd gradient_energy(double sqrt2_fermi_constant, const Eigen::Vector3d& momentum,
                                 const std::vector<Eigen::Vector3d>& momenta, const std::vector<double>& weights,
                                 const std::vector<std::vector<Eigen::MatrixXcd>>& gradients, double coefficient = 1.0);

/** One component of F (with d rho_p/dr of that component) or, with d rho_p/dp, of the number flux Phi: Eq. 20. */
Eigen::MatrixXcd force(double sqrt2_fermi_constant, const std::vector<RefractingMode>& others,
                       const Eigen::MatrixXcd& derivative);

/** Tr F along one axis by Eq. 21: 3 N dP0/dz + D.dP/dz, with N = sum w s (1 - cos) P0', D = sum w s (1 - cos) P'. */
double force_trace(double sqrt2_fermi_constant, double N, const Eigen::VectorXd& D, double P0_gradient,
                   const Eigen::VectorXd& P_gradient);

/** What a host can know of one cell: sizes, per mode and in all, of the terms that its equations leave out. */
struct CellLedger {
    double energy_density = 0.0; ///< U_osc per volume: (mu/4)(D_0^2 - D_1^2)
    double energy_scale = 0.0;   ///< potential of the cell, mu sqrt(D_0^2 + D_1^2)
    double relative_size = 0.0;  ///< energy_scale / mean neutrino energy, both in the same unit
    double force = 0.0;          ///< energy_scale / gradient length: kinetic energy that a neutrino gains per length
};
/** D_0 [generator], D_1 [generator][3] in units of density; `hbar_c` converts frequencies to the unit of `mean_energy`. */
CellLedger cell_ledger(double mu, const Eigen::VectorXd& D_0, const Eigen::MatrixXd& D_1, double mean_energy,
                       double hbar_c, double gradient_length);

} // namespace miscid::energy
