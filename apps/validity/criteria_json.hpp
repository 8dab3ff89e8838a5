/** @file criteria_json.hpp  Validity numbers, verdicts and what the module does, as answers and pictures have them. */
#pragma once

#include "json_input.hpp"
#include "validity/criteria.hpp"

#include <string>

namespace miscid::apps {

Json finite_or_null(double value);
const char* action_name(validity::Action action);
/** One object per criterion. */
Json criteria_json(const validity::Values& values, const validity::Assessment& assessment);
/** The flags in one line. */
std::string line_of(validity::Code code);

} // namespace miscid::apps
