/** @file picture.hpp  Pictures: a Python script with matplotlib, started without a shell. */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Lets the script draw the data into the PNG file. `script` is its path in the source tree; beside an installed program it is
 *  looked for in ../share/miscid/plot/. What the script prints goes to standard error.
 *  Throws std::runtime_error: no Python with matplotlib, or the script failed. */
void draw_picture(const std::string& script, const Json& data, const std::string& png);

/** FILE.png for the first picture, FILE-2.png and so on for those of further cases. */
std::string picture_name(const std::string& png, std::size_t index);

} // namespace miscid::apps
