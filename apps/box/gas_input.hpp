/** @file gas_input.hpp  Reads a gas of neutrinos from the general case format of `miscid box` (docs/box-command.md). */
#pragma once

#include "json_input.hpp"
#include "kinetics/gas.hpp"

namespace miscid::apps {

struct GasInput {
    kinetics::Gas gas;
    Eigen::MatrixXd P;     ///< initial, [generator][mode]
    Eigen::VectorXd trace; ///< P_0 per mode
    bool trace_given = false;
    double time_unit = 1.0; ///< of the file's times, in the solver's (lengths over c)
};

/** Keys that describe the gas, for Section::allow. */
#define MISCID_GAS_KEYS                                                                                                \
    "flavors", "units", "mu", "lambda", "matter_velocity", "vacuum", "modes", "collisions", "source", "axis"

GasInput read_gas(const Section& section);

} // namespace miscid::apps
