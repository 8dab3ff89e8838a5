/** @file run_command.hpp
 *  `miscid run SCENARIO.json`: a standalone run that calls the module through the public C interface, as a host would.
 *  Scenario files, method and equations: docs/run.md.
 */
#pragma once

#include <optional>
#include <string>

namespace miscid::apps {

struct RunOptions {
    std::string output;                   ///< JSON file for the result; empty: standard output
    std::string plot;                     ///< PNG file; empty: no picture
    bool quiet = false;                   ///< no progress bar and no table
    bool table = false;                   ///< the table on standard error also where that is no terminal
    std::string restart_from;             ///< checkpoint to continue from
    std::string checkpoint;               ///< checkpoint written at the end
    int checkpoint_every = 0;             ///< and every so many steps
    int steps_override = -1;              ///< steps of this call; negative: what the scenario says
    int cells_per_batch = 0;              ///< zones per miscid_apply; 0: all zones in one call
    bool module_off = false;              ///< never call miscid_apply: the unmixed run
    std::optional<std::string> transport; ///< "matrix" or "invariant" instead of the scenario's choice
    std::optional<std::string> ordering;  ///< "normal" or "inverted" instead of the scenario's choice
};

/** Exit codes of run_scenario (and of the whole program, docs/command-line.md). */
enum class ExitCode : int {
    success = 0,
    bad_input = 2,  ///< unreadable file, unknown key or wrong type
    not_solved = 3, ///< read, but refused or not all cells succeeded; the JSON is still written
};

/** Runs a scenario file; returns an ExitCode. Writes nothing but the result to standard output. */
int run_scenario(const std::string& scenario_path, const RunOptions& options);

} // namespace miscid::apps
