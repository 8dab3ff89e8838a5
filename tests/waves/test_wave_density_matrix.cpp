// Density matrix and Wigner function of flavor waves: marginals, closed forms of one and two waves, evolution.
#include "waves/wave_density_matrix.hpp"

#include <catch.hpp>

#include <random>

using namespace miscid::waves;

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int places = 31;

Eigen::MatrixXcd random_fields(int components) {
    std::mt19937_64 random(8);
    std::normal_distribution<double> normal;
    Eigen::MatrixXcd psi(components, places);
    for (Complex& z : psi.reshaped()) {
        const double re = normal(random);
        z = {re, normal(random)};
    }
    return psi;
}

Complex wave(int n, int x) {
    return std::polar(1.0, 2.0 * pi * n * x / places);
}

} // namespace

TEST_CASE("marginals of the Wigner function are the fields' products and the density matrix") {
    const Eigen::MatrixXcd psi = random_fields(3);
    const Eigen::MatrixXcd amplitudes = wave_amplitudes(psi);
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            const Eigen::MatrixXcd wigner = wigner_function(psi, i, j);
            const Eigen::MatrixXcd mirrored = wigner_function(psi, j, i);
            CHECK((wigner - mirrored.conjugate()).norm() < 1e-12); // Hermitian in the mixed labels
            for (int x = 0; x < places; ++x) {
                CHECK(std::abs(wigner.row(x).sum() - psi(i, x) * std::conj(psi(j, x))) < 1e-12);
            }
            for (int n = -15; n <= 15; ++n) {
                CHECK(std::abs(wigner.col(n + 15).mean() - wave_density_matrix(amplitudes, n, n)(i, j)) < 1e-13);
            }
        }
    }
}

TEST_CASE("one wave is one wave number everywhere, two waves interfere half way between them") {
    Eigen::MatrixXcd psi(1, places);
    for (int x = 0; x < places; ++x) {
        psi(0, x) = 2.0 * wave(4, x);
    }
    Eigen::MatrixXcd wigner = wigner_function(psi, 0, 0);
    for (int x = 0; x < places; ++x) {
        for (int n = -15; n <= 15; ++n) {
            CHECK(std::abs(wigner(x, n + 15) - (n == 4 ? 4.0 : 0.0)) < 1e-12);
        }
    }
    for (int x = 0; x < places; ++x) {
        psi(0, x) = wave(2, x) + 0.5 * wave(6, x);
    }
    wigner = wigner_function(psi, 0, 0);
    for (int x = 0; x < places; ++x) {
        CHECK(std::abs(wigner(x, 2 + 15) - 1.0) < 1e-12);
        CHECK(std::abs(wigner(x, 6 + 15) - 0.25) < 1e-12);
        CHECK(std::abs(wigner(x, 4 + 15) - std::cos(2.0 * pi * 4 * x / places)) < 1e-12); // 2 x 1 x 1/2
    }
}

TEST_CASE("the density matrix of waves that stream and precess follows -i (Omega R - R Omega^*)") {
    // Psi_i = exp(i k x - i Omega_i t): R_nm picks up exp(-i (Omega_m,i - Omega_n,j^*) t).
    const Complex omega[2] = {{0.3, 0.02}, {-0.7, 0.1}};
    const double t = 1.9;
    Eigen::MatrixXcd start(2, places), later(2, places);
    for (int x = 0; x < places; ++x) {
        for (int i = 0; i < 2; ++i) {
            start(i, x) = wave(3, x) * (1.0 + i);
            later(i, x) = start(i, x) * std::exp(Complex(0, -1) * omega[i] * t);
        }
    }
    const Eigen::MatrixXcd before = wave_density_matrix(wave_amplitudes(start), 3, 3);
    const Eigen::MatrixXcd after = wave_density_matrix(wave_amplitudes(later), 3, 3);
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 2; ++j) {
            const Complex turned = before(i, j) * std::exp(Complex(0, -1) * (omega[i] - std::conj(omega[j])) * t);
            CHECK(std::abs(after(i, j) - turned) < 1e-12);
        }
    }
}
