/** @file step_command.hpp
 *  `miscid step CASE.json` and `miscid replay CELL.json`: the full apply on one cell, through the public C interface.
 */
#pragma once

#include "json_input.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace miscid::apps {

/** Runs one cell as described by {"configuration", "time", "dt", "steps", "fields"} (docs/step-command.md) and returns
 *  everything the last step says about it. Throws InputError. */
Json run_one_cell(const Json& json, const std::string& file);

/** Adds `miscid step` to the program; running it sets the exit code. */
void add_step_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
