/** @file wave_answer.hpp  The answers of `miscid waves` to one case (keys: docs/waves-command.md). */
#pragma once

#include "waves/wave_case.hpp"

namespace miscid::apps {

/** n_unstable, unstable, count_certified, max_im_omega, group_velocity, growth_floor, method. */
Json answer_dispersion(const WaveCase& c);

/** omega, group_velocity and the viscosity profile of the most unstable wave. */
Json answer_gamma_profile(const WaveCase& c);

inline Json complex_json(waves::Complex z) {
    return {z.real(), z.imag()};
}

template <typename Vector>
Json complex_vector_json(const Vector& v) {
    Json json = Json::array();
    for (const waves::Complex z : v) {
        json.push_back(complex_json(z));
    }
    return json;
}

} // namespace miscid::apps
