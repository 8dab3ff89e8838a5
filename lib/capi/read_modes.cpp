#include "capi/read_modes.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::capi {

double largest_number(const miscid_context& context) {
    return context.natural_units ? 1e30 : 1e45;
}

Complaint complain(int field, double value) {
    Complaint complaint;
    complaint.field = field;
    complaint.value = value;
    complaint.has_value = true;
    return complaint;
}

Range any_number(const miscid_context& context, double factor) {
    return {-largest_number(context) / factor, largest_number(context) / factor};
}

Range not_negative(const miscid_context& context, double factor) {
    return {0.0, largest_number(context) / factor, MISCID_CELL_NEGATIVE_RATE};
}

namespace {

/** All directions of one slot and component at once, if they are finite and in range: the common case. */
bool read_floats(const phase_space::ModeGrid& grid, int slot, const char* address, std::int64_t stride, double factor,
                 const Range& range, double* out) {
    constexpr int lanes = phase_space::lanes;
    for (int block = 0; block < grid.blocks(); ++block) {
        double* target = out + (static_cast<std::size_t>(block) * grid.slots() + slot) * lanes;
        const int count = std::min(lanes, grid.directions() - block * lanes);
        for (int lane = 0; lane < count; ++lane, address += stride) {
            double value;
            if (!read_number(address, MISCID_FLOAT32, value) || !(value >= range.low && value <= range.high)) {
                return false;
            }
            target[lane] = value * factor;
        }
    }
    return true;
}

} // namespace

step::HostSlot host_slot(const CellView& view, int type, int group, int component_axis, int directions) {
    step::HostSlot slot;
    slot.first = view.mode(type, group, 0);
    slot.component_stride = component_axis >= 0 ? view.stride(component_axis) : 0;
    slot.direction_stride = view.stride(MISCID_AXIS_DIRECTION);
    slot.directions = directions;
    return slot;
}

step::GridSlot grid_slot(const phase_space::ModeGrid& grid, int slot) {
    return {grid.index(0, slot), static_cast<std::size_t>(grid.slots()) * phase_space::lanes};
}

miscid_status read_modes(const miscid_context& context, const miscid_workspace& workspace, const CellView& view,
                         int field, int axis, int components, double factor, double* const* out, const Range& range,
                         Complaint& complaint) {
    const auto& grid = workspace.grid;
    const int groups = grid.slots() / 2;
    const std::int64_t step = axis >= 0 ? view.stride(axis) : 0;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const int type = slot / groups;
        const int group = slot % groups;
        bool good = view.dtype() == MISCID_FLOAT64 || view.dtype() == MISCID_FLOAT32;
        for (int c = 0; c < components && good; ++c) {
            if (view.dtype() == MISCID_FLOAT64) {
                step::HostSlot host = host_slot(view, type, group, axis, grid.directions());
                host.first += c * host.component_stride;
                good = mode_kernels(context).read_numbers(host, grid_slot(grid, slot), factor, range.high,
                                                          range.low == 0.0, out[c]);
            } else {
                good = read_floats(grid, slot, view.mode(type, group, 0) + c * step, view.stride(MISCID_AXIS_DIRECTION),
                                   factor, range, out[c]);
            }
        }
        if (good) {
            continue;
        }
        for (int direction = 0; direction < grid.directions(); ++direction) { // find and name the offender
            const char* address = view.mode(type, group, direction);
            const std::size_t i = grid.index(direction, slot);
            for (int c = 0; c < components; ++c) {
                double value;
                if (!read_number(address + c * step, view.dtype(), value)) {
                    complaint = complain_of_mode(field, type, group, direction, c);
                    return MISCID_CELL_NOT_FINITE;
                }
                if (!(value >= range.low && value <= range.high)) {
                    complaint = complain_of_mode(field, type, group, direction, c);
                    complaint.value = value;
                    complaint.has_value = true;
                    return value < range.low ? range.below : range.above;
                }
                out[c][i] = value * factor;
            }
        }
    }
    return MISCID_OK;
}

} // namespace miscid::capi
