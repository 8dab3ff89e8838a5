/** @file gather_grid.hpp  Directions and weights of a cell. */
#pragma once

#include "capi/transfer.hpp"

namespace miscid::capi {

enum class GridPart { shared, varying };

/** Reads directions and weights: those all cells share, or those that vary from cell to cell. */
template <int N_f>
miscid_status gather_grid(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                          const CellIndex& cell, const Needs& needs, GridPart part, Complaint& complaint);

} // namespace miscid::capi
