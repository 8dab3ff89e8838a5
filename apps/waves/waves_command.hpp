/** @file waves_command.hpp  miscid waves: flavor-wave dispersion, growth rates, viscosity profile. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the command to the program; running it sets the exit code. */
void add_waves_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
