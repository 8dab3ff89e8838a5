// Cells in which a flavor axis is a symmetry: its lepton number is kept whatever the host brings, in both transport modes.
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

const host::Vector B(std::sin(0.3), 0, -std::cos(0.3));
constexpr const char* vacuum = R"("vacuum.mass_squared_difference": 0.4, "vacuum.mixing_angle": 0.15)";

/** Three groups of neutrinos and antineutrinos, isotropic in two opposite directions, tilted off B. */
host::Cells tilted_gas() {
    host::Cells cell(3, 2, std::string("{") + vacuum + "}");
    cell.set_direction(0, {0, 0, 1});
    cell.set_direction(1, {0, 0, -1});
    for (int group = 0; group < 3; ++group) {
        cell.energy[static_cast<std::size_t>(group)] = 1 + group;
        for (int d = 0; d < 2; ++d) {
            cell.set({0.8, {0.5, 0, 0.4}}, 0, group, d);
            cell.set({0.5, {0.25, 0, 0.2}}, 1, group, d);
        }
    }
    return cell;
}

} // namespace

TEST_CASE("a gas rotating about B stays where it is, step after step, in both modes") {
    auto matrix = tilted_gas();
    REQUIRE(matrix.apply().status == MISCID_OK);
    REQUIRE(matrix.status[0] == MISCID_OK);
    CHECK(std::abs(matrix.omega_c[0]) > 1e-3);
    const double conserved = matrix.D0_of().dot(B);

    // The same gas with eigenstate occupations: lower (P0 - p)/2, upper (P0 + p)/2, and the state of the matrix run.
    host::Cells invariant(3, 2, std::string(R"({"transport.mode": "invariant", )") + vacuum + "}");
    invariant.direction = matrix.direction;
    invariant.energy = matrix.energy;
    invariant.state = matrix.state;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < 3; ++group)
            for (int d = 0; d < 2; ++d) {
                const std::size_t i = matrix.mode(type, group, d);
                const double P0 = matrix.get(type, group, d).P0;
                invariant.numbers[2 * i] = 0.5 * (P0 - matrix.p[i]);
                invariant.numbers[2 * i + 1] = 0.5 * (P0 + matrix.p[i]);
            }
    const auto amplitudes = invariant.numbers;
    for (int n = 0; n < 4; ++n) {
        REQUIRE(matrix.apply().status == MISCID_OK);
        REQUIRE(invariant.apply().status == MISCID_OK);
        CHECK(invariant.status[0] == MISCID_OK);
        CHECK(std::abs(matrix.D0_of().dot(B) - conserved) < 1e-13);
        CHECK(std::abs(invariant.D0_of().dot(B) - conserved) < 1e-13);
        CHECK((invariant.D0_of() - matrix.D0_of()).norm() < 1e-12);
        CHECK(std::abs(invariant.omega_c[0] - matrix.omega_c[0]) < 1e-12);
    }
    for (std::size_t i = 0; i < amplitudes.size(); ++i)
        CHECK(std::abs(invariant.numbers[i] - amplitudes[i]) < 1e-14);
    // Flavor content is that of the rotating frame the amplitudes belong to.
    REQUIRE(miscid::invariant_to_flavor(invariant.context, invariant.workspace, invariant.batch).status == MISCID_OK);
    for (int group = 0; group < 3; ++group) {
        const auto [P0, P] = matrix.get(0, group, 0);
        CHECK(std::abs(invariant.content[2 * invariant.mode(0, group, 0)] - 0.5 * (P0 + P.z())) < 1e-12);
    }
}

TEST_CASE("electron minus x number is kept when a tilt comes into a cell without mixing") {
    const char* configurations[] = {R"({"vacuum.mixing_angle": 0})",
                                    R"({"vacuum.mass_squared_difference": 0, "vacuum.mixing_angle": 0.3})"};
    for (const char* configuration : configurations) {
        host::Cells cell(1, 1, configuration);
        cell.electron_density[0] = 5;
        cell.set({1, {0, 0, 0.5}}, 0, 0, 0);
        cell.set({1, {0, 0, 0.3}}, 1, 0, 0);
        REQUIRE(cell.apply().status == MISCID_OK);
        CHECK(std::abs(cell.D0[2] - 0.2) < 1e-15);
        cell.set({1, {0.4, 0, 0.5}}, 0, 0, 0); // the host's transport brings coherence
        REQUIRE(cell.apply().status == MISCID_OK);
        CHECK(cell.status[0] >= 0);
        CHECK(std::abs(cell.D0[2] - 0.2) < 1e-13);
        CHECK(std::abs(cell.get(0, 0, 0).P.z() - cell.get(1, 0, 0).P.z() - 0.2) < 1e-13);
    }
}

TEST_CASE("a label that changes with the sign of H on an axis is an event") {
    host::Cells cell(1, 2, R"({"transport.mode": "invariant", "vacuum.mixing_angle": 0})");
    cell.set_direction(0, {1, 0, 0});
    cell.set_direction(1, {-1, 0, 0});
    cell.electron_density[0] = 5;
    cell.weight = {1, 1};
    for (int d = 0; d < 2; ++d) {
        cell.numbers[2 * cell.mode(1, 0, d) + 1] = 0.4; // nubar_e: D_0z < 0
        cell.numbers[2 * cell.mode(0, 0, d) + 1] = 0.1;
    }
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(cell.status[0] == MISCID_OK);
    cell.electron_density[0] =
        0.2; // now mu D_0z outweighs matter: H_z < 0, and nu_e, nubar_e are the lower eigenstates
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(cell.status[0] == MISCID_CELL_EVENT);
    CHECK(cell.events[0] == 4);
    CHECK(cell.numbers[2 * cell.mode(0, 0, 0)] == Approx(0.1));
    CHECK(std::abs(cell.D0[2] + 0.6) < 1e-14);
}
