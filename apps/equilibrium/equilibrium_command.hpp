/** @file equilibrium_command.hpp  `miscid equilibrium CASE.json`: mixing equilibrium of one cell. */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Answer of one case (keys: docs/equilibrium-command.md). Throws InputError. */
Json solve_equilibrium_case(const Json& json, const std::string& file);

} // namespace miscid::apps
