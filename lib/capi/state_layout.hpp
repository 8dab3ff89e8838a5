/** @file state_layout.hpp  What the numbers of a cell's state are, in the order in which the host keeps them. */
#pragma once

#include <string>
#include <vector>

namespace miscid::capi {

struct StateComponent {
    std::string name;
    const char* unit;
};

/** The mixing equilibrium first, then what the closure of the flavor waves remembers. */
std::vector<StateComponent> state_layout(int flavors, int closure_numbers);

} // namespace miscid::capi
