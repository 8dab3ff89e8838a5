/** @file box_picture.hpp  What the pictures of `miscid closure` show beside its answer. */
#pragma once

#include "closure/box_case.hpp"

namespace miscid::apps {

/** Case, answer, growth rate over k' and viscosity profile of the initial state, for plot_closure.py. */
Json box_picture(const BoxCase& box, const Json& result);

} // namespace miscid::apps
