/** @file kinetics_case.hpp  Cases of kind `kinetics`: any gas, in a box or homogeneous (docs/box-command.md). */
#pragma once

#include "box/options.hpp"
#include "json_input.hpp"

namespace miscid::apps {

Json solve_kinetics_case(const Section& section, const BoxOptions& options);

} // namespace miscid::apps
