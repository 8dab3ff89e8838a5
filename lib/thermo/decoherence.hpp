/** @file decoherence.hpp
 *  Kinematic decoherence (Johns Eqs. S1-S9): the state of largest entropy with the traces Tr(H^n rho) of a given one
 *  is its part diagonal in the eigenbasis of H.
 */
#pragma once

#include "thermo/fermi_dirac.hpp"

#include <Eigen/LU>

namespace miscid::thermo {

/** P without what lies across H. H = 0 has no basis to decohere in. */
inline FlavorVectorFor<2> decohered(const FlavorVectorFor<2>& P, const FlavorVectorFor<2>& H) {
    const double H2 = H.squaredNorm();
    return H2 > 0.0 ? FlavorVectorFor<2>(P.dot(H) / H2 * H) : P;
}
inline FlavorVectorFor<3> decohered(const FlavorVectorFor<3>& P, const FlavorVectorFor<3>& H) {
    const auto states = flavor::eigenstates(H).states;
    const Eigen::Vector3cd diagonal = (states.adjoint() * flavor::matrix_of_vector(P) * states).diagonal();
    return flavor::vector_of_matrix(states * diagonal.asDiagonal() * states.adjoint());
}

/** Multipliers of Johns Eq. S6, rho_kk = 1/(exp(sum_{n=1}^{N_f-1} beta_n E_k^n - eta) + 1) for eigenvalues E_k of H:
 *  first eta, then beta_1 .. The paper lists one more, for E^{N_f}, but by Cayley and Hamilton that one is not
 *  independent. Occupations strictly between 0 and 1, eigenvalues all different. */
template <int N_f>
Eigen::Matrix<double, N_f, 1> decoherence_multipliers(const Eigen::Matrix<double, N_f, 1>& occupations,
                                                      const Eigen::Matrix<double, N_f, 1>& energies) {
    Eigen::Matrix<double, N_f, N_f> powers;
    Eigen::Matrix<double, N_f, 1> exponent;
    for (int k = 0; k < N_f; ++k) {
        exponent[k] = std::log1p(-occupations[k]) - std::log(occupations[k]);
        powers(k, 0) = -1.0;
        for (int n = 1; n < N_f; ++n) {
            powers(k, n) = (n == 1 ? 1.0 : powers(k, n - 1)) * energies[k];
        }
    }
    return powers.fullPivLu().solve(exponent);
}

} // namespace miscid::thermo
