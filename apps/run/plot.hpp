/** @file plot.hpp
 *  Draws a result with matplotlib, started without a shell.
 */
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace miscid::apps {

/** Hands `result` to the plot script of `miscid run`, which writes the PNG file. Throws RunError. */
void plot_run(const nlohmann::json& result, const std::string& png);

} // namespace miscid::apps
