/** @file step_picture.hpp  `miscid step --plot`: the cell before, on its way and after, in the form `miscid thermo` draws. */
#pragma once

#include "json_input.hpp"

#include <vector>

namespace miscid::apps {

/** What the picture shows. `configuration`: every parameter. `rho`: density matrices (type, group, direction, component) as they
 *  came in and after each step. Throws InputError where there is nothing to draw: invariant mode has no matrices. */
Json step_picture(const Json& cell, const Json& configuration, const Json& answer,
                  const std::vector<std::vector<double>>& rho, const std::string& file);

} // namespace miscid::apps
