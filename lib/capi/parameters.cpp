#include "capi/parameters.hpp"

#include "capi/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <sstream>

namespace miscid::capi {

const std::vector<Parameter>& parameters() {
    static const std::vector<Parameter> table = {
        {"phase_space.flavors", "integer", "2", "[2, 3]", "", "number of flavors: e and x, or e, mu and tau",
         "Johns & Kost section II"},
        {"phase_space.groups", "integer", "1", "[1, 100000]", "", "energy groups", "host"},
        {"phase_space.directions", "integer", "1", "[1, 1000000]", "", "directions (discrete ordinates)", "host"},
        {"phase_space.form", "choice", "\"occupation\"", "occupation|density", "",
         "rho as occupations (eigenvalues in [0, 1]) or as number densities in the bin (weight times occupation)",
         "host"},
        {"phase_space.antineutrino_convention", "choice", "\"same\"", "same|conjugate", "",
         "ordering of antineutrino matrices: same: they transform like neutrinos; conjugate: the complex conjugate of "
         "it",
         "theory: rhobar_ij = <b+_i b_j>, rho_ij = <a+_j a_i> is 'same'"},
        {"transport.mode", "choice", "\"matrix\"", "matrix|invariant", "",
         "the host transports density matrices, or eigenstate occupations", "Johns & Kost Eqs. 27-39"},
        {"step.enabled", "boolean", "true", "", "", "false: apply leaves every cell as it is", "host"},
        {"vacuum.mass_squared_difference", "number", "2.5e-3", "[0, 1e6]", "eV^2",
         "|dm^2| between the two mass states (three flavors: |dm^2_31|)",
         "PDG 2022, atmospheric splitting 2.45e-3 to 2.55e-3 eV^2"},
        {"vacuum.mass_squared_difference_21", "number", "7.5e-5", "[0, 1e6]", "eV^2", "three flavors: dm^2_21",
         "PDG 2022, solar splitting 7.53e-5 eV^2"},
        {"vacuum.mixing_angle", "number", "0.1496", "[0, 1.5707963267948966]", "rad",
         "vacuum mixing angle (three flavors: theta_13)", "PDG 2022, sin^2 theta_13 = 0.0222"},
        {"vacuum.mixing_angle_12", "number", "0.5873", "[0, 1.5707963267948966]", "rad", "three flavors: theta_12",
         "PDG 2022, sin^2 theta_12 = 0.307"},
        {"vacuum.mixing_angle_23", "number", "0.8315", "[0, 1.5707963267948966]", "rad", "three flavors: theta_23",
         "PDG 2022, sin^2 theta_23 = 0.546"},
        {"vacuum.cp_phase", "number", "0", "[-6.283185307179586, 6.283185307179586]", "rad",
         "three flavors: CP phase delta", "PDG 2022 parametrization; hardly measured yet"},
        {"vacuum.ordering", "choice", "\"normal\"", "normal|inverted", "",
         "normal: the mostly-e state is the lighter one; inverted: the heavier one", "convention"},
        {"matter.tau_effective_fraction", "number", "0", "[0, 1e-3]", "",
         "three flavors: one-loop potential of the tau flavor per baryon, in units of the potential of an electron "
         "(2.7e-5); "
         "needs mass_density",
         "Botella, Lim & Marciano 1987; Esteban-Pretel et al. 2008 Eq. 5"},
        {"units.system", "choice", "\"cgs_mev\"", "cgs_mev|natural", "",
         "natural: sqrt2 G_F = hbar = c = 1, densities are potentials, omega = dm^2/(2E), all unit factors 1",
         "convention"},
        {"units.number_density", "number", "1", "[1e-60, 1e60]", "cm^-3", "host's unit of number density", "host"},
        {"units.mass_density", "number", "1", "[1e-60, 1e60]", "g cm^-3", "host's unit of mass density", "host"},
        {"units.energy", "number", "1", "[1e-60, 1e60]", "MeV", "host's unit of neutrino energy", "host"},
        {"units.time", "number", "1", "[1e-60, 1e60]", "s", "host's unit of time", "host"},
        {"units.velocity", "number", "1", "[1e-60, 1e60]", "c", "host's unit of velocity", "host"},
        {"units.rate", "number", "0", "[0, 1e60]", "s^-1", "host's unit of rates; 0: one over units.time", "host"},
        {"equilibrium.cold_start", "choice", "\"from_matter\"", "from_matter|from_incoming", "",
         "branch of a cell without state: connected to the flavor-diagonal state at large matter potential, or nearest "
         "to "
         "what comes in",
         "adiabatic history of neutrinos born in dense matter"},
        {"equilibrium.tilted", "choice", "\"rotate\"", "rotate|project", "",
         "invariant of an incoming P that is not along H: |P| (adiabatic) or its part along H (kinematic decoherence)",
         "Johns, kinematic-adiabatic approximation Q_kin = 0"},
        {"equilibrium.crossing", "choice", "\"adiabatic\"", "adiabatic|landau_zener", "",
         "a mode that passes a minimum of |H| within a time step follows it, or keeps its flavor with the Landau-Zener "
         "probability of the rate at which H changed over dt",
         "theory: p -> (1 - 2 P_c) p, P_c = exp(-pi |H_perp|^2 / (2 |dH_par/dt|))"},
        {"equilibrium.strict", "boolean", "false", "", "",
         "refuse cells whose tracked branch ends instead of crossing events and relaxing after folds", "design"},
        {"equilibrium.max_iterations", "integer", "4000", "[10, 1000000]", "",
         "Newton iterations per cell and step, continuation included; relaxation after a branch end adds at most 3200 "
         "more "
         "and 600 sweeps",
         "measured: p95 is 5"},
        {"equilibrium.max_cold_iterations", "integer", "40000", "[10, 10000000]", "",
         "the same for a cold start, which follows the branch down from a large matter potential once per cell",
         "measured"},
        {"equilibrium.step_rotation", "number", "0.1", "(0, 0.5]", "rad",
         "largest rotation of any H per continuation step",
         "equilibrium-solver study, strict setting: no wrong branch in 2181 comparisons"},
        {"equilibrium.corrector", "number", "0.01", "(0, 0.5]", "rad",
         "largest correction of a predicted continuation step", "equilibrium-solver study, strict setting"},
        {"collisions.mode", "choice", "\"depolarization\"", "off|depolarization|full", "",
         "off; depolarization: field depolarization_rate acts on p (nothing if it is not bound), the host owns "
         "emission "
         "and absorption; full: fields absorption and emission_equilibrium",
         "Johns & Kost Eq. 40"},
        {"viscosity.closure", "choice", "\"none\"",
         "none|host|equipartition|power_half|thermal|marginal|kinetic|embedded_box|automatic", "",
         "viscosity of unresolved flavor waves: none; the host's field viscosity_rate; a prescription others use "
         "(equipartition, power_half); the state of largest entropy (thermal); growth much faster than the time step "
         "(marginal); waves with a memory "
         "(kinetic); a tiny resolved box inside the cell (embedded_box); the box in the size that crossing and "
         "directions "
         "ask for (automatic)",
         "adiabatic miscidynamics; Johns & Kost Eqs. 78-81, docs/closures.md"},
        {"viscosity.wave_bins", "integer", "64", "[1, 256]", "",
         "bins of wave number of the fields wave_spectrum, wave_frequency and wave_group_velocity (closure kinetic)",
         "docs/waves-transport.md"},
        {"viscosity.wave_number_limit", "number", "20", "(0, 1e12]", "cm^-1",
         "these bins are of equal width, from minus this wave number to plus this wave number",
         "a few mu n at n = 1e33 cm^-3"},
        {"validity.action", "choice", "\"apply\"", "apply|flag|refuse", "",
         "where an assumption of the theory is doubtful: treat the cell all the same; treat it and say so in its "
         "status; "
         "or leave it untouched where an assumption fails (docs/validity.md)",
         "design"},
        {"validity.criteria", "integer", "32767", "[0, 32767]", "",
         "sum of 2^bit of the criteria that are judged (docs/validity.md has the bits)", "all of them"},
        {"validity.coherence_length", "number", "10", "[0, 1e10]", "cm",
         "neutrinos within this length fluctuate together; 0: not known",
         "1e36 neutrinos seed 1e-18 (Johns, many-body correlations, Eqs. 20-25)"},
        {"screen.eigenvalue_tolerance", "number", "1e-6", "[0, 0.1]", "occupation",
         "how far an eigenvalue of rho may leave its range (density form: relative to the largest trace of the cell)",
         "truncation error of a host's transport"},
        {"screen.direction_tolerance", "number", "1e-6", "[0, 0.1]", "", "how far |v| may differ from 1",
         "single precision arrays"},
        {"screen.units", "boolean", "true", "", "", "refuse values outside any physical range (wrong units)", "design"},
        {"dispatch.level", "choice", "\"auto\"", "auto|baseline|avx2|avx512", "",
         "instruction set of the kernels; all give the same bits", "host"},
    };
    return table;
}

const Parameter* find_parameter(const std::string& name) {
    for (const auto& parameter : parameters()) {
        if (name == parameter.name) {
            return &parameter;
        }
    }
    return nullptr;
}

namespace {

[[noreturn]] void bad_value(const Parameter& parameter, const Json& value) {
    std::string expected = parameter.type;
    if (*parameter.range != '\0') {
        expected += std::string(expected == "choice" ? ", one of " : " in ") + parameter.range;
    }
    throw StatusError(MISCID_BAD_VALUE, "parameter '" + std::string(parameter.name) + "': expected " + expected +
                                            ", got " + value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

bool in_interval(const char* range, double value) {
    // from_chars: a host's locale must not change what "0.5" means.
    const char* end = range + std::strlen(range);
    const char* comma = std::strchr(range, ',');
    double low = 0.0;
    double high = 0.0;
    std::from_chars(range + 1, comma, low);
    const bool unbounded = std::strncmp(comma + 2, "inf", 3) == 0;
    if (!unbounded) {
        std::from_chars(comma + 2, end, high);
    }
    const bool open_low = *range == '(';
    const bool open_high = *(end - 1) == ')';
    const bool above = open_low ? value > low : value >= low;
    const bool below = unbounded || (open_high ? value < high : value <= high);
    return above && below;
}

bool is_choice(const char* range, const std::string& value) {
    std::stringstream choices(range);
    std::string choice;
    while (std::getline(choices, choice, '|')) {
        if (choice == value) {
            return true;
        }
    }
    return false;
}

/** The value in its stored type, or a throw. */
Json checked(const Parameter& parameter, const Json& value) {
    const std::string type = parameter.type;
    if (type == "boolean" && value.is_boolean()) {
        return value;
    }
    if (type == "choice" && value.is_string() && is_choice(parameter.range, value.get<std::string>())) {
        return value;
    }
    if (type == "number" && value.is_number()) {
        const double number = value.get<double>();
        if (std::isfinite(number) && in_interval(parameter.range, number)) {
            return number;
        }
    }
    if (type == "integer" && value.is_number()) {
        const double number = value.get<double>();
        if (std::isfinite(number) && number == std::floor(number) && in_interval(parameter.range, number)) {
            return static_cast<int>(number);
        }
    }
    bad_value(parameter, value);
}

std::string nearest_name(const std::string& name) {
    std::string best;
    std::size_t best_distance = 1000;
    for (const auto& parameter : parameters()) {
        const std::string candidate = parameter.name;
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) {
            row[j] = j;
        }
        for (std::size_t i = 0; i < name.size(); ++i) { // Levenshtein distance
            std::size_t diagonal = row[0];
            row[0] = i + 1;
            for (std::size_t j = 0; j < candidate.size(); ++j) {
                const std::size_t change = diagonal + (name[i] == candidate[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
            }
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

} // namespace

Values::Values() {
    for (const auto& parameter : parameters()) {
        values_[parameter.name] = checked(parameter, Json::parse(parameter.default_value));
    }
}

void Values::set(const std::string& name, const Json& value) {
    const Parameter* parameter = find_parameter(name);
    if (parameter == nullptr) {
        throw StatusError(MISCID_UNKNOWN_KEY,
                          "unknown parameter '" + name + "'; did you mean '" + nearest_name(name) + "'?");
    }
    values_[name] = checked(*parameter, value);
}

void Values::merge(const NamedValues& values) {
    Values changed = *this; // all or nothing
    for (const auto& [name, value] : values) {
        changed.set(name, value);
    }
    *this = std::move(changed);
}

Json Values::json() const {
    Json object = Json::object();
    for (const auto& [name, value] : values_) {
        const auto dot = name.find('.');
        object[name.substr(0, dot)][name.substr(dot + 1)] = value;
    }
    return object;
}

} // namespace miscid::capi
