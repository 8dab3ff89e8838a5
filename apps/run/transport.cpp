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
    int first; ///< number in the star of the zone that is 0 here

    Coefficients<4> at(int zone, int type, int group, int) const {
        const std::size_t e = star.species(first + zone, type, group, electron_flavor);
        const std::size_t x = star.species(first + zone, type, group, heavy_flavor);
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

/** One type and group on its way through the zones of this rank. */
template <class Interaction>
class Transport::Sweep {
public:
    static constexpr int components = Interaction::components;
    static constexpr int occupations = 2; // the first two components are occupations in both modes

    Sweep(const Transport& transport, std::vector<double>& q, const Interaction& interaction, double time_step,
          NumberLedger& ledger, int type, int group)
        : layout_(transport.layout_), star_(transport.star_), grid_(star_.grid), ranks_(transport.ranks_), q_(q),
          interaction_(interaction), ledger_(ledger), type_(type), group_(group), length_(speed_of_light * time_step),
          number_(4.0 * pi / RayGrid::azimuths * star_.energy.states(group)) {}

    /** From the outer edge inwards; `edge` receives what reaches the turning point or the inner edge of every ray. */
    void inwards(std::vector<double>& edge) {
        edge.assign(static_cast<std::size_t>(grid_.rays()) * RayGrid::azimuths * components, 0.0); // nothing comes in
        if (!ranks_.last()) {
            ranks_.receive(edge.data(), edge.size(), ranks_.rank() + 1);
        }
        for_each_ray([&](int ray, int azimuth) {
            const int innermost = grid_.innermost_zone(ray) - layout_.first;
            const int direction = grid_.direction(ray, false, azimuth);
            Flux flux = take(edge, ray, azimuth);
            if (!ranks_.last() && innermost < layout_.own) {
                interaction_.cross(layout_.own - 1, type_, group_, direction, flux);
            }
            for (int zone = layout_.own - 1; zone >= std::max(innermost, 0); --zone) {
                cross_zone(zone, ray, direction, flux);
                if (zone > std::max(innermost, 0)) {
                    interaction_.cross(zone - 1, type_, group_, direction, flux);
                }
            }
            put(edge, ray, azimuth, flux);
        });
        if (!ranks_.first()) {
            ranks_.send(edge.data(), edge.size(), ranks_.rank() - 1);
        }
    }

    /** Outwards again; `turned` is what inwards() left. */
    void outwards(const std::vector<double>& turned) {
        std::vector<double> edge(turned.size(), 0.0);
        if (!ranks_.first()) {
            ranks_.receive(edge.data(), edge.size(), ranks_.rank() - 1);
        }
        for_each_ray([&](int ray, int azimuth) {
            const int innermost = grid_.innermost_zone(ray) - layout_.first;
            const int direction = grid_.direction(ray, true, azimuth);
            Flux flux = take(innermost >= 0 ? turned : edge, ray, azimuth);
            if (grid_.ends_in_core(ray) && ranks_.first()) {
                book(ledger_.through_core[type_], -1.0, ray, flux);
                flux = interaction_.core(type_, group_, direction);
                book(ledger_.through_core[type_], 1.0, ray, flux);
            }
            for (int zone = std::max(innermost, 0); zone < layout_.own; ++zone) {
                cross_zone(zone, ray, direction, flux);
                if (layout_.first + zone + 1 < grid_.zones()) {
                    interaction_.cross(zone, type_, group_, direction, flux);
                }
            }
            if (ranks_.last()) {
                book(ledger_.escaped[type_], 1.0, ray, flux);
            }
            put(edge, ray, azimuth, flux);
        });
        if (!ranks_.last()) {
            ranks_.send(edge.data(), edge.size(), ranks_.rank() + 1);
        }
    }

private:
    using Flux = std::array<double, components>; ///< occupation of what crosses the next edge

    template <class Function>
    void for_each_ray(Function&& function) const {
        for (int ray = 0; ray < grid_.rays(); ++ray) {
            for (int azimuth = 0; azimuth < RayGrid::azimuths; ++azimuth) {
                function(ray, azimuth);
            }
        }
    }
    static std::size_t place(int ray, int azimuth) {
        return (static_cast<std::size_t>(ray) * RayGrid::azimuths + azimuth) * components;
    }
    static Flux take(const std::vector<double>& edge, int ray, int azimuth) {
        Flux flux;
        std::copy_n(edge.begin() + static_cast<std::ptrdiff_t>(place(ray, azimuth)), components, flux.begin());
        return flux;
    }
    static void put(std::vector<double>& edge, int ray, int azimuth, const Flux& flux) {
        std::copy(flux.begin(), flux.end(), edge.begin() + static_cast<std::ptrdiff_t>(place(ray, azimuth)));
    }
    void book(Sum& account, double sign, int ray, const Flux& flux) const {
        for (int c = 0; c < occupations; ++c) {
            account.add(sign * number_ * grid_.area(ray) * length_ * flux[c]);
        }
    }
    void cross_zone(int zone, int ray, int direction, Flux& flux) {
        const double volume = grid_.bundle_volume(layout_.first + zone, ray);
        const double courant = grid_.area(ray) * length_ / volume;
        const double explicit_part = std::min(1.0, 1.0 / courant); // 1 - theta
        const double kept = courant < 1.0 ? 1.0 - courant : 0.0;   // 1 - (1 - theta) courant
        const auto matter = interaction_.at(zone, type_, group_, direction);
        double* f = q_.data() + layout_.at(zone, type_, group_, direction);
        for (int c = 0; c < components; ++c) {
            const double kappa = matter.absorption[c] * length_;
            const double emission = matter.emission[c] * length_;
            const double sum = kept + courant + kappa;
            const double f_new = (kept * f[c] + courant * flux[c] + emission) / sum;
            if (c < occupations && kappa > 0.0) {
                // kappa (f_eq - f_new), written so that nothing cancels where matter is opaque
                const double f_eq = emission / kappa;
                const double net = kappa * (kept * (f_eq - f[c]) + courant * (f_eq - flux[c])) / sum;
                ledger_.zone_source[zone][type_].add(number_ * volume * net);
            }
            flux[c] = explicit_part * f[c] + (1.0 - explicit_part) * f_new;
            f[c] = f_new;
        }
    }

    const Layout& layout_;
    const Star& star_;
    const RayGrid& grid_;
    const Ranks& ranks_;
    std::vector<double>& q_;
    const Interaction& interaction_;
    NumberLedger& ledger_;
    int type_, group_;
    double length_;
    double number_; ///< neutrinos per unit occupation and cm^3 of the bundle
};

template <class Interaction>
void Transport::advance(std::vector<double>& q, const Interaction& interaction, double time_step,
                        NumberLedger& ledger) const {
    std::vector<Sweep<Interaction>> sweeps;
    for (int type : {neutrino, antineutrino}) {
        for (int group = 0; group < layout_.groups; ++group) {
            sweeps.emplace_back(*this, q, interaction, time_step, ledger, type, group);
        }
    }
    std::vector<std::vector<double>> turned(sweeps.size());
    for (std::size_t n = 0; n < sweeps.size(); ++n) {
        sweeps[n].inwards(turned[n]);
    }
    for (std::size_t n = 0; n < sweeps.size(); ++n) {
        sweeps[n].outwards(turned[n]);
    }
}

void Transport::advance_matrices(std::vector<double>& q, double time_step, NumberLedger& ledger) const {
    advance(q, MatrixInteraction{star_, layout_.first}, time_step, ledger);
}

void Transport::advance_eigenstates(std::vector<double>& q, const EigenstateRates& rates, double time_step,
                                    NumberLedger& ledger) const {
    advance(q, EigenstateInteraction{rates, layout_}, time_step, ledger);
}

std::vector<double> Transport::zone_numbers(const std::vector<double>& q, const std::vector<double>& weight,
                                            int type) const {
    std::vector<double> numbers;
    for (int zone = 0; zone < layout_.own; ++zone) {
        Sum sum;
        for (int group = 0; group < layout_.groups; ++group) {
            for (int direction = 0; direction < layout_.directions; ++direction) {
                const double* f = q.data() + layout_.at(zone, type, group, direction);
                const std::size_t w =
                    (static_cast<std::size_t>(zone) * layout_.groups + group) * layout_.directions + direction;
                sum.add(star_.grid.shell_volume(layout_.first + zone) * weight[w] * (f[0] + f[1]));
            }
        }
        numbers.push_back(sum.value());
    }
    return numbers;
}

} // namespace miscid::apps
