#include "waves/dense.hpp"

#include "flavor/flavor_space.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>

namespace miscid::waves {

namespace {

Eigen::Vector3d direction_of(const double* const (&direction)[3], int i) {
    return {direction[0][i], direction[1][i], direction[2][i]};
}

} // namespace

Eigen::MatrixXcd dense_operator(const Background& b, const Eigen::Vector3d& k) {
    const Complex imaginary(0.0, 1.0);
    Eigen::MatrixXcd m(3 * b.modes, 3 * b.modes);
    for (int i = 0; i < b.modes; ++i) {
        const Eigen::Vector3d q = direction_of(b.direction, i);
        const Eigen::Matrix3cd torque =
            -imaginary * flavor::cross_matrix(Eigen::Vector3d(b.P[0][i], b.P[1][i], b.P[2][i]));
        for (int j = 0; j < b.modes; ++j) {
            m.block<3, 3>(3 * i, 3 * j) = b.g[j] * (1.0 - q.dot(direction_of(b.direction, j))) * torque;
        }
        m.block<3, 3>(3 * i, 3 * i) +=
            imaginary * flavor::cross_matrix(Eigen::Vector3d(b.H[0][i], b.H[1][i], b.H[2][i]));
        m.block<3, 3>(3 * i, 3 * i).diagonal().array() += Complex(q.dot(k), b.damping ? -b.damping[i] : 0.0);
    }
    return m;
}

Eigen::MatrixXcd dense_operator(const ThreeFlavorBackground& b, const Eigen::Vector3d& k) {
    const Complex imaginary(0.0, 1.0);
    Eigen::MatrixXcd m(8 * b.modes, 8 * b.modes);
    for (int i = 0; i < b.modes; ++i) {
        const Eigen::Vector3d q = direction_of(b.direction, i);
        const Eigen::Matrix<Complex, 8, 8> torque = -imaginary * flavor::cross_matrix(b.P[i]);
        for (int j = 0; j < b.modes; ++j) {
            m.block<8, 8>(8 * i, 8 * j) = b.g[j] * (1.0 - q.dot(direction_of(b.direction, j))) * torque;
        }
        m.block<8, 8>(8 * i, 8 * i) += imaginary * flavor::cross_matrix(b.H[i]);
        m.block<8, 8>(8 * i, 8 * i).diagonal().array() += Complex(q.dot(k), b.damping ? -b.damping[i] : 0.0);
    }
    return m;
}

Eigen::MatrixXcd dense_operator(const AlignedBackground& b, const Eigen::Vector3d& k) {
    Eigen::MatrixXcd m(b.modes, b.modes);
    for (int i = 0; i < b.modes; ++i) {
        const Eigen::Vector3d q = direction_of(b.direction, i);
        for (int j = 0; j < b.modes; ++j) {
            m(i, j) = -b.e[j] * (1.0 - q.dot(direction_of(b.direction, j)));
        }
        m(i, i) += Complex(q.dot(k) + (b.frequency ? b.frequency[i] : 0.0), b.damping ? -b.damping[i] : 0.0);
    }
    return m;
}

Eigen::VectorXcd dense_spectrum(const Eigen::MatrixXcd& matrix) {
    const Eigen::ComplexEigenSolver<Eigen::MatrixXcd> solver(matrix, false);
    Eigen::VectorXcd values = solver.eigenvalues();
    std::sort(values.begin(), values.end(), [](Complex a, Complex b) { return a.imag() > b.imag(); });
    return values;
}

} // namespace miscid::waves
