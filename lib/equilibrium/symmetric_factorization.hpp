/** @file symmetric_factorization.hpp
 *  Bunch-Kaufman factorization P A P^T = L D L^T of a small symmetric indefinite matrix: solves, and gives the inertia in
 *  one go. Eigen's LDLT is not meant for indefinite matrices, and a LAPACK may start threads in the host
 *  (docs/decisions/0003-symmetric-factorization.md).
 *
 *  Only the lower triangle is worked on, a column at a time in groups of four rows: fixed sizes of which Eigen makes vectors.
 *  A group may reach above the diagonal; what stands there is finite and never read.
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

    explicit SymmetricFactorization(const Matrix& matrix) {
        for (int j = 0; j < N; ++j) {
            order_[j] = j;
            if constexpr (rows == N) {
                a_[j] = matrix.col(j);
            } else {
                a_[j] << matrix.col(j).array(), Eigen::Array<double, rows - N, 1>::Zero();
            }
        }
        factorize(matrix.cwiseAbs().maxCoeff());
    }

    /** Number of negative eigenvalues (Sylvester's law of inertia). */
    int negative_eigenvalues() const { return negative_; }
    /** False if a pivot vanished. */
    bool regular() const { return regular_; }

    /** Smallest pivot relative to the largest entry: about the softest eigenvalue over the stiffest. */
    double softness() const {
        double largest_inverse = 0.0;
        for (int i = 0; i < N; ++i) {
            largest_inverse = std::max({largest_inverse, std::abs(inverse_[i]), std::abs(inverse_off_[i + 1])});
        }
        return regular_ && largest_inverse > 0.0 ? 1.0 / (scale_ * largest_inverse) : 0.0;
    }

    /** Solves A x = b; where a pivot vanished that component is left out. */
    Vector solve(const Vector& right_hand_side) const {
        // Row by row, the newest unknown last: only its product has to be waited for.
        double x[N];
        for (int i = 0; i < N; ++i) { // L
            x[i] = right_hand_side[order_[i]];
            for (int k = 0; k < i; ++k) {
                x[i] -= a_[k][i] * x[k];
            }
        }
        double y[N + 2] = {}; // y[i + 1] belongs to row i
        for (int i = 0; i < N; ++i) {
            y[i + 1] = x[i];
        }
        for (int i = 0; i < N; ++i) { // D
            x[i] = inverse_[i] * y[i + 1] + (inverse_off_[i + 1] * y[i + 2] + inverse_off_[i] * y[i]);
        }
        for (int i = N - 1; i >= 0; --i) { // L^T
            for (int k = N - 1; k > i; --k) {
                x[i] -= a_[i][k] * x[k];
            }
        }
        Vector solution;
        for (int i = 0; i < N; ++i) {
            solution[order_[i]] = x[i];
        }
        return solution;
    }

private:
    static constexpr int group = 4;
    static constexpr int rows = (N + group - 1) / group * group;

    using Column = Eigen::Array<double, rows, 1>;
    using Group = Eigen::Array<double, group, 1>;

    /** Rows from `first` on of a column, zeros before. */
    static Column below(const Column& column, int first) {
        return column * Eigen::Map<const Column>(steps.zeros_then_ones + rows - first);
    }

    /** The rows of a group, from row i on. */
    static Eigen::Map<Group, Eigen::Aligned16> group_of(Column& column, int i) {
        return Eigen::Map<Group, Eigen::Aligned16>(column.data() + i);
    }

    void exchange(int k, int p) { // k < p
        for (int j = 0; j < k; ++j) {
            std::swap(a_[j][k], a_[j][p]);
        }
        std::swap(a_[k][k], a_[p][p]);
        for (int i = k + 1; i < p; ++i) {
            std::swap(a_[k][i], a_[i][p]);
        }
        for (int i = p + 1; i < N; ++i) {
            std::swap(a_[k][i], a_[p][i]);
        }
        std::swap(order_[k], order_[p]);
    }

    /** Brings the pivot to k; true if it is a 2x2 pivot, k and k + 1. */
    bool choose_pivot(int k) {
        static constexpr double alpha = 0.6403882032022076; // (1 + sqrt(17))/8 bounds the growth of the factors
        const double diagonal = std::abs(a_[k][k]);
        const double largest = below(a_[k], k + 1).abs().maxCoeff();
        if (!(diagonal < alpha * largest)) {
            return false;
        }
        int r = k + 1; // row of the largest entry
        while (std::abs(a_[k][r]) != largest) {
            ++r;
        }
        double row = below(a_[r], r + 1).abs().maxCoeff(); // off the diagonal of row r
        for (int j = k; j < r; ++j) {
            row = std::max(row, std::abs(a_[j][r]));
        }
        if (!(diagonal * row < alpha * largest * largest)) {
            return false;
        }
        const bool single = std::abs(a_[r][r]) >= alpha * row;
        const int place = single ? k : k + 1;
        if (place != r) {
            exchange(place, r);
        }
        return !single;
    }

    void factorize(double scale) {
        regular_ = scale < 1e100;
        scale_ = std::max(scale, smallest_invertible);
        if (!regular_) {
            std::fill_n(a_, N, Column::Zero());
            return;
        }
        smallest_ = std::max(smallest_pivot_ratio * scale, smallest_invertible);
        for (int k = 0; k < N;) {
            if (choose_pivot(k)) {
                eliminate_two(k);
                k += 2;
            } else {
                eliminate_one(k);
                k += 1;
            }
        }
    }

    void eliminate_one(int k) {
        const double pivot = a_[k][k];
        if (!(std::abs(pivot) > smallest_)) {
            regular_ = false;
            a_[k].setZero(); // by the pivot rule the column below is as small
            return;
        }
        negative_ += pivot < 0.0;
        inverse_[k] = 1.0 / pivot;
        const Column u = below(a_[k], k + 1);
        Column& factor = a_[k];
        factor = u * inverse_[k];
        for (int j = k + 1; j < N; ++j) {
            for (int i = j / group * group; i < rows; i += group) {
                group_of(a_[j], i) -= group_of(factor, i) * u[j];
            }
        }
    }

    void eliminate_two(int k) {
        negative_ += 1; // a 2x2 pivot has one eigenvalue of each sign
        const double off = a_[k][k + 1];
        const double p = a_[k][k] / off;
        const double q = a_[k + 1][k + 1] / off;
        const double scaled = 1.0 / (off * (p * q - 1.0)); // |p q| < 1 by the pivot rule
        inverse_[k] = q * scaled;
        inverse_[k + 1] = p * scaled;
        inverse_off_[k + 1] = -scaled;
        const Column u = below(a_[k], k + 2);
        const Column v = below(a_[k + 1], k + 2);
        Column& factor_u = a_[k];
        Column& factor_v = a_[k + 1];
        factor_u = (q * u - v) * scaled;
        factor_v = (p * v - u) * scaled;
        for (int j = k + 2; j < N; ++j) {
            for (int i = j / group * group; i < rows; i += group) {
                group_of(a_[j], i) -= group_of(factor_u, i) * u[j] + group_of(factor_v, i) * v[j];
            }
        }
    }

    /** Pivots below this have no inverse in double precision. */
    static constexpr double smallest_invertible = 1e-290;

    struct Steps {
        double zeros_then_ones[2 * rows + 2] = {};
        constexpr Steps() {
            for (int i = rows; i < 2 * rows + 2; ++i) {
                zeros_then_ones[i] = 1.0;
            }
        }
    };
    static constexpr Steps steps{};

    Column a_[N]; ///< below the diagonal L where that column is done
    int order_[N];
    double inverse_[N] = {};         ///< diagonal of 1/D, 0 where a pivot vanished
    double inverse_off_[N + 1] = {}; ///< [i + 1]: element i, i + 1 of 1/D
    int negative_ = 0;
    double scale_ = 1.0;    ///< largest entry
    double smallest_ = 0.0; ///< pivots up to this are taken for zero
    bool regular_ = true;
};

} // namespace miscid::equilibrium
