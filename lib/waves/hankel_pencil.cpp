#include "waves/hankel_pencil.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include <cmath>

namespace miscid::waves {

template <int largest>
bool pencil_eigenvalues(const PencilMatrix<largest>& first, const PencilMatrix<largest>& second, int count,
                        std::complex<double>* eigenvalues) {
    using Square = PencilMatrix<largest>;
    const Eigen::JacobiSVD<Square, Eigen::NoQRPreconditioner> svd(first, Eigen::ComputeFullU | Eigen::ComputeFullV);
    if (!(svd.singularValues()[count - 1] > 0.0) || !std::isfinite(svd.singularValues()[0])) {
        return false;
    }
    Square half(count, first.cols());
    half.noalias() = svd.matrixU().leftCols(count).adjoint().lazyProduct(second);
    Square reduced(count, count);
    reduced.noalias() = half.lazyProduct(svd.matrixV().leftCols(count));
    for (int j = 0; j < count; ++j) {
        reduced.col(j) /= svd.singularValues()[j];
    }
    const Eigen::ComplexSchur<Square> schur(reduced, false);
    if (schur.info() != Eigen::Success) {
        return false;
    }
    for (int j = 0; j < count; ++j) {
        eigenvalues[j] = schur.matrixT()(j, j);
    }
    return true;
}

template bool pencil_eigenvalues<36>(const PencilMatrix<36>&, const PencilMatrix<36>&, int, std::complex<double>*);
template bool pencil_eigenvalues<64>(const PencilMatrix<64>&, const PencilMatrix<64>&, int, std::complex<double>*);

} // namespace miscid::waves
