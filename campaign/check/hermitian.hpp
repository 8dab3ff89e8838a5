/** @file hermitian.hpp
 *  Hermitian N x N matrices as N^2 real coordinates in which Tr(X Y) is the plain scalar product, and their eigenvectors
 *  by Jacobi rotations (the only method that keeps small components at scale separation, equilibrium-solver.md section 5).
 *
 *  Coordinates: the N diagonal elements, then sqrt2 Re X_ij and sqrt2 Im X_ij for every i < j.
 */
#pragma once

#include "check/real.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace miscid::campaign {

template <class Real>
struct Complex {
    Real re = 0, im = 0;
    friend Complex operator*(const Complex& a, const Complex& b) {
        return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
    }
    friend Complex operator*(const Real& a, const Complex& b) { return {a * b.re, a * b.im}; }
    friend Complex operator+(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
    friend Complex operator-(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }
    friend Complex operator-(const Complex& a) { return {-a.re, -a.im}; }
    Complex conjugate() const { return {re, -im}; }
    Real norm2() const { return re * re + im * im; }
};

template <class Real, int N>
using Coordinates = std::array<Real, static_cast<std::size_t>(N* N)>;

template <class Real, int N>
using Matrix = std::array<std::array<Complex<Real>, static_cast<std::size_t>(N)>, static_cast<std::size_t>(N)>;

template <class Real, int N>
Matrix<Real, N> matrix_of(const Coordinates<Real, N>& x) {
    static const Real half = square_root(Real(0.5));
    Matrix<Real, N> X{};
    std::size_t k = N;
    for (std::size_t i = 0; i < N; ++i) {
        X[i][i].re = x[i];
        for (std::size_t j = i + 1; j < N; ++j, k += 2) {
            X[i][j] = {half * x[k], half * x[k + 1]};
            X[j][i] = X[i][j].conjugate();
        }
    }
    return X;
}

/** Coordinates of the Hermitian part (X + X^dagger)/2. */
template <class Real, int N>
Coordinates<Real, N> coordinates_of(const Matrix<Real, N>& X) {
    static const Real half = square_root(Real(0.5));
    Coordinates<Real, N> x{};
    std::size_t k = N;
    for (std::size_t i = 0; i < N; ++i) {
        x[i] = X[i][i].re;
        for (std::size_t j = i + 1; j < N; ++j, k += 2) {
            x[k] = half * (X[i][j].re + X[j][i].re);
            x[k + 1] = half * (X[i][j].im - X[j][i].im);
        }
    }
    return x;
}

template <class Real, int N>
Matrix<Real, N> multiplied(const Matrix<Real, N>& X, const Matrix<Real, N>& Y) {
    Matrix<Real, N> product{};
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) {
            for (std::size_t k = 0; k < N; ++k) {
                product[i][j] = product[i][j] + X[i][k] * Y[k][j];
            }
        }
    }
    return product;
}

/** Coordinates of -i [X, Y], a Hermitian matrix. */
template <class Real, int N>
Coordinates<Real, N> commutator(const Coordinates<Real, N>& x, const Coordinates<Real, N>& y) {
    const auto X = matrix_of<Real, N>(x), Y = matrix_of<Real, N>(y);
    Matrix<Real, N> C{};
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) {
            Complex<Real> sum;
            for (std::size_t l = 0; l < N; ++l) {
                sum = sum + X[i][l] * Y[l][j] - Y[i][l] * X[l][j];
            }
            C[i][j] = {sum.im, -sum.re};
        }
    }
    return coordinates_of<Real, N>(C);
}

template <class Real, int N>
Real product(const Coordinates<Real, N>& x, const Coordinates<Real, N>& y) {
    Real sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += x[i] * y[i];
    }
    return sum;
}

/** Eigenvalues in ascending order and their eigenvectors: vector[a][i] is component i of eigenvector a. */
template <class Real, int N>
struct Eigensystem {
    std::array<Real, static_cast<std::size_t>(N)> value{};
    Matrix<Real, N> vector{};
};

template <class Real, int N>
Eigensystem<Real, N> eigensystem(const Coordinates<Real, N>& x) {
    auto X = matrix_of<Real, N>(x);
    Eigensystem<Real, N> result;
    auto& V = result.vector;
    for (std::size_t i = 0; i < N; ++i) {
        V[i][i].re = 1;
    }
    constexpr int most_sweeps = N == 2 ? 1 : 30;
    Real largest_turn = 1;
    for (int sweep = 0; sweep < most_sweeps && largest_turn > Precision<Real>::epsilon; ++sweep) {
        largest_turn = 0;
        for (std::size_t p = 0; p < N; ++p) {
            for (std::size_t q = p + 1; q < N; ++q) {
                const Real size = square_root(X[p][q].norm2());
                if (size == 0) {
                    continue;
                }
                const Complex<Real> phase = (1 / size) * X[p][q];
                const Real tau = (X[q][q].re - X[p][p].re) / (2 * size);
                const Real t = (tau >= 0 ? 1 : -1) / (magnitude(tau) + square_root(1 + tau * tau));
                const Real c = 1 / square_root(1 + t * t);
                const Real s = t * c;
                largest_turn = magnitude(t) > largest_turn ? magnitude(t) : largest_turn;
                X[p][p].re -= t * size;
                X[q][q].re += t * size;
                X[p][q] = X[q][p] = {};
                for (std::size_t i = 0; i < N; ++i) { // row p, column p and their conjugates
                    if (i == p || i == q) {
                        continue;
                    }
                    const Complex<Real> ip = X[i][p], iq = phase.conjugate() * X[i][q];
                    X[i][p] = c * ip - s * iq;
                    X[i][q] = phase * (s * ip + c * iq);
                    X[p][i] = X[i][p].conjugate();
                    X[q][i] = X[i][q].conjugate();
                }
                for (std::size_t i = 0; i < N; ++i) {
                    const Complex<Real> vp = V[p][i], vq = phase.conjugate() * V[q][i];
                    V[p][i] = c * vp - s * vq;
                    V[q][i] = phase * (s * vp + c * vq);
                }
            }
        }
    }
    for (std::size_t a = 0; a < N; ++a) {
        result.value[a] = X[a][a].re;
    }
    for (std::size_t a = 0; a + 1 < N; ++a) {
        for (std::size_t b = a + 1; b < N; ++b) {
            if (result.value[b] < result.value[a]) {
                std::swap(result.value[a], result.value[b]);
                std::swap(V[a], V[b]);
            }
        }
    }
    return result;
}

} // namespace miscid::campaign
