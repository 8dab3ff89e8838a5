// Calls of a host that transports eigenstate occupations (design section 2, invariant mode).

#include "capi/access.hpp"
#include "capi/error.hpp"
#include "capi/transfer.hpp"
#include "collisions/collisions.hpp"
#include "equilibrium/landau_zener.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace miscid::capi {

namespace {

/** Runs a function on every cell whose state and grid could be read; tallies the others. */
template <int N_f, typename Function>
miscid_status for_each_cell(const char* where, const miscid_context* context, miscid_workspace* workspace,
                            const miscid_batch* batch, miscid_report* report, Function&& function) {
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
        miscid_status status = gather<N_f>(*context, *workspace, *batch, cell, needs, complaint);
        if (status == MISCID_OK) {
            auto& worker = workspace->template worker<N_f>();
            worker.cell.medium.B = context->vacuum<N_f>();
            worker.stepper.take_frame_of(worker.cell);
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

/** N_f numbers along an axis. */
template <int N_f>
using Numbers = std::array<double, N_f>;

template <int N_f>
void write(const CellView& view, int axis, char* address, const Numbers<N_f>& numbers) {
    for (const double number : numbers) {
        write_number(address, view.dtype(), number);
        address += view.stride(axis);
    }
}

template <int N_f>
bool read(const CellView& view, int axis, const char* address, Numbers<N_f>& numbers) {
    bool finite = true;
    for (double& number : numbers) {
        finite = read_number(address, view.dtype(), number) && finite;
        address += view.stride(axis);
    }
    return finite;
}

/** Flavor contents |U_ak|^2 of the eigenstates of a mode: [k][a]. */
template <int N_f>
struct Contents {
    double of[N_f][N_f];

    Contents(const step::FrameFor<N_f>& frame, std::size_t mode) {
        for (int k = 0; k < N_f; ++k) {
            for (int a = 0; a < N_f; ++a) {
                of[k][a] = frame.flavor_content(mode, k, a);
            }
        }
    }
};

template <int N_f>
miscid_status to_flavor(const char* where, const miscid_context* context, miscid_workspace* workspace,
                        const miscid_batch* batch, miscid_report* report) {
    return for_each_cell<N_f>(
        where, context, workspace, batch, report, [&](const CellIndex& cell, Complaint& complaint) {
            const auto& worker = workspace->template worker<N_f>();
            const double factor = context->density() ? 1.0 / context->number_density_unit : 1.0;
            const CellView content(batch->view(MISCID_FIELD_FLAVOR_CONTENT), cell);
            const CellView out_absorption(batch->view(MISCID_FIELD_PROJECTED_ABSORPTION), cell);
            const CellView out_emission(batch->view(MISCID_FIELD_PROJECTED_EMISSION), cell);
            const CellView absorption(batch->view(MISCID_FIELD_ABSORPTION), cell);
            const CellView equilibrium(batch->view(MISCID_FIELD_EMISSION_EQUILIBRIUM), cell);
            const bool project =
                absorption.bound() && equilibrium.bound() && (out_absorption.bound() || out_emission.bound());
            miscid_status status = MISCID_OK;
            const auto check = [&](std::size_t, int type, int group, int d) { // read all before anything is written
                Numbers<N_f> ignored;
                if (project && !read<N_f>(absorption, MISCID_AXIS_FLAVOR, absorption.mode(type, group, d), ignored)) {
                    complaint = complain_of_mode(MISCID_FIELD_ABSORPTION, type, group, d);
                    status = MISCID_CELL_NOT_FINITE;
                }
                if (project && !read<N_f>(equilibrium, MISCID_AXIS_FLAVOR, equilibrium.mode(type, group, d), ignored)) {
                    complaint = complain_of_mode(MISCID_FIELD_EMISSION_EQUILIBRIUM, type, group, d);
                    status = MISCID_CELL_NOT_FINITE;
                }
            };
            for_each_mode(*workspace, check);
            if (status != MISCID_OK) {
                return status;
            }
            for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                const Contents<N_f> contents(worker.stepper.frame(), i);
                if (content.bound()) {
                    Numbers<N_f> flavors{};
                    for (std::size_t k = 0; k < N_f; ++k) {
                        for (std::size_t a = 0; a < N_f; ++a) {
                            flavors[a] += contents.of[k][a] * worker.cell.occupation(i, k) * factor;
                        }
                    }
                    write<N_f>(content, MISCID_AXIS_FLAVOR, content.mode(type, group, d), flavors);
                }
                if (project) {
                    collisions::FlavorRates<N_f> rates;
                    read<N_f>(absorption, MISCID_AXIS_FLAVOR, absorption.mode(type, group, d), rates.absorption);
                    read<N_f>(equilibrium, MISCID_AXIS_FLAVOR, equilibrium.mode(type, group, d), rates.equilibrium);
                    // In the host's units throughout: the projection is linear in both.
                    Numbers<N_f> projected_absorption;
                    Numbers<N_f> projected_emission;
                    for (std::size_t k = 0; k < N_f; ++k) {
                        const auto projected = collisions::project<N_f>(rates, contents.of[k]);
                        projected_absorption[k] = projected.absorption;
                        projected_emission[k] = projected.emission;
                    }
                    if (out_absorption.bound()) {
                        write<N_f>(out_absorption, MISCID_AXIS_EIGENSTATE, out_absorption.mode(type, group, d),
                                   projected_absorption);
                    }
                    if (out_emission.bound()) {
                        write<N_f>(out_emission, MISCID_AXIS_EIGENSTATE, out_emission.mode(type, group, d),
                                   projected_emission);
                    }
                }
            });
            return MISCID_OK;
        });
}

template <int N_f>
miscid_status to_invariant(const char* where, const miscid_context* context, miscid_workspace* workspace,
                           const miscid_batch* batch, miscid_report* report) {
    return for_each_cell<N_f>(
        where, context, workspace, batch, report, [&](const CellIndex& cell, Complaint& complaint) {
            const auto& worker = workspace->template worker<N_f>();
            const CellView change(batch->view(MISCID_FIELD_FLAVOR_CHANGE), cell);
            const CellView amplitude(batch->view(MISCID_FIELD_AMPLITUDE), cell);
            miscid_status status = MISCID_OK;
            // Occupations stay in [0, 1]; densities above 0, compared with the largest trace of the cell.
            const double host = context->density() ? 1.0 / context->number_density_unit : 1.0;
            const double tolerance = context->settings.eigenvalue_tolerance;
            const auto& trace = worker.cell.trace;
            const double scale = context->density() ? host * *std::max_element(trace.begin(), trace.end()) : 1.0;
            /** What the change of the flavor content adds to every eigenstate. */
            const auto added = [&](std::size_t i, const Numbers<N_f>& flavors) {
                const Contents<N_f> contents(worker.stepper.frame(), i);
                Numbers<N_f> states{};
                for (std::size_t k = 0; k < N_f; ++k) {
                    for (std::size_t a = 0; a < N_f; ++a) {
                        states[k] += contents.of[k][a] * flavors[a];
                    }
                }
                return states;
            };
            for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                Numbers<N_f> flavors;
                if (!read<N_f>(change, MISCID_AXIS_FLAVOR, change.mode(type, group, d), flavors)) {
                    complaint = complain_of_mode(MISCID_FIELD_FLAVOR_CHANGE, type, group, d);
                    status = MISCID_CELL_NOT_FINITE;
                    return;
                }
                const Numbers<N_f> states = added(i, flavors);
                for (std::size_t k = 0; k < N_f; ++k) {
                    const double r = host * worker.cell.occupation(i, k) + states[k];
                    if (r < -tolerance * scale || (!context->density() && r > 1.0 + tolerance)) {
                        complaint = complain_of_mode(MISCID_FIELD_FLAVOR_CHANGE, type, group, d);
                        complaint.value = r;
                        complaint.has_value = true;
                        status = MISCID_CELL_EIGENVALUE_RANGE;
                    }
                }
            });
            if (status != MISCID_OK) {
                return status;
            }
            for_each_mode(*workspace, [&](std::size_t i, int type, int group, int d) {
                Numbers<N_f> flavors{};
                Numbers<N_f> occupations{};
                read<N_f>(change, MISCID_AXIS_FLAVOR, change.mode(type, group, d), flavors);
                char* address = amplitude.mode(type, group, d);
                read<N_f>(amplitude, MISCID_AXIS_EIGENSTATE, address, occupations);
                const Numbers<N_f> states = added(i, flavors);
                for (std::size_t k = 0; k < N_f; ++k) {
                    occupations[k] += states[k];
                }
                write<N_f>(amplitude, MISCID_AXIS_EIGENSTATE, address, occupations);
            });
            return MISCID_OK;
        });
}

/** P_c of every mode between two cells, one number for each pair of neighbouring eigenstates. */
template <int N_f>
miscid_status crossings(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                        const int64_t from[4], const int64_t to[4], const double* distance, double* probability) {
    constexpr const char* where = "miscid_crossing_probability";
    using H = flavor::FlavorVectorFor<N_f>;
    Needs needs;
    needs.matter = false;
    needs.polarization = false;
    needs.weight = false;
    if (const auto status = prepare(where, context, workspace, batch, needs)) {
        return status;
    }
    const H& B = context.template vacuum<N_f>();
    auto& here = workspace.template worker<N_f>().cell;
    const CellIndex cells[2] = {{from[0], from[1], from[2], from[3]}, {to[0], to[1], to[2], to[3]}};
    equilibrium::FieldFor<N_f> field;
    bool cold = false;
    const auto hamiltonian = [&](int type, int group, int d) {
        return equilibrium::hamiltonian<N_f>(field, workspace.grid.direction(d),
                                             workspace.grid.frequency(d, type * context.groups + group), B);
    };
    for (int side = 0; side < 2; ++side) {
        for (const int id : {MISCID_FIELD_STATE, MISCID_FIELD_DIRECTION}) {
            const BoundView& view = batch.view(id);
            for (std::size_t a = 0; a < 4; ++a) {
                const std::int64_t index = cells[side][a];
                if (index < 0 || (view.named[a] && index >= view.extent[a])) {
                    return set_error(MISCID_BAD_ARGUMENT, "%s: index %lld is outside field '%s' along axis '%s'", where,
                                     static_cast<long long>(index), find_field(id)->name,
                                     axis_name(static_cast<int>(a)));
                }
            }
        }
        Complaint complaint;
        const auto status = gather<N_f>(context, workspace, batch, cells[side], needs, complaint);
        if (status != MISCID_OK) {
            explain(where, status, cells[side], complaint);
            return MISCID_BAD_ARGUMENT;
        }
        cold = cold || here.state[step::StateFor<N_f>::marker] == 0.0;
        here.medium.B = B;
        field = step::frame_of_state(here);
        if (side == 0) { // with the directions of its own cell; the cell's P are free here, none are read
            for_each_mode(workspace, [&](std::size_t i, int type, int group, int d) {
                here.set_polarization(i, hamiltonian(type, group, d));
            });
        }
    }
    for (int d = 0; d < context.directions; ++d) {
        double length;
        if (!read_number(reinterpret_cast<const char*>(distance + d), MISCID_FLOAT64, length) || !(length >= 0.0)) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: distance of direction %d is negative or not finite", where, d);
        }
    }
    for_each_mode(workspace, [&](std::size_t i, int type, int group, int d) {
        double* P_c = probability +
                      (N_f - 1) * ((static_cast<std::size_t>(type) * context.groups + group) * context.directions + d);
        const H before = here.polarization(i), after = hamiltonian(type, group, d);
        for (int lower = 0; lower < N_f - 1; ++lower) {
            // A cell without a state has no H yet: nothing can be said, the labels are kept.
            if (cold || distance[d] == 0.0) {
                P_c[lower] = 0.0;
            } else if constexpr (N_f == 2) {
                P_c[lower] = equilibrium::crossing_probability(before, after, distance[d]);
            } else {
                P_c[lower] = equilibrium::crossing_probability(before, after, lower, distance[d]);
            }
        }
    });
    return MISCID_OK;
}

} // namespace

} // namespace miscid::capi

using namespace miscid;
using namespace miscid::capi;

miscid_status miscid_invariant_to_flavor(const miscid_context* context, miscid_workspace* workspace,
                                         const miscid_batch* batch, miscid_report* report) {
    constexpr const char* where = "miscid_invariant_to_flavor";
    return guarded(where, [&]() -> miscid_status {
        if (const auto status = check_arguments(where, context, workspace, batch, report)) {
            return status;
        }
        if (batch->view(MISCID_FIELD_PROJECTED_ABSORPTION).bound() ||
            batch->view(MISCID_FIELD_PROJECTED_EMISSION).bound()) {
            for (const int id : {MISCID_FIELD_ABSORPTION, MISCID_FIELD_EMISSION_EQUILIBRIUM}) {
                if (!batch->view(id).bound()) {
                    return set_error(MISCID_MISSING_FIELD, "%s: field '%s' is not bound (projected rates need it)",
                                     where, find_field(id)->name);
                }
            }
        }
        return with_flavors(*context,
                            [&](auto flavors) { return to_flavor<flavors>(where, context, workspace, batch, report); });
    });
}

miscid_status miscid_flavor_to_invariant(const miscid_context* context, miscid_workspace* workspace,
                                         const miscid_batch* batch, miscid_report* report) {
    constexpr const char* where = "miscid_flavor_to_invariant";
    return guarded(where, [&]() -> miscid_status {
        if (const auto status = check_arguments(where, context, workspace, batch, report)) {
            return status;
        }
        if (!batch->view(MISCID_FIELD_FLAVOR_CHANGE).bound()) {
            return set_error(MISCID_MISSING_FIELD, "%s: field 'flavor_change' is not bound", where);
        }
        return with_flavors(
            *context, [&](auto flavors) { return to_invariant<flavors>(where, context, workspace, batch, report); });
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
    return guarded("miscid_crossing_probability", [&] {
        return with_flavors(*context, [&](auto flavors) {
            return crossings<flavors>(*context, *workspace, *batch, from, to, distance, probability);
        });
    });
}
