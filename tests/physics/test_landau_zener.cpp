// A mode that passes a place of small |H| too fast to follow (theory.md 4.4, section 7 row 7).
#include "equation_of_motion.hpp"
#include "equilibrium/landau_zener.hpp"
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

constexpr double theta = 0.15;
const host::Vector B(std::sin(2 * theta), 0, -std::cos(2 * theta));

host::Vector hamiltonian(double lambda) {
    return B + lambda * host::Vector::UnitZ();
}

/** Signed amplitude of a nu_e at lambda = 20. */
double p_of_nu_e() {
    return hamiltonian(20).normalized().z();
}

} // namespace

TEST_CASE("Landau-Zener: P.B = 0.49265 after lambda went from 20 to 0 in T = 200") {
    const double P_c = miscid::equilibrium::crossing_probability(hamiltonian(20), hamiltonian(0), 200);
    CHECK(std::abs(p_of_nu_e() * (1 - 2 * P_c) - 0.49265) < 5e-6);
    // |H_perp|_min = sin 2theta, |dH_par/dl| = 20/200
    const double pi = 3.141592653589793;
    CHECK(std::abs(P_c - std::exp(-pi * std::pow(std::sin(2 * theta), 2) / (2 * 0.1))) < 1e-15);
}

TEST_CASE("Landau-Zener: dP/dt = H x P gives P.B = 0.49287") {
    dynamics::Gas gas;
    gas.B = B;
    gas.modes = {{dynamics::Vector::UnitZ(), 1, 0}};
    gas.lambda = [](double t) { return 20 * (1 - t / 200); };
    std::vector<double> P = {0, 0, 1};
    dynamics::integrate(gas, P, 200);
    CHECK(std::abs(host::Vector(P.data()).dot(B) - 0.49287) < 5e-6);
    const double P_c = miscid::equilibrium::crossing_probability(hamiltonian(20), hamiltonian(0), 200);
    CHECK(std::abs(host::Vector(P.data()).dot(B) - p_of_nu_e() * (1 - 2 * P_c)) < 1e-3);
}

TEST_CASE("Landau-Zener limits: slow passage keeps the label, |H| through zero swaps it, no minimum is no passage") {
    using miscid::equilibrium::crossing_probability;
    CHECK(crossing_probability({0.3, 0, -1}, {0.3, 0, 1}, 1e9) < 1e-100);
    CHECK(crossing_probability({0.3, 0, -1}, {0.3, 0, 1}, 1e-9) > 1 - 1e-8);
    CHECK(crossing_probability({0, 0, -1}, {0, 0, 2}, 1e9) == 1);
    CHECK(crossing_probability({0.3, 0, 1}, {0.3, 0, 2}, 1) == 0);
    CHECK(crossing_probability({0.3, 0, 1}, {0.3, 0, 1}, 1) == 0);
}

TEST_CASE("Landau-Zener between two cells of a host in invariant mode") {
    host::Cells cells(1, 1, R"({"transport.mode": "invariant", "vacuum.mass_squared_difference": 2,
                                "vacuum.mixing_angle": 0.15})",
                      2);
    cells.weight = {0.5, 0.5}; // one beam: no self-interaction
    cells.electron_density = {20, 1e-12};
    for (std::size_t mode = 0; mode < cells.modes(); ++mode)
        cells.numbers[2 * mode + 1] = 1; // upper eigenstate: electron flavor at large lambda
    REQUIRE(cells.apply().status == MISCID_OK);
    const auto P_c =
        miscid::crossing_probability(cells.context, cells.workspace, cells.batch, {0, 0, 0, 0}, {1, 0, 0, 0}, {200});
    CHECK(std::abs(p_of_nu_e() * (1 - 2 * P_c[0]) - 0.49265) < 5e-6);
    CHECK(P_c[1] == 0); // antineutrinos meet no resonance in normal ordering
}
