/** @file transfer.hpp  Host arrays to cells of the step and back. */
#pragma once

#include "capi/fields.hpp"
#include "capi/handles.hpp"

#include <cstddef>

namespace miscid::capi {

/** Size of miscid_report in 0.1. The struct only grows: a program built with an older header passes a smaller one. */
inline constexpr std::size_t first_report_size = offsetof(miscid_report, time_step_factor) + sizeof(double);
/** Likewise of miscid_view. */
inline constexpr std::size_t first_view_size = offsetof(miscid_view, stride) + sizeof(miscid_view::stride);

/** Hands a report out, as much of it as the caller's struct holds. */
void give_report(const miscid_report& tally, miscid_report* report);

/** What was wrong with a cell, and where: turned into a message only when it is the first. */
struct Complaint {
    int field = 0;
    int type = -1;
    int group = -1;
    int direction = -1;
    int component = -1;
    double value = 0.0;
    bool has_value = false;
};

/** The complaint about one mode of a field. */
inline Complaint complain_of_mode(int field, int type, int group, int direction, int component = -1) {
    Complaint complaint;
    complaint.field = field;
    complaint.type = type;
    complaint.group = group;
    complaint.direction = direction;
    complaint.component = component;
    return complaint;
}

/** Refuses null handles and a report whose struct_size was not set. */
miscid_status check_arguments(const char* where, const miscid_context* context, const miscid_workspace* workspace,
                              const miscid_batch* batch, const miscid_report* report);

/** What a call needs to read. */
struct Needs {
    bool polarization = true; ///< rho or amplitude
    bool matter = true;
    bool state = true;
    bool weight = true;
    bool device_allowed = false; ///< arrays may lie in the memory of a device
};

/** Checks that everything a call needs is bound, cells lie inside the views, and reads what all cells share (energies, and
 *  directions and weights that do not vary). */
miscid_status prepare(const char* where, const miscid_context& context, miscid_workspace& workspace,
                      const miscid_batch& batch, const Needs& needs);

/** Fills the worker's cell from the host's arrays. MISCID_OK or the status that refuses the cell. */
template <int N_f>
miscid_status gather(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                     const CellIndex& cell, const Needs& needs, Complaint& complaint);

/** Writes rho (or amplitude) and state back. */
template <int N_f>
void scatter(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
             const CellIndex& cell);

/** Writes the first `numbers` numbers of the state alone: what follows belongs to the waves. */
template <int N_f>
void scatter_state(miscid_workspace& workspace, const miscid_batch& batch, const CellIndex& cell, int numbers);

/** Message of a refused cell, as the calling thread's last error. */
void explain(const char* where, miscid_status status, const CellIndex& cell, const Complaint& complaint);

} // namespace miscid::capi
