// Flavor waves in the step beyond one axis, one damping rate and one pair of flavors: tilted cells, collisional
// instability, three unequal flavors, and the seed waves start from.
#include "step/crossed_cells.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include <cmath>
#include <complex>
#include <cstring>

using namespace crossed;
using std::abs;

namespace {

bool flag(const host::Cells& cells, int bit) {
    return int(cells.closure_flags[0]) / bit % 2 == 1;
}

/** Polarizations of the crossed cell along any axis; no electrons, so that B is what the cell is symmetric about. */
host::Cells along(const std::string& closure, const host::Vector& axis, const std::string& vacuum) {
    auto cells = two_flavors(closure, 0.9, vacuum);
    cells.electron_density[0] = 0.0;
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < cells.directions; ++d) {
            const auto [P0, P] = cells.get(type, 0, d);
            cells.set({P0, P.z() * axis}, type, 0, d);
        }
    return cells;
}

/** Im Omega of the fastest axisymmetric wave of these rings, M_ij = k' v_i - e_i (1 - v_i v_j). */
double fastest_growth(const Eigen::VectorXd& e) {
    Eigen::VectorXd v(rings);
    for (int ring = 0; ring < rings; ++ring)
        v[ring] = cosine(ring);
    double fastest = 0.0;
    for (double k = -0.6; k <= 0.6; k += 0.004) {
        const Eigen::MatrixXd M = Eigen::MatrixXd((k * v).asDiagonal()) -
                                  e.asDiagonal() * (Eigen::MatrixXd::Ones(rings, rings) - v * v.transpose());
        fastest = std::max(fastest, M.eigenvalues().imag().maxCoeff());
    }
    return fastest;
}

using Flavors = Eigen::Vector3d;

/** Three flavors of any occupations nu(v), nubar(v). mu and tau do not mix, so that names of flavors are those of states. */
template <class Nu, class Nubar>
host::Cells three_flavors(const std::string& closure, Nu nu, Nubar nubar) {
    return make(R"("phase_space.flavors": 3, "vacuum.mixing_angle_23": 0, "viscosity.closure": ")" + closure + "\"",
                [&](host::Cells& cells, double v, int d) {
                    cells.set_matrix(Eigen::Vector3cd(nu(v)).asDiagonal(), 0, 0, d);
                    cells.set_matrix(Eigen::Vector3cd(nubar(v)).asDiagonal(), 1, 0, d);
                });
}

Eigen::VectorXd pair_of_rings(const host::Cells& cells, int a, int b) {
    Eigen::VectorXd e = Eigen::VectorXd::Zero(rings);
    for (int ring = 0; ring < rings; ++ring)
        for (int azimuth = 0; azimuth < azimuths; ++azimuth) {
            const int d = ring * azimuths + azimuth;
            const Eigen::Vector3d nu = cells.get_matrix(0, 0, d).diagonal().real();
            const Eigen::Vector3d nubar = cells.get_matrix(1, 0, d).diagonal().real();
            e[ring] += cells.weight[host::Cells::count(d)] * (nu[a] - nu[b] - nubar[a] + nubar[b]);
        }
    return e;
}

} // namespace

TEST_CASE("a common axis of any direction is as good as the electron axis: waves are the same in the turned frame") {
    const std::string vacuum = R"("vacuum.mass_squared_difference": 1e-9, "vacuum.mixing_angle": 0.6, )";
    const host::Vector B(std::sin(1.2), 0, -std::cos(1.2));
    auto turned = along("marginal", B, vacuum);
    auto straight =
        along("marginal", {0, 0, 1}, R"("vacuum.mass_squared_difference": 1e-9, "vacuum.mixing_angle": 0, )");
    const auto before = turned.numbers;
    REQUIRE(turned.apply(1e6).status == MISCID_OK);
    REQUIRE(straight.apply(1e6).status == MISCID_OK);
    CHECK_FALSE(flag(turned, 16));
    CHECK(abs(turned.growth[0] / straight.growth[0] - 1) < 1e-9);
    double moved = 0;
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < turned.directions; ++d) {
            const auto P = turned.get(type, 0, d).P;
            CHECK(abs(P.dot(B) - straight.get(type, 0, d).P.z()) < 1e-9);
            CHECK(P.cross(B).norm() < 1e-9);
            const double* rho = &before[4 * turned.mode(type, 0, d)];
            moved = std::max(moved, (P - host::Vector(2 * rho[2], -2 * rho[3], rho[0] - rho[1])).norm());
        }
    CHECK(moved > 0.1);
}

TEST_CASE(
    "a tilted cell is relaxed with tilted viscosity: what oscillations conserve stays, every rho keeps its range") {
    // No electrons: B.D_0 is conserved (theory.md F4), P precesses about B in a frame of its own.
    const host::Vector B(std::sin(1.2), 0, -std::cos(1.2));
    for (const char* closure : {"marginal", "kinetic"}) {
        CAPTURE(closure);
        auto cells = along(closure, host::Vector(0.5, 0, 1).normalized(),
                           R"("vacuum.mass_squared_difference": 0.6, "vacuum.mixing_angle": 0.6, )");
        REQUIRE(cells.apply(0.0).status >= 0); // laid along its H
        REQUIRE(cells.status[0] >= 0);
        const double conserved = B.dot(cells.D0_of());
        const Totals before = totals(cells);
        const auto p = cells.p;
        REQUIRE(cells.apply(1e6).status >= 0);
        REQUIRE(cells.status[0] >= 0);
        CHECK(flag(cells, 16));
        CHECK_FALSE(flag(cells, 32));
        CHECK(cells.growth[0] > cells.growth_floor[0]);
        CHECK(cells.growth_left[0] <= cells.growth_floor[0]);
        CHECK(abs(B.dot(cells.D0_of()) - conserved) < 1e-12);
        CHECK(abs(totals(cells).traces - before.traces) < 1e-13 * before.traces);
        double moved = 0;
        for (std::size_t i = 0; i < p.size(); ++i) {
            CHECK(abs(cells.p[i]) <= abs(p[i]) * (1 + 1e-12));
            moved = std::max(moved, abs(cells.p[i] - p[i]));
        }
        CHECK(moved > 0.02);
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < cells.directions; ++d) {
                const auto [P0, P] = cells.get(type, 0, d);
                CHECK(P.norm() <= std::min(P0, 2 - P0) + 1e-14);
            }
    }
}

TEST_CASE("prescriptions have no answer for tilted cells: flagged, and left to the mixing equilibrium") {
    auto cells =
        two_flavors("equipartition", 0.9, R"("vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.6, )");
    cells.electron_density[0] = 0.5;
    REQUIRE(cells.apply(0.0).status == MISCID_OK); // comes in along the flavor axis and is laid along its H
    CHECK_FALSE(flag(cells, 16));
    const auto p = cells.p;
    REQUIRE(cells.apply(1.0).status >= 0);
    CHECK(flag(cells, 16));
    for (std::size_t i = 0; i < p.size(); ++i)
        CHECK(abs(cells.p[i] - p[i]) < 1e-12);
}

TEST_CASE(
    "collisional instability: an isotropic gas without a crossing depolarizes down to the margin of the closed form") {
    // N = 0.30, Nbar = 0.27 (times the solid angle's weight 2), Gamma = 4e-3 and 1e-3 of nu_e and its antineutrino; kappa acts
    // on one flavor, so coherence is damped at half of it. Emission balances absorption.
    const double n = 0.30, nbar = 0.27, kappa = 8e-3, kappabar = 2e-3;
    for (const char* closure : {"marginal", "kinetic"}) {
        CAPTURE(closure);
        auto cells = make(std::string(R"("collisions.mode": "full", "viscosity.closure": ")") + closure + "\"",
                          [&](host::Cells& host, double, int d) {
                              for (int type = 0; type < 2; ++type) {
                                  const double e = type == 0 ? n : nbar, x = 0.1;
                                  host.set({e + 2 * x, {0, 0, e}}, type, 0, d);
                                  const std::size_t i = host.mode(type, 0, d);
                                  host.absorption[2 * i] = type == 0 ? kappa : kappabar;
                                  host.emission_equilibrium[2 * i] = e + x;
                                  host.emission_equilibrium[2 * i + 1] = x;
                              }
                          });
        const double N = 2 * n, Nbar = 2 * nbar, g = (kappa + kappabar) / 4, a = (kappa - kappabar) / 4;
        const auto growth = [&](double x) { // theory.md F11 of densities N - x, Nbar - x
            const double D = N - Nbar, S = N + Nbar - 2 * x;
            const auto root = std::sqrt(std::complex<double>(D * D - 4 * a * a, -4 * S * a));
            return std::max((-g + 0.5 * root.imag()), (-g - 0.5 * root.imag()));
        };
        REQUIRE(cells.apply(1e-3).status == MISCID_OK);
        CHECK(flag(cells, 128));
        CHECK(cells.area_ratio[0] == 0.0); // no crossing
        CHECK(abs(cells.growth[0] / growth(0) - 1) < 1e-3);
        const Totals before = totals(cells);
        REQUIRE(cells.apply(1e-3).status == MISCID_OK);
        CHECK(abs(totals(cells).lepton_number - before.lepton_number) < 1e-13);
        CHECK(abs(cells.get(0, 0, 0).P.z() - n) < 1e-9); // no time to grow out of the seed yet
        // The step in which it does: collisions have hardly anything to do in it.
        const double seed = 5e-10 * std::sin(0.2) / 1000; // omega sin(2 theta)/|H|, H that of matter
        double grown = 0;
        for (int steps = 0; steps < 2000 && cells.get(0, 0, 0).P.z() > 0.9 * n; ++steps) {
            REQUIRE(cells.apply(5.0).status == MISCID_OK);
            grown += 5.0 * growth(0);
        }
        CHECK(abs(grown / -std::log(seed) - 1) < 0.05);
        double low = 0, high = Nbar;
        for (int halving = 0; halving < 60; ++halving) {
            const double x = (low + high) / 2;
            (growth(x) > 0.01 * kappa / 2 ? low : high) = x;
        }
        CHECK(abs(cells.get(0, 0, 0).P.z() - (n - low / 2)) < 5e-3);
        CHECK(abs(cells.get(1, 0, 0).P.z() - (nbar - low / 2)) < 5e-3);
    }
}

TEST_CASE("waves start from the tilt that mass mixing gives, omega sin(2 theta)/|H|") {
    auto cells = two_flavors("marginal", 0.9);
    // |H| = lambda + D_0 - v.D_1, averaged over all modes, in closed form from the cell itself.
    double D0 = 0, D1 = 0, mean = 0;
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < cells.directions; ++d) {
            const double wsp = (type == 0 ? 1 : -1) * cells.weight[host::Cells::count(d)] * cells.get(type, 0, d).P.z();
            D0 += wsp;
            D1 += wsp * cells.direction_of(d).z();
        }
    for (int d = 0; d < cells.directions; ++d)
        mean += (1e3 + D0 - cells.direction_of(d).z() * D1) / cells.directions;
    const double seed = 0.5e-9 * std::sin(0.2) / mean;
    REQUIRE(cells.apply(1e-6).status == MISCID_OK);
    const double needed = std::log(1 / seed) / cells.growth[0];
    for (const double part : {0.999, 1.001}) {
        auto fresh = two_flavors("marginal", 0.9);
        const auto before = fresh.numbers;
        REQUIRE(fresh.apply(part * needed).status == MISCID_OK);
        double moved = 0;
        for (std::size_t i = 0; i < before.size(); ++i)
            moved = std::max(moved, abs(fresh.numbers[i] - before[i]));
        CHECK((moved > 0.05) == (part > 1));
    }
}

TEST_CASE("three unequal flavors: two pairs grow at once, and no pair is left growing, says a dense eigensolver") {
    auto cells = three_flavors(
        "marginal", [](double v) { return Flavors(0.6 * gaussian(v, 0.6), 0.06 * gaussian(v, 0.55), 0.1); },
        [](double v) { return Flavors(0.65 * gaussian(v, 0.5), 0.05 * gaussian(v, 0.7), 0.12); });
    REQUIRE(cells.apply(0).status == MISCID_OK);
    constexpr int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    double before[3];
    for (int c = 0; c < 3; ++c)
        before[c] = fastest_growth(pair_of_rings(cells, pairs[c][0], pairs[c][1]));
    REQUIRE(std::min(before[0], before[1]) > 0.01);
    REQUIRE(abs(before[0] - before[1]) > 0.002); // not alike
    REQUIRE(cells.apply(1e6).status == MISCID_OK);
    for (int c = 0; c < 3; ++c)
        CHECK(fastest_growth(pair_of_rings(cells, pairs[c][0], pairs[c][1])) < 0.15 * before[0]);
}

TEST_CASE("nearly equal heavy flavors end where equal ones do") {
    const auto nubar_e = [](double v) { return 0.65 * gaussian(v, 0.5); };
    const auto with = [&](double difference) {
        auto cells = three_flavors(
            "marginal", [=](double v) { return Flavors(0.6 * gaussian(v, 0.6), 0.1 + difference, 0.1 - difference); },
            [=](double v) { return Flavors(nubar_e(v), 0.1 + difference, 0.1 - difference); });
        REQUIRE(cells.apply(0).status == MISCID_OK);
        REQUIRE(cells.apply(1e6).status == MISCID_OK);
        return cells;
    };
    // 2e-3 of what is exchanged: on either side of what counts as equal. The first has a closed form (2, -1, -1)/3.
    const auto equal = with(0.0), unequal = with(2e-3);
    double difference = 0, moved = 0;
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < equal.directions; ++d) {
            const double w = equal.weight[host::Cells::count(d)];
            const double e = equal.get_matrix(type, 0, d)(0, 0).real();
            const double start =
                type == 0 ? 0.6 * gaussian(equal.direction_of(d).z(), 0.6) : nubar_e(equal.direction_of(d).z());
            difference += w * abs(unequal.get_matrix(type, 0, d)(0, 0).real() - e);
            moved += w * abs(start - e);
        }
    CHECK(moved > 0.1);
    CHECK(difference < 0.05 * moved);
}

TEST_CASE("steps from a thousandth to 1e8 growth times: every one is answered, conserving, and in range") {
    for (const char* closure : {"marginal", "kinetic", "embedded_box"})
        for (const double growth_times : {1e-3, 1.0, 30.0, 1e4, 1e8}) {
            CAPTURE(closure, growth_times);
            auto cells = two_flavors(closure, 0.9);
            const Totals before = totals(cells);
            REQUIRE(cells.apply(growth_times / 0.044).status == MISCID_OK);
            REQUIRE(cells.apply(growth_times / 0.044).status == MISCID_OK);
            const Totals after = totals(cells);
            CHECK(abs(after.traces - before.traces) < 1e-13 * before.traces);
            CHECK(abs(after.lepton_number - before.lepton_number) < 1e-12);
            for (int type = 0; type < 2; ++type)
                for (int d = 0; d < cells.directions; ++d) {
                    const auto [P0, P] = cells.get(type, 0, d);
                    CHECK(P.norm() <= std::min(P0, 2 - P0) + 1e-14);
                }
        }
}

TEST_CASE("a host with two beams, driven through zero polarization, ends where the resolved box does") {
    // theory.md section 7 row 4b: zeta_+ = .185 (T = 1500), .168 (T = 6000); there |p| has to grow again, up to what the beams hold.
    const struct { double duration, resolved; } cases[] = {{1500, 0.185}, {6000, 0.168}};
    for (const auto& [duration, resolved] : cases) {
        constexpr int steps = 300;
        host::Cells cells(1, 2, "{" + dense + R"("phase_space.form": "density", "viscosity.closure": "embedded_box"})");
        cells.electron_density[0] = 1e3;
        cells.set_direction(0, {0, 0, -1});
        cells.set_direction(1, {0, 0, 1});
        cells.set({0.5, {0, 0, 0.5}}, 1, 0, 0);
        for (int i = 0; i < steps; ++i) {
            cells.numbers[4 * cells.mode(0, 0, 1)] += 1.0 / steps; // nu_e injected into the other beam
            REQUIRE(cells.apply(duration / steps).status == MISCID_OK);
            for (int type = 0; type < 2; ++type)
                for (int d = 0; d < 2; ++d) {
                    const auto [P0, P] = cells.get(type, 0, d);
                    REQUIRE(P.norm() <= P0 + 1e-14);
                }
        }
        CHECK(cells.get(0, 0, 1).P.z() == Approx(resolved).margin(0.04));
        CHECK(cells.get(0, 0, 1).P.z() - cells.get(1, 0, 0).P.z() == Approx(0.5).epsilon(1e-10)); // lepton number
    }
}
