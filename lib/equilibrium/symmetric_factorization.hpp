/** @file symmetric_factorization.hpp
 *  Bunch-Kaufman factorization P A P^T = L D L^T of a small symmetric indefinite matrix: solves, and gives the inertia in
 *  one go. Eigen's LDLT is not meant for indefinite matrices, and a LAPACK may start threads in the host
 *  (docs/decisions/0003-symmetric-factorization.md).
 */
#pragma once

#include "equilibrium/linear_solve.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

template <int N>
class SymmetricFactorization {
public:
    using Matrix = Eigen::Matrix<double, N, N>;
    using Vector = Eigen::Matrix<double, N, 1>;

    explicit SymmetricFactorization(const Matrix& matrix) : a_(matrix) { factorize(); }

    /** Number of negative eigenvalues (Sylvester's law of inertia). */
    int negative_eigenvalues() const { return negative_; }
    /** False if a pivot vanished. */
    bool regular() const { return regular_; }

    /** Solves A x = b; where a pivot vanished that component is left out. */
    Vector solve(const Vector& right_hand_side) const {
        Vector x;
        for (int i = 0; i < N; ++i) {
            x[i] = right_hand_side[order_[i]];
        }
        for (int k = 0; k < N; k += size_[k]) { // L
            for (int column = k; column < k + size_[k]; ++column) {
                for (int i = k + size_[k]; i < N; ++i) {
                    x[i] -= a_(i, column) * x[column];
                }
            }
        }
        for (int k = 0; k < N; k += size_[k]) { // D
            if (size_[k] == 1) {
                x[k] = a_(k, k) != 0.0 ? x[k] / a_(k, k) : 0.0;
            } else {
                const double off = a_(k + 1, k);
                const double p = a_(k, k) / off;
                const double q = a_(k + 1, k + 1) / off;
                const double scaled = 1.0 / (off * (p * q - 1.0)); // |p q| < 1 by the pivot rule
                const double first = x[k];
                x[k] = (q * first - x[k + 1]) * scaled;
                x[k + 1] = (p * x[k + 1] - first) * scaled;
            }
        }
        for (int k = N - 1; k >= 0; --k) { // L^T; within a 2x2 pivot L is the identity
            const int below = size_[k] == 2 ? k + 2 : k + 1;
            for (int i = below; i < N; ++i) {
                x[k] -= a_(i, k) * x[i];
            }
        }
        Vector solution;
        for (int i = 0; i < N; ++i) {
            solution[order_[i]] = x[i];
        }
        return solution;
    }

private:
    void exchange(int k, int p) {
        if (p != k) {
            a_.row(k).swap(a_.row(p));
            a_.col(k).swap(a_.col(p));
            std::swap(order_[k], order_[p]);
        }
    }

    void factorize() {
        static constexpr double alpha = 0.6403882032022076; // (1 + sqrt(17))/8 bounds the growth of the factors
        for (int i = 0; i < N; ++i) {
            order_[i] = i;
            size_[i] = 1;
        }
        const double scale = a_.cwiseAbs().maxCoeff();
        if (!(scale < 1e100)) {
            regular_ = false;
            return;
        }
        smallest_ = smallest_pivot_ratio * scale;
        for (int k = 0; k < N; k += size_[k]) {
            int r = k;
            double largest = 0.0; // below the diagonal of column k
            for (int i = k + 1; i < N; ++i) {
                if (std::abs(a_(i, k)) > largest) {
                    largest = std::abs(a_(i, k));
                    r = i;
                }
            }
            const double diagonal = std::abs(a_(k, k));
            if (diagonal < alpha * largest) {
                double row = 0.0; // off the diagonal of row r
                for (int i = k; i < N; ++i) {
                    row = i == r ? row : std::max(row, std::abs(a_(i, r)));
                }
                if (diagonal * row < alpha * largest * largest) {
                    if (std::abs(a_(r, r)) >= alpha * row) {
                        exchange(k, r);
                    } else {
                        exchange(k + 1, r);
                        size_[k] = 2;
                    }
                }
            }
            if (size_[k] == 1) {
                eliminate_one(k);
            } else {
                size_[k + 1] = 0;
                eliminate_two(k);
            }
        }
    }

    void eliminate_one(int k) {
        const double pivot = a_(k, k);
        if (!(std::abs(pivot) > smallest_)) {
            regular_ = false;
            a_.col(k).tail(N - k).setZero(); // by the pivot rule the column below is as small
            return;
        }
        negative_ += pivot < 0.0;
        for (int j = k + 1; j < N; ++j) {
            const double factor = a_(j, k) / pivot;
            for (int i = j; i < N; ++i) {
                a_(i, j) -= factor * a_(i, k);
                a_(j, i) = a_(i, j);
            }
        }
        for (int i = k + 1; i < N; ++i) {
            a_(i, k) /= pivot;
        }
    }

    void eliminate_two(int k) {
        negative_ += 1; // a 2x2 pivot has one eigenvalue of each sign
        const double off = a_(k + 1, k);
        const double p = a_(k, k) / off;
        const double q = a_(k + 1, k + 1) / off;
        const double scaled = 1.0 / (off * (p * q - 1.0));
        for (int j = k + 2; j < N; ++j) {
            const double u = (q * a_(j, k) - a_(j, k + 1)) * scaled;
            const double v = (p * a_(j, k + 1) - a_(j, k)) * scaled;
            for (int i = j; i < N; ++i) {
                a_(i, j) -= u * a_(i, k) + v * a_(i, k + 1);
                a_(j, i) = a_(i, j);
            }
            a_(k, j) = u; // kept in the unused upper part until the columns are free
            a_(k + 1, j) = v;
        }
        for (int j = k + 2; j < N; ++j) {
            a_(j, k) = a_(k, j);
            a_(j, k + 1) = a_(k + 1, j);
        }
    }

    Matrix a_;
    int order_[N];
    int size_[N]; ///< 1, or 2 followed by 0
    int negative_ = 0;
    double smallest_ = 0.0; ///< pivots up to this are taken for zero
    bool regular_ = true;
};

} // namespace miscid::equilibrium
