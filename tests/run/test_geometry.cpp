// Tangent rays: what the ledger and the axisymmetry of the equilibrium rest on.

#include "medium/constants.hpp"
#include "run/ray_grid.hpp"
#include "run/star.hpp"
#include "run_for_test.hpp"

#include <cmath>

using namespace miscid::apps;
using miscid::medium::constants::pi;

namespace {

SupernovaScenario small() {
    return std::get<SupernovaScenario>(read_scenario(test::shipped("supernova_small.json")).kind);
}

} // namespace

TEST_CASE("the bundles of rays fill the zones they can reach") {
    const SupernovaScenario scenario = small();
    const RayGrid grid(scenario);
    for (int zone = 0; zone < grid.zones(); ++zone) {
        double solid_angle = 0.0;
        for (int ray = 0; ray < grid.rays(); ++ray) {
            solid_angle += 2 * RayGrid::azimuths * grid.solid_angle(zone, ray);
        }
        if (grid.outer_edge(zone) <= scenario.outermost_impact_parameter * (1.0 + 1e-12)) {
            CHECK(solid_angle == Approx(4.0 * pi).epsilon(1e-13));
        } else { // outside, only rays that cross the sphere of the outermost impact parameter
            const double b = scenario.outermost_impact_parameter;
            const auto cap = [b](double r) { return r * r * r - std::pow(r * r - b * b, 1.5); };
            const double expected = 4.0 * pi / 3.0 * (cap(grid.outer_edge(zone)) - cap(grid.inner_edge(zone)));
            // cap() cancels far out; there the comparison is with pi b^2 per unit length and half of the sphere
            const double far = 2.0 * pi * b * b * (grid.outer_edge(zone) - grid.inner_edge(zone));
            const bool near = grid.inner_edge(zone) < 1e8;
            CHECK(solid_angle * grid.shell_volume(zone) / (4.0 * pi) ==
                  Approx(near ? expected : far).epsilon(near ? 1e-8 : 3e-3));
        }
    }
}

TEST_CASE("directions are unit vectors and their sum across the radius vanishes") {
    const RayGrid grid(small());
    for (int zone = 0; zone < grid.zones(); ++zone) {
        for (int ray = 0; ray < grid.rays(); ++ray) {
            const auto one = grid.unit_vector(zone, ray, true, 0);
            const auto other = grid.unit_vector(zone, ray, true, 1);
            CHECK(std::hypot(one[0], one[1], one[2]) == Approx(1.0).epsilon(1e-15));
            CHECK(one[0] + other[0] == 0.0);
            CHECK(one[2] == other[2]);
            CHECK(grid.unit_vector(zone, ray, false, 0)[2] == -one[2]);
        }
    }
}

TEST_CASE("density times speed is the flux: sum w v f times the area is the same in every zone outside the star") {
    const SupernovaScenario scenario = small();
    const Star star(scenario);
    const auto occupation = star.unmixed(neutrino, 1, electron_flavor);
    double first = 0.0;
    for (int zone = 20; zone < star.grid.zones(); ++zone) {
        double flux = 0.0;
        for (int ray = 0; ray < star.grid.rays(); ++ray) {
            const std::size_t k = (static_cast<std::size_t>(zone) * star.grid.rays() + ray) * 2 + 1;
            flux += RayGrid::azimuths * star.grid.solid_angle(zone, ray) *
                    star.grid.unit_vector(zone, ray, true, 0)[2] * occupation[k];
        }
        flux *= star.grid.shell_volume(zone) / (star.grid.outer_edge(zone) - star.grid.inner_edge(zone));
        first = first == 0.0 ? flux : first;
        CHECK(flux == Approx(first).epsilon(1e-9));
    }
}

TEST_CASE("the star without mixing shines with the spectra of the scenario") {
    const test::Outcome outcome = test::run_small({{"initial", "unmixed"}, {"time", {{"steps", 3}}}}, [] {
        RunOptions options;
        options.module_off = true;
        return options;
    }());
    REQUIRE(outcome.code == 0);
    const Star star(small());
    for (const auto& group : outcome.result["conversion"]["groups"]) {
        CHECK(group["flux"].get<double>() == Approx(1.0).epsilon(1e-12));
    }
    double expected = 0.0;
    for (int group = 0; group < star.energy.groups(); ++group) {
        for (int flavor : {electron_flavor, heavy_flavor}) {
            expected += star.emitted[star.species(0, neutrino, group, flavor)];
        }
    }
    const double time = outcome.result["time"];
    CHECK(outcome.result["ledger"]["nu"]["escaped"].get<double>() == Approx(expected * time).epsilon(1e-12));
}
