/** @file supernova_run.hpp
 *  kind "supernova": a spherically symmetric transport code that calls the module once per zone and step.
 */
#pragma once

#include "ranks.hpp"
#include "run_command.hpp"
#include "scenario.hpp"

#include <nlohmann/json.hpp>

namespace miscid::apps {

/** Runs the scenario and returns the result (docs/run.md); `status` is "ok" if every zone succeeded in every step. With several
 *  ranks each advances its own zones; all return the same result. */
nlohmann::json run_supernova(const Scenario& scenario, const RunOptions& options, const Ranks& ranks);

/** Prints the result as a short table on standard error. */
void print_supernova(const nlohmann::json& result);

} // namespace miscid::apps
