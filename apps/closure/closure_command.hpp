/** @file closure_command.hpp  miscid closure: closures of the flavor viscosity on given initial states. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the command to the program; running it sets the exit code. */
void add_closure_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
