/** @file cell_run.hpp
 *  kind "cell": one cell whose density changes slowly, followed by one miscid_apply per step.
 */
#pragma once

#include "run_command.hpp"
#include "scenario.hpp"

#include <nlohmann/json.hpp>

namespace miscid::apps {

/** Runs the scenario and returns the result (docs/run.md). */
nlohmann::json run_cell(const Scenario& scenario, const RunOptions& options);

/** Prints the result as a short table on standard error. */
void print_cell(const nlohmann::json& result);

} // namespace miscid::apps
