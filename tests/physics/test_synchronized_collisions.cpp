// Collisional flavor instability of synchronised neutrinos and antineutrinos: a drift through mixing equilibria in
// which the signed amplitude of the neutrinos passes through zero (theory.md section 7 row 9, 4.4, 4.5).
//
// mu = 300; P = 2, Pbar = 1.5 at 1e-3 rad from z; isotropic emission and absorption with rates 0.05 (nu) and 0.6
// (nubar), the same for both flavors, towards P = 2 z and Pbar = 1.5 z. Coherences then decay at these rates;
// growth 1.6.
#include "step/cells.hpp"

#include "catch.hpp"

#include <array>
#include <cmath>

namespace {

constexpr double mu = 300, theta0 = 1e-3;
constexpr double amplitude[2] = {2, 1.5}, rate[2] = {0.05, 0.6};

/** Two opposite directions; occupations carry half of P, the weights twice, so that |P| <= min(P0, 2 - P0). */
host::Cells gas(const std::string& collisions) {
    host::Cells cell(1, 2,
                     R"({"vacuum.mixing_angle": 0, "vacuum.mass_squared_difference": 1e-9,
                               "equilibrium.tilted": "project", "collisions.mode": ")" +
                         collisions + "\"}");
    cell.set_direction(0, {0, 0, 1});
    cell.set_direction(1, {0, 0, -1});
    cell.weight = {2 * mu / 2, 2 * mu / 2};
    const host::Vector n(std::sin(theta0), 0, std::cos(theta0));
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < 2; ++d) {
            cell.set({1, 0.5 * amplitude[type] * n}, type, 0, d);
            const std::size_t mode = cell.mode(type, 0, d);
            for (std::size_t flavor = 0; flavor < 2; ++flavor) {
                cell.absorption[2 * mode + flavor] = rate[type];
                cell.emission_equilibrium[2 * mode + flavor] = 0.5 * (1 + (flavor == 0 ? 0.5 : -0.5) * amplitude[type]);
            }
        }
    return cell;
}

host::Vector P(const host::Cells& cell, int type) {
    return (cell.get(type, 0, 0).P + cell.get(type, 0, 1).P);
}

struct Sample {
    double length, z;
    double p;
};

/** p, |P| and P_z at t = 7.5, 15, 22.5. `step` takes the cell dt further. */
template <class Step>
std::array<Sample, 3> drift(host::Cells& cell, int steps_per_unit, Step step) {
    std::array<Sample, 3> samples{};
    REQUIRE(cell.apply(0).status == MISCID_OK);
    const double dt = 1.0 / steps_per_unit;
    for (int n = 1; n <= 45 * steps_per_unit / 2; ++n) {
        step(dt);
        REQUIRE(cell.status[0] >= 0);
        if (n % (15 * steps_per_unit / 2) == 0)
            samples[host::Cells::count(2 * n / (15 * steps_per_unit) - 1)] = {P(cell, 0).norm(), P(cell, 0).z(),
                                                                              2 * cell.p[0]};
    }
    return samples;
}

/** The closed equations of p, pbar and the tilt (theory.md 4.5), fourth-order Runge-Kutta:
 *  p' = Gamma (2 cos - p), L' = a.(collision term), (p - pbar) cos = L. */
std::array<Sample, 3> closed_equations() {
    std::array<double, 3> y = {2, 1.5, theta0};
    const auto slope = [](const std::array<double, 3>& u) {
        const double c = std::cos(u[2]), s = std::sin(u[2]);
        const double dp = rate[0] * (2 * c - u[0]), dpbar = rate[1] * (1.5 * c - u[1]);
        const double dL = -rate[0] * (u[0] * c - 2) + rate[1] * (u[1] * c - 1.5);
        return std::array<double, 3>{dp, dpbar, ((dp - dpbar) * c - dL) / ((u[0] - u[1]) * s)};
    };
    const double h = 1e-3;
    std::array<Sample, 3> samples{};
    for (int n = 1; n <= 22500; ++n) {
        const auto at = [&y](const std::array<double, 3>& k, double by) {
            return std::array<double, 3>{y[0] + by * k[0], y[1] + by * k[1], y[2] + by * k[2]};
        };
        const auto k1 = slope(y), k2 = slope(at(k1, h / 2)), k3 = slope(at(k2, h / 2)), k4 = slope(at(k3, h));
        for (std::size_t i = 0; i < 3; ++i)
            y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        if (n % 7500 == 0)
            samples[host::Cells::count(n / 7500 - 1)] = {std::abs(y[0]), y[0] * std::cos(y[2]), y[0]};
    }
    return samples;
}

void check(const std::array<Sample, 3>& samples) {
    // theory.md section 7 row 9: closed equations 1.5688, -1.3782, 0.4660, -0.3051; full dP/dt = H x P + C 1.5691,
    // 0.4663, 0.3049.
    CHECK(std::abs(samples[0].length - 1.5688) < 2e-3);
    CHECK(std::abs(samples[0].z + 1.3782) < 2e-3);
    CHECK(std::abs(samples[1].length - 0.4660) < 2e-3);
    CHECK(std::abs(samples[2].length - 0.3051) < 2e-3);
    CHECK(samples[0].p > 0);
    CHECK(samples[1].p > 0);
    CHECK(samples[2].p < 0); // the amplitude passed through zero, the direction went on smoothly
}

} // namespace

TEST_CASE("synchronized collisions: the closed equations give the numbers of the full equation of motion") {
    const auto samples = closed_equations();
    CHECK(std::abs(samples[0].length - 1.5688) < 5e-5);
    CHECK(std::abs(samples[0].z + 1.3782) < 5e-5);
    CHECK(std::abs(samples[1].length - 0.4660) < 1e-4);
    CHECK(std::abs(samples[2].p + 0.3051) < 1e-4);
}

TEST_CASE("synchronized collisions done by the host in the flavor basis drift as the closed equations") {
    auto cell = gas("off");
    check(drift(cell, 1000, [&](double dt) {
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < 2; ++d) {
                auto now = cell.get(type, 0, d);
                const host::Vector target(0, 0, 0.5 * amplitude[type]);
                now.P = target + (now.P - target) * std::exp(-rate[type] * dt);
                cell.set(now, type, 0, d);
            }
        REQUIRE(cell.apply(dt).status == MISCID_OK);
    }));
}

TEST_CASE("synchronized collisions done by the module ('full') drift as the closed equations") {
    auto cell = gas("full");
    check(drift(cell, 1000, [&](double dt) { REQUIRE(cell.apply(dt).status == MISCID_OK); }));
}

TEST_CASE("synchronized collisions: the tilt grows at the rate 1.6 of the linear theory") {
    // theory.md F11: Im Omega = -g - a S/D with g = 0.325, a = -0.275, S = 3.5, D = 0.5.
    for (const std::string mode : {"off", "full"}) {
        auto cell = gas(mode);
        REQUIRE(cell.apply(0).status == MISCID_OK);
        const auto tilt = [&] { return std::atan2(P(cell, 0).head<2>().norm(), P(cell, 0).z()); };
        double before = 0;
        const double dt = 1e-3;
        for (int n = 1; n <= 2000; ++n) {
            if (mode == "off")
                for (int type = 0; type < 2; ++type)
                    for (int d = 0; d < 2; ++d) {
                        auto now = cell.get(type, 0, d);
                        const host::Vector target(0, 0, 0.5 * amplitude[type]);
                        now.P = target + (now.P - target) * std::exp(-rate[type] * dt);
                        cell.set(now, type, 0, d);
                    }
            REQUIRE(cell.apply(dt).status == MISCID_OK);
            if (n == 1000)
                before = tilt();
        }
        INFO("collisions.mode = " << mode);
        CHECK(std::abs(std::log(tilt() / before) - 1.6) < 0.01);
    }
}
