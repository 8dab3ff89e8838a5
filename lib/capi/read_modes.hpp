/** @file read_modes.hpp  Numbers of every mode out of a host's array, checked on the way. */
#pragma once

#include "capi/access.hpp"
#include "capi/transfer.hpp"

namespace miscid::capi {

// Physical ranges of the unit screen: wide enough for any supernova or merger, narrow enough to catch a slip of 1e3.
inline constexpr double largest_mass_density = 1e16;   // g cm^-3
inline constexpr double largest_number_density = 1e40; // cm^-3

/** Numbers from here on are no physics and could overflow further on, where a host may trap. */
double largest_number(const miscid_context& context);

/** The complaint about a number of the cell. */
Complaint complain(int field, double value);

/** Numbers of a field that can be used, in the host's units, and what to say of the others: low is 0 or -high. */
struct Range {
    double low;
    double high;
    miscid_status below = MISCID_CELL_UNITS_SUSPECT;
    miscid_status above = MISCID_CELL_UNITS_SUSPECT;
};
Range any_number(const miscid_context& context, double factor);
Range not_negative(const miscid_context& context, double factor);

/** Type of a slot, and the sign of Im rho in the host's convention for it. */
inline int type_of_slot(const miscid_context& context, int slot) {
    return slot / context.groups;
}
inline double sign_of_im(const miscid_context& context, int slot) {
    return context.conjugate_antineutrinos && type_of_slot(context, slot) == 1 ? -1.0 : 1.0;
}

inline const step::ModeKernels& mode_kernels(const miscid_context& context) {
    return step::mode_kernels(context.level);
}
/** One slot of a host's array of float64. */
step::HostSlot host_slot(const CellView& view, int type, int group, int component_axis, int directions);
step::GridSlot grid_slot(const phase_space::ModeGrid& grid, int slot);

/** Reads `components` numbers of every mode into arrays of the grid's layout. */
miscid_status read_modes(const miscid_context& context, const miscid_workspace& workspace, const CellView& view,
                         int field, int axis, int components, double factor, double* const* out, const Range& range,
                         Complaint& complaint);

} // namespace miscid::capi
