// Calls of a host that transports eigenstate occupations (design section 2, invariant mode).

#include "capi/access.hpp"
#include "capi/error.hpp"
#include "capi/transfer.hpp"
#include "collisions/collisions.hpp"
#include "equilibrium/landau_zener.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::capi {

namespace {

/** Runs a function on every cell whose state and grid could be read; tallies the others. */
template <typename Function>
miscid_status for_each_cell(const char* where, const miscid_context* context, miscid_workspace* workspace,
                            const miscid_batch* batch, miscid_report* report, Function&& function) {
    if (const auto status = check_arguments(where, context, workspace, batch, report)) {
        return status;
    }
    if (!context->invariant()) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: needs transport.mode = invariant", where);
    }
    Needs needs;
    needs.matter = false;
    if (const auto status = prepare(where, *context, *workspace, *batch, needs)) {
        return status;
    }
    miscid_report tally{};
    tally.time_step_factor = 1.0;
    tally.cells = batch->cell_count();
    for (std::int64_t number = 0; number < tally.cells; ++number) {
        const CellIndex cell = batch->cell(number);
        Complaint complaint;
        miscid_status status = gather(*context, *workspace, *batch, cell, needs, complaint);
        if (status == MISCID_OK) {
            workspace->cell.medium.B = context->B;
            step::Stepper::electron_content(workspace->cell, step::frame_of_state(workspace->cell), workspace->content);
            if (workspace->cell.state[step::state::marker] == 0.0) {
                std::fill(workspace->content.begin(), workspace->content.end(), 1.0);
            }
            status = function(cell, complaint);
        }
        if (status == MISCID_OK) {
            ++tally.ok;
        } else if (tally.refused++ == 0) {
            std::copy(cell.begin(), cell.end(), tally.first_refused);
            tally.first_refused_status = status;
            explain(where, status, cell, complaint);
        }
    }
    if (report != nullptr) {
        give_report(tally, report);
    }
    return tally.refused > 0 ? MISCID_PARTIAL : MISCID_OK;
}

/** Calls function(i, type, group, direction) for every mode. */
template <typename Function>
void for_each_mode(const miscid_workspace& workspace, Function&& function) {
    const auto& grid = workspace.grid;
    const int groups = grid.slots() / 2;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        for (int d = 0; d < grid.directions(); ++d) {
            function(grid.index(d, slot), slot / groups, slot % groups, d);
        }
    }
}

void write_pair(const CellView& view, int axis, char* address, double first, double second) {
    write_number(address, view.dtype(), first);
    write_number(address + view.stride(axis), view.dtype(), second);
}

bool read_pair(const CellView& view, int axis, const char* address, double& first, double& second) {
    return read_number(address, view.dtype(), first) && read_number(address + view.stride(axis), view.dtype(), second);
}

} // namespace

} // namespace miscid::capi

using namespace miscid;
using namespace miscid::capi;

miscid_status miscid_invariant_to_flavor(const miscid_context* context, miscid_workspace* workspace,
                                         const miscid_batch* batch, miscid_report* report) {
    constexpr const char* where = "miscid_invariant_to_flavor";
    return guarded(where, [&]() -> miscid_status {
        if (batch != nullptr && (batch->view(MISCID_FIELD_PROJECTED_ABSORPTION).bound() ||
                                 batch->view(MISCID_FIELD_PROJECTED_EMISSION).bound())) {
            for (const int id : {MISCID_FIELD_ABSORPTION, MISCID_FIELD_EMISSION_EQUILIBRIUM}) {
                if (!batch->view(id).bound()) {
                    return set_error(MISCID_MISSING_FIELD, "%s: field '%s' is not bound (projected rates need it)",
                                     where, find_field(id)->name);
                }
            }
        }
        return for_each_cell(
            where, context, workspace, batch, report, [&](const CellIndex& cell, Complaint& complaint) {
                const auto& source = workspace->cell;
                const double factor = context->density() ? 1.0 / context->number_density_unit : 1.0;
                const CellView content(batch->view(MISCID_FIELD_FLAVOR_CONTENT), cell);
                const CellView out_absorption(batch->view(MISCID_FIELD_PROJECTED_ABSORPTION), cell);
                const CellView out_emission(batch->view(MISCID_FIELD_PROJECTED_EMISSION), cell);
                const CellView absorption(batch->view(MISCID_FIELD_ABSORPTION), cell);
                const CellView equilibrium(batch->view(MISCID_FIELD_EMISSION_EQUILIBRIUM), cell);
                const bool project =
                    absorption.bound() && equilibrium.bound() && (out_absorption.bound() || out_emission.bound());
                miscid_status status = MISCID_OK;
                const auto check = [&](std::size_t, int type, int group,
                                       int d) { // everything is read before anything is written
                    double ignored[2];
                    if (project && !read_pair(absorption, MISCID_AXIS_FLAVOR, absorption.mode(type, group, d),
                                              ignored[0], ignored[1])) {
                        complaint = complain_of_mode(MISCID_FIELD_ABSORPTION, type, group, d);
                        status = MISCID_CELL_NOT_FINITE;
                    }
                    if (project && !read_pair(equilibrium, MISCID_AXIS_FLAVOR, equilibrium.mode(type, group, d),
                                              ignored[0], ignored[1])) {
                        complaint = complain_of_mode(MISCID_FIELD_EMISSION_EQUILIBRIUM, type, group, d);
                        status = MISCID_CELL_NOT_FINITE;
                    }
                };
                for_each_mode(*workspace, check);
                if (status != MISCID_OK) {
                    return status;
                }
                for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                    const double upper_e = workspace->content[i];
                    const double upper = 0.5 * (source.trace[i] + source.p[i]);
                    const double lower = 0.5 * (source.trace[i] - source.p[i]);
                    if (content.bound()) {
                        const double e = upper_e * upper + (1.0 - upper_e) * lower;
                        const double x = (1.0 - upper_e) * upper + upper_e * lower;
                        write_pair(content, MISCID_AXIS_FLAVOR, content.mode(type, group, d), e * factor, x * factor);
                    }
                    if (project) {
                        collisions::FlavorRates rates;
                        read_pair(absorption, MISCID_AXIS_FLAVOR, absorption.mode(type, group, d), rates.absorption_e,
                                  rates.absorption_x);
                        read_pair(equilibrium, MISCID_AXIS_FLAVOR, equilibrium.mode(type, group, d),
                                  rates.equilibrium_e, rates.equilibrium_x);
                        // In the host's units throughout: the projection is linear in both.
                        const auto low = collisions::project(rates, 1.0 - upper_e);
                        const auto high = collisions::project(rates, upper_e);
                        if (out_absorption.bound()) {
                            write_pair(out_absorption, MISCID_AXIS_EIGENSTATE, out_absorption.mode(type, group, d),
                                       low.absorption, high.absorption);
                        }
                        if (out_emission.bound()) {
                            write_pair(out_emission, MISCID_AXIS_EIGENSTATE, out_emission.mode(type, group, d),
                                       low.emission, high.emission);
                        }
                    }
                });
                return MISCID_OK;
            });
    });
}

miscid_status miscid_flavor_to_invariant(const miscid_context* context, miscid_workspace* workspace,
                                         const miscid_batch* batch, miscid_report* report) {
    constexpr const char* where = "miscid_flavor_to_invariant";
    return guarded(where, [&]() -> miscid_status {
        if (context != nullptr && workspace != nullptr && batch != nullptr &&
            !batch->view(MISCID_FIELD_FLAVOR_CHANGE).bound()) {
            return set_error(MISCID_MISSING_FIELD, "%s: field 'flavor_change' is not bound", where);
        }
        return for_each_cell(
            where, context, workspace, batch, report, [&](const CellIndex& cell, Complaint& complaint) {
                const CellView change(batch->view(MISCID_FIELD_FLAVOR_CHANGE), cell);
                const CellView amplitude(batch->view(MISCID_FIELD_AMPLITUDE), cell);
                miscid_status status = MISCID_OK;
                // Occupations stay in [0, 1]; densities above 0, compared with the largest trace of the cell.
                const double host = context->density() ? 1.0 / context->number_density_unit : 1.0;
                const double tolerance = context->settings.eigenvalue_tolerance;
                const auto& trace = workspace->cell.trace;
                const double scale = context->density() ? host * *std::max_element(trace.begin(), trace.end()) : 1.0;
                for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                    double e;
                    double x;
                    if (!read_pair(change, MISCID_AXIS_FLAVOR, change.mode(type, group, d), e, x)) {
                        complaint = complain_of_mode(MISCID_FIELD_FLAVOR_CHANGE, type, group, d);
                        status = MISCID_CELL_NOT_FINITE;
                        return;
                    }
                    const double upper_e = workspace->content[i];
                    const double p = workspace->cell.p[i];
                    const double lower = 0.5 * host * (trace[i] - p) + (1.0 - upper_e) * e + upper_e * x;
                    const double upper = 0.5 * host * (trace[i] + p) + upper_e * e + (1.0 - upper_e) * x;
                    const bool too_small = std::min(lower, upper) < -tolerance * scale;
                    const bool too_large = !context->density() && std::max(lower, upper) > 1.0 + tolerance;
                    if (too_small || too_large) {
                        complaint = complain_of_mode(MISCID_FIELD_FLAVOR_CHANGE, type, group, d);
                        complaint.value = too_small ? std::min(lower, upper) : std::max(lower, upper);
                        complaint.has_value = true;
                        status = MISCID_CELL_EIGENVALUE_RANGE;
                    }
                });
                if (status != MISCID_OK) {
                    return status;
                }
                for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                    double e = 0.0;
                    double x = 0.0;
                    double lower = 0.0;
                    double upper = 0.0;
                    read_pair(change, MISCID_AXIS_FLAVOR, change.mode(type, group, d), e, x);
                    char* address = amplitude.mode(type, group, d);
                    read_pair(amplitude, MISCID_AXIS_EIGENSTATE, address, lower, upper);
                    const double upper_e = workspace->content[i];
                    write_pair(amplitude, MISCID_AXIS_EIGENSTATE, address, lower + (1.0 - upper_e) * e + upper_e * x,
                               upper + upper_e * e + (1.0 - upper_e) * x);
                });
                return MISCID_OK;
            });
    });
}

miscid_status miscid_crossing_probability(const miscid_context* context, miscid_workspace* workspace,
                                          const miscid_batch* batch, const int64_t from[4], const int64_t to[4],
                                          const double* distance, double* probability) {
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(workspace);
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(from);
    MISCID_REQUIRE(to);
    MISCID_REQUIRE(distance);
    MISCID_REQUIRE(probability);
    constexpr const char* where = "miscid_crossing_probability";
    return guarded(where, [&]() -> miscid_status {
        Needs needs;
        needs.matter = false;
        needs.polarization = false;
        needs.weight = false;
        if (const auto status = prepare(where, *context, *workspace, *batch, needs)) {
            return status;
        }
        equilibrium::Field fields[2];
        const CellIndex cells[2] = {{from[0], from[1], from[2], from[3]}, {to[0], to[1], to[2], to[3]}};
        auto& from_H = workspace->cell.P; // free here: no polarizations are read
        bool cold = false;
        for (int side = 0; side < 2; ++side) {
            for (const int id : {MISCID_FIELD_STATE, MISCID_FIELD_DIRECTION}) {
                const BoundView& view = batch->view(id);
                for (std::size_t a = 0; a < 4; ++a) {
                    const std::int64_t index = cells[side][a];
                    if (index < 0 || (view.named[a] && index >= view.extent[a])) {
                        return set_error(MISCID_BAD_ARGUMENT, "%s: index %lld is outside field '%s' along axis '%s'",
                                         where, static_cast<long long>(index), find_field(id)->name,
                                         axis_name(static_cast<int>(a)));
                    }
                }
            }
            Complaint complaint;
            const auto status = gather(*context, *workspace, *batch, cells[side], needs, complaint);
            if (status != MISCID_OK) {
                explain(where, status, cells[side], complaint);
                return MISCID_BAD_ARGUMENT;
            }
            cold = cold || workspace->cell.state[step::state::marker] == 0.0;
            workspace->cell.medium.B = context->B;
            fields[side] = step::frame_of_state(workspace->cell);
            if (side == 0) { // with the directions of its own cell
                for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                    const auto H = equilibrium::hamiltonian(
                        fields[0], workspace->grid.direction(d),
                        workspace->grid.frequency(d, type * context->groups + group), context->B);
                    for (int a = 0; a < 3; ++a) {
                        from_H[a][i] = H[a];
                    }
                });
            }
        }
        for (int d = 0; d < context->directions; ++d) {
            double length;
            if (!read_number(reinterpret_cast<const char*>(distance + d), MISCID_FLOAT64, length) || !(length >= 0.0)) {
                return set_error(MISCID_BAD_ARGUMENT, "%s: distance of direction %d is negative or not finite", where,
                                 d);
            }
        }
        for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
            const auto H =
                equilibrium::hamiltonian(fields[1], workspace->grid.direction(d),
                                         workspace->grid.frequency(d, type * context->groups + group), context->B);
            const std::size_t place =
                (static_cast<std::size_t>(type) * context->groups + group) * context->directions + d;
            // A cell without a state has no H yet: nothing can be said, the labels are kept.
            probability[place] =
                cold || distance[d] == 0.0
                    ? 0.0
                    : equilibrium::crossing_probability({from_H[0][i], from_H[1][i], from_H[2][i]}, H, distance[d]);
        });
        return MISCID_OK;
    });
}
