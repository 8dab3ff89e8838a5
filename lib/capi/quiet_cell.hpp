/** @file quiet_cell.hpp
 *  The certificate that nothing happens in a cell, at the price of reading it: all density matrices are diagonal along a flavor
 *  axis that is a symmetry (an equilibrium as it is, theory.md F4), no lepton-number crossing (no wave can grow, theory.md F9),
 *  nothing left of waves that grew before, and no H that changes sign. Such a cell keeps its density matrices bit for bit; only
 *  the field in its state is brought up to date.
 */
#pragma once

#include "capi/advance.hpp"

namespace miscid::capi {

/** True if the configuration and the bound arrays allow the certificate at all. */
bool may_be_quiet(const miscid_context& context, const miscid_batch& batch);

/** True if the host wants numbers that only the whole step has. */
bool wants_numbers(const miscid_batch& batch);

/** True if the cell is certified; the worker's cell then holds its new state. */
bool certify_quiet(const Call& call, const CellIndex& cell);

} // namespace miscid::capi
