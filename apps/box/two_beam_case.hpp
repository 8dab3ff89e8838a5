/** @file two_beam_case.hpp  Cases of kind `twobeam`: Fiorillo, Raffelt & Sigl Eqs. 8-13. */
#pragma once

#include "box/options.hpp"
#include "json_input.hpp"

namespace miscid::apps {

/** One case in, one entry of `results` out. With a picture wanted, the key `picture` holds what it needs. */
Json solve_two_beam_case(const Section& section, const BoxOptions& options);

} // namespace miscid::apps
