// Input at the far ends of what a number can hold: refused by name or carried through, never a trap (the suite traps
// FE_INVALID, FE_DIVBYZERO and FE_OVERFLOW), never an unphysical answer.
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

bool message_has(const std::string& word) {
    return miscid::last_error().find(word) != std::string::npos;
}

} // namespace

TEST_CASE("numbers too large for any physics are refused by name before they can overflow") {
    const std::string full = R"({"collisions.mode": "full", "phase_space.form": "density"})";
    const auto refused = [&](const char* field, auto&& spoil) {
        host::Cells cell(1, 1, full);
        cell.set({1, {0, 0, 0.5}}, 0, 0, 0);
        cell.electron_density[0] = 1;
        REQUIRE(cell.apply(1).status == MISCID_OK);
        spoil(cell);
        const auto before = cell.numbers;
        const auto report = cell.apply(1);
        INFO(field << ": " << miscid::last_error());
        CHECK(report.status == MISCID_PARTIAL);
        CHECK(cell.status[0] < 0);
        CHECK(message_has(field));
        CHECK(cell.numbers == before);
    };
    refused("rho", [](host::Cells& cell) { cell.numbers[0] = 1e200; });
    refused("absorption", [](host::Cells& cell) { cell.absorption[0] = 1e308; });
    refused("emission_equilibrium", [](host::Cells& cell) { cell.emission_equilibrium[0] = 1e300; });
    refused("electron_density", [](host::Cells& cell) { cell.electron_density[0] = -1e290; });
    refused("matter_velocity", [](host::Cells& cell) { cell.velocity[2] = 1e200; });
    refused("direction", [](host::Cells& cell) { cell.direction[0] = 1e200; });
    refused("state", [](host::Cells& cell) { cell.state[3] = 1e300; });
}

TEST_CASE("occupations in the far tail of a spectrum are carried through") {
    for (const double tail : {1e-100, 1e-150, 1e-200, 1e-300}) {
        host::Cells cell(2, 1, "{}");
        cell.electron_density[0] = 0.3;
        cell.set({1, {0, 0, 0.5}}, 0, 0, 0);
        cell.set({2 * tail, {tail, 0, 0}}, 0, 1, 0);
        REQUIRE(cell.apply().status == MISCID_OK);
        CHECK(cell.status[0] == MISCID_OK);
        CHECK(std::isfinite(cell.tilt[0]));
    }
}

TEST_CASE("an equilibrium occupation above 1 is refused: emission would fill more states than there are") {
    host::Cells cell(1, 1, R"({"collisions.mode": "full"})");
    cell.set({0.5, {0, 0, 0.1}}, 0, 0, 0);
    cell.emission_equilibrium[0] = 5;
    cell.absorption[0] = 1;
    CHECK(cell.apply(10).status == MISCID_PARTIAL);
    CHECK(cell.status[0] == MISCID_CELL_EIGENVALUE_RANGE);
    CHECK(message_has("emission_equilibrium"));
}

TEST_CASE("a change that would leave a negative occupation is refused, and nothing is changed") {
    host::Cells cell(1, 1, R"({"transport.mode": "invariant", "vacuum.mass_squared_difference": 2,
                               "vacuum.mixing_angle": 0.3})");
    cell.electron_density[0] = 0.4;
    cell.numbers = {0.05, 0.6, 0, 0};
    REQUIRE(cell.apply().status == MISCID_OK);
    REQUIRE(miscid::invariant_to_flavor(cell.context, cell.workspace, cell.batch).status == MISCID_OK);
    const auto before = cell.numbers;
    cell.change = {-cell.content[0], 0, 0, 0}; // all nu_e absorbed: more than the lower eigenstate holds of it
    const auto report = miscid::flavor_to_invariant(cell.context, cell.workspace, cell.batch);
    CHECK(report.status == MISCID_PARTIAL);
    CHECK(message_has("flavor_change"));
    CHECK(cell.numbers == before);
    cell.change = {-0.01, 0.01, 0, 0};
    CHECK(miscid::flavor_to_invariant(cell.context, cell.workspace, cell.batch).status == MISCID_OK);
    CHECK(std::abs(cell.numbers[0] + cell.numbers[1] - 0.65) < 1e-15);
}

TEST_CASE("a crossing probability depends on the two cells alone, not on the cells of the batch") {
    host::Cells cell(1, 1, R"({"transport.mode": "invariant", "vacuum.mass_squared_difference": 2,
                               "vacuum.mixing_angle": 0.15})",
                     2);
    cell.electron_density = {3, 0.1};
    for (int c = 0; c < 2; ++c)
        cell.numbers[2 * cell.mode(0, 0, 0, c) + 1] = 0.3;
    REQUIRE(cell.apply().status == MISCID_OK);
    const double distance[1] = {5};
    const auto probability = [&] {
        std::vector<double> result(2, -1);
        const std::int64_t from[4] = {0, 0, 0, 0}, to[4] = {1, 0, 0, 0};
        REQUIRE(miscid_crossing_probability(cell.context.get(), cell.workspace.get(), cell.batch.get(), from, to,
                                            distance, result.data()) == MISCID_OK);
        return result;
    };
    const auto with_box = probability();
    CHECK(with_box[0] > 0); // the neutrino's resonance lies between the two densities
    CHECK(with_box[1] == 0);
    cell.batch.set_cells({});
    CHECK(probability() == with_box);
}
