// Cold starts of three flavors: whose state lies where in dense matter, and the probability of passing two cells' avoided
// crossings (theory.md 4.4, docs/three-flavors.md).
#include "equilibrium/landau_zener.hpp"
#include "step/cells.hpp"

#include "catch.hpp"

#include <array>
#include <cmath>

namespace {

const std::string three = R"({"phase_space.flavors": 3, "collisions.mode": "off", "vacuum.mass_squared_difference": 2,
    "vacuum.mass_squared_difference_21": 0.06, "vacuum.mixing_angle": 0.15)";

/** One beam (no self-interaction) in which vacuum dwarfs what matter is left, e, mu and tau all different. */
struct ThinMatter {
    host::Cells cells;
    std::vector<double> density{2e-6}; ///< of muons, or of mass

    ThinMatter(miscid_field field, const std::string& more)
        : cells(1, 1,
                three + R"(, "vacuum.mixing_angle_12": 0.58, "vacuum.mixing_angle_23": 0.83, "vacuum.cp_phase": 1.2)" +
                    more + "}") {
        cells.electron_density[0] = 1e-4;
        cells.batch.bind(field, miscid::View::row_major(density.data(), {{MISCID_AXIS_I, 1}}));
        const std::array<std::array<double, 3>, 2> content = {{{0.9, 0.5, 0.1}, {0.8, 0.3, 0.6}}};
        for (int type = 0; type < 2; ++type) {
            Eigen::Matrix3cd rho = Eigen::Matrix3cd::Zero();
            for (int a = 0; a < 3; ++a)
                rho(a, a) = content[static_cast<std::size_t>(type)][static_cast<std::size_t>(a)];
            cells.set_matrix(rho, type, 0, 0);
        }
    }
    /** Checks the occupations of the eigenstates of H, ascending, against contents of flavors in dense matter. */
    void check(const std::array<double, 3>& neutrinos, const std::array<double, 3>& antineutrinos) {
        REQUIRE(cells.apply().status == MISCID_OK);
        CHECK(cells.status[0] == MISCID_OK);
        for (std::size_t k = 0; k < 3; ++k) {
            INFO("eigenstate " << k);
            CHECK(std::abs(cells.occupation[k] - neutrinos[k]) < 1e-12);
            CHECK(std::abs(cells.occupation[3 + k] - antineutrinos[k]) < 1e-12);
        }
    }
};

} // namespace

TEST_CASE("cold start: muons lift mu above tau in dense matter, and there the labels of a thin cell come from") {
    ThinMatter thin(MISCID_FIELD_MUON_DENSITY, "");
    thin.check({0.1, 0.5, 0.9}, {0.6, 0.3, 0.8}); // tau, mu, e
}

TEST_CASE("cold start: the one-loop potential lifts tau above mu, as small as it is") {
    ThinMatter thin(MISCID_FIELD_MASS_DENSITY, R"(, "matter.tau_effective_fraction": 2.7e-5)");
    thin.density[0] = 2e-4;
    thin.check({0.5, 0.1, 0.9}, {0.3, 0.6, 0.8}); // mu, tau, e
}

TEST_CASE("Landau-Zener between two cells of a three-flavor host: the upper pair is the two-flavor crossing") {
    host::Cells cells(1, 1, three + R"(, "transport.mode": "invariant", "vacuum.mixing_angle_12": 1e-4,
        "vacuum.mixing_angle_23": 1e-4})",
                      2);
    cells.weight = {1e-9, 1e-9};
    cells.electron_density = {20, 1e-12};
    for (std::size_t mode = 0; mode < cells.modes(); ++mode)
        cells.numbers[3 * mode + 2] = 1; // e at large lambda
    REQUIRE(cells.apply().status == MISCID_OK);
    const auto P_c =
        miscid::crossing_probability(cells.context, cells.workspace, cells.batch, {0, 0, 0, 0}, {1, 0, 0, 0}, {200});
    REQUIRE(P_c.size() == 4); // [type][group][direction][pair]
    const miscid::flavor::FlavorVector B(std::sin(0.3), 0, -std::cos(0.3));
    const double two_flavors = miscid::equilibrium::crossing_probability(
        miscid::flavor::FlavorVector(B + 20 * host::Vector::UnitZ()), miscid::flavor::FlavorVector(B), 200);
    CHECK(std::abs(P_c[1] - two_flavors) < 1e-4);
    CHECK(P_c[0] > 0.999); // e and mu hardly mix: they cross
    CHECK(P_c[3] == 0);    // antineutrinos meet no resonance in normal ordering
}
