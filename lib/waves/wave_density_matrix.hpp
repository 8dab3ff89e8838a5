/** @file wave_density_matrix.hpp
 *  Flavor-wave density matrix and Wigner function (paper 002 Eqs. 52-53): which waves there are, where, and how coherent.
 *
 *  For fields on an evenly divided periodic line, one row per component (momentum and flavor, Eq. 47) and one column per
 *  place. With Psi_n = (1/M) sum_x exp(-i k_n x) Psi(x), k_n = 2 pi n/L:
 *
 *      [R_nm]_ij = Psi_m,i Psi_n,j^*
 *      [R_k(x)]_ij = (1/M) sum_y exp(-2 i k y) Psi_i(x + y) Psi_j^*(x - y)
 *
 *  The second is Eq. 53 on the grid, for an odd number of places M: then its sum over k is Psi_i(x) Psi_j^*(x) and its
 *  mean over x is R_kk, exactly. For looking at boxes and runs; allocates.
 */
#pragma once

#include "waves/background.hpp"

#include <Eigen/Core>

namespace miscid::waves {

/** Psi_n of every component (rows); column n + (M - 1)/2 holds k_n, n = -(M - 1)/2 ... (M - 1)/2. */
Eigen::MatrixXcd wave_amplitudes(const Eigen::MatrixXcd& psi);

/** R_nm, `amplitudes` as above. */
Eigen::MatrixXcd wave_density_matrix(const Eigen::MatrixXcd& amplitudes, int n, int m);

/** [R_k(x)]_ij of two components: rows places, columns wave numbers as above. The number of places must be odd. */
Eigen::MatrixXcd wigner_function(const Eigen::MatrixXcd& psi, int i, int j);

} // namespace miscid::waves
