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

/** Leading order in omega/mu. */
double leading_Pz(double R) {
    return ((alpha * alpha - 1) / R - R) / 2;
}

using Real = long double;
using Plane = Eigen::Matrix<Real, 2, 1>; ///< x and z components: nothing leaves the plane of B and z

/** P and Pbar at any omega/mu by Newton on the small field K = lambda z + mu D in long double, labels -1, -1. */
std::pair<Plane, Plane> solution(Real mu, Real R, Real P_x_sign) {
    const Plane B(std::sin(2 * Real(theta)), -std::cos(2 * Real(theta)));
    const Real omega = -1; // inverted
    const auto P = [&](const Plane& K) { return Plane(-(K + omega * B).normalized()); };
    const auto Pbar = [&](const Plane& K) { return Plane(-Real(4) / 3 * (K - omega * B).normalized()); };
    const auto residual = [&](const Plane& K) { return Plane(K / mu - R * Plane(0, 1) - P(K) + Pbar(K)); };
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

/** omega = -1 (inverted), densities in units that make mu = ratio. Two opposite directions: D_1 = 0. */
struct Resonance {
    host::Cells cell;
    double mu;
    double share[2];

    /** The two directions carry (1 +- difference)/2 of the particles. */
    Resonance(double ratio, const std::string& ordering, const std::string& more = "", double difference = 0)
        : cell(1, 2,
               R"({"phase_space.form": "density", "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15,
                         "vacuum.ordering": ")" +
                   ordering + "\"" + more + "}"),
          mu(ratio), share{0.5 * (1 + difference), 0.5 * (1 - difference)} {
        cell.set_direction(0, {0, 0, 1});
        cell.set_direction(1, {0, 0, -1});
    }
    void set(const host::Vector& P, const host::Vector& Pbar) {
        for (int d = 0; d < 2; ++d) {
            cell.set({share[d] * mu, share[d] * mu * P}, 0, 0, d);
            cell.set({share[d] * mu * alpha, share[d] * mu * Pbar}, 1, 0, d);
        }
    }
    /** On the resonance, P_x > 0. */
    void start(double R) {
        const auto [P, Pbar] = solution(mu, R, 1);
        set({static_cast<double>(P[0]), 0, static_cast<double>(P[1])},
            {static_cast<double>(Pbar[0]), 0, static_cast<double>(Pbar[1])});
    }
    host::Vector P(int type) const { return (cell.get(type, 0, 0).P + cell.get(type, 0, 1).P) / mu; }
    void step(double R) {
        cell.electron_density[0] = R * mu;
        const auto report = cell.apply();
        INFO("R = " << R << ": " << miscid::last_error());
        REQUIRE(report.status == MISCID_OK);
    }
};

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
        gas.start(1);
        gas.step(1);
        const double difference = std::abs(gas.P(0).z() + 1.0 / 9);
        INFO("mu/omega = " << ratio);
        CHECK(std::abs(difference / known[n++] - 1) < 0.3); // known to one or two digits
    }
}

TEST_CASE("matter-neutrino resonance, inverted ordering: neutrinos convert, antineutrinos turn round and come back") {
    // Outwards, as in a merger's wind: antineutrinos dominate at first (H < 0: labels -, -), then the matter. From the
    // foot of the resonance on (at R = 1/3 the state with D_1 = 0 meets a pitchfork) to where the antineutrinos' label
    // flips.
    Resonance gas(1e4, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
    gas.start(0.4);
    double smallest_Pbar = alpha;
    for (double R = 0.4; R < 2.25; R += 0.01) {
        gas.step(R);
        INFO("R = " << R);
        CHECK(gas.cell.status[0] == MISCID_OK);
        smallest_Pbar = std::min(smallest_Pbar, gas.P(1).z());
        CHECK(std::abs(gas.P(0).y()) < 1e-9); // B keeps everything in the x-z plane
        CHECK(std::abs(gas.P(0).norm() - 1) < 1e-12);
        CHECK(std::abs(gas.P(1).norm() - alpha) < 1e-12);
        CHECK(std::abs(gas.P(0).z() - leading_Pz(R)) < 1e-2);
        CHECK(std::abs(gas.P(1).z() - leading_Pz(R) - R) < 1e-2);
    }
    CHECK(gas.P(0).z() < -0.95);
    CHECK(gas.P(1).z() > 0.97 * alpha);
    CHECK(std::abs(smallest_Pbar - std::sqrt(alpha * alpha - 1)) < 1e-3);
}

TEST_CASE("matter-neutrino resonance, inverted ordering: |Hbar| passes zero between R = 2.2 and 2.3, every P goes on") {
    // The two directions differ by 1e-4, so that their events come one after the other.
    Resonance gas(1e3, "inverted", R"(, "equilibrium.cold_start": "from_incoming")", 1e-4);
    gas.start(2);
    int flipped = 0;
    for (double R = 2; R < 2.3; R += 0.01) {
        const host::Vector P = gas.P(0), Pbar = gas.P(1);
        gas.step(R);
        INFO("R = " << R);
        CHECK((gas.P(0) - P).norm() < 0.05);
        CHECK((gas.P(1) - Pbar).norm() < 0.05);
        if (gas.cell.status[0] != MISCID_OK) {
            CHECK(gas.cell.status[0] == MISCID_CELL_EVENT);
            CHECK(R > 2.2);
            flipped += static_cast<int>(gas.cell.events[0]);
        }
    }
    CHECK(flipped == 2); // one label per direction
    for (const int d : {0, 1}) {
        CHECK(gas.cell.p[gas.cell.mode(0, 0, d)] < 0);
        CHECK(gas.cell.p[gas.cell.mode(1, 0, d)] > 0); // row 12: (-, -) has become (-, +)
    }
}

TEST_CASE("matter-neutrino resonance under expansion: all densities fall together, R and with it every P stays") {
    // |H| is 1e-4 of mu D here: what a mode is aligned with cannot be told from new densities in the old medium.
    Resonance gas(1e4, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
    gas.start(1);
    gas.step(1);
    for (int n = 0; n < 20; ++n) {
        for (auto& number : gas.cell.numbers)
            number *= 0.98;
        gas.mu *= 0.98;
        gas.step(1);
        INFO("step " << n << ", mu = " << gas.mu);
        CHECK(gas.cell.status[0] == MISCID_OK);
        for (const double p : gas.cell.p)
            CHECK(p < 0);
        const auto [P, Pbar] = solution(gas.mu, 1, 1);
        CHECK(std::abs(gas.P(0).x() - static_cast<double>(P[0])) < 1e-9);
        CHECK(std::abs(gas.P(0).z() - static_cast<double>(P[1])) < 1e-9);
        CHECK(std::abs(gas.P(1).z() - static_cast<double>(Pbar[1])) < 1e-9);
    }
}

TEST_CASE("mirror directions that pass |H| = 0 at the same place flip together") {
    Resonance gas(1e3, "inverted", R"(, "equilibrium.cold_start": "from_incoming")");
    gas.start(2.24);
    int flipped = 0;
    for (double R = 2.24; R < 2.28; R += 0.01) {
        gas.step(R);
        CHECK(gas.cell.status[0] != MISCID_CELL_RELAXED);
        flipped += static_cast<int>(gas.cell.events[0]) * (gas.cell.status[0] == MISCID_CELL_EVENT);
    }
    CHECK(flipped == 2);
}
