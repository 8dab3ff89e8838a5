/** @file two_beam_energy.hpp  The energy ledger of two beams: what the solver gives and what second order predicts. */
#pragma once

#include "kinetics/two_beam.hpp"

namespace miscid::energy {

struct TwoBeamState {
    double t = 0.0;
    double U_over_U0 = 0.0; ///< int P_+.P_- dz / (zeta_+ zeta_- L)
    double mean_Pz_plus = 0.0;
    double mean_Pz_minus = 0.0;
    double dUdt = 0.0;           ///< Eq. 7
    double dKdt = 0.0;           ///< Eq. 22: 2 int P_-.d_z P_+ dz
    double kinetic_energy = 0.0; ///< int dK/dt, integrated by the solver
};
TwoBeamState two_beam_state(const kinetics::TwoBeamProblem& problem, const kinetics::SpectralFlow& flow);

/** Change of U_osc at second order in the waves (flavor-waves.md section 1). */
struct SecondOrderEnergy {
    double transverse = 0.0; ///< L sum 2 k (k - kbar) |alpha_k|^2 e^{2 gamma t}: int (P^x P^x + P^y P^y) alone (Eq. 12)
    double total = 0.0; ///< L sum 2 k^2 |alpha_k|^2 e^{2 gamma t}: |P| is conserved along each beam, so P^z changes too
};
SecondOrderEnergy second_order_energy(const kinetics::TwoBeamProblem& problem, int cells, double time);
/** int (P_+^x P_-^x + P_+^y P_-^y) dz. */
double transverse_energy(const kinetics::SpectralFlow& flow);

} // namespace miscid::energy
