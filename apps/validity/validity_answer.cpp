#include "validity/validity_answer.hpp"

#include "medium/constants.hpp"
#include "thermo/cell_command.hpp"
#include "thermo/state_json.hpp"
#include "validity/criteria_json.hpp"
#include "validity/onset.hpp"
#include "validity/pendulum.hpp"
#include "validity/scales.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

namespace constants = medium::constants;
using validity::Surroundings;

struct ValidityOptions {
    Surroundings around;
    std::vector<double> energy; ///< MeV
    double mass_squared_difference = 2.5e-3;
    int steps = 1;
};

double positive(const Section& section, const char* key) {
    const double value = section.number(key);
    if (!(value > 0.0) || !std::isfinite(value)) {
        section.fail(key, "a number above 0");
    }
    return value;
}

ValidityOptions read_options(const Json& json, const std::string& file) {
    ValidityOptions options;
    if (!json.contains("validity")) {
        return options;
    }
    const Section section = Section(json, file, "").child("validity");
    section.allow({"frequency_unit", "energy", "mass_squared_difference", "variation_length", "cell_length", "path",
                   "time_step", "mean_free_path", "growth_rate", "wave_content", "neutrino_density", "coherence_length",
                   "steps"});
    auto& around = options.around;
    const auto optional_positive = [&](const char* key, std::optional<double>& value) {
        if (section.has(key)) {
            value = positive(section, key);
        }
    };
    const auto optional_not_negative = [&](const char* key, std::optional<double>& value) {
        if (section.has(key)) {
            value = section.number(key);
            if (!(*value >= 0.0) || !std::isfinite(*value)) {
                section.fail(key, "a number not below 0");
            }
        }
    };
    if (section.has("frequency_unit")) {
        around.frequency_unit = positive(section, "frequency_unit");
    }
    if (section.has("mass_squared_difference")) {
        options.mass_squared_difference = positive(section, "mass_squared_difference");
    }
    optional_positive("variation_length", around.variation_length);
    optional_positive("cell_length", around.cell_length);
    optional_positive("path", around.path);
    optional_positive("mean_free_path", around.mean_free_path);
    optional_positive("neutrino_density", around.neutrino_density);
    optional_positive("coherence_length", around.coherence_length);
    optional_not_negative("growth_rate", around.growth_rate);
    optional_not_negative("wave_content", around.wave_content);
    if (around.growth_rate) { // s^-1 to cm^-1
        *around.growth_rate /= constants::speed_of_light;
    }
    if (section.has("time_step")) {
        if (around.path) {
            section.fail("time_step", "no such key beside 'path'");
        }
        around.path = positive(section, "time_step") * constants::speed_of_light;
    }
    if (section.has("energy")) {
        options.energy = section.numbers("energy");
        for (const double energy : options.energy) {
            if (!(energy > 0.0)) {
                section.fail("energy", "numbers above 0");
            }
        }
    }
    if (section.has("steps")) {
        options.steps = section.integer("steps");
        if (options.steps < 1 || options.steps > 100000) {
            section.fail("steps", "an integer from 1 to 100000");
        }
    }
    return options;
}

/** MeV of every mode: given, or from its vacuum frequency. */
template <int N_f>
std::vector<double> energies(const EquilibriumCase<N_f>& c, const ValidityOptions& options, const std::string& file) {
    if (!options.energy.empty()) {
        if (options.energy.size() != c.modes()) {
            throw InputError(file + ": key 'validity.energy': expected an array of " + std::to_string(c.modes()) +
                             " numbers");
        }
        return options.energy;
    }
    std::vector<double> result;
    for (const double frequency : c.frequency) {
        if (N_f == 3) {
            result.push_back(10.0 / frequency); // vacuum term = (10/energy) M
        } else if (frequency != 0.0) {
            result.push_back(options.mass_squared_difference * constants::vacuum_frequency /
                             (std::abs(frequency) * options.around.frequency_unit));
        } else {
            return {};
        }
    }
    return result;
}

/** Homogeneous stability of an equilibrium, from the inertia the solver found. */
template <int N_f>
std::optional<equilibrium::Stability> stability(const LaidState<N_f>& laid, const CellState<N_f>& state) {
    if (state.account.is_null() || !state.account.contains("inertia")) {
        return std::nullopt;
    }
    if (state.account.contains("Omega")) {
        return equilibrium::Stability::undecided;
    }
    const auto gas = laid.gas();
    const auto D = thermo::moments(gas);
    phase_space::AlignedVector amplitude(equilibrium::amplitude_planes<N_f> * gas.grid->size(), 0.0);
    thermo::for_each_mode(gas, [&](const thermo::Mode& mode) {
        const auto H = thermo::hamiltonian(gas.medium, D, mode);
        const auto P = gas.polarization(mode.index);
        const double sw = gas.sign_weight[mode.index];
        if constexpr (N_f == 2) {
            amplitude[mode.index] = sw * (H.dot(P) > 0.0 ? P.norm() : -P.norm());
        } else {
            const auto states = flavor::eigenstates(H).states;
            const Eigen::Vector3d r = (states.adjoint() * flavor::matrix_of_vector(P) * states).diagonal().real();
            for (std::size_t k = 0; k < 3; ++k) {
                amplitude[k * gas.grid->size() + mode.index] = sw * r[static_cast<int>(k)];
            }
        }
    });
    equilibrium::ProblemFor<N_f> problem;
    problem.grid = gas.grid;
    problem.amplitude = amplitude.data();
    problem.medium = state.medium;
    return equilibrium::homogeneous_stability<N_f>(problem, state.account["inertia"].template get<int>());
}

/** When an instability with the growth rate of the case departs from each of its seeds, in seconds. */
Json onset_json(const Surroundings& around, const validity::Scales& scales) {
    Json json;
    const auto seconds = [](double length) { return length / constants::speed_of_light; };
    const bool grows = around.growth_rate && *around.growth_rate > 0.0;
    json["mixing_seed"] = scales.mixing_seed;
    if (grows && scales.mixing_seed > 0.0 && scales.mixing_seed < 1.0) {
        json["from_mass_mixing"] = seconds(validity::pendulum_time(*around.growth_rate, scales.mixing_seed, 1.0));
        json["from_mass_mixing_small_angle"] =
            seconds(validity::pendulum_time_small_angle(*around.growth_rate, scales.mixing_seed, 1.0));
    }
    if (around.neutrino_density && around.coherence_length) {
        const double number = *around.neutrino_density * std::pow(*around.coherence_length, 3);
        json["number"] = number;
        json["fluctuation_seed"] = validity::fluctuation_seed(number);
        if (grows) {
            json["from_fluctuations"] = seconds(validity::fluctuation_onset(*around.growth_rate, number));
        }
    }
    return json;
}

Json scales_json(const validity::Scales& scales, double unit) {
    return {{"slowest_frequency", finite_or_null(scales.slowest * unit)},
            {"oscillation_length", finite_or_null(scales.oscillation_length / unit)},
            {"mean_frequency", scales.mean_frequency * unit},
            {"potential", scales.potential * unit},
            {"fastest_turn", scales.fastest_turn},
            {"crossing_probability", scales.crossing_probability},
            {"crossing", scales.crossing},
            {"mixing_seed", scales.mixing_seed}};
}

template <int N_f>
Json solve(const Json& input, const std::string& file, const ValidityOptions& options) {
    std::vector<double> trace; // of no importance here beyond being large enough
    if (N_f == 2) {
        const auto c = read_equilibrium_case<N_f>(input, file);
        for (std::size_t i = 0; i < c.modes(); ++i) {
            trace.push_back(std::max(c.polarization[i], c.start_polarization[i]));
        }
    }
    const auto history = follow_case<N_f>(input, file, trace, options.steps);
    const auto energy = energies(history.c, options, file);
    Json answer = {{"status", history.status}, {"n_flavors", N_f}};
    if (!history.refusal.is_null()) {
        answer["refusal"] = history.refusal;
    }
    std::vector<LaidState<N_f>> laid;
    for (const auto& state : history.states) {
        laid.emplace_back(history, state);
    }
    for (std::size_t k = laid.size() > 1 ? 1 : 0; k < laid.size(); ++k) {
        const auto gas = laid[k].gas();
        const auto before = laid[k > 0 ? k - 1 : 0].gas();
        Surroundings around = options.around;
        around.stability = stability(laid[k], history.states[k]);
        around.rotating = history.states[k].account.is_object() && history.states[k].account.contains("Omega");
        const auto in_grid = energy.empty() ? phase_space::AlignedVector() : laid[k].gridded().spread(energy);
        const auto values =
            validity::measure(gas, k > 0 ? &before : nullptr, energy.empty() ? nullptr : in_grid.data(), around);
        const auto assessment = validity::assess(values);
        const auto path = around.path ? std::optional<double>(*around.path * around.frequency_unit) : std::nullopt;
        const auto scales = validity::measure_scales(gas, k > 0 ? &before : nullptr, path);
        Json point = {{"parameters", medium_json(history.states[k].medium)},
                      {"flags", assessment.code},
                      {"action", action_name(assessment.action)}};
        for (std::size_t i = 0; i < validity::criterion_count; ++i) {
            point["values"][validity::definition(i).key] = values[i] ? finite_or_null(*values[i]) : Json();
        }
        answer["history"].push_back(point);
        if (k + 1 == laid.size()) {
            answer["flags"] = assessment.code;
            answer["action"] = action_name(assessment.action);
            answer["line"] = line_of(assessment.code);
            answer["criteria"] = criteria_json(values, assessment);
            answer["scales"] = scales_json(scales, around.frequency_unit);
            answer["onset"] = onset_json(around, scales);
        }
    }
    return answer;
}

} // namespace

Json solve_validity_case(const Json& json, const std::string& file) {
    return solve_cell_case(json, file, read_options, [&file](const Json& input, auto flavors, const auto& options) {
        return solve<flavors>(input, file, options);
    });
}

} // namespace miscid::apps
