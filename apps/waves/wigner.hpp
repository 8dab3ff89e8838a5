/** @file wigner.hpp  Kind `wigner` of `miscid waves`: where which flavor waves are (lib/waves/wave_density_matrix.hpp). */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Throws InputError or InvalidInput. */
Json answer_wigner(const Json& json, const std::string& file, const std::string& place);

} // namespace miscid::apps
