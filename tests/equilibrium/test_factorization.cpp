// Bunch-Kaufman solves and inertia against Eigen's eigenvalues and known signatures.
#include "catch.hpp"
#include "equilibrium/symmetric_factorization.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <random>

namespace {

constexpr int N = 12;
using Factorization = miscid::equilibrium::SymmetricFactorization<N>;
using Matrix = Factorization::Matrix;
using Vector = Factorization::Vector;

struct Random {
    std::mt19937 engine{7};
    std::normal_distribution<double> normal;
    Matrix matrix() {
        return Matrix::NullaryExpr([this](Eigen::Index, Eigen::Index) { return normal(engine); });
    }
    Matrix symmetric() {
        const Matrix m = matrix();
        return 0.5 * (m + m.transpose());
    }
    Vector vector() {
        return Vector::NullaryExpr([this](Eigen::Index) { return normal(engine); });
    }
};

int negative_eigenvalues(const Matrix& A) {
    return static_cast<int>((Eigen::SelfAdjointEigenSolver<Matrix>(A).eigenvalues().array() < 0).count());
}

/** Backward error of a solve. */
double backward_error(const Matrix& A, const Vector& x, const Vector& b) {
    return (A * x - b).norm() / (A.norm() * x.norm() + b.norm());
}

void check(const Matrix& A, const Vector& b) {
    const Factorization factors(A);
    CHECK(factors.regular());
    CHECK(factors.negative_eigenvalues() == negative_eigenvalues(A));
    CHECK(backward_error(A, factors.solve(b), b) < 1e-14);
}

} // namespace

TEST_CASE("random symmetric matrices: inertia of the eigenvalues, backward-stable solve") {
    Random random;
    for (int sample = 0; sample < 2000; ++sample)
        check(random.symmetric(), random.vector());
}

TEST_CASE("zero diagonals need 2x2 pivots") {
    Random random;
    for (int sample = 0; sample < 2000; ++sample) {
        Matrix A = random.symmetric();
        A.diagonal().setZero();
        check(A, random.vector());
        Matrix blocks = Matrix::Zero(); // [0 X; X^T 0]: six eigenvalues of each sign, whatever X
        blocks.topRightCorner<6, 6>() = A.topRightCorner<6, 6>();
        blocks.bottomLeftCorner<6, 6>() = A.topRightCorner<6, 6>().transpose();
        check(blocks, random.vector());
        CHECK(Factorization(blocks).negative_eigenvalues() == 6);
    }
}

TEST_CASE("known signature: Q diag Q^T has the signs of diag, over ten orders of magnitude") {
    Random random;
    for (int sample = 0; sample < 500; ++sample) {
        const Matrix Q = Eigen::HouseholderQR<Matrix>(random.matrix()).householderQ();
        const int negative = sample % (N + 1);
        Vector diagonal;
        for (int i = 0; i < N; ++i)
            diagonal[i] =
                (i < negative ? -1 : 1) * std::pow(10, std::uniform_real_distribution<double>(-5, 5)(random.engine));
        const Matrix rotated = Q * diagonal.asDiagonal() * Q.transpose();
        const Matrix A = 0.5 * (rotated + rotated.transpose());
        const Factorization factors(A);
        CHECK(factors.regular());
        CHECK(factors.negative_eigenvalues() == negative);
        const Vector b = random.vector();
        CHECK(backward_error(A, factors.solve(b), b) < 1e-14);
    }
}

TEST_CASE("the metric diag(1, -1, -1, -1) of the field has nine negative eigenvalues") {
    Matrix g = -Matrix::Identity();
    g.topLeftCorner<3, 3>() *= -1;
    CHECK(Factorization(g).negative_eigenvalues() == 9);
}

TEST_CASE("a vanishing pivot is told, and the solve stays finite") {
    CHECK_FALSE(Factorization(Matrix::Zero()).regular());
    Matrix A = Matrix::Identity();
    A(4, 4) = 0;
    const Factorization factors(A);
    CHECK_FALSE(factors.regular());
    CHECK(factors.negative_eigenvalues() == 0);
    const Vector x = factors.solve(Vector::Ones());
    CHECK(x.allFinite());
    CHECK((A * x - A * Vector::Ones()).norm() == 0);
}
