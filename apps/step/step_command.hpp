/** @file step_command.hpp
 *  `miscid step CASE.json` and `miscid replay CELL.json`: the full apply on one cell, through the public C interface.
 */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Runs one cell as described by {"configuration", "time", "dt", "fields"} (docs/step-command.md) and returns everything
 *  the step says about it. Throws InputError. */
Json run_one_cell(const Json& json, const std::string& file);

} // namespace miscid::apps
