/** @file thermo_command.hpp  miscid thermo: entropies, energy, heat and work, flavor temperature of one cell. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the command to the program; running it sets the exit code. */
void add_thermo_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
