// Collisions in the local equilibrium frame against the flavor-basis collision term (theory.md 5.18).
#include "collisions/collisions.hpp"
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>
#include <complex>

namespace {

using Matrix = Eigen::Matrix2cd;
const std::complex<double> i(0, 1);

Matrix density_matrix(const host::Polarization& polarization) {
    const auto& [P0, P] = polarization;
    Matrix rho;
    rho << P0 + P.z(), P.x() - i * P.y(), P.x() + i * P.y(), P0 - P.z();
    return 0.5 * rho;
}

struct Rates {
    double kappa_e, kappa_x, f_e, f_x;
};

/** C = diag(kappa f) - {diag(kappa), rho}/2 */
Matrix collision_term(const Rates& rates, const Matrix& rho) {
    Matrix kappa = Matrix::Zero(), source = Matrix::Zero();
    kappa(0, 0) = rates.kappa_e;
    kappa(1, 1) = rates.kappa_x;
    source(0, 0) = rates.kappa_e * rates.f_e;
    source(1, 1) = rates.kappa_x * rates.f_x;
    return source - 0.5 * (kappa * rho + rho * kappa);
}

/** d rho/dt = C with what C makes across the frozen direction of H turned away at once (P stays along H). */
host::Polarization integrate(const Rates& rates, const host::Vector& hhat, double P0, double p, double time) {
    const auto slope = [&](double trace, double along) {
        const Matrix C = collision_term(rates, density_matrix({trace, along * hhat}));
        const host::Vector P(2 * C(0, 1).real(), -2 * C(0, 1).imag(), (C(0, 0) - C(1, 1)).real());
        return std::pair{C.trace().real(), P.dot(hhat)};
    };
    constexpr int steps = 2000;
    const double h = time / steps;
    for (int n = 0; n < steps; ++n) { // classical Runge-Kutta
        const auto k1 = slope(P0, p);
        const auto k2 = slope(P0 + 0.5 * h * k1.first, p + 0.5 * h * k1.second);
        const auto k3 = slope(P0 + 0.5 * h * k2.first, p + 0.5 * h * k2.second);
        const auto k4 = slope(P0 + h * k3.first, p + h * k3.second);
        P0 += h / 6 * (k1.first + 2 * k2.first + 2 * k3.first + k4.first);
        p += h / 6 * (k1.second + 2 * k2.second + 2 * k3.second + k4.second);
    }
    return {P0, p * hhat};
}

} // namespace

TEST_CASE("depolarization is exponential for any dt and keeps the sign of p") {
    CHECK(miscid::collisions::depolarize(0.7, 0, 5) == 0.7);
    CHECK(std::abs(miscid::collisions::depolarize(0.7, 2, 3) - 0.7 * std::exp(-6.0)) < 1e-17);
    CHECK(std::abs(miscid::collisions::depolarize(-0.7, 2, 0.1) + 0.7 * std::exp(-0.2)) < 1e-16);
    CHECK(miscid::collisions::depolarize(0.7, 1e6, 1e6) == 0);
    // Two half steps are one step.
    const double half = miscid::collisions::depolarize(0.7, 2, 0.25);
    CHECK(std::abs(miscid::collisions::depolarize(half, 2, 0.25) - miscid::collisions::depolarize(0.7, 2, 0.5)) <
          2e-16);
}

TEST_CASE("projected rates are the flavor-basis collision term in a frozen frame") {
    const host::Vector frames[] = {{0, 0, 1}, {0.6, 0, 0.8}, {0, -0.8, 0.6}, {0.48, 0.6, -0.64}, {1, 0, 0}};
    for (const auto& hhat : frames)
        for (const Rates& rates : {Rates{1, 0.2, 0.7, 0.1}, Rates{0, 3, 0.9, 0.4}, Rates{2, 2, 0, 1}}) {
            const double P0 = 0.9, p = -0.3, time = 1.7;
            const auto [trace, P] = integrate(rates, hhat, P0, p, time);
            const double electron_content = 0.5 * (1 + hhat.z()); // of the upper eigenstate
            const miscid::collisions::FlavorRates<2> flavor{{rates.kappa_e, rates.kappa_x}, {rates.f_e, rates.f_x}};
            const double upper_content[2] = {electron_content, 1 - electron_content};
            const double lower_content[2] = {1 - electron_content, electron_content};
            const double upper =
                miscid::collisions::relax(0.5 * (P0 + p), miscid::collisions::project<2>(flavor, upper_content), time);
            const double lower =
                miscid::collisions::relax(0.5 * (P0 - p), miscid::collisions::project<2>(flavor, lower_content), time);
            CHECK(std::abs(upper + lower - trace) < 1e-12);
            CHECK(std::abs(upper - lower - P.dot(hhat)) < 1e-12);
        }
}

TEST_CASE("collisions 'full' on a cell: the same density matrix, and a ledger that says where it came from") {
    for (const int type : {0, 1}) {
        host::Cells cell(1, 1, R"({"collisions.mode": "full", "vacuum.mass_squared_difference": 2,
                                   "vacuum.mixing_angle": 0.3})");
        const double w = 0.5, dt = 0.8; // one beam: no self-interaction
        cell.weight[0] = w;
        cell.electron_density[0] = 0.7;
        const std::size_t mode = cell.mode(type, 0, 0);
        // Mixing equilibrium without collisions first; H = s B + lambda z.
        cell.set({0.8, {0, 0, 0.5}}, type, 0, 0);
        REQUIRE(cell.apply().status == MISCID_OK);
        const auto before = cell.get(type, 0, 0);
        const host::Vector H =
            (type == 0 ? 1 : -1) * host::Vector(std::sin(0.6), 0, -std::cos(0.6)) + 0.7 * host::Vector::UnitZ();
        CHECK(before.P.cross(H).norm() < 1e-14);

        cell.absorption[2 * mode] = 1.5;
        cell.absorption[2 * mode + 1] = 0.3;
        cell.emission_equilibrium[2 * mode] = 0.2;
        cell.emission_equilibrium[2 * mode + 1] = 0.6;
        REQUIRE(cell.apply(dt).status == MISCID_OK);
        const host::Vector hhat = H.normalized();
        const auto expected = integrate({1.5, 0.3, 0.2, 0.6}, hhat, before.P0, before.P.dot(hhat), dt);
        const auto after = cell.get(type, 0, 0);
        CHECK(std::abs(after.P0 - expected.P0) < 1e-12);
        CHECK((after.P - expected.P).norm() < 1e-12);
        // Exchange with matter: the integral of C_ee = kappa_e (f_e - rho_ee), and of C_xx, by Simpson's rule.
        double exchanged[2] = {0, 0};
        constexpr int intervals = 400;
        for (int n = 0; n <= intervals; ++n) {
            const auto then = integrate({1.5, 0.3, 0.2, 0.6}, hhat, before.P0, before.P.dot(hhat), dt * n / intervals);
            const double simpson = dt / intervals / 3 * (n == 0 || n == intervals ? 1 : (n % 2 == 1 ? 4 : 2));
            exchanged[0] += simpson * 1.5 * (0.2 - 0.5 * (then.P0 + then.P.z()));
            exchanged[1] += simpson * 0.3 * (0.6 - 0.5 * (then.P0 - then.P.z()));
        }
        const auto added = [&](int flavor) { return cell.source[static_cast<std::size_t>(2 * type + flavor)] / w; };
        CHECK(std::abs(added(0) - exchanged[0]) < 1e-9);
        CHECK(std::abs(added(1) - exchanged[1]) < 1e-9);
        CHECK(std::abs(added(0) + added(1) - (after.P0 - before.P0)) < 1e-12);
        CHECK(cell.source[static_cast<std::size_t>(2 * (1 - type))] == 0);
    }
}

TEST_CASE("collisions 'full' over any dt end in the projected equilibrium, inside [0, 1]") {
    host::Cells cell(1, 1,
                     R"({"collisions.mode": "full", "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.3})");
    cell.weight[0] = 0.5;
    cell.electron_density[0] = 0.7;
    cell.set({0.8, {0, 0, 0.5}}, 0, 0, 0);
    cell.absorption = {1.5, 0.3, 0, 0};
    cell.emission_equilibrium = {1, 0.6, 0, 0};
    REQUIRE(cell.apply(0).status == MISCID_OK); // the frame the collisions act in
    REQUIRE(cell.apply(1e9).status == MISCID_OK);
    const auto [P0, P] = cell.get(0, 0, 0);
    const host::Vector H = host::Vector(std::sin(0.6), 0, 0.7 - std::cos(0.6));
    const double upper_e = 0.5 * (1 + H.normalized().z());
    const auto target = [](double e) { return (1.5 * 1 * e + 0.3 * 0.6 * (1 - e)) / (1.5 * e + 0.3 * (1 - e)); };
    CHECK(std::abs(P0 - target(upper_e) - target(1 - upper_e)) < 1e-12);
    CHECK(std::abs(P.dot(H.normalized()) - target(upper_e) + target(1 - upper_e)) < 1e-12);
}

TEST_CASE("collisions 'depolarization': p falls as exp(-Gamma dt), each mode with its own rate, traces stay") {
    host::Cells cell(2, 1, R"({"collisions.mode": "depolarization", "vacuum.mass_squared_difference": 2,
                               "vacuum.mixing_angle": 0.3})");
    cell.weight = {0.5, 0.5};
    cell.electron_density[0] = 0.7;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < 2; ++group) {
            cell.set({0.8, {0, 0, 0.5 - 0.2 * group}}, type, group, 0);
            cell.depolarization[cell.mode(type, group, 0)] = 0.1 + type + 0.3 * group;
        }
    REQUIRE(cell.apply(0).status == MISCID_OK);
    const auto before = cell.p;
    REQUIRE(cell.apply(0.8).status == MISCID_OK);
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < 2; ++group) {
            const std::size_t mode = cell.mode(type, group, 0);
            CHECK(std::abs(cell.p[mode] / before[mode] - std::exp(-0.8 * (0.1 + type + 0.3 * group))) < 1e-14);
            CHECK(std::abs(cell.get(type, group, 0).P0 - 0.8) < 1e-15);
            CHECK(std::abs(cell.get(type, group, 0).P.norm() - std::abs(cell.p[mode])) < 1e-15);
        }
}
