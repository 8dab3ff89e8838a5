/** @file linear_solve.hpp
 *  Solves a small dense system by partial pivoting, refusing singular matrices before anything is divided by zero: hosts may
 *  trap floating-point exceptions.
 */
#pragma once

#include <Eigen/LU>

namespace miscid::equilibrium {

/** Largest ratio of pivots for which a step is still worth taking. */
inline constexpr double smallest_pivot_ratio = 1e-40;

template <int N>
bool solve_linear(const Eigen::Matrix<double, N, N>& matrix, const Eigen::Matrix<double, N, 1>& right,
                  Eigen::Matrix<double, N, 1>& solution) {
    const Eigen::PartialPivLU<Eigen::Matrix<double, N, N>> lu(matrix);
    const auto pivots = lu.matrixLU().diagonal().cwiseAbs();
    const double largest = pivots.maxCoeff();
    if (!(largest < 1e100) || !(pivots.minCoeff() > smallest_pivot_ratio * largest)) {
        return false;
    }
    solution = lu.solve(right);
    return true;
}

} // namespace miscid::equilibrium
