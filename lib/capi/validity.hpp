/** @file validity.hpp  The validity numbers of a cell on their way to the host, and what the module does about them. */
#pragma once

#include "capi/transfer.hpp"
#include "step/validity.hpp"

namespace miscid::capi {

/** Asked once per call: whether anybody wants the numbers. */
bool validity_wanted(const miscid_context& context, const miscid_batch& batch);

/** What the host says of the surroundings of a cell. MISCID_OK, or the status that refuses the cell. */
miscid_status gather_surroundings(const miscid_context& context, const miscid_batch& batch, const CellIndex& cell,
                                  validity::Surroundings& around, Complaint& complaint);

/** Judges a cell that has made its step, writes the bound validity fields, and returns the status the cell gets: its own, or
 *  CELL_VALIDITY_DOUBTFUL in place of ok, or CELL_VALIDITY_VIOLATED, as validity.action says. */
template <int N_f>
miscid_status judge(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                    const CellIndex& cell, const step::BeforeStepFor<N_f>& before, double seconds,
                    const step::Diagnostics& diagnostics, const validity::Surroundings& around, miscid_status status);

} // namespace miscid::capi
