// The kinetic equation without space: theory.md section 7 rows 7 to 10.
#include "flavor/flavor_space.hpp"
#include "kinetics/homogeneous.hpp"
#include "medium/constants.hpp"
#include "medium/medium.hpp"

#include "catch.hpp"

#include <cmath>
#include <complex>

using namespace miscid::kinetics;

namespace {

/** Isotropic gas: directions 0, so D_1 = 0. Antineutrinos have weight -1. */
Gas isotropic(int modes) {
    Gas gas;
    gas.direction = Eigen::Matrix3Xd::Zero(3, modes);
    gas.weight = Eigen::VectorXd::Ones(modes);
    gas.vacuum = Eigen::MatrixXd::Zero(3, modes);
    return gas;
}

Eigen::MatrixXd along_z(std::initializer_list<double> values) {
    Eigen::MatrixXd P = Eigen::MatrixXd::Zero(3, static_cast<Eigen::Index>(values.size()));
    Eigen::Index i = 0;
    for (const double value : values) {
        P(2, i++) = value;
    }
    return P;
}

} // namespace

TEST_CASE("MSW conversion of nu_e while matter falls from 20 omega to 0 (row 7)") {
    const double theta = 0.15;
    const auto B = miscid::medium::vacuum_direction(theta);
    const auto at_end = [&](double duration) {
        Gas gas = isotropic(1);
        gas.vacuum.col(0) = B;
        gas.matter = Eigen::Vector3d::UnitZ();
        gas.lambda = {20.0, 0.0, duration, false};
        HomogeneousGas state(gas, along_z({1.0}), Eigen::VectorXd::Ones(1));
        state.advance_to(duration, 1e-11);
        return Eigen::Vector3d(state.P().col(0));
    };
    // Adiabatic: the heavier eigenstate all the way, P along B at the end: P_ee = sin^2 theta = 0.0224.
    const Eigen::Vector3d slow = at_end(20000.0);
    CHECK(0.5 * (1.0 - std::cos(2.0 * theta) * slow.dot(B)) == Approx(0.0224).margin(2e-4));
    CHECK(0.5 * (1.0 - std::cos(2.0 * theta) * at_end(1000.0).dot(B)) == Approx(0.0239).margin(5e-4));
    CHECK(at_end(200.0).dot(B) == Approx(0.49287).margin(5e-5));
}

TEST_CASE("bipolar oscillation in inverted ordering: e-folding and onset (row 8)") {
    // omega = 1, mu = 10, P = Pbar = 1: kappa = sqrt(omega mu (2 - omega/mu)) = 4.359
    const auto onset = [](double theta) {
        Gas gas = isotropic(2);
        gas.weight[1] = -1.0;
        const auto B = miscid::medium::vacuum_direction(theta);
        gas.vacuum.col(0) = -1.0 * B;
        gas.vacuum.col(1) = B;
        gas.mu.from = 10.0;
        HomogeneousGas state(gas, along_z({1.0, 1.0}), Eigen::VectorXd::Ones(2));
        double t = 0.0, before = 1.0;
        while (t < 10.0) {
            t += 1e-3;
            state.advance_to(t, 1e-12);
            const double now = state.P()(2, 0);
            if (now <= 0.0) {
                return t - 1e-3 * now / (now - before);
            }
            before = now;
        }
        return std::nan("");
    };
    const double late = onset(1e-5), early = onset(1e-3);
    CHECK(late - early == Approx(std::log(100.0) / std::sqrt(19.0)).epsilon(1e-3));
    CHECK(early == Approx(1.6976).margin(2e-4));
    CHECK(late == Approx(2.7538).margin(2e-4));
}

TEST_CASE("synchronized collisional instability through zero of |P| (row 9)") {
    Gas gas = isotropic(2);
    gas.vacuum.resize(0, 0);
    gas.weight[1] = -1.0;
    gas.mu.from = 300.0;
    // Emission and absorption of one rate: C = Gamma (P_eq z - P).
    gas.collisions.depolarization = Eigen::Vector2d(0.05, 0.6);
    gas.source = along_z({0.05 * 2.0, 0.6 * 1.5});
    Eigen::MatrixXd P(3, 2);
    const double tilt = 1e-3;
    P.col(0) << 2.0 * std::sin(tilt), 0.0, 2.0 * std::cos(tilt);
    P.col(1) << 1.5 * std::sin(tilt), 0.0, 1.5 * std::cos(tilt);
    HomogeneousGas state(gas, P, Eigen::Vector2d(2.0, 1.5));
    const auto transverse = [&] { return state.P().col(0).head<2>().norm(); };
    state.advance_to(1.0, 1e-11);
    const double first = transverse();
    state.advance_to(2.0, 1e-11);
    CHECK(std::log(transverse() / first) == Approx(1.6).epsilon(0.01));
    state.advance_to(7.5, 1e-11);
    CHECK(state.P().col(0).norm() == Approx(1.5691).margin(1e-4));
    CHECK(state.P()(2, 0) == Approx(-1.3782).margin(2e-4));
    state.advance_to(15.0, 1e-11);
    CHECK(state.P().col(0).norm() == Approx(0.4663).margin(1e-4));
    state.advance_to(22.5, 1e-11);
    CHECK(state.P().col(0).norm() == Approx(0.3049).margin(1e-4));
}

TEST_CASE("growth of the collisional instability in a gas of given densities and opacities (row 10)") {
    // n = 3.0, 2.5, 1.0, 1.0 e33 cm^-3 of nu_e, nu_e-bar, nu_x, nu_x-bar at 20 MeV; emission balances absorption.
    const double n[2] = {3.0e33, 2.5e33}, n_x = 1.0e33;
    const double absorption[2] = {0.2398082, 0.0229358};
    const double mu = miscid::medium::constants::sqrt2_fermi_constant;
    Gas gas = isotropic(2);
    gas.vacuum.resize(0, 0);
    gas.weight[1] = -1.0;
    gas.mu.from = mu * 1e33; // densities in units of 1e33 cm^-3
    gas.collisions.absorption = Eigen::MatrixXd::Zero(2, 2);
    gas.collisions.emission = Eigen::MatrixXd::Zero(2, 2);
    Eigen::MatrixXd P = Eigen::MatrixXd::Zero(3, 2);
    Eigen::Vector2d trace;
    for (int i = 0; i < 2; ++i) {
        gas.collisions.absorption(0, i) = absorption[i];
        gas.collisions.emission(0, i) = absorption[i] * n[i] / 1e33;
        P.col(i) << 1e-6, 0.0, (n[i] - n_x) / 1e33;
        trace[i] = (n[i] + n_x) / 1e33;
    }
    // The homogeneous isotropic mode of theory.md F11, exact at omega = 0.
    const double g = 0.25 * (absorption[0] + absorption[1]), a = 0.25 * (absorption[0] - absorption[1]);
    const double S = gas.mu.from * (P(2, 0) + P(2, 1)), D = gas.mu.from * (P(2, 0) - P(2, 1));
    const std::complex<double> root = std::sqrt(std::complex<double>(D * D - 4.0 * a * a, -4.0 * S * a));
    const double exact = -g + 0.5 * std::abs(root.imag());
    HomogeneousGas state(gas, P, trace);
    state.advance_to(20.0, 1e-11);
    const double first = state.P().col(0).head<2>().norm();
    state.advance_to(28.0, 1e-11);
    const double growth = std::log(state.P().col(0).head<2>().norm() / first) / 8.0;
    CHECK(growth == Approx(exact).epsilon(1e-4));
    CHECK(growth * miscid::medium::constants::speed_of_light == Approx(9.1242e9).epsilon(1e-4));
    CHECK(state.trace()[0] == Approx(trace[0]).epsilon(1e-6));
}

TEST_CASE("three flavors in vacuum: probabilities of the plane-wave formula") {
    // P_ee = 1 - 4 sum |U_ei|^2 |U_ej|^2 sin^2(omega_ij t/2) needs only |U_ei|^2.
    Gas gas;
    gas.flavors = 3;
    gas.direction = Eigen::Matrix3Xd::Zero(3, 1);
    gas.weight = Eigen::VectorXd::Ones(1);
    const double t12 = 0.5836, t13 = 0.1496, t23 = 0.7;
    const double c12 = std::cos(t12), s12 = std::sin(t12), c13 = std::cos(t13), s13 = std::sin(t13);
    // U M^2 U^dagger written out for the first row and column only is not enough: build U from its three rotations here.
    Eigen::Matrix3d r12 = Eigen::Matrix3d::Identity(), r13 = r12, r23 = r12;
    r12.block<2, 2>(0, 0) << c12, s12, -s12, c12;
    r13(0, 0) = r13(2, 2) = c13;
    r13(0, 2) = s13;
    r13(2, 0) = -s13;
    r23(1, 1) = r23(2, 2) = std::cos(t23);
    r23(1, 2) = std::sin(t23);
    r23(2, 1) = -std::sin(t23);
    const Eigen::Matrix3d U = r23 * r13 * r12;
    const Eigen::Vector3d frequency(0.0, 0.03, 1.0);
    const Eigen::Matrix3d H = U * frequency.asDiagonal() * U.transpose();
    Eigen::VectorXd vacuum(8), P(8);
    vacuum << H(1, 1) - H(2, 2), (2.0 * H(0, 0) - H(1, 1) - H(2, 2)) / std::sqrt(3.0), 2.0 * H(0, 1), 0.0,
        2.0 * H(0, 2), 0.0, 2.0 * H(1, 2), 0.0;
    P << 0.0, 2.0 / std::sqrt(3.0), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0; // nu_e
    gas.vacuum = vacuum;
    HomogeneousGas state(gas, P, Eigen::VectorXd::Ones(1));
    for (const double t : {3.0, 17.0, 250.0}) {
        state.advance_to(t, 1e-12);
        double expected = 1.0;
        for (int i = 0; i < 3; ++i) {
            for (int j = i + 1; j < 3; ++j) {
                const double s = std::sin(0.5 * (frequency[j] - frequency[i]) * t);
                expected -= 4.0 * U(0, i) * U(0, i) * U(0, j) * U(0, j) * s * s;
            }
        }
        CHECK(1.0 / 3.0 + state.P()(1, 0) / std::sqrt(3.0) == Approx(expected).margin(1e-8));
    }
}

TEST_CASE("rates that are not numbers end the run instead of passing as a step") {
    Gas gas = isotropic(1);
    gas.vacuum.col(0) << std::nan(""), 0.0, 0.0;
    HomogeneousGas state(gas, along_z({1.0}), Eigen::VectorXd::Ones(1));
    CHECK_THROWS_WITH(state.advance_to(1.0, 1e-10), Catch::Contains("no time step gives finite numbers"));
}
