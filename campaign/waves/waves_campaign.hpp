/** @file waves_campaign.hpp  Certified counts and roots of random backgrounds against the dense eigensolver. */
#pragma once

#include <CLI/CLI.hpp>

namespace miscid::campaign {

/** Adds `campaign waves`; running it sets the exit code: 1 if a count was wrong or too many roots were missed. */
void add_waves_campaign(CLI::App& app, int& exit_code);

} // namespace miscid::campaign
