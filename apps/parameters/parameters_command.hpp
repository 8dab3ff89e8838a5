/** @file parameters_command.hpp  `miscid parameters`: every configuration parameter, described by itself. */
#pragma once

#include <string>

namespace miscid::apps {

/** Text of all parameters, as a table for people or as JSON. */
std::string describe_parameters(bool as_json);

} // namespace miscid::apps
