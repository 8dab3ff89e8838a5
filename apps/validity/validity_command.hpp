/** @file validity_command.hpp  miscid validity: are the theory's assumptions met in this cell. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the command to the program; running it sets the exit code. */
void add_validity_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
