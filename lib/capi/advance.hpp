/** @file advance.hpp  One call of apply or evaluate, and what it does to a cell. */
#pragma once

#include "capi/transfer.hpp"

namespace miscid::capi {

struct Call {
    const char* where;
    const miscid_context& context;
    miscid_workspace& workspace;
    const miscid_batch& batch;
    double seconds;
    bool change; ///< apply: write rho (or amplitude) and state
    bool judged; ///< some validity number is wanted
    bool quiet;  ///< cells may be certified (quiet_cell.hpp),
    bool whole;  ///< and are taken through the whole step all the same, for the numbers the host wants of it
};

/** Treats cell `cell` of the call's batch and counts it as `name`, the host's index of it. No allocation. */
void treat_cell(const Call& call, const CellIndex& cell, const CellIndex& name, miscid_report& tally);

} // namespace miscid::capi
