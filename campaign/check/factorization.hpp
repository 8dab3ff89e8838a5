/** @file factorization.hpp
 *  Symmetric indefinite matrices: P A P^T = L D L^T with 1x1 and 2x2 pivots (Bunch and Kaufman 1977), which gives the
 *  inertia; eigenvalues by Jacobi rotations; and Gaussian elimination for matrices that are not symmetric.
 */
#pragma once

#include "check/real.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace miscid::campaign {

template <class Real>
class SquareMatrix {
public:
    explicit SquareMatrix(std::size_t n) : n_(n), element_(n * n, Real(0)) {}
    std::size_t size() const { return n_; }
    Real& operator()(std::size_t i, std::size_t j) { return element_[i * n_ + j]; }
    const Real& operator()(std::size_t i, std::size_t j) const { return element_[i * n_ + j]; }

private:
    std::size_t n_;
    std::vector<Real> element_;
};

template <class Real>
class SymmetricFactors {
public:
    explicit SymmetricFactors(SquareMatrix<Real> matrix) : a_(std::move(matrix)), order_(a_.size()), wide_(a_.size()) {
        const std::size_t n = a_.size();
        for (std::size_t i = 0; i < n; ++i) {
            order_[i] = i;
        }
        const Real alpha = (1 + square_root(Real(17))) / 8;
        for (std::size_t k = 0; k < n;) {
            std::size_t r = k;
            Real below = 0; // largest element of column k below the diagonal
            for (std::size_t i = k + 1; i < n; ++i) {
                if (magnitude(a_(i, k)) > below) {
                    below = magnitude(a_(i, k));
                    r = i;
                }
            }
            bool wide = false;
            if (magnitude(a_(k, k)) < alpha * below) {
                Real across = 0; // largest off-diagonal element of column r
                for (std::size_t j = k; j < n; ++j) {
                    across = j == r ? across : std::max(across, magnitude(a_(r, j)));
                }
                if (magnitude(a_(k, k)) * across < alpha * below * below) {
                    wide = magnitude(a_(r, r)) < alpha * across;
                    exchange(wide ? k + 1 : k, r);
                }
            }
            if (!wide && a_(k, k) == 0) {
                regular_ = false;
                return;
            }
            eliminate(k, wide);
            wide_[k] = wide;
            k += wide ? 2 : 1;
        }
    }

    bool regular() const { return regular_; }
    int negative_eigenvalues() const { return negative_; }

    std::vector<Real> solve(const std::vector<Real>& right) const {
        const std::size_t n = a_.size();
        std::vector<Real> y(n), x(n);
        for (std::size_t i = 0; i < n; ++i) {
            y[i] = right[order_[i]];
        }
        for (std::size_t k = 0; k < n; k += wide_[k] ? 2 : 1) {
            const std::size_t width = wide_[k] ? 2 : 1;
            for (std::size_t i = k + width; i < n; ++i) {
                for (std::size_t j = k; j < k + width; ++j) {
                    y[i] -= a_(i, j) * y[j];
                }
            }
        }
        for (std::size_t k = 0; k < n; k += wide_[k] ? 2 : 1) {
            if (wide_[k]) {
                const Real a = a_(k, k), b = a_(k + 1, k), d = a_(k + 1, k + 1);
                const Real determinant = a * d - b * b;
                const Real first = (d * y[k] - b * y[k + 1]) / determinant;
                y[k + 1] = (a * y[k + 1] - b * y[k]) / determinant;
                y[k] = first;
            } else {
                y[k] /= a_(k, k);
            }
        }
        for (std::size_t j = n; j-- > 0;) {
            const bool second = j > 0 && wide_[j - 1];
            const std::size_t first_below = j + (wide_[j] ? 2 : 1);
            for (std::size_t i = second ? j + 1 : first_below; i < n; ++i) {
                y[j] -= a_(i, j) * y[i];
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            x[order_[i]] = y[i];
        }
        return x;
    }

private:
    void exchange(std::size_t p, std::size_t q) {
        if (p == q) {
            return;
        }
        const std::size_t n = a_.size();
        for (std::size_t j = 0; j < n; ++j) {
            std::swap(a_(p, j), a_(q, j));
        }
        for (std::size_t i = first_open_; i < n; ++i) { // columns only where not yet eliminated
            std::swap(a_(i, p), a_(i, q));
        }
        std::swap(order_[p], order_[q]);
    }
    void eliminate(std::size_t k, bool wide) {
        const std::size_t n = a_.size();
        if (!wide) {
            negative_ += a_(k, k) < 0;
            for (std::size_t i = k + 1; i < n; ++i) {
                const Real l = a_(i, k) / a_(k, k);
                for (std::size_t j = k + 1; j <= i; ++j) {
                    a_(i, j) -= l * a_(j, k);
                    a_(j, i) = a_(i, j);
                }
            }
            for (std::size_t i = k + 1; i < n; ++i) {
                a_(i, k) /= a_(k, k);
            }
            first_open_ = k + 1;
            return;
        }
        const Real a = a_(k, k), b = a_(k + 1, k), d = a_(k + 1, k + 1);
        const Real determinant = a * d - b * b;
        negative_ += determinant < 0 ? 1 : (a < 0 ? 2 : 0);
        regular_ = regular_ && determinant != 0;
        std::vector<std::pair<Real, Real>> l(n);
        for (std::size_t i = k + 2; i < n; ++i) {
            l[i] = {(d * a_(i, k) - b * a_(i, k + 1)) / determinant, (a * a_(i, k + 1) - b * a_(i, k)) / determinant};
        }
        for (std::size_t i = k + 2; i < n; ++i) {
            for (std::size_t j = k + 2; j <= i; ++j) {
                a_(i, j) -= l[i].first * a_(j, k) + l[i].second * a_(j, k + 1);
                a_(j, i) = a_(i, j);
            }
        }
        for (std::size_t i = k + 2; i < n; ++i) {
            a_(i, k) = l[i].first;
            a_(i, k + 1) = l[i].second;
        }
        first_open_ = k + 2;
    }

    SquareMatrix<Real> a_; ///< L below the diagonal, D on it (and beside it for 2x2 pivots)
    std::vector<std::size_t> order_;
    std::vector<char> wide_; ///< a 2x2 pivot begins here
    std::size_t first_open_ = 0;
    int negative_ = 0;
    bool regular_ = true;
};

/** Eigenvalues of a symmetric matrix by growing magnitude, and their eigenvectors (Jacobi rotations). */
template <class Real>
struct SymmetricEigenvalues {
    std::vector<Real> value;
    std::vector<std::vector<Real>> vector;

    explicit SymmetricEigenvalues(SquareMatrix<Real> a) {
        const std::size_t n = a.size();
        vector.assign(n, std::vector<Real>(n, Real(0)));
        for (std::size_t i = 0; i < n; ++i) {
            vector[i][i] = 1;
        }
        Real largest_turn = 1;
        for (int sweep = 0; sweep < 40 && largest_turn > 100 * Precision<Real>::epsilon; ++sweep) {
            largest_turn = 0;
            for (std::size_t p = 0; p < n; ++p) {
                for (std::size_t q = p + 1; q < n; ++q) {
                    if (a(p, q) != 0) {
                        largest_turn = std::max(largest_turn, rotate(a, p, q));
                    }
                }
            }
        }
        std::vector<std::size_t> order(n);
        for (std::size_t i = 0; i < n; ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(),
                  [&](std::size_t i, std::size_t j) { return magnitude(a(i, i)) < magnitude(a(j, j)); });
        auto unsorted = vector;
        for (std::size_t i = 0; i < n; ++i) {
            value.push_back(a(order[i], order[i]));
            vector[i] = unsorted[order[i]];
        }
    }

private:
    Real rotate(SquareMatrix<Real>& a, std::size_t p, std::size_t q) {
        const std::size_t n = a.size();
        const Real tau = (a(q, q) - a(p, p)) / (2 * a(p, q));
        const Real t = (tau >= 0 ? 1 : -1) / (magnitude(tau) + square_root(1 + tau * tau));
        const Real c = 1 / square_root(1 + t * t), s = t * c;
        for (std::size_t i = 0; i < n; ++i) {
            const Real ip = a(i, p), iq = a(i, q);
            a(i, p) = c * ip - s * iq;
            a(i, q) = s * ip + c * iq;
        }
        for (std::size_t i = 0; i < n; ++i) {
            const Real pi = a(p, i), qi = a(q, i);
            a(p, i) = c * pi - s * qi;
            a(q, i) = s * pi + c * qi;
            const Real vp = vector[p][i], vq = vector[q][i];
            vector[p][i] = c * vp - s * vq;
            vector[q][i] = s * vp + c * vq;
        }
        return magnitude(t);
    }
};

template <class Real>
Real smallest_eigenvalue(const SquareMatrix<Real>& a) {
    return SymmetricEigenvalues<Real>(a).value.front();
}

/** Solves a x = right by Gaussian elimination with partial pivoting; false if singular. */
template <class Real>
bool solve_general(SquareMatrix<Real> a, std::vector<Real> right, std::vector<Real>& x) {
    const std::size_t n = a.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i) {
            pivot = magnitude(a(i, k)) > magnitude(a(pivot, k)) ? i : pivot;
        }
        if (!(magnitude(a(pivot, k)) > 0)) {
            return false;
        }
        for (std::size_t j = 0; pivot != k && j < n; ++j) {
            std::swap(a(k, j), a(pivot, j));
        }
        std::swap(right[k], right[pivot]);
        for (std::size_t i = k + 1; i < n; ++i) {
            const Real l = a(i, k) / a(k, k);
            for (std::size_t j = k; l != 0 && j < n; ++j) {
                a(i, j) -= l * a(k, j);
            }
            right[i] -= l * right[k];
        }
    }
    x.assign(n, Real(0));
    for (std::size_t k = n; k-- > 0;) {
        Real sum = right[k];
        for (std::size_t j = k + 1; j < n; ++j) {
            sum -= a(k, j) * x[j];
        }
        x[k] = sum / a(k, k);
    }
    return true;
}

} // namespace miscid::campaign
