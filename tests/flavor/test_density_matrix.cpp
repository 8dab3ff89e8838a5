// Two-flavor packing against complex 2x2 matrices written out with Pauli matrices (theory.md section 1; 003 Eq. 10).
#include "catch.hpp"
#include "flavor/two_flavor.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include <complex>
#include <random>

using miscid::flavor::DensityMatrix;
using miscid::flavor::FlavorVector;
using Matrix = Eigen::Matrix2cd;

namespace {

const std::complex<double> i(0, 1);

/** (trace + V.sigma)/2 */
Matrix from_pauli(double trace, const FlavorVector& V) {
    Matrix x, y, z;
    x << 0, 1, 1, 0;
    y << 0, -i, i, 0;
    z << 1, 0, 0, -1;
    return 0.5 * (trace * Matrix::Identity() + V.x() * x + V.y() * y + V.z() * z);
}

Matrix matrix(const DensityMatrix& rho) {
    Matrix m;
    m << rho.ee, rho.re_ex + i * rho.im_ex, rho.re_ex - i * rho.im_ex, rho.xx;
    return m;
}

struct Random {
    std::mt19937 engine{20250301};
    double operator()() { return std::uniform_real_distribution<double>(-1, 1)(engine); }
    FlavorVector vector() {
        const double x = (*this)(), y = (*this)(), z = (*this)();
        return {x, y, z};
    }
};

} // namespace

TEST_CASE("rho = (P0 + P.sigma)/2 with z the electron flavor") {
    Random random;
    for (int sample = 0; sample < 200; ++sample) {
        const double P0 = 1 + random();
        const FlavorVector P = random.vector();
        const DensityMatrix rho = miscid::flavor::density_matrix({P0, P});
        CHECK((matrix(rho) - from_pauli(P0, P)).norm() < 1e-15);
    }
}

TEST_CASE("rho to P0, P and back") {
    Random random;
    for (int sample = 0; sample < 200; ++sample) {
        const DensityMatrix rho{0.5 + 0.5 * random(), 0.5 + 0.5 * random(), random(), random()};
        const auto P = miscid::flavor::polarization(rho);
        CHECK(std::abs(P.trace - matrix(rho).trace().real()) < 1e-15);
        CHECK((from_pauli(P.trace, P.vector) - matrix(rho)).norm() < 1e-15);
        CHECK((matrix(miscid::flavor::density_matrix(P)) - matrix(rho)).norm() < 1e-15);
    }
}

TEST_CASE("Tr(rho H) = (P0 H0 + P.H)/2") {
    Random random;
    for (int sample = 0; sample < 200; ++sample) {
        const double P0 = random(), H0 = random();
        const FlavorVector P = random.vector(), H = random.vector();
        const Matrix rho = matrix(miscid::flavor::density_matrix({P0, P}));
        const Matrix hamiltonian = matrix(miscid::flavor::density_matrix({H0, H}));
        CHECK(std::abs((rho * hamiltonian).trace() - 0.5 * (P0 * H0 + P.dot(H))) < 1e-15);
    }
}

TEST_CASE("i d rho/dt = [H, rho] is dP/dt = H x P") {
    Random random;
    for (int sample = 0; sample < 200; ++sample) {
        const FlavorVector P = random.vector(), H = random.vector();
        const Matrix rho = matrix(miscid::flavor::density_matrix({1, P}));
        const Matrix hamiltonian = matrix(miscid::flavor::density_matrix({0, H}));
        const Matrix change = -i * (hamiltonian * rho - rho * hamiltonian);
        const Matrix expected = matrix(miscid::flavor::density_matrix({0, H.cross(P)}));
        CHECK((change - expected).norm() < 1e-15);
    }
}

TEST_CASE("eigenvalues of rho are (P0 +- |P|)/2 and stay in [0, 1] up to the largest |P|") {
    Random random;
    for (int sample = 0; sample < 200; ++sample) {
        const double P0 = 1 + random();
        const FlavorVector direction = random.vector().normalized();
        const double largest = miscid::flavor::largest_polarization(P0);
        const auto eigenvalues = [&](double length) {
            const auto rho = miscid::flavor::density_matrix({P0, length * direction});
            return Eigen::SelfAdjointEigenSolver<Matrix>(matrix(rho)).eigenvalues();
        };
        const auto at_limit = eigenvalues(largest);
        CHECK(std::abs(at_limit[0] - 0.5 * (P0 - largest)) < 2e-15);
        CHECK(std::abs(at_limit[1] - 0.5 * (P0 + largest)) < 2e-15);
        CHECK(at_limit[0] > -2e-15);
        CHECK(at_limit[1] < 1 + 2e-15);
        const auto beyond = eigenvalues(largest + 1e-3);
        CHECK((beyond[0] < -1e-4 || beyond[1] > 1 + 1e-4));
    }
}

TEST_CASE("angle between flavor vectors keeps its digits near 0 and pi") {
    const double pi = 3.141592653589793;
    for (const double angle : {1e-12, 1e-8, 1e-3, 1.0, 2.0, 3.0}) {
        const FlavorVector a(0, 0, 3), b(2 * std::sin(angle), 0, 2 * std::cos(angle));
        CHECK(std::abs(miscid::flavor::angle_between(a, b) - angle) < 4e-16 * std::max(angle, 1.0) + 1e-15 * angle);
        CHECK(std::abs(miscid::flavor::angle_between(a, -b) - (pi - angle)) < 2e-15);
    }
    CHECK(std::abs(miscid::flavor::angle_between({0, 0, 1}, {1e-12, 0, 1}) / 1e-12 - 1) < 1e-12);
}
