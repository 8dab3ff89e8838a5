/** @file box_run.hpp
 *  Runs one closure over a box case and measures it against the resolved answer, in the norms of the reference cases.
 */
#pragma once

#include "closure/box_case.hpp"
#include "closures/closure.hpp"

namespace miscid::apps {

/** What `miscid closure` prints for one closure: `ratio` or `E`, `diagnostics`, `error` where there is an answer. The
 *  embedded box starts from random seeds: its answer is the mean over `runs` of them. */
Json run_box(const BoxCase& box, closures::Kind kind, const closures::Options& options, int runs);

} // namespace miscid::apps
