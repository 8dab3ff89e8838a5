/** @file scenario.hpp
 *  What a scenario file says (docs/run.md lists the keys).
 */
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace miscid::apps {

/** Vacuum mixing in two flavors. */
struct Mixing {
    double mass_squared_difference = 0.0; ///< eV^2, positive
    double angle = 0.0;                   ///< rad
    std::string ordering;                 ///< "normal" or "inverted"
    /** Signed dm2/2E factor: inverted ordering has dm2 < 0 (theory.md section 1). */
    double sign() const { return ordering == "inverted" ? -1.0 : 1.0; }
};

/** Neutrino types in the order of the module's TYPE axis, flavors in the order of its FLAVOR axis. */
enum Type : int { neutrino = 0, antineutrino = 1 };
enum Flavor : int { electron_flavor = 0, heavy_flavor = 1 };

/** One number per type and flavor. */
template <class T>
using PerSpecies = std::array<std::array<T, 2>, 2>;

/** One row of the matter profile; between rows density is interpolated log-log, Ye linearly in log radius. */
struct MatterPoint {
    double radius = 0.0;            ///< cm
    double density = 0.0;           ///< g cm^-3
    double electron_fraction = 0.0; ///< electrons per baryon
};

/** Zones from the end of the segment before it up to `outer_radius`. */
struct ZoneSegment {
    double outer_radius = 0.0; ///< cm
    int zones = 0;
    bool logarithmic = true;
};

/** What leaves the star in one species. */
struct EmittedSpectrum {
    double luminosity = 0.0;         ///< erg/s
    double mean_energy = 0.0;        ///< MeV
    double mean_square_energy = 0.0; ///< MeV^2
};

/** Absorption on nucleons: rises as E^2. */
struct Absorption {
    double per_gram_at_10_mev = 0.0; ///< cm^2/g per unit fraction of the target
    std::string target;              ///< "neutrons", "protons" or "nucleons"
};

/** Flavor waves are carried between zones (closure kinetic). */
struct WaveScenario {
    int bins = 64;
    double limit = 20.0; ///< cm^-1, largest wave number looked at
    bool refraction = true;
};

/** kind "supernova": spherically symmetric transport. */
struct SupernovaScenario {
    std::string transport; ///< "matrix" or "invariant"
    bool start_empty = true;
    double inner_radius = 0.0; ///< cm, inside the neutrinospheres
    std::vector<ZoneSegment> segments;
    double outermost_impact_parameter = 0.0; ///< cm
    int core_rays = 0;
    double lowest_energy = 0.0;  ///< MeV
    double highest_energy = 0.0; ///< MeV
    int groups = 0;
    std::vector<MatterPoint> matter;
    PerSpecies<EmittedSpectrum> spectra;
    double temperature = 0.0;        ///< MeV at temperature_radius, falling as 1/r
    double temperature_radius = 0.0; ///< cm
    double emission_radius = 0.0;    ///< cm; matter outside neither emits nor absorbs
    PerSpecies<Absorption> absorption;
    std::optional<WaveScenario> waves;
    double time_step = 0.0; ///< s
    int steps = 0;
};

/** One species of a cell: all neutrinos at one energy. */
struct MonochromaticSpecies {
    double density = 0.0;                ///< cm^-3
    std::array<double, 3> flux_factor{}; ///< F/N
    double energy = 0.0;                 ///< MeV
};

/** kind "cell": one cell followed while its density changes. */
struct CellScenario {
    PerSpecies<MonochromaticSpecies> species;
    int polar_angles = 0;
    int azimuths = 0;
    double initial_density = 0.0; ///< g cm^-3
    double final_density = 0.0;   ///< g cm^-3
    double electron_fraction = 0.0;
    double time_step = 0.0; ///< s
    int steps = 0;
};

struct Scenario {
    std::string file;
    std::string name;
    Mixing mixing;
    nlohmann::json module; ///< module parameters beyond those the scenario itself sets
    std::variant<SupernovaScenario, CellScenario> kind;
};

/** Reads and checks a scenario file. A file may stand on another one: {"based_on": "other.json", ...} replaces the keys
 *  it names (RFC 7396). Throws InputError. */
Scenario read_scenario(const std::string& path);

} // namespace miscid::apps
