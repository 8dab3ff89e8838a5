/** @file three_flavor.hpp
 *  Three-flavor density matrices, polarization vectors, vacuum mixing and the eigenstates of one Hamiltonian.
 *  Matrices are ordered e, mu, tau.
 */
#pragma once

#include "flavor/flavor_space.hpp"
#include "flavor/hermitian_eigen.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <utility>

namespace miscid::flavor {

using FlavorMatrix = Eigen::Matrix3cd;

/** Vector of a Hermitian matrix, v_a = Tr(M Lambda_a); the trace is lost. */
inline FlavorVectorFor<3> vector_of_matrix(const FlavorMatrix& m) {
    FlavorVectorFor<3> v;
    v << m(1, 1).real() - m(2, 2).real(), (2.0 * m(0, 0).real() - m(1, 1).real() - m(2, 2).real()) / sqrt3,
        2.0 * m(0, 1).real(), -2.0 * m(0, 1).imag(), 2.0 * m(0, 2).real(), -2.0 * m(0, 2).imag(), 2.0 * m(1, 2).real(),
        -2.0 * m(1, 2).imag();
    return v;
}

/** M = v.Lambda/2 plus a multiple of 1 that leaves the mu and tau entries as small as their splitting: large electron
 *  potentials stay in the ee entry alone (equilibrium-solver.md section 5). */
inline FlavorMatrix matrix_of_vector(const FlavorVectorFor<3>& v) {
    using C = std::complex<double>;
    FlavorMatrix m;
    m << C(0.5 * sqrt3 * v[1], 0.0), C(0.5 * v[2], -0.5 * v[3]), C(0.5 * v[4], -0.5 * v[5]), //
        C(0.5 * v[2], 0.5 * v[3]), C(0.5 * v[0], 0.0), C(0.5 * v[6], -0.5 * v[7]),           //
        C(0.5 * v[4], 0.5 * v[5]), C(0.5 * v[6], 0.5 * v[7]), C(-0.5 * v[0], 0.0);
    return m;
}

/** The traceless matrix v.Lambda/2. */
inline FlavorMatrix traceless_matrix_of_vector(const FlavorVectorFor<3>& v) {
    return matrix_of_vector(v) - v[1] / (2.0 * sqrt3) * FlavorMatrix::Identity();
}

/** Eigenstates of H = v.Lambda/2 by ascending eigenvalue: columns of `states`, and eigenvalues up to a common constant. */
struct Eigenstates {
    FlavorMatrix states;
    std::array<double, 3> energy;
};

inline Eigenstates eigenstates(const FlavorVectorFor<3>& v) {
    Hermitian<double> H{
        0.5 * sqrt3 * v[1],       0.5 * v[0], -0.5 * v[0], {0.5 * v[2], -0.5 * v[3]}, {0.5 * v[4], -0.5 * v[5]},
        {0.5 * v[6], -0.5 * v[7]}};
    Unitary<double> V;
    set_identity(V);
    diagonalize<ScalarOperations>(H, V);
    std::array<int, 3> order{0, 1, 2};
    const std::array<double, 3> energy{H.ee, H.mm, H.tt};
    const auto put_in_order = [&](std::size_t i, std::size_t j) {
        if (energy[static_cast<std::size_t>(order[j])] < energy[static_cast<std::size_t>(order[i])]) {
            std::swap(order[i], order[j]);
        }
    };
    put_in_order(0, 1);
    put_in_order(1, 2);
    put_in_order(0, 1);
    Eigenstates result;
    for (int k = 0; k < 3; ++k) {
        const int from = order[static_cast<std::size_t>(k)];
        result.energy[static_cast<std::size_t>(k)] = energy[static_cast<std::size_t>(from)];
        for (int a = 0; a < 3; ++a) {
            result.states(a, k) = {V.at[a][from].re, V.at[a][from].im};
        }
    }
    return result;
}

/** Lepton mixing matrix U = R23 diag(1,1,1) U13(delta) R12 (PDG parametrization). */
inline FlavorMatrix mixing_matrix(double theta12, double theta13, double theta23, double cp_phase) {
    using C = std::complex<double>;
    const double c12 = std::cos(theta12), s12 = std::sin(theta12);
    const double c13 = std::cos(theta13), s13 = std::sin(theta13);
    const double c23 = std::cos(theta23), s23 = std::sin(theta23);
    const C phase = std::polar(1.0, cp_phase);
    FlavorMatrix U;
    U << c12 * c13, s12 * c13, s13 * std::conj(phase),                                           //
        -s12 * c23 - c12 * s23 * s13 * phase, c12 * c23 - s12 * s23 * s13 * phase, C(s23 * c13), //
        s12 * s23 - c12 * c23 * s13 * phase, -c12 * s23 - s12 * c23 * s13 * phase, C(c23 * c13);
    return U;
}

/** Vector of U diag(0, dm2_21, dm2_31) U^dagger. */
inline FlavorVectorFor<3> vacuum_vector(const FlavorMatrix& U, double dm2_21, double dm2_31) {
    const Eigen::Vector3cd m2(0.0, dm2_21, dm2_31);
    return vector_of_matrix(U * m2.asDiagonal() * U.adjoint());
}

} // namespace miscid::flavor
