/** @file state_json.hpp  Flavor vectors, occupations and media as the answers of `miscid thermo` and `validity` have
 *  them. */
#pragma once

#include "thermo/cell_history.hpp"

namespace miscid::apps {

template <typename Vector>
Json numbers_json(const Vector& v) {
    return std::vector<double>(v.begin(), v.end());
}

/** Occupation of every flavor, rho_aa. */
inline Json flavor_occupations(double trace, const flavor::FlavorVectorFor<2>& P) {
    return {0.5 * (trace + P.z()), 0.5 * (trace - P.z())};
}
inline Json flavor_occupations(double trace, const flavor::FlavorVectorFor<3>& P) {
    const flavor::FlavorMatrix rho = flavor::traceless_matrix_of_vector(P);
    return {trace / 3.0 + rho(0, 0).real(), trace / 3.0 + rho(1, 1).real(), trace / 3.0 + rho(2, 2).real()};
}

template <int N_f>
Json medium_json(const medium::MediumFor<N_f>& medium) {
    Json json = {{"mu", medium.mu}, {"lambda", medium.lambda}, {"v_m", numbers_json(medium.velocity)}};
    if (N_f == 3) {
        json["lambda_mu"] = medium.lambda_mu;
    }
    return json;
}

/** P, flavor occupations and H of every mode of a state. */
template <int N_f>
Json modes_json(const CellHistory<N_f>& history, const CellState<N_f>& state) {
    Json json = {{"P", Json::array()}, {"H", Json::array()}, {"occupation", Json::array()}, {"weight", state.weight}};
    const auto H = hamiltonians(history, state);
    for (std::size_t i = 0; i < history.c.modes(); ++i) {
        json["P"].push_back(numbers_json(state.P[i]));
        json["H"].push_back(numbers_json(H[i]));
        json["occupation"].push_back(flavor_occupations(history.trace_of(state)[i], state.P[i]));
    }
    return json;
}

/** What the modes of a case are. */
template <int N_f>
Json momenta_json(const EquilibriumCase<N_f>& c) {
    Json json = {{"is_antineutrino", c.antineutrino}, {"frequency", c.frequency}, {"direction", Json::array()}};
    for (std::size_t i = 0; i < c.modes(); ++i) {
        json["direction"].push_back({c.direction[3 * i], c.direction[3 * i + 1], c.direction[3 * i + 2]});
    }
    return json;
}

} // namespace miscid::apps
