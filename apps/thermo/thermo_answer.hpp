/** @file thermo_answer.hpp  What `miscid thermo` says about one cell (docs/thermo-command.md). */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Answer of one case. Throws InputError. */
Json solve_thermo_case(const Json& json, const std::string& file);

} // namespace miscid::apps
