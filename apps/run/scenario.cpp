#include "scenario.hpp"

#include "json_input.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

constexpr double huge = 1e300;

/** Removes what says where a number comes from: written for the reader of the file, anywhere in it. */
void drop_sources(Json& json) {
    if (json.is_object()) {
        json.erase("source");
        json.erase("assumed");
    }
    for (auto& item : json) {
        if (item.is_structured()) {
            drop_sources(item);
        }
    }
}

/** The file, with the files it stands on merged in. */
Json merged_json(const std::string& path, int depth = 0) {
    Json json = read_json_file(path);
    if (!json.is_object()) {
        throw InputError(path + ": expected an object");
    }
    const auto found = json.find("based_on");
    if (found == json.end()) {
        return json;
    }
    if (!found->is_string() || depth > 8) {
        throw InputError(path + ": key 'based_on': expected the name of another scenario file, at most 8 deep");
    }
    std::string name = found->get<std::string>();
    const auto slash = path.find_last_of('/');
    if (slash != std::string::npos && (name.empty() || name.front() != '/')) {
        name = path.substr(0, slash + 1) + name;
    }
    json.erase(found);
    Json base = merged_json(name, depth + 1);
    base.merge_patch(json);
    return base;
}

double number(const Section& section, const char* key, double lower, double upper) {
    const double value = section.number(key);
    if (!(value >= lower && value <= upper)) {
        section.fail(key, "a number from " + Json(lower).dump() + " to " + Json(upper).dump() + ", got " +
                              Json(value).dump());
    }
    return value;
}

int integer(const Section& section, const char* key, int lower, int upper) {
    const int value = section.integer(key);
    if (value < lower || value > upper) {
        section.fail(key, "an integer from " + std::to_string(lower) + " to " + std::to_string(upper) + ", got " +
                              std::to_string(value));
    }
    return value;
}

std::string choice(const Section& section, const char* key, std::initializer_list<const char*> choices) {
    const std::string value = section.text(key);
    std::string list;
    for (const char* candidate : choices) {
        if (value == candidate) {
            return value;
        }
        list += (list.empty() ? "\"" : " or \"") + std::string(candidate) + "\"";
    }
    section.fail(key, list + ", got \"" + value + "\"");
}

/** A non-empty list of objects. */
std::vector<Section> rows(const Section& section, const std::string& file, const char* key) {
    const auto found = section.json().find(key);
    if (found == section.json().end() || !found->is_array() || found->empty()) {
        section.fail(key, "a list of objects");
    }
    std::vector<Section> result;
    for (std::size_t i = 0; i < found->size(); ++i) {
        result.emplace_back((*found)[i], file, std::string(key) + "[" + std::to_string(i) + "]");
    }
    return result;
}

Mixing read_mixing(const Section& section) {
    section.allow({"mass_squared_difference", "sin2_theta", "ordering"});
    Mixing mixing;
    mixing.mass_squared_difference = number(section, "mass_squared_difference", 1e-12, 1e6);
    mixing.angle = std::asin(std::sqrt(number(section, "sin2_theta", 0.0, 1.0)));
    mixing.ordering = choice(section, "ordering", {"normal", "inverted"});
    return mixing;
}

/** Keys nu_e, nubar_e and nu_x; nu_x stands for nu_x and its antineutrino alike. */
template <class Read>
auto read_species(const Section& section, Read read) {
    section.allow({"nu_e", "nubar_e", "nu_x"});
    PerSpecies<decltype(read(section))> result;
    result[neutrino][electron_flavor] = read(section.child("nu_e"));
    result[antineutrino][electron_flavor] = read(section.child("nubar_e"));
    result[neutrino][heavy_flavor] = read(section.child("nu_x"));
    result[antineutrino][heavy_flavor] = result[neutrino][heavy_flavor];
    return result;
}

void read_grid(const Section& section, const std::string& file, SupernovaScenario& scenario) {
    section.allow({"inner_radius", "segments", "outermost_impact_parameter", "core_rays", "energy"});
    scenario.inner_radius = number(section, "inner_radius", 1.0, huge);
    double inner = scenario.inner_radius;
    for (const auto& row : rows(section, file, "segments")) {
        row.allow({"outer_radius", "zones", "spacing"});
        ZoneSegment segment;
        segment.outer_radius = number(row, "outer_radius", inner * (1.0 + 1e-9), huge);
        segment.zones = integer(row, "zones", 1, 100000);
        segment.logarithmic = choice(row, "spacing", {"logarithmic", "linear"}) == "logarithmic";
        inner = segment.outer_radius;
        scenario.segments.push_back(segment);
    }
    scenario.outermost_impact_parameter = number(section, "outermost_impact_parameter", scenario.inner_radius, inner);
    scenario.core_rays = integer(section, "core_rays", 1, 1000);
    const Section energy = section.child("energy");
    energy.allow({"lowest", "highest", "groups"});
    scenario.lowest_energy = number(energy, "lowest", 1e-6, 1e6);
    scenario.highest_energy = number(energy, "highest", scenario.lowest_energy * (1.0 + 1e-9), 1e6);
    scenario.groups = integer(energy, "groups", 1, 1000);
}

void read_matter(const Section& section, const std::string& file, SupernovaScenario& scenario) {
    section.allow({"profile"});
    double inner = 1.0;
    for (const auto& row : rows(section, file, "profile")) {
        row.allow({"radius", "density", "electron_fraction"});
        MatterPoint point;
        point.radius = number(row, "radius", inner * (1.0 + 1e-9), huge);
        point.density = number(row, "density", 1e-30, 1e16);
        point.electron_fraction = number(row, "electron_fraction", 0.0, 1.0);
        inner = point.radius;
        scenario.matter.push_back(point);
    }
    if (scenario.matter.front().radius > scenario.inner_radius || inner < scenario.segments.back().outer_radius) {
        section.fail("profile", "rows that cover the whole grid, from grid.inner_radius to its outer radius");
    }
}

EmittedSpectrum read_spectrum(const Section& section) {
    section.allow({"luminosity", "mean_energy", "mean_square_energy"});
    EmittedSpectrum spectrum;
    spectrum.luminosity = number(section, "luminosity", 0.0, 1e60);
    spectrum.mean_energy = number(section, "mean_energy", 1e-3, 1e3);
    const double square = spectrum.mean_energy * spectrum.mean_energy;
    spectrum.mean_square_energy = number(section, "mean_square_energy", 1.001 * square, 1.999 * square);
    return spectrum;
}

Absorption read_absorption(const Section& section) {
    section.allow({"per_gram_at_10_mev", "target"});
    return {number(section, "per_gram_at_10_mev", 0.0, 1e10),
            choice(section, "target", {"neutrons", "protons", "nucleons"})};
}

void read_time(const Section& section, double& time_step, int& steps) {
    section.allow({"step", "steps"});
    time_step = number(section, "step", 1e-15, 1e6);
    steps = integer(section, "steps", 0, 100000000);
}

WaveScenario read_waves(const Section& section) {
    section.allow({"bins", "wave_number_limit", "refraction"});
    WaveScenario waves;
    waves.bins = integer(section, "bins", 1, 256);
    waves.limit = number(section, "wave_number_limit", 1e-12, 1e12);
    waves.refraction = choice(section, "refraction", {"on", "off"}) == "on";
    return waves;
}

/** What carries waves needs waves with a memory, and the bins of the module are those of the run. */
void set_module(const SupernovaScenario& scenario, const std::string& file, Json& module) {
    if (!scenario.waves) {
        return;
    }
    Json& viscosity = module["viscosity"];
    if (!viscosity.is_object() || viscosity.value("closure", "none") != "kinetic") {
        throw InputError(file + ": key 'waves': expected module.viscosity.closure \"kinetic\", the closure that keeps "
                                "waves by wave number");
    }
    viscosity["wave_bins"] = scenario.waves->bins;
    viscosity["wave_number_limit"] = scenario.waves->limit;
}

SupernovaScenario read_supernova(const Section& section, const std::string& file) {
    section.allow({"kind", "mixing", "module", "transport", "initial", "grid", "matter", "neutrinos", "emission",
                   "time", "waves"});
    SupernovaScenario scenario;
    scenario.transport = choice(section, "transport", {"matrix", "invariant"});
    scenario.start_empty = choice(section, "initial", {"empty", "unmixed"}) == "empty";
    read_grid(section.child("grid"), file, scenario);
    read_matter(section.child("matter"), file, scenario);
    scenario.spectra = read_species(section.child("neutrinos"), read_spectrum);
    const Section emission = section.child("emission");
    emission.allow({"temperature", "temperature_radius", "outer_radius", "absorption"});
    scenario.temperature = number(emission, "temperature", 1e-3, 1e3);
    scenario.temperature_radius = number(emission, "temperature_radius", 1.0, huge);
    scenario.emission_radius = number(emission, "outer_radius", scenario.inner_radius, huge);
    scenario.absorption = read_species(emission.child("absorption"), read_absorption);
    read_time(section.child("time"), scenario.time_step, scenario.steps);
    if (section.has("waves")) {
        scenario.waves = read_waves(section.child("waves"));
    }
    return scenario;
}

MonochromaticSpecies read_monochromatic(const Section& section) {
    section.allow({"number_density", "flux_factor", "energy"});
    MonochromaticSpecies species;
    species.density = number(section, "number_density", 0.0, 1e45);
    species.energy = number(section, "energy", 1e-3, 1e3);
    const auto flux = section.numbers("flux_factor", 3);
    if (!(std::hypot(flux[0], flux[1], flux[2]) < 1.0)) {
        section.fail("flux_factor", "a vector shorter than 1");
    }
    std::copy(flux.begin(), flux.end(), species.flux_factor.begin());
    return species;
}

CellScenario read_cell(const Section& section) {
    section.allow({"kind", "mixing", "module", "neutrinos", "directions", "matter", "time"});
    CellScenario scenario;
    scenario.species = read_species(section.child("neutrinos"), read_monochromatic);
    const Section directions = section.child("directions");
    directions.allow({"polar_angles", "azimuths"});
    scenario.polar_angles = integer(directions, "polar_angles", 1, 1000);
    scenario.azimuths = integer(directions, "azimuths", 1, 1000);
    const Section matter = section.child("matter");
    matter.allow({"initial_density", "final_density", "electron_fraction"});
    scenario.initial_density = number(matter, "initial_density", 1e-30, 1e16);
    scenario.final_density = number(matter, "final_density", 1e-30, 1e16);
    scenario.electron_fraction = number(matter, "electron_fraction", 0.0, 1.0);
    read_time(section.child("time"), scenario.time_step, scenario.steps);
    return scenario;
}

} // namespace

Scenario read_scenario(const std::string& path) {
    Json json = merged_json(path);
    drop_sources(json);
    const Section section(json, path, "");
    Scenario scenario;
    scenario.file = path;
    scenario.name = section.has("name") ? section.text("name") : path;
    scenario.mixing = read_mixing(section.child("mixing"));
    scenario.module = section.has("module") ? section.child("module").json() : Json::object();
    if (choice(section, "kind", {"supernova", "cell"}) == "supernova") {
        SupernovaScenario supernova = read_supernova(section, path);
        set_module(supernova, path, scenario.module);
        scenario.kind = std::move(supernova);
    } else {
        scenario.kind = read_cell(section);
    }
    return scenario;
}

} // namespace miscid::apps
