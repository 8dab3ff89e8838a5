// Bad input, one kind at a time, in the middle cell of three: refused by name, left bit for bit as it was, and the
// other two cells done (design sections 2 and 4).
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace {

constexpr int groups = 2, directions = 3;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/** Three supernova cells in CGS and MeV: 8 and 20 MeV, 1e10 g cm^-3. */
host::Cells three_cells(const std::string& more = "") {
    host::Cells cells(groups, directions, R"({"units.system": "cgs_mev", "vacuum.mixing_angle": 0.15)" + more + "}", 3);
    cells.energy = {8, 20};
    for (auto& weight : cells.weight)
        weight = 2e33; // 1.2e34 in all, of 1.8e34 states below 20 MeV
    const double v[3][3] = {{0.8, 0, 0.6}, {0, 0.8, 0.6}, {0, 0, -1}};
    for (int d = 0; d < directions; ++d)
        cells.set_direction(d, host::Vector(v[d]));
    for (int cell = 0; cell < 3; ++cell) {
        cells.electron_density[host::Cells::count(cell)] = 1e33;
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d) {
                cells.set({0.12, {0, 0, 0.06}}, 0, group, d, cell);
                cells.set({0.09, {0, 0, 0.03}}, 1, group, d, cell);
            }
    }
    return cells;
}

struct Bits {
    std::vector<double> numbers, state;
};

/** What of a cell a step may change, as memory. */
Bits bits_of(const host::Cells& cells, int cell) {
    const auto part = [&](const std::vector<double>& all) {
        const std::size_t n = all.size() / 3;
        std::vector<double> mine(n);
        std::memcpy(mine.data(), &all[host::Cells::count(cell) * n], n * sizeof(double)); // a signalling NaN stays one
        return mine;
    };
    return {part(cells.numbers), part(cells.state)};
}

bool same(const Bits& a, const Bits& b) {
    return std::memcmp(a.numbers.data(), b.numbers.data(), a.numbers.size() * sizeof(double)) == 0 &&
           std::memcmp(a.state.data(), b.state.data(), a.state.size() * sizeof(double)) == 0;
}

/** `spoil` breaks cell 1 of a run that has a state already. */
void check_refused(const std::string& configuration, const std::function<void(host::Cells&)>& spoil, int status,
                   const std::vector<std::string>& words) {
    auto cells = three_cells(configuration);
    REQUIRE(cells.apply(1e-6).status == MISCID_OK);
    for (auto& electrons : cells.electron_density)
        electrons *= 0.9;
    spoil(cells);
    const Bits before[3] = {bits_of(cells, 0), bits_of(cells, 1), bits_of(cells, 2)};
    const auto report = cells.apply(1e-6);
    const std::string message = miscid::last_error();
    INFO(message);
    CHECK(report.status == MISCID_PARTIAL);
    CHECK(report.cells == 3);
    CHECK(report.ok == 2);
    CHECK(report.refused == 1);
    CHECK(report.first_refused[0] == 1);
    CHECK(report.first_refused_status == status);
    CHECK(cells.status == std::vector<std::int32_t>{MISCID_OK, status, MISCID_OK});
    CHECK(same(bits_of(cells, 1), before[1]));
    CHECK_FALSE(same(bits_of(cells, 0), before[0]));
    CHECK_FALSE(same(bits_of(cells, 2), before[2]));
    CHECK(message.find("cell (1, 0, 0, 0)") != std::string::npos);
    for (const auto& word : words) {
        INFO("expected in the message: " << word);
        CHECK(message.find(word) != std::string::npos);
    }
}

double& rho(host::Cells& cells, int component) {
    return cells.numbers[4 * cells.mode(1, 0, 2, 1) + host::Cells::count(component)];
}

const std::vector<std::string> mode_of_rho = {"rho", "antineutrino", "group 0", "direction 2"};

} // namespace

TEST_CASE("NaN and infinity in rho are refused, each component") {
    for (int component = 0; component < 4; ++component)
        for (const double bad : {not_a_number, infinity, -infinity})
            check_refused(
                "", [&](host::Cells& c) { rho(c, component) = bad; }, MISCID_CELL_NOT_FINITE, mode_of_rho);
}

TEST_CASE("a signalling NaN in rho is refused without raising the trap it is made for") {
    check_refused(
        "",
        [](host::Cells& c) {
            const std::uint64_t signalling = 0x7ff0000000000001ull;
            std::memcpy(&rho(c, 2), &signalling, sizeof signalling);
        },
        MISCID_CELL_NOT_FINITE, mode_of_rho);
}

TEST_CASE("NaN in the medium is refused") {
    check_refused("", [](host::Cells& c) { c.electron_density[1] = not_a_number; }, MISCID_CELL_NOT_FINITE,
                  {"electron_density"});
    check_refused("", [](host::Cells& c) { c.velocity[4] = infinity; }, MISCID_CELL_NOT_FINITE, {"matter_velocity"});
}

TEST_CASE("NaN in a weight, a direction or a rate of one cell is refused") {
    check_refused("", [](host::Cells& c) { c.weight[7] = not_a_number; }, MISCID_CELL_NOT_FINITE,
                  {"weight", "group 0", "direction 1"});
    check_refused("", [](host::Cells& c) { c.direction[13] = not_a_number; }, MISCID_CELL_NOT_FINITE,
                  {"direction", "direction 1"});
    check_refused("", [](host::Cells& c) { c.depolarization[c.mode(1, 1, 0, 1)] = not_a_number; },
                  MISCID_CELL_NOT_FINITE, {"depolarization_rate", "antineutrino", "group 1", "direction 0"});
}

TEST_CASE("a negative phase-space weight is refused") {
    check_refused("", [](host::Cells& c) { c.weight[7] = -2e33; }, MISCID_CELL_NEGATIVE_WEIGHT,
                  {"weight", "group 0", "direction 1", "negative"});
}

TEST_CASE("a direction that is not a unit vector is refused") {
    check_refused("", [](host::Cells& c) { c.direction[9] = 0.801; }, MISCID_CELL_DIRECTION_NOT_UNIT,
                  {"direction 0", "unit vector"});
    check_refused("", [](host::Cells& c) { c.direction[17] = 0; }, MISCID_CELL_DIRECTION_NOT_UNIT,
                  {"direction 2", "unit vector"});
}

TEST_CASE("phase-space weights wrong by a factor 1e3 are refused as a unit slip") {
    for (const double factor : {1e3, 1e-3})
        check_refused("",
                      [&](host::Cells& c) {
                          for (std::size_t i = 6; i < 12; ++i)
                              c.weight[i] *= factor;
                      },
                      MISCID_CELL_UNITS_SUSPECT, {"weight", "unit"});
}

TEST_CASE("mass density wrong by a factor 1e3 is refused as a unit slip") {
    std::vector<double> mass_density = {1e14, 1e17, 1e14}, electron_fraction = {0.1, 0.1, 0.1};
    check_refused("",
                  [&](host::Cells& c) { // kg m^-3 for g cm^-3, at the density of a neutron star
                      c.batch.unbind(MISCID_FIELD_ELECTRON_DENSITY)
                          .bind(MISCID_FIELD_MASS_DENSITY,
                                miscid::View::row_major(mass_density.data(), {{MISCID_AXIS_I, 3}}))
                          .bind(MISCID_FIELD_ELECTRON_FRACTION,
                                miscid::View::row_major(electron_fraction.data(), {{MISCID_AXIS_I, 3}}));
                  },
                  MISCID_CELL_UNITS_SUSPECT, {"mass_density", "unit"});
}

TEST_CASE("an electron fraction that is none is refused") {
    std::vector<double> mass_density = {1e10, 1e10, 1e10}, electron_fraction = {0.1, 10, 0.1};
    check_refused("",
                  [&](host::Cells& c) { // per cent
                      c.batch.unbind(MISCID_FIELD_ELECTRON_DENSITY)
                          .bind(MISCID_FIELD_MASS_DENSITY,
                                miscid::View::row_major(mass_density.data(), {{MISCID_AXIS_I, 3}}))
                          .bind(MISCID_FIELD_ELECTRON_FRACTION,
                                miscid::View::row_major(electron_fraction.data(), {{MISCID_AXIS_I, 3}}));
                  },
                  MISCID_CELL_UNITS_SUSPECT, {"electron_fraction"});
}

TEST_CASE("energies wrong by a factor 1e3 refuse the whole call and touch nothing") {
    for (const double factor : {1e-3, 1e3}) {
        auto cells = three_cells();
        for (auto& energy : cells.energy)
            energy *= factor;
        const auto numbers = cells.numbers, state = cells.state;
        const auto status = cells.status;
        try {
            cells.apply(1e-6);
            FAIL("energies in keV or GeV were accepted");
        } catch (const miscid::Error& error) {
            INFO(error.what());
            CHECK(error.status() == MISCID_BAD_ARGUMENT);
            CHECK(std::string(error.what()).find("energy of group") != std::string::npos);
            CHECK(std::string(error.what()).find("units.energy") != std::string::npos);
        }
        CHECK(cells.numbers == numbers);
        CHECK(cells.state == state);
        CHECK(cells.status == status);
    }
}

TEST_CASE("an energy that is not positive refuses the whole call") {
    for (const double bad : {0.0, -8.0, not_a_number, infinity}) {
        auto cells = three_cells();
        cells.energy[0] = bad;
        const auto numbers = cells.numbers;
        CHECK_THROWS_AS(cells.apply(1e-6), miscid::Error);
        CHECK(cells.numbers == numbers);
    }
}

TEST_CASE("density matrices with eigenvalues outside [0, 1] are refused, with the eigenvalue") {
    // ee > 1; xx < 0; |P| > P0
    check_refused("",
                  [](host::Cells& c) {
                      c.set({1.3, {0, 0, 1.1}}, 1, 0, 2, 1);
                  },
                  MISCID_CELL_EIGENVALUE_RANGE, {"rho", "antineutrino", "group 0", "direction 2", "1.2"});
    check_refused("",
                  [](host::Cells& c) {
                      c.set({0.1, {0, 0, 0.3}}, 1, 0, 2, 1);
                  },
                  MISCID_CELL_EIGENVALUE_RANGE, {"rho", "antineutrino", "group 0", "direction 2", "-0.1"});
    check_refused("",
                  [](host::Cells& c) {
                      c.set({0.5, {0.4, 0.4, 0.2}}, 1, 0, 2, 1);
                  },
                  MISCID_CELL_EIGENVALUE_RANGE, {"rho", "antineutrino", "group 0", "direction 2", "-0.05"});
}

TEST_CASE("in density form a negative eigenvalue is refused, a large one is not") {
    const std::string density = R"(, "phase_space.form": "density")";
    const auto scale_all = [](host::Cells& c) {
        for (auto& number : c.numbers)
            number *= 1e33;
    };
    auto cells = three_cells(density);
    scale_all(cells);
    cells.set({3e33, {0, 0, 2e33}}, 0, 0, 0, 1);
    CHECK(cells.apply(1e-6).status == MISCID_OK);
    check_refused(density,
                  [&](host::Cells& c) {
                      scale_all(c);
                      c.set({0.1e33, {0, 0, 0.3e33}}, 1, 0, 2, 1);
                  },
                  MISCID_CELL_EIGENVALUE_RANGE, {"rho", "antineutrino", "group 0", "direction 2"});
}

TEST_CASE("matter as fast as light or faster is refused") {
    for (const double speed : {1.0, 1.5, 3e10}) // the last in cm/s
        check_refused("", [&](host::Cells& c) { c.velocity[3] = speed; }, MISCID_CELL_VELOCITY_RANGE,
                      {"matter_velocity", "speed of light"});
}

TEST_CASE("negative rates are refused") {
    check_refused("", [](host::Cells& c) { c.depolarization[c.mode(1, 1, 0, 1)] = -1; }, MISCID_CELL_NEGATIVE_RATE,
                  {"depolarization_rate", "antineutrino", "group 1", "direction 0", "-1"});
    check_refused(R"(, "collisions.mode": "full")", [](host::Cells& c) { c.absorption[2 * c.mode(0, 1, 2, 1)] = -3; },
                  MISCID_CELL_NEGATIVE_RATE, {"absorption", "neutrino", "group 1", "direction 2", "-3"});
}

TEST_CASE("a state that is none is refused") {
    const auto component = [](host::Cells& c, int n) -> double& {
        return c.state[host::Cells::count(c.context.state_doubles_per_cell() + n)];
    };
    check_refused("", [&](host::Cells& c) { component(c, 0) = 2; }, MISCID_CELL_BAD_STATE, {"state"});
    check_refused("", [&](host::Cells& c) { component(c, 0) = not_a_number; }, MISCID_CELL_BAD_STATE, {"state"});
    check_refused("", [&](host::Cells& c) { component(c, 5) = infinity; }, MISCID_CELL_BAD_STATE, {"state"});
}

TEST_CASE("negative and non-finite time steps refuse the call") {
    auto cells = three_cells();
    const auto numbers = cells.numbers;
    for (const double bad : {-1e-6, not_a_number, infinity}) {
        CHECK_THROWS_AS(cells.apply(bad), miscid::Error);
        CHECK(cells.numbers == numbers);
    }
}
