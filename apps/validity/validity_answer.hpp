/** @file validity_answer.hpp  What `miscid validity` says about one cell (docs/validity-command.md). */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Answer of one case. Throws InputError. */
Json solve_validity_case(const Json& json, const std::string& file);

} // namespace miscid::apps
