/** @file hankel_pencil.hpp
 *  The last step of Beyn's method (2012, integral algorithm 2): eigenvalues inside a contour from the block Hankel
 *  matrices of the moments of the inverse.
 */
#pragma once

#include <Eigen/Core>

#include <complex>

namespace miscid::waves {

/** Room for one pencil; no memory is taken from the heap. */
template <int largest>
using PencilMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, 0, largest, largest>;

/** `count` eigenvalues of the pencil second - z first, of rank `count`; false if its numerical rank is smaller. */
template <int largest>
bool pencil_eigenvalues(const PencilMatrix<largest>& first, const PencilMatrix<largest>& second, int count,
                        std::complex<double>* eigenvalues);

// Sizes the kernels need: ranks up to 12, and 32. (Each takes seconds to compile.)
extern template bool pencil_eigenvalues<36>(const PencilMatrix<36>&, const PencilMatrix<36>&, int,
                                            std::complex<double>*);
extern template bool pencil_eigenvalues<64>(const PencilMatrix<64>&, const PencilMatrix<64>&, int,
                                            std::complex<double>*);

} // namespace miscid::waves
