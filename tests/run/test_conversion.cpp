// Flavor beyond the MSW-H resonance against closed forms.

#include "medium/constants.hpp"
#include "run/conversion.hpp"
#include "run/star.hpp"
#include "run_for_test.hpp"

#include <cmath>

using namespace miscid::apps;
using namespace miscid::apps::test;

TEST_CASE("adiabatic conversion beyond the resonance equals the closed form") {
    const auto ordering = GENERATE(as<std::string>(), "normal", "inverted");
    // Eigenstates are transported exactly; matrices lose a little alignment where a step is not the width of a zone.
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    RunOptions options;
    options.transport = transport;
    options.ordering = ordering;
    const Outcome outcome = run_small(json::object(), options);
    CAPTURE(transport, ordering);
    REQUIRE(outcome.code == 0);
    for (const auto& group : outcome.result["conversion"]["groups"]) {
        const double tolerance = transport == "invariant" ? 1e-10 : 1e-5;
        CHECK(std::abs(group["electron"].get<double>() - group["electron_closed_form"].get<double>()) < tolerance);
        CHECK(group["flux"].get<double>() == Approx(1.0).epsilon(1e-9));
        const bool resonant = (group["type"] == "nu") == (ordering == "normal");
        CHECK((group["survival_closed_form"].get<double>() < 0.1) == resonant);
    }
}

TEST_CASE("every zone is in mixing equilibrium") {
    const Outcome outcome = run_small();
    REQUIRE(outcome.code == 0);
    for (const auto& zone : outcome.result["zones"]) {
        CHECK(zone["residual"].get<double>() < 1e-12);
    }
}

namespace {

/** Label change of one group at the one interface where H turns, for radial rays: Landau-Zener on the zones' middles.
 */
double crossing_by_hand(const SupernovaScenario& scenario, const Mixing& mixing, double energy) {
    const Star star(scenario);
    const double omega =
        mixing.sign() * mixing.mass_squared_difference * miscid::medium::constants::vacuum_frequency / energy;
    const double across = omega * std::sin(2.0 * mixing.angle);
    for (int zone = 0; zone + 1 < star.grid.zones(); ++zone) {
        const double from = matter_potential(star.matter[zone]) - omega * std::cos(2.0 * mixing.angle);
        const double to = matter_potential(star.matter[zone + 1]) - omega * std::cos(2.0 * mixing.angle);
        if (from > 0.0 && to <= 0.0) {
            const double distance = star.grid.radius(zone + 1) - star.grid.radius(zone);
            return std::exp(-0.5 * miscid::medium::constants::pi * across * across * distance / (from - to));
        }
    }
    return 0.0;
}

} // namespace

TEST_CASE("invariant mode: labels change at a surface where H turns faster than neutrinos can follow") {
    const double sin2_theta = GENERATE(1e-14, 3e-6, 1e-5);
    const json changes = {{"transport", "invariant"}, {"mixing", {{"sin2_theta", sin2_theta}}}};
    const Folder folder;
    const std::string path = changed_scenario(folder, "supernova_small.json", changes);
    const Scenario scenario = read_scenario(path);
    const Outcome outcome = run(path);
    REQUIRE(outcome.code == 0);
    int converted = 0;
    for (const auto& group : outcome.result["conversion"]["groups"]) {
        const double energy = group["energy"];
        const double p = 2.0 * group["electron_unmixed"].get<double>() - 1.0;
        const int type = group["type"] == "nu" ? neutrino : antineutrino;
        const double crossing =
            type == neutrino ? crossing_by_hand(std::get<SupernovaScenario>(scenario.kind), scenario.mixing, energy)
                             : 0.0;
        const double direction =
            adiabatic_direction(scenario.mixing, type, energy, outcome.result["conversion"]["matter_potential"]);
        // p -> (1 - 2 P_c) p (theory.md 4.4)
        const double expected = 0.5 * (1.0 + (1.0 - 2.0 * crossing) * p * direction);
        CAPTURE(sin2_theta, energy, crossing);
        CHECK(group["electron"].get<double>() == Approx(expected).margin(1e-5));
        converted += crossing > 0.05 && crossing < 0.95;
    }
    if (sin2_theta > 1e-10) {
        CHECK(converted > 0); // the case says something: neither adiabatic nor fully diabatic
    }
}

TEST_CASE("matrices lose alignment where zones are not as wide as a step, eigenstates do not") {
    const double courant = GENERATE(0.5, 2.0);
    const auto largest_error = [&](const std::string& transport) {
        const json time = {{"step", courant * 8.339102379953801e-3}, {"steps", static_cast<int>(100 / courant)}};
        const Outcome outcome = run_small({{"transport", transport}, {"initial", "unmixed"}, {"time", time}});
        REQUIRE(outcome.code == 0);
        return outcome.result["conversion"]["largest_error"].get<double>();
    };
    CHECK(largest_error("matrix") > 0.01);
    CHECK(largest_error("invariant") < 1e-10);
}
