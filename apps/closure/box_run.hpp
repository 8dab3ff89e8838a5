/** @file box_run.hpp
 *  Runs one closure over a box case and measures it against the resolved answer, in the norms of the reference cases.
 */
#pragma once

#include "closure/box_case.hpp"
#include "closures/closure.hpp"

namespace miscid::apps {

/** What `miscid closure` prints for one closure: `ratio` or `E`, `diagnostics`, `error` where there is an answer. */
Json run_box(const BoxCase& box, closures::Kind kind, const closures::Options& options);

} // namespace miscid::apps
