/** @file snapshot_command.hpp
 *  `miscid snapshot IN.h5 -o OUT.h5 --map MAP.json`: flavor mixing in a finished simulation (docs/snapshot-command.md).
 */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::apps {

/** Adds the subcommand; `exit_code` receives its outcome. */
void add_snapshot_command(CLI::App& app, int& exit_code);

} // namespace miscid::apps
