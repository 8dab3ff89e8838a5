/** @file must_hold.hpp  What the embedded box promises, measured and printed row by row (docs/judgement.md). */
#pragma once

#include "resolved.hpp"

#include <iosfwd>

namespace miscid::judge {

/** Prints one row per promise: the bound, what was found, and whether it holds. False if one does not. `box_json`: the
 *  reference cases of kind box, or empty. */
bool check_promises(ResolvedAnswers& answers, const std::string& box_json, std::ostream& out);

} // namespace miscid::judge
