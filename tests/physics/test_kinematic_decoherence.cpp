// Flavor states in vacuum whose oscillation phases are averaged out (theory.md section 7 row 13; feature 35).
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>

TEST_CASE("kinematic decoherence leaves P_ee = 1 - sin^2(2 theta)/2") {
    for (const double theta : {0.1, 0.15, 0.5, 0.7}) {
        host::Cells cell(3, 2,
                         R"({"equilibrium.tilted": "project", "vacuum.mass_squared_difference": 2,
                             "vacuum.mixing_angle": )" +
                             std::to_string(theta) + "}");
        cell.energy = {0.5, 1, 4};
        cell.set_direction(1, {1, 0, 0});
        for (auto& weight : cell.weight)
            weight = 1e-20;
        for (int type = 0; type < 2; ++type)
            for (int group = 0; group < 3; ++group)
                for (int d = 0; d < 2; ++d)
                    cell.set({0.9, {0, 0, 0.9}}, type, group, d); // electron flavor only
        REQUIRE(cell.apply().status == MISCID_OK);
        for (int type = 0; type < 2; ++type)
            for (int group = 0; group < 3; ++group)
                for (int d = 0; d < 2; ++d) {
                    const auto [P0, P] = cell.get(type, group, d);
                    CHECK(std::abs(0.5 * (P0 + P.z()) / 0.9 - (1 - 0.5 * std::pow(std::sin(2 * theta), 2))) < 1e-14);
                    // diagonal in the mass basis: nothing across B
                    const host::Vector B(std::sin(2 * theta), 0, -std::cos(2 * theta));
                    CHECK((P - P.dot(B) * B).norm() < 1e-14);
                    CHECK(std::abs(P0 - 0.9) < 1e-15);
                }
        CHECK(std::abs(cell.tilt[0] - std::min(2 * theta, 3.141592653589793 - 2 * theta)) < 1e-13);
        CHECK(std::abs(cell.heat[0]) < 1e-34); // the part of P across H holds no energy
    }
}

TEST_CASE("in vacuum P.B is conserved, so even 'rotate' can only project, and says so") {
    host::Cells cell(1, 1, R"({"equilibrium.tilted": "rotate", "vacuum.mass_squared_difference": 2,
                               "vacuum.mixing_angle": 0.15})");
    cell.weight[0] = 1e-20;
    cell.set({0.9, {0, 0, 0.9}}, 0, 0, 0);
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(cell.status[0] == MISCID_CELL_RELAXED);
    const double cosine = std::cos(0.3);
    CHECK(std::abs(cell.get(0, 0, 0).P.z() - 0.9 * cosine * cosine) < 1e-14);
}

TEST_CASE("rotation instead of projection keeps |P| and costs the heat of the tilt") {
    const double theta = 0.15;
    host::Cells cell(1, 1, R"({"equilibrium.tilted": "rotate", "equilibrium.cold_start": "from_incoming",
                               "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15})");
    cell.weight[0] = 1e-20;
    cell.electron_density[0] =
        1e-20; // with no matter at all P.B is conserved exactly, and a tilt can only be projected
    cell.set({0.9, {0, 0, 0.9}}, 0, 0, 0);
    REQUIRE(cell.apply().status == MISCID_OK);
    const auto P = cell.get(0, 0, 0).P;
    CHECK(std::abs(P.norm() - 0.9) < 1e-15);
    CHECK(std::abs(P.z() - 0.9 * std::cos(2 * theta)) < 1e-14); // along -B, the nearer of the two
    // (1/2) w H.(P_out - P_in) = (1/2) w (-0.9 + 0.9 cos 2theta)
    CHECK(std::abs(cell.heat[0] / 1e-20 + 0.45 * (1 - std::cos(2 * theta))) < 1e-14);
}
