/** @file dense.hpp
 *  The wave operators as whole matrices: the independent check of the reduced determinants, and what offline tools fall
 *  back on. These allocate and cost N^3.
 */
#pragma once

#include "waves/background.hpp"

#include <Eigen/Core>

namespace miscid::waves {

/** The 3N x 3N operator of theory.md F5 (paper 002 Eq. 49 with its missing factors; flavor-waves.md 1):
 * delta_ij [(q_i.k - i D_i) 1 + i [H_i]x] - i g_j (1 - q_i.q_j) [P_i]x. */
Eigen::MatrixXcd dense_operator(const Background& background, const Eigen::Vector3d& k);

/** The 8N x 8N operator of three flavors: the same with the structure constants of SU(3). */
Eigen::MatrixXcd dense_operator(const ThreeFlavorBackground& background, const Eigen::Vector3d& k);

/** The N x N operator of the S branch on an aligned state: (k.q_i + frequency_i - i D_i) delta_ij - e_j (1 - q_i.q_j)
 * in the variables S_i/p_i. */
Eigen::MatrixXcd dense_operator(const AlignedBackground& background, const Eigen::Vector3d& k);

/** Eigenvalues by decreasing imaginary part. */
Eigen::VectorXcd dense_spectrum(const Eigen::MatrixXcd& matrix);

} // namespace miscid::waves
