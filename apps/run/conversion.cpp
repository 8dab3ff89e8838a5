#include "conversion.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

using namespace medium::constants;

double matter_potential(const MatterPoint& matter) {
    return sqrt2_fermi_constant * matter.density * matter.electron_fraction / atomic_mass_unit;
}

double adiabatic_direction(const Mixing& mixing, int type, double energy, double matter_potential) {
    const double s = type == neutrino ? 1.0 : -1.0;
    const double omega = s * mixing.sign() * mixing.mass_squared_difference * vacuum_frequency / energy;
    const double x = omega * std::sin(2.0 * mixing.angle);
    const double z = matter_potential - omega * std::cos(2.0 * mixing.angle);
    return z / std::hypot(x, z);
}

nlohmann::json conversion(const Host& host, const Star& star, const Mixing& mixing) {
    const int last = star.grid.zones() - 1;
    const double lambda = matter_potential(star.matter[last]);
    nlohmann::json groups = nlohmann::json::array();
    double largest = 0.0;
    for (int type : {neutrino, antineutrino}) {
        for (int group = 0; group < star.energy.groups(); ++group) {
            double content[2] = {};
            double unmixed[2] = {};
            for (int flavor : {electron_flavor, heavy_flavor}) {
                const auto occupation = star.unmixed(type, group, flavor);
                for (int ray = 0; ray < star.grid.rays(); ++ray) {
                    const std::size_t k = (static_cast<std::size_t>(last) * star.grid.rays() + ray) * 2 + 1;
                    unmixed[flavor] += star.grid.area(ray) * occupation[k];
                    for (int azimuth = 0; azimuth < RayGrid::azimuths; ++azimuth) {
                        content[flavor] +=
                            star.grid.area(ray) / RayGrid::azimuths *
                            host.content(last, type, group, star.grid.direction(ray, true, azimuth), flavor);
                    }
                }
            }
            const double P0 = unmixed[electron_flavor] + unmixed[heavy_flavor];
            const double p = unmixed[electron_flavor] - unmixed[heavy_flavor];
            const double direction = adiabatic_direction(mixing, type, star.energy.energy(group), lambda);
            const double electron = content[electron_flavor] / P0;
            const double closed_form =
                host.module_off() ? unmixed[electron_flavor] / P0 : 0.5 * (1.0 + p / P0 * direction);
            const double error = std::abs(electron - closed_form);
            largest = std::max(largest, error);
            groups.push_back({{"type", type == neutrino ? "nu" : "nubar"},
                              {"energy", star.energy.energy(group)},
                              {"electron", electron},
                              {"electron_closed_form", closed_form},
                              {"electron_unmixed", unmixed[electron_flavor] / P0},
                              {"survival_closed_form", 0.5 * (1.0 + direction)},
                              {"flux", (content[0] + content[1]) / P0},
                              {"error", error}});
        }
    }
    return {{"groups", groups}, {"largest_error", largest}, {"matter_potential", lambda}};
}

} // namespace miscid::apps
