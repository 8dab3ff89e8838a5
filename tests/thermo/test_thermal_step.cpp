// viscosity.closure = thermal in the step, through the C interface: lepton number, traces, positivity.
#include "step/cells.hpp"

#include "catch.hpp"

namespace {

const std::string dense =
    R"({"vacuum.mass_squared_difference": 1e-9, "vacuum.mixing_angle": 0.1, "collisions.mode": "off",
        "viscosity.closure": "thermal", "phase_space.flavors": )";

/** Eight beams in dense matter; more antineutrinos than neutrinos in two of them. */
host::Cells beams(int flavors) {
    host::Cells cells(1, 8, dense + std::to_string(flavors) + "}");
    cells.electron_density[0] = 1e3;
    for (int d = 0; d < 8; ++d) {
        const double v = -0.875 + 0.25 * d, phi = 2.4 * d;
        cells.set_direction(d, {std::sqrt(1 - v * v) * std::cos(phi), std::sqrt(1 - v * v) * std::sin(phi), v});
        cells.weight[host::Cells::count(d)] = 0.1 + 0.01 * d;
        const double nu = 0.5 + 0.3 * v, nubar = d > 5 ? 0.95 : 0.2;
        for (int type = 0; type < 2; ++type) {
            double* rho = &cells.numbers[host::Cells::count(flavors * flavors) * cells.mode(type, 0, d)];
            rho[0] = type == 0 ? nu : nubar;
            for (int f = 1; f < flavors; ++f)
                rho[f] = 0.05;
        }
    }
    return cells;
}

} // namespace

TEST_CASE(
    "thermal closure in the step: lepton number and traces to 1e-12, occupations in [0, 1], two and three flavors") {
    for (const int flavors : {2, 3}) {
        CAPTURE(flavors);
        auto cells = beams(flavors);
        const auto before = cells.numbers;
        REQUIRE(cells.apply(1e6).status == MISCID_OK);
        CHECK(cells.area_ratio[0] > 0.0);
        double lepton_number = 0.0, change = 0.0, moved = 0.0;
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < 8; ++d) {
                const std::size_t at = host::Cells::count(flavors * flavors) * cells.mode(type, 0, d);
                const double w = (type == 0 ? 1 : -1) * cells.weight[host::Cells::count(d)];
                double trace = 0.0;
                for (int f = 0; f < flavors; ++f) {
                    trace += cells.numbers[at + host::Cells::count(f)] - before[at + host::Cells::count(f)];
                    CHECK(cells.numbers[at + host::Cells::count(f)] >= 0.0);
                    CHECK(cells.numbers[at + host::Cells::count(f)] <= 1.0);
                }
                CHECK(std::abs(trace) < 1e-14);
                lepton_number += std::abs(w) * before[at];
                change += w * (cells.numbers[at] - before[at]);
                moved += std::abs(w * (cells.numbers[at] - before[at]));
            }
        CHECK(std::abs(change) < 1e-12 * lepton_number);
        CHECK(moved > 0.02 * lepton_number);
        const auto after = cells.numbers; // no crossing is left
        REQUIRE(cells.apply(1e6).status == MISCID_OK);
        for (std::size_t i = 0; i < after.size(); ++i)
            CHECK(std::abs(cells.numbers[i] - after[i]) < 1e-12);
    }
}
