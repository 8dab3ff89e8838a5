// What a call checks once, before its first cell.

#include "capi/access.hpp"
#include "capi/device_batch.hpp"
#include "capi/error.hpp"
#include "capi/gather_grid.hpp"
#include "capi/read_modes.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::capi {

namespace {

constexpr double smallest_energy = 0.05; // MeV
constexpr double largest_energy = 2e3;   // MeV

miscid_status missing(const char* where, int field, const char* why) {
    return set_error(MISCID_MISSING_FIELD, "%s: field '%s' is not bound (%s)", where, find_field(field)->name, why);
}

/** True if every cell of the batch lies inside the view. A view that is only read is broadcast along axes it does not
 *  name; one that is written has a single cell there. */
bool covers(const BoundView& view, const miscid_batch& batch, bool written, int& bad_axis) {
    for (std::size_t a = 0; a < 4; ++a) {
        if (!view.named[a] && !written) {
            continue;
        }
        const std::int64_t extent = view.named[a] ? view.extent[a] : 1;
        std::int64_t last = -1;
        if (batch.listed) {
            for (const auto& cell : batch.cells) {
                last = std::max(last, cell[a]);
            }
        } else if (batch.cell_count() > 0) {
            last = batch.extent[a] - batch.upper[a] - 1;
        }
        if (last >= extent) {
            bad_axis = static_cast<int>(a);
            return false;
        }
    }
    return true;
}

/** True if two different cells of the batch would share memory of the view. */
bool shared_between_cells(const BoundView& view, const miscid_batch& batch) {
    if (batch.cell_count() < 2) {
        return false;
    }
    for (std::size_t a = 0; a < 4; ++a) {
        if (view.stride[a] != 0) {
            continue;
        }
        if (batch.listed) {
            for (const auto& cell : batch.cells) {
                if (cell[a] != batch.cells.front()[a]) {
                    return true;
                }
            }
        } else if (batch.extent[a] - batch.lower[a] - batch.upper[a] > 1) {
            return true;
        }
    }
    return false;
}

} // namespace

miscid_status check_arguments(const char* where, const miscid_context* context, const miscid_workspace* workspace,
                              const miscid_batch* batch, const miscid_report* report) {
    if (context == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         context == nullptr ? "context" : (workspace == nullptr ? "workspace" : "batch"));
    }
    if (report != nullptr && report->struct_size < first_report_size) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: report->struct_size is %zu, expected %zu", where,
                         report->struct_size, first_report_size);
    }
    return MISCID_OK;
}
miscid_status prepare(const char* where, const miscid_context& context, miscid_workspace& workspace,
                      const miscid_batch& batch, const Needs& needs) {
    if (workspace.fingerprint != context.fingerprint || batch.fingerprint != context.fingerprint) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the %s was created for another configuration", where,
                         workspace.fingerprint != context.fingerprint ? "workspace" : "batch");
    }
    const auto required = [&](int field, const char* why) {
        return batch.view(field).bound() ? MISCID_OK : missing(where, field, why);
    };
    if (const auto s = required(MISCID_FIELD_ENERGY, "always needed")) {
        return s;
    }
    if (const auto s = required(MISCID_FIELD_DIRECTION, "always needed")) {
        return s;
    }
    if (needs.weight && !context.density()) {
        if (const auto s = required(MISCID_FIELD_WEIGHT, "needed in occupation form")) {
            return s;
        }
    }
    if (needs.polarization) {
        if (const auto s = context.invariant() ? required(MISCID_FIELD_AMPLITUDE, "needed in invariant mode")
                                               : required(MISCID_FIELD_RHO, "needed in matrix mode")) {
            return s;
        }
    }
    if (needs.matter && !batch.view(MISCID_FIELD_ELECTRON_DENSITY).bound() &&
        !(batch.view(MISCID_FIELD_MASS_DENSITY).bound() && batch.view(MISCID_FIELD_ELECTRON_FRACTION).bound())) {
        return missing(where, MISCID_FIELD_ELECTRON_DENSITY, "bind it, or mass_density and electron_fraction");
    }
    if (needs.state) {
        if (const auto s = required(MISCID_FIELD_STATE, "the module's memory between steps; zero it at the start")) {
            return s;
        }
    }
    if (needs.matter && context.settings.viscosity == step::Viscosity::host) {
        if (const auto s = required(MISCID_FIELD_VISCOSITY_RATE, "needed by viscosity.closure = host")) {
            return s;
        }
    }
    if (needs.matter && context.settings.collisions == step::Collisions::full) {
        if (const auto s = required(MISCID_FIELD_ABSORPTION, "needed by collisions.mode = full")) {
            return s;
        }
        if (const auto s = required(MISCID_FIELD_EMISSION_EQUILIBRIUM, "needed by collisions.mode = full")) {
            return s;
        }
    }
    if (needs.matter && context.tau_effective_fraction > 0.0) {
        if (const auto s = required(MISCID_FIELD_MASS_DENSITY, "needed by matter.tau_effective_fraction")) {
            return s;
        }
    }
    for (int id = 0; id < field_capacity; ++id) {
        const BoundView& view = batch.view(id);
        if (!view.bound()) {
            continue;
        }
        int axis = 0;
        const bool written = find_field(id)->access != Access::IN;
        if (!covers(view, batch, written, axis)) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': the cells reach beyond its extent %lld along axis '%s'",
                             where, find_field(id)->name,
                             static_cast<long long>(view.extent[static_cast<std::size_t>(axis)]), axis_name(axis));
        }
        if (written && shared_between_cells(view, batch)) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s' is written, so different cells must not share its memory",
                             where, find_field(id)->name);
        }
    }

    if (batch.on_device()) {
        if (!needs.device_allowed) {
            return set_error(
                MISCID_UNSUPPORTED,
                "%s: only miscid_apply and miscid_evaluate take arrays in device memory; copy the cells to "
                "the host",
                where);
        }
        if (const auto status = check_memory(where, batch)) {
            return status;
        }
    }

    const CellView energies(batch.view(MISCID_FIELD_ENERGY), CellIndex{});
    for (int group = 0; group < context.groups; ++group) {
        double energy;
        if (!read_number(energies.at(MISCID_AXIS_GROUP, group), energies.dtype(), energy) || !(energy > 0.0)) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: energy of group %d is not a positive number", where, group);
        }
        energy *= context.energy_unit;
        if (context.screen_units && !(energy >= smallest_energy && energy <= largest_energy)) {
            return set_error(MISCID_BAD_ARGUMENT,
                             "%s: energy of group %d is %g MeV, outside [%g, %g] MeV; check units.energy "
                             "(or set screen.units = false)",
                             where, group, energy, smallest_energy, largest_energy);
        }
        // Compared as products: the quotient itself may overflow.
        if (!(energy <= largest_number(context)) ||
            !(std::abs(context.vacuum_frequency) <= energy * largest_number(context))) {
            return set_error(MISCID_BAD_ARGUMENT,
                             "%s: energy of group %d is %g, and its vacuum frequency outside any physical range", where,
                             group, energy);
        }
        workspace.energy[static_cast<std::size_t>(group)] = energy;
        workspace.grid.set_slot_frequency(group, context.vacuum_frequency / energy);
        workspace.grid.set_slot_frequency(context.groups + group, -(context.vacuum_frequency / energy));
    }
    // What all cells share; it is wrong for every cell if it is wrong, so the call is refused.
    Complaint complaint;
    const auto status = with_flavors(context, [&](auto flavors) {
        return gather_grid<flavors>(context, workspace, batch, CellIndex{}, needs, GridPart::shared, complaint);
    });
    if (status != MISCID_OK) {
        explain(where, status, CellIndex{}, complaint);
        return MISCID_BAD_ARGUMENT;
    }
    return MISCID_OK;
}

} // namespace miscid::capi
