// Matter-neutrino resonance: neutrinos of density 1, antineutrinos of density alpha, isotropic, lambda = R mu
// (theory.md section 7 row 12).
#include "step/cells.hpp"

#include "catch.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>

#include <cmath>

namespace {

constexpr double alpha = 4.0 / 3.0;
constexpr double theta = 0.15;

/** omega = -1 (inverted), densities in units that make mu = ratio. Two opposite directions: D_1 = 0. */
struct Resonance {
    host::Cells cell;
    double mu;

    Resonance(double ratio, const std::string& ordering, const std::string& more = "")
        : cell(1, 2, R"({"phase_space.form": "density", "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15,
                         "vacuum.ordering": ")" + ordering + "\"" + more + "}"),
          mu(ratio) {
        cell.set_direction(0, {0, 0, 1});
        cell.set_direction(1, {0, 0, -1});
    }
    void set(const host::Vector& P, const host::Vector& Pbar) {
        for (int d = 0; d < 2; ++d) {
            cell.set({0.5 * mu, 0.5 * mu * P}, 0, 0, d);
            cell.set({0.5 * mu * alpha, 0.5 * mu * Pbar}, 1, 0, d);
        }
    }
    host::Vector P(int type) const { return (cell.get(type, 0, 0).P + cell.get(type, 0, 1).P) / mu; }
    void step(double R) {
        cell.electron_density[0] = R * mu;
        REQUIRE(cell.apply().status == MISCID_OK);
        REQUIRE(cell.status[0] >= 0);
    }
};

/** Leading order in omega/mu. */
double leading_Pz(double R) { return ((alpha * alpha - 1) / R - R) / 2; }

using Real = long double;
using Plane = Eigen::Matrix<Real, 2, 1>; ///< x and z components: nothing leaves the plane of B and z

/** P and Pbar at any omega/mu by Newton on the small field K = lambda z + mu D in long double, labels -1, -1. */
std::pair<Plane, Plane> solution(Real mu, Real R, Real P_x_sign) {
    const Plane B(std::sin(2 * Real(theta)), -std::cos(2 * Real(theta)));
    const Real omega = -1; // inverted
    const auto P = [&](const Plane& K) { return Plane(-(K + omega * B).normalized()); };
    const auto Pbar = [&](const Plane& K) { return Plane(-Real(4) / 3 * (K - omega * B).normalized()); };
    const auto residual = [&](const Plane& K) {
        return Plane(K / mu - R * Plane(0, 1) - P(K) + Pbar(K));
    };
    // Start: K from the leading directions, H = -a P, Hbar = -b Pbar with -a P + b Pbar = 2 omega B.
    const Real Pz = leading_Pz(static_cast<double>(R)), Px = P_x_sign * std::sqrt(1 - Pz * Pz);
    Eigen::Matrix<Real, 2, 2> directions;
    directions << -Px, Px, -Pz, Pz + R;
    const Plane ab = directions.fullPivLu().solve(Plane(2 * omega * B));
    Plane K = -ab[0] * Plane(Px, Pz) - omega * B;
    for (int iteration = 0; iteration < 50; ++iteration) {
        Eigen::Matrix<Real, 2, 2> J;
        for (int a = 0; a < 2; ++a) {
            const Plane h = 1e-7L * Plane::Unit(a);
            J.col(a) = (residual(K + h) - residual(K - h)) / 2e-7L;
        }
        K -= J.fullPivLu().solve(residual(K));
    }
    return {P(K), Pbar(K)};
}

} // namespace

TEST_CASE("matter-neutrino resonance, inverted ordering: P_z = ((alpha^2 - 1)/R - R)/2 as mu/omega grows") {
    // On the resonance the fields cancel to omega: both labels are -1 (row 12: (-, -)).
    for (const double R : {0.7, 1.0, 1.6}) {
        double last = 1;
        for (const double ratio : {1e4, 1e6, 1e8}) {
            Resonance gas(ratio, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
            const auto [P, Pbar] = solution(ratio, R, 1);
            const host::Vector start(static_cast<double>(P[0]), 0, static_cast<double>(P[1]));
            const host::Vector start_bar(static_cast<double>(Pbar[0]), 0, static_cast<double>(Pbar[1]));
            gas.set(start, start_bar);
            gas.step(R);
            INFO("mu/omega = " << ratio << ", R = " << R);
            CHECK(gas.cell.status[0] == MISCID_OK);
            CHECK((gas.P(0) - start).norm() < 1e-10);
            CHECK((gas.P(1) - start_bar).norm() < 1e-10);
            for (const double p : gas.cell.p)
                CHECK(p < 0);
            const double difference = std::abs(gas.P(0).z() - leading_Pz(R));
            CHECK(difference < 0.0101 * last); // first order in omega/mu
            last = difference;
        }
    }
}

TEST_CASE("matter-neutrino resonance, inverted ordering: 2.6e-4, 2.6e-6, 3e-8 from the closed form at R = 1") {
    const double known[3] = {2.6e-4, 2.6e-6, 3e-8}; // equilibrium-solver.md section 7
    int n = 0;
    for (const double ratio : {1e4, 1e6, 1e8}) {
        Resonance gas(ratio, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
        const auto [P, Pbar] = solution(ratio, 1, 1);
        gas.set({static_cast<double>(P[0]), 0, static_cast<double>(P[1])},
                {static_cast<double>(Pbar[0]), 0, static_cast<double>(Pbar[1])});
        gas.step(1);
        const double difference = std::abs(gas.P(0).z() + 1.0 / 9);
        INFO("mu/omega = " << ratio);
        CHECK(std::abs(difference / known[n++] - 1) < 0.3); // known to one or two digits
    }
}

TEST_CASE("matter-neutrino resonance, inverted ordering: neutrinos convert fully, antineutrinos come back") {
    // Outwards, as in a merger's wind: antineutrinos dominate at first (H < 0: labels -, -), then the matter.
    Resonance gas(1e4, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
    gas.set({0, 0, 1}, {0, 0, alpha});
    double smallest_Pbar = alpha;
    int events = 0;
    for (double R = 0.1; R < 3; R += 0.01) {
        gas.step(R);
        CHECK(gas.cell.status[0] != MISCID_CELL_RELAXED);
        if (gas.cell.status[0] == MISCID_CELL_EVENT) {
            events += static_cast<int>(gas.cell.events[0]) / 2; // two directions
            INFO("event at R = " << R);
            CHECK(R > 2.2);
            CHECK(R < 2.31);
        }
        smallest_Pbar = std::min(smallest_Pbar, gas.P(1).z());
        // The phase about z is fixed by B to the x-z plane, lengths are kept.
        CHECK(std::abs(gas.P(0).y()) < 1e-9);
        CHECK(std::abs(gas.P(0).norm() - 1) < 1e-12);
        CHECK(std::abs(gas.P(1).norm() - alpha) < 1e-12);
        if (R > alpha - 1 + 0.1 && R < alpha + 1 - 0.1) {
            INFO("R = " << R);
            CHECK(std::abs(gas.P(0).z() - leading_Pz(R)) < 3e-3);
            CHECK(std::abs(gas.P(1).z() - leading_Pz(R) - R) < 3e-3);
        }
    }
    CHECK(events == 1); // the antineutrinos' label, between R = 2.2 and 2.3
    CHECK(std::abs(gas.P(0).z() + 1) < 1e-3);
    CHECK(std::abs(gas.P(1).z() - alpha) < 1e-3);
    CHECK(std::abs(smallest_Pbar - std::sqrt(alpha * alpha - 1)) < 1e-3);
}
