/** @file box_command.hpp  miscid box: resolved quantum kinetic equations in a periodic box. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the command to the program; running it sets the exit code. */
void add_box_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
