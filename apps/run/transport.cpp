#include "transport.hpp"

#include "medium/constants.hpp"

#include <algorithm>

namespace miscid::apps {

using medium::constants::pi;
using medium::constants::speed_of_light;

namespace {

/** Absorption coefficient and emission (cm^-1) of each component of one mode. */
template <int components>
struct Coefficients {
    std::array<double, components> absorption{};
    std::array<double, components> emission{};
};

/** Flavor-diagonal absorption and emission of density matrices; coherences are damped with the mean absorption
 *  (kappa_e + kappa_x)/2 (theory.md 5.18). */
struct MatrixInteraction {
    static constexpr int components = 4;
    const Star& star;

    Coefficients<4> at(int zone, int type, int group, int) const {
        const std::size_t e = star.species(zone, type, group, electron_flavor);
        const std::size_t x = star.species(zone, type, group, heavy_flavor);
        const double kappa_e = star.absorption[e];
        const double kappa_x = star.absorption[x];
        const double coherence = 0.5 * (kappa_e + kappa_x);
        return {{kappa_e, kappa_x, coherence, coherence},
                {kappa_e * star.equilibrium[e], kappa_x * star.equilibrium[x], 0.0, 0.0}};
    }
    std::array<double, 4> core(int type, int group, int) const {
        return {star.equilibrium[star.species(0, type, group, electron_flavor)],
                star.equilibrium[star.species(0, type, group, heavy_flavor)], 0.0, 0.0};
    }
    void cross(int, int, int, int, std::array<double, 4>&) const {} // matrices carry their own orientation
};

/** Occupations of eigenstates: projected rates, and label changes between zones. */
struct EigenstateInteraction {
    static constexpr int components = 2;
    const EigenstateRates& rates;
    const Layout& layout;

    Coefficients<2> at(int zone, int type, int group, int direction) const {
        const std::size_t k = layout.at(zone, type, group, direction);
        constexpr double c = speed_of_light;
        return {{rates.absorption[k] / c, rates.absorption[k + 1] / c},
                {rates.emission[k] / c, rates.emission[k + 1] / c}};
    }
    std::array<double, 2> core(int type, int group, int direction) const {
        const Coefficients<2> zone = at(0, type, group, direction);
        const auto ratio = [](double a, double b) { return b > 0.0 ? a / b : 0.0; };
        return {ratio(zone.emission[0], zone.absorption[0]), ratio(zone.emission[1], zone.absorption[1])};
    }
    /** The rule at an interface: a neutrino that keeps its flavor state where H turns changes its label
     *  (theory.md 4.4; miscid_crossing_probability). The sum of the two stays what it was. */
    void cross(int interface, int type, int group, int direction, std::array<double, 2>& flux) const {
        const double probability = rates.crossing[layout.mode(interface, type, group, direction)];
        const double exchanged = probability * (flux[0] - flux[1]);
        flux[0] -= exchanged;
        flux[1] += exchanged;
    }
};

} // namespace

template <class Interaction>
void Transport::advance(std::vector<double>& q, const Interaction& interaction, double time_step,
                        NumberLedger& ledger) const {
    constexpr int components = Interaction::components;
    constexpr int occupations = 2; // the first two components are occupations in both modes
    const RayGrid& grid = star_.grid;
    const double length = speed_of_light * time_step;
    const int last = grid.zones() - 1;

    for (int type : {neutrino, antineutrino}) {
        for (int group = 0; group < layout_.groups; ++group) {
            for (int ray = 0; ray < grid.rays(); ++ray) {
                // Neutrinos per unit occupation and cm^3 of the bundle.
                const double number = 4.0 * pi / RayGrid::azimuths * star_.energy.states(group);
                const double area = grid.area(ray);
                for (int azimuth = 0; azimuth < RayGrid::azimuths; ++azimuth) {
                    // Occupation of what crosses the next edge; nothing comes in from outside.
                    std::array<double, components> flux{};
                    const auto cross_zone = [&](int zone, int direction) {
                        const double courant = area * length / grid.bundle_volume(zone, ray);
                        const double explicit_part = std::min(1.0, 1.0 / courant); // 1 - theta
                        const double kept = courant < 1.0 ? 1.0 - courant : 0.0;   // 1 - (1 - theta) courant
                        const auto matter = interaction.at(zone, type, group, direction);
                        double* f = q.data() + layout_.at(zone, type, group, direction);
                        for (int c = 0; c < components; ++c) {
                            const double kappa = matter.absorption[c] * length;
                            const double emission = matter.emission[c] * length;
                            const double sum = kept + courant + kappa;
                            const double f_new = (kept * f[c] + courant * flux[c] + emission) / sum;
                            if (c < occupations && kappa > 0.0) {
                                // kappa (f_eq - f_new), written so that nothing cancels where matter is opaque
                                const double f_eq = emission / kappa;
                                const double net = kappa * (kept * (f_eq - f[c]) + courant * (f_eq - flux[c])) / sum;
                                ledger.source[type].add(number * grid.bundle_volume(zone, ray) * net);
                            }
                            flux[c] = explicit_part * f[c] + (1.0 - explicit_part) * f_new;
                            f[c] = f_new;
                        }
                    };
                    const auto book = [&](Sum& account, double sign) {
                        for (int c = 0; c < occupations; ++c) {
                            account.add(sign * number * area * length * flux[c]);
                        }
                    };

                    const int inward = grid.direction(ray, false, azimuth);
                    const int innermost = grid.innermost_zone(ray);
                    for (int zone = last; zone >= innermost; --zone) {
                        cross_zone(zone, inward);
                        if (zone > innermost) {
                            interaction.cross(zone - 1, type, group, inward, flux);
                        }
                    }
                    const int outward = grid.direction(ray, true, azimuth);
                    if (grid.ends_in_core(ray)) {
                        book(ledger.through_core[type], -1.0);
                        flux = interaction.core(type, group, outward);
                        book(ledger.through_core[type], 1.0);
                    }
                    for (int zone = innermost; zone <= last; ++zone) {
                        cross_zone(zone, outward);
                        if (zone < last) {
                            interaction.cross(zone, type, group, outward, flux);
                        }
                    }
                    book(ledger.escaped[type], 1.0);
                }
            }
        }
    }
}

void Transport::advance_matrices(std::vector<double>& q, double time_step, NumberLedger& ledger) const {
    advance(q, MatrixInteraction{star_}, time_step, ledger);
}

void Transport::advance_eigenstates(std::vector<double>& q, const EigenstateRates& rates, double time_step,
                                    NumberLedger& ledger) const {
    advance(q, EigenstateInteraction{rates, layout_}, time_step, ledger);
}

double Transport::total_number(const std::vector<double>& q, const std::vector<double>& weight, int type) const {
    Sum sum;
    for (int zone = 0; zone < layout_.zones; ++zone) {
        for (int group = 0; group < layout_.groups; ++group) {
            for (int direction = 0; direction < layout_.directions; ++direction) {
                const double* f = q.data() + layout_.at(zone, type, group, direction);
                const std::size_t w =
                    (static_cast<std::size_t>(zone) * layout_.groups + group) * layout_.directions + direction;
                sum.add(star_.grid.shell_volume(zone) * weight[w] * (f[0] + f[1]));
            }
        }
    }
    return sum.value();
}

} // namespace miscid::apps
