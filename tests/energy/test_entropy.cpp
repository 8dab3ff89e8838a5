// S19-S24 of the supplement of Fiorillo, Raffelt & Sigl, against the matrix logarithm.
#include "energy/entropy.hpp"
#include "energy/gradient_force.hpp"
#include "flavor/three_flavor.hpp"
#include "kinetics/random_numbers.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <unsupported/Eigen/MatrixFunctions>

using namespace miscid;

namespace {

/** A random density matrix with eigenvalues inside (0, 1), and a random Hermitian change of it. */
struct Sample {
    explicit Sample(int N_f, std::uint64_t seed) {
        kinetics::RandomNumbers random(seed);
        const auto hermitian = [&] {
            Eigen::MatrixXcd m(N_f, N_f);
            for (int i = 0; i < N_f; ++i) {
                for (int j = 0; j < N_f; ++j) {
                    const double re = random.normal();
                    m(i, j) = {re, random.normal()};
                }
            }
            return Eigen::MatrixXcd(0.5 * (m + m.adjoint()));
        };
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> frame(hermitian());
        Eigen::VectorXd values(N_f);
        for (int i = 0; i < N_f; ++i) {
            values[i] = 0.05 + 0.9 * random.uniform();
        }
        rho = frame.eigenvectors() * values.asDiagonal() * frame.eigenvectors().adjoint();
        change = 0.1 * hermitian();
    }
    Eigen::MatrixXcd rho, change;
};

Eigen::VectorXd vector_of(const Eigen::MatrixXcd& m) {
    if (m.rows() == 2) {
        return Eigen::Vector3d(2.0 * m(0, 1).real(), -2.0 * m(0, 1).imag(), (m(0, 0) - m(1, 1)).real());
    }
    return flavor::vector_of_matrix(m);
}

double entropy_by_logarithm(const Eigen::MatrixXcd& rho) {
    const Eigen::MatrixXcd one = Eigen::MatrixXcd::Identity(rho.rows(), rho.rows()), hole = one - rho;
    return -(rho * rho.log() + hole * hole.log()).trace().real();
}

} // namespace

TEST_CASE("entropy and its rate are those of the matrix logarithm") {
    for (const int N_f : {2, 3}) {
        const Sample s(N_f, 3);
        const double trace = s.rho.trace().real();
        CHECK(energy::entropy_of_state(trace, vector_of(s.rho)) == Approx(entropy_by_logarithm(s.rho)).epsilon(1e-12));
        const double h = 1e-6;
        const double slope =
            (entropy_by_logarithm(s.rho + h * s.change) - entropy_by_logarithm(s.rho - h * s.change)) / (2 * h);
        CHECK(energy::entropy_rate(trace, vector_of(s.rho), s.change.trace().real(), vector_of(s.change)) ==
              Approx(slope).epsilon(1e-7));
    }
}

TEST_CASE("pure and empty states have no entropy, and precession makes none") {
    CHECK(energy::entropy_of_state(1.0, Eigen::Vector3d(0.0, 0.6, 0.8)) == Approx(0.0).margin(1e-15));
    CHECK(energy::entropy_of_state(0.0, Eigen::Vector3d::Zero()) == 0.0);
    const Sample s(2, 8);
    const Eigen::Vector3d P = vector_of(s.rho), H(0.3, -1.0, 2.0);
    CHECK(energy::entropy_rate(s.rho.trace().real(), P, 0.0, H.cross(P)) == Approx(0.0).margin(1e-15));
}

TEST_CASE("force and flux of Eqs. 17-21") {
    // Two modes at an angle: Tr F of the matrices is Eq. 21 in polarization vectors.
    for (const int N_f : {2, 3}) {
        const Sample a(N_f, 11), b(N_f, 12);
        const double sqrt2GF = 0.7, cosine = -0.3;
        const std::vector<energy::RefractingMode> others = {{1.0, cosine, b.rho}};
        const Eigen::MatrixXcd F = energy::force(sqrt2GF, others, a.change);
        const double trace_part = b.rho.trace().real() * a.change.trace().real();
        const double both = (b.rho * a.change).trace().real();
        CHECK(F.trace().real() == Approx(0.5 * sqrt2GF * (1.0 - cosine) * 2.0 * (both + trace_part)).epsilon(1e-12));
        if (N_f == 2) {
            const double vectors = vector_of(b.rho).dot(vector_of(a.change));
            CHECK(F.trace().real() ==
                  Approx(0.5 * sqrt2GF * (1.0 - cosine) * (3.0 * trace_part + vectors)).epsilon(1e-12));
        }
        const Eigen::MatrixXcd omega = energy::quasi_particle_energy(sqrt2GF, others);
        const Eigen::MatrixXcd expected =
            sqrt2GF * (1.0 - cosine) * (b.rho + b.rho.trace().real() * Eigen::MatrixXcd::Identity(N_f, N_f));
        CHECK((omega - expected).norm() < 1e-14);
        // {grad Omega, drho}/2 traced is what changes the entropy in S22; it is a divergence (S23).
        CHECK((0.5 * (omega * a.change + a.change * omega) - F).norm() < 1e-13);
    }
}
