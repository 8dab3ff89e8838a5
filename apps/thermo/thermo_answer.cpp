#include "thermo/thermo_answer.hpp"

#include "thermo/cell_command.hpp"
#include "thermo/decoherence.hpp"
#include "thermo/ledger.hpp"
#include "thermo/state_json.hpp"
#include "thermo/wave_equilibrium.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

using thermo::Statistics;

struct ThermoOptions {
    std::vector<double> trace;
    Statistics statistics = Statistics::fermionic;
    int steps = 1;
    Json places; ///< P of every mode in every place of a resolved cell
};

ThermoOptions read_options(const Json& json, const std::string& file) {
    ThermoOptions options;
    if (!json.contains("thermo")) {
        return options;
    }
    const Section section = Section(json, file, "").child("thermo");
    section.allow({"trace", "statistics", "steps", "places"});
    if (section.has("trace")) {
        options.trace = section.numbers("trace");
    }
    if (section.has("statistics")) {
        const std::string name = section.text("statistics");
        if (name != "fermionic" && name != "dilute") {
            section.fail("statistics", "\"fermionic\" or \"dilute\", got \"" + name + "\"");
        }
        options.statistics = name == "dilute" ? Statistics::dilute : Statistics::fermionic;
    }
    if (section.has("steps")) {
        options.steps = section.integer("steps");
        if (options.steps < 1 || options.steps > 100000) {
            section.fail("steps", "an integer from 1 to 100000");
        }
    }
    if (section.has("places")) {
        options.places = json["thermo"]["places"];
    }
    return options;
}

/** Occupations above one have no fermionic entropy. */
template <int N_f>
void check_occupations(const CellHistory<N_f>& history, Statistics statistics) {
    constexpr double rounding = 1e-9;
    for (const auto& state : history.states) {
        for (std::size_t i = 0; i < history.c.modes(); ++i) {
            const auto r = thermo::occupations(history.trace[i], state.P[i]);
            if (!(r.minCoeff() >= -rounding * (1.0 + history.trace[i]))) {
                throw InvalidInput("occupation_below_zero", "mode " + std::to_string(i));
            }
            if (statistics == Statistics::fermionic && !(r.maxCoeff() <= 1.0 + rounding)) {
                throw InvalidInput(
                    "occupation_above_one: give occupations, or thermo.statistics = \"dilute\" for densities",
                    "mode " + std::to_string(i));
            }
        }
    }
}

Json energy_json(const thermo::Energy& energy) {
    return {{"external", energy.external}, {"self_interaction", energy.self_interaction}, {"total", energy.total()}};
}

Json ledger_json(const thermo::Ledger& ledger) {
    return {{"work", ledger.work},
            {"kinematic_heat", ledger.kinematic_heat},
            {"environmental_heat", ledger.environmental_heat},
            {"energy_change", ledger.energy_change},
            {"mismatch", ledger.mismatch()}};
}

template <int N_f>
Json point_json(const CellState<N_f>& state, const LaidState<N_f>& laid, Statistics statistics) {
    const auto gas = laid.gas();
    const auto variation = thermo::energy_variation(gas);
    const auto tilt = thermo::misalignment(gas);
    Json json = {
        {"parameters", medium_json(state.medium)},
        {"entropy", thermo::entropy(gas, statistics)},
        {"energy", energy_json(thermo::polarization_energy(gas))},
        {"energy_variation", {{"lambda", variation.lambda}, {"mu", variation.mu}, {"vacuum", variation.vacuum}}},
        {"misalignment", {{"largest_angle", tilt.largest_angle}, {"share_across", tilt.share_across}}}};
    const auto D = thermo::moments(gas);
    json["D_0"] = numbers_json(D.col(0));
    for (int a = 1; a < 4; ++a) {
        json["D_1"].push_back(numbers_json(D.col(a)));
    }
    if (!state.account.is_null()) {
        for (const char* key : {"inertia", "residual", "min_H", "Omega"}) {
            if (state.account.contains(key)) {
                json[key] = state.account[key];
            }
        }
        if (!state.flipped.empty()) {
            json["flipped_modes"] = state.flipped;
        }
    }
    return json;
}

const char* outcome_name(thermo::ThermalOutcome outcome) {
    switch (outcome) {
    case thermo::ThermalOutcome::ok:
        return "ok";
    case thermo::ThermalOutcome::out_of_range:
        return "out_of_range";
    default:
        return "not_converged";
    }
}

/** The flavor-temperature state of the cell, mode by mode. */
template <int N_f>
Json thermal_json(const CellHistory<N_f>& history, const LaidState<N_f>& laid, const thermo::ChargesFor<N_f>& axes,
                  Statistics statistics) {
    const auto gas = laid.gas();
    const auto charges = thermo::charges_of(gas, axes);
    const auto state = thermo::thermal_state(gas, charges, statistics);
    Json json = {{"status", outcome_name(state.outcome)}, {"iterations", state.iterations}};
    if (state.outcome != thermo::ThermalOutcome::ok) {
        json["message"] =
            state.outcome == thermo::ThermalOutcome::out_of_range
                ? "energy or lepton number are at the edge of what these traces allow: the state is that of "
                  "T = 0, or a pure flavor state"
                : "no flavor-temperature state was found";
        return json;
    }
    json["beta"] = state.beta;
    json["temperature"] = state.beta != 0.0 ? Json(1.0 / state.beta) : Json();
    json["energy"] = state.energy;
    json["entropy"] = state.entropy;
    json["entropy_is_largest"] = state.largest;
    json["residual"] = state.residual;
    for (std::size_t k = 0; k < charges.size(); ++k) {
        json["lepton_number"] = charges[k].conserved_projection;
        json["lepton_number_multiplier"] = state.charge_multiplier[k];
    }
    const auto& trace = history.trace_of(history.last());
    std::vector<flavor::FlavorVectorFor<N_f>> P(gas.grid->size(), flavor::FlavorVectorFor<N_f>::Zero());
    thermo::for_each_mode(gas, [&](const thermo::Mode& mode) {
        P[mode.index] = thermo::thermal_polarization(gas, state, mode, statistics);
    });
    for (std::size_t i = 0; i < history.c.modes(); ++i) {
        const auto& one = P[laid.index(i)];
        json["P"].push_back(numbers_json(one));
        json["occupation"].push_back(flavor_occupations(trace[i], one));
        // eta = beta mu_q: the mean of log(r/(1 - r)), since the exponent has no trace
        double eta = 0.0;
        for (const double r : thermo::occupations(trace[i], one)) {
            eta += std::log(r) - (statistics == Statistics::fermionic ? std::log1p(-r) : 0.0);
        }
        json["eta"].push_back(std::isfinite(eta) ? Json(eta / N_f) : Json());
    }
    return json;
}

/** Where neutrinos feel no others: the incoming state with its oscillation phases in the medium of the cell averaged
 *  out (Johns Eqs. S1-S9). */
template <int N_f>
Json decoherence_json(const CellHistory<N_f>& history) {
    CellState<N_f> here = history.incoming();
    here.medium = history.c.medium;
    const auto H = hamiltonians(history, here);
    Json json = Json::array();
    for (std::size_t i = 0; i < history.c.modes(); ++i) {
        json.push_back(flavor_occupations(history.trace[i], thermo::decohered(here.P[i], H[i])));
    }
    return json;
}

/** Residual of flavor-wave equilibrium (Johns & Kost Eq. 103) of a cell resolved into places, in the medium of the cell. */
template <int N_f>
Json wave_equilibrium_json(const CellHistory<N_f>& history, const Json& places, const std::string& file) {
    const auto fail = [&](const std::string& where) -> InputError {
        return InputError(file + ": key 'thermo.places" + where + "': expected P of all " +
                          std::to_string(history.c.modes()) + " modes, " + std::to_string(flavor::generators<N_f>) +
                          " numbers each, for every place");
    };
    if (!places.is_array() || places.empty()) {
        throw fail("");
    }
    std::vector<LaidState<N_f>> laid;
    for (std::size_t k = 0; k < places.size(); ++k) {
        CellState<N_f> state = history.last();
        for (std::size_t i = 0; i < history.c.modes(); ++i) {
            const bool complete = places[k].is_array() && places[k].size() == history.c.modes() &&
                                  places[k][i].is_array() && places[k][i].size() == flavor::generators<N_f>;
            for (std::size_t a = 0; a < flavor::generators<N_f>; ++a) {
                if (!complete || !places[k][i][a].is_number()) {
                    throw fail("[" + std::to_string(k) + "]");
                }
                state.P[i][static_cast<int>(a)] = places[k][i][a].template get<double>();
            }
        }
        laid.emplace_back(history, state);
    }
    std::vector<thermo::GasFor<N_f>> gases;
    for (const auto& place : laid) {
        gases.push_back(place.gas());
    }
    const auto residual = thermo::wave_equilibrium_residual<N_f>(gases);
    return {{"mean", residual.mean}, {"waves", residual.waves}};
}

} // namespace

template <int N_f>
Json thermo_answer(const CellHistory<N_f>& history, Statistics statistics) {
    std::vector<LaidState<N_f>> laid;
    for (const auto& state : history.states) {
        laid.emplace_back(history, state);
    }
    Json answer = {{"status", history.status}, {"n_flavors", N_f}};
    answer["statistics"] = statistics == Statistics::dilute ? "dilute" : "fermionic";
    if (!history.refusal.is_null()) {
        answer["refusal"] = history.refusal;
    }
    thermo::Ledger sum;
    for (std::size_t k = 0; k < laid.size(); ++k) {
        answer["states"].push_back(point_json(history.states[k], laid[k], statistics));
        if (k > 0) {
            const auto step = thermo::ledger(laid[k - 1].gas(), laid[k].gas());
            sum += step;
            answer["ledger"]["steps"].push_back(ledger_json(step));
        }
    }
    answer["ledger"]["sum"] = ledger_json(sum);

    const auto gas = laid.back().gas();
    answer["entropy"] = {{"incoming", thermo::entropy(laid.front().gas(), statistics)},
                         {"equilibrium", thermo::entropy(gas, statistics)},
                         {"equipartition", thermo::largest_entropy(gas, statistics)}};
    answer["flavor_temperature"]["energy"] = thermal_json(history, laid.back(), thermo::ChargesFor<N_f>(), statistics);
    answer["flavor_temperature"]["energy_and_lepton_number"] =
        thermal_json(history, laid.back(), thermo::lepton_number<N_f>(), statistics);
    if (history.c.medium.mu == 0.0) {
        answer["kinematic_decoherence"]["occupation"] = decoherence_json(history);
    }
    answer["modes"] = momenta_json(history.c);
    answer["modes"]["trace"] = history.trace;
    answer["modes"]["incoming"] = modes_json(history, history.incoming());
    answer["modes"]["equilibrium"] = modes_json(history, history.last());
    return answer;
}
template Json thermo_answer(const CellHistory<2>&, Statistics);
template Json thermo_answer(const CellHistory<3>&, Statistics);

Json solve_thermo_case(const Json& json, const std::string& file) {
    return solve_cell_case(json, file, read_options, [&file](const Json& input, auto flavors, const auto& options) {
        const auto history = follow_case<flavors>(input, file, options.trace, options.steps);
        check_occupations(history, options.statistics);
        Json answer = thermo_answer(history, options.statistics);
        if (!options.places.is_null()) {
            answer["wave_equilibrium"] = wave_equilibrium_json(history, options.places, file);
        }
        return answer;
    });
}

} // namespace miscid::apps
