#include "description.hpp"

#include "../common/error.hpp"
#include "phase_space/minerbo.hpp"
#include "phase_space/refinement.hpp"

#include <cmath>

namespace miscid::adapters {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int table_size = 1024;

/** Smallest over all directions of the largest projection of any node: how far the nodes reach everywhere. */
double smallest_reach(const std::vector<double>& direction) {
    constexpr int points = 2000; // a Fibonacci spiral: 0.05 rad apart
    double smallest = 1.0;
    for (int i = 0; i < points; ++i) {
        const double z = 1.0 - (2.0 * i + 1.0) / points;
        const double s = std::sqrt(1.0 - z * z);
        const double phi = pi * (3.0 - std::sqrt(5.0)) * i;
        double largest = -1.0;
        for (std::size_t d = 0; d < direction.size(); d += 3) {
            largest = std::max(largest, s * std::cos(phi) * direction[d] + s * std::sin(phi) * direction[d + 1] +
                                            z * direction[d + 2]);
        }
        smallest = std::min(smallest, largest);
    }
    return smallest;
}

std::vector<double> make_minerbo_table() {
    std::vector<double> table(table_size + 1);
    for (int i = 0; i < table_size; ++i) {
        const double f = static_cast<double>(i) / table_size;
        table[static_cast<std::size_t>(i)] = i == 0 ? 3.0 : phase_space::minerbo_parameter(f) * (1.0 - f * f) / f;
    }
    table[table_size] = 2.0;
    return table;
}

} // namespace

Quadrature::Quadrature(int polar_count, int azimuth_count) : polar(polar_count), azimuth(azimuth_count) {
    const auto size = static_cast<std::size_t>(polar);
    std::vector<double> nodes(size);
    std::vector<double> weights(size);
    phase_space::gauss_legendre(polar, nodes.data(), weights.data());
    for (std::size_t i = 0; i < size; ++i) {
        const double x = -nodes[i]; // largest first
        mu.push_back(x);
        weight.push_back(0.5 * weights[i]);
        const double s = std::sqrt(1.0 - x * x);
        for (int a = 0; a < azimuth; ++a) {
            const double phi = 2.0 * pi * (a + 0.5) / azimuth;
            direction.insert(direction.end(), {s * std::cos(phi), s * std::sin(phi), x});
        }
    }
    // Close to the edge of what the nodes hold the distribution is one node only.
    axial_reach = 0.98 * mu.front();
    reach = 0.9 * smallest_reach(direction);
}

MomentsDescription MomentsDescription::read(const char* text, std::size_t length) {
    auto split_text = split(text, length, "moments");
    Section& section = split_text.section;
    const Quadrature quadrature(section.count("polar", 8, 2, 200), section.count("azimuth", 4, 3, 200));
    const Json given = Json::parse(text, text + length).flatten();
    if (given.contains("/phase_space/directions") || given.contains("/phase_space.directions")) {
        throw StatusError(MISCID_BAD_VALUE,
                          "phase_space.directions is moments.polar times moments.azimuth here; leave it out");
    }
    require(miscid_config_set_integer(split_text.config.get(), "phase_space.directions", quadrature.count()));
    auto species = read_species(section, split_text.flavors);
    const auto off = read_off_switch(section);
    const bool grey = section.get<bool>("grey", false);
    if (grey && (split_text.groups != 1 || split_text.flavors != 2)) {
        section.refuse("grey", "needs phase_space.groups = 1 and two flavors");
    }
    const std::vector<std::string> closures = {"minerbo", "levermore", "pauli"};
    const int closure = section.choice("closure", closures, 0);
    const int other = section.choice("other_closure", closures, closure == 1 ? 0 : 1);
    if (grey && (closure == 2 || other == 2)) {
        section.refuse("closure", "pauli needs energy groups");
    }
    const int content = section.choice("content", {"number", "energy"}, 1);
    if (grey && content == 0) {
        section.refuse("content", "is 'number'; grey hosts carry energy density and flux, and NUMBER beside them");
    }
    const int frame = section.choice("frame", {"fluid", "laboratory"}, 0);
    const Json all = Json::parse(split_text.config.json());
    MomentsDescription made{miscid::Context(split_text.config),
                            std::move(species),
                            off,
                            quadrature,
                            split_text.groups,
                            split_text.invariant,
                            grey,
                            static_cast<Closure>(closure),
                            static_cast<Closure>(other),
                            static_cast<Content>(content),
                            static_cast<Frame>(frame),
                            section.get<bool>("densitized", false),
                            section.choice("flux_index", {"lower", "upper"}, 0) == 0,
                            section.choice("metric", {"components", "root"}, 0) == 1,
                            section.positive("unit", 1.0),
                            section.positive("number_unit", 1.0),
                            section.positive("flux_unit", 1.0),
                            section.positive("flux_tolerance", 1e-6, -1e-300),
                            parameter(all, "units", "number_density").get<double>(),
                            parameter(all, "units", "energy").get<double>(),
                            parameter(all, "units", "velocity").get<double>(),
                            section.positive("negligible", 1e-9, -1e-300),
                            make_minerbo_table(),
                            {},
                            all};
    section.finish();
    for (const int one : {closure, other}) {
        if (one != 2) {
            made.shapes[static_cast<std::size_t>(one)] = AxialShapes(quadrature, static_cast<Closure>(one));
        }
    }
    return made;
}

} // namespace miscid::adapters
