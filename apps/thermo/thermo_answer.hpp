/** @file thermo_answer.hpp  What `miscid thermo` says about one cell (docs/thermo-command.md). */
#pragma once

#include "thermo/cell_history.hpp"

#include <string>

namespace miscid::apps {

/** Answer of one case. Throws InputError. */
Json solve_thermo_case(const Json& json, const std::string& file);

/** The same of a cell whose states are known. */
template <int N_f>
Json thermo_answer(const CellHistory<N_f>& history, thermo::Statistics statistics);

} // namespace miscid::apps
