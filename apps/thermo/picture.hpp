/** @file picture.hpp  A picture drawn by a Python script with matplotlib, started without a shell. */
#pragma once

#include "json_input.hpp"

#include <string>

namespace miscid::apps {

/** Hands `data` to the script, which writes the PNG file. The script of that name installed next to the program as
 *  ../share/miscid/plot/ goes before the one given, which lies in the source tree. Throws std::runtime_error. */
void draw_picture(const std::string& script, const Json& data, const std::string& png);

} // namespace miscid::apps
