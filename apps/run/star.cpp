#include "star.hpp"

#include "errors.hpp"
#include "medium/constants.hpp"

#include <algorithm>
#include <string>

namespace miscid::apps {

using namespace medium::constants;

Star::Star(const SupernovaScenario& scenario)
    : grid(scenario), energy(scenario.lowest_energy, scenario.highest_energy, scenario.groups) {
    for (int i = 0; i < grid.zones(); ++i) {
        matter.push_back(interpolate_matter(scenario.matter, grid.radius(i)));
    }
    absorption.resize(species(grid.zones(), 0, 0, 0));
    equilibrium.resize(absorption.size());
    emitted.resize(species(1, 0, 0, 0));
    for (int type : {neutrino, antineutrino}) {
        for (int flavor : {electron_flavor, heavy_flavor}) {
            const EmittedSpectrum& spectrum = scenario.spectra[type][flavor];
            const double all = emitted_number(spectrum, 1e-3 * spectrum.mean_energy, 20.0 * spectrum.mean_energy);
            double inside = 0.0;
            for (int g = 0; g < energy.groups(); ++g) {
                const double E = energy.energy(g);
                for (int i = 0; i < grid.zones(); ++i) {
                    // T ~ 1/r: hydrostatic atmosphere of relativistic particles (Janka 2001, A&A 368, 527).
                    const double temperature = scenario.temperature * scenario.temperature_radius / grid.radius(i);
                    if (grid.radius(i) < scenario.emission_radius) {
                        absorption[species(i, type, g, flavor)] =
                            absorption_coefficient(scenario.absorption[type][flavor], matter[i], E);
                    }
                    equilibrium[species(i, type, g, flavor)] = fermi_dirac(E, temperature);
                }
                // Emission is proportional to the equilibrium occupation and transport is linear in it, so one factor
                // per species and group makes the unmixed star shine with exactly the scenario's spectrum.
                const double target = emitted_number(spectrum, energy.edge(g), energy.edge(g + 1));
                const double factor = target / outgoing(unmixed(type, g, flavor), g);
                double largest = 0.0;
                for (int i = 0; i < grid.zones(); ++i) {
                    double& occupation = equilibrium[species(i, type, g, flavor)];
                    occupation *= factor;
                    largest = std::max(largest, occupation);
                }
                if (!(largest <= 1.0)) {
                    throw RunError("the spectrum of " + std::string(type == neutrino ? "nu_" : "nubar_") +
                                   (flavor == electron_flavor ? "e" : "x") + " needs an occupation of " +
                                   std::to_string(largest) + " at " + std::to_string(E) +
                                   " MeV: lower the luminosity, or raise emission.temperature or the absorption");
                }
                emitted[species(0, type, g, flavor)] = target;
                inside += target;
            }
            lost_tail = std::max(lost_tail, all > 0.0 ? 1.0 - inside / all : 0.0);
        }
    }
}

std::vector<double> Star::unmixed(int type, int group, int flavor) const {
    std::vector<double> occupation(static_cast<std::size_t>(grid.zones()) * grid.rays() * 2, 0.0);
    for (int ray = 0; ray < grid.rays(); ++ray) {
        double flux = 0.0;
        const auto cross = [&](int zone, int outward) {
            const double area = grid.area(ray);
            const double volume = grid.bundle_volume(zone, ray);
            const double kappa = absorption[species(zone, type, group, flavor)];
            const double source = kappa * equilibrium[species(zone, type, group, flavor)];
            flux = (area * flux + volume * source) / (area + volume * kappa);
            occupation[(static_cast<std::size_t>(zone) * grid.rays() + ray) * 2 + outward] = flux;
        };
        for (int zone = grid.zones() - 1; zone >= grid.innermost_zone(ray); --zone) {
            cross(zone, 0);
        }
        if (grid.ends_in_core(ray)) {
            flux = equilibrium[species(0, type, group, flavor)];
        }
        for (int zone = grid.innermost_zone(ray); zone < grid.zones(); ++zone) {
            cross(zone, 1);
        }
    }
    return occupation;
}

double Star::outgoing(const std::vector<double>& occupation, int group) const {
    double sum = 0.0;
    for (int ray = 0; ray < grid.rays(); ++ray) {
        const std::size_t last = (static_cast<std::size_t>(grid.zones() - 1) * grid.rays() + ray) * 2 + 1;
        sum += 4.0 * pi * grid.area(ray) * energy.states(group) * speed_of_light * occupation[last];
    }
    return sum;
}

} // namespace miscid::apps
