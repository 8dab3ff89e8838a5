/** @file three_flavors.hpp  Kind `dispersion` of `miscid waves` with density matrices of three flavors. */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Answers a case with a key `rho` (docs/waves-command.md). Throws InputError or InvalidInput. */
Json answer_three_flavors(const Json& json, const std::string& file, const std::string& place);

} // namespace miscid::apps
