// miscid_apply and miscid_evaluate: gather, step, diagnose, scatter. No allocation, no exception.

#include "capi/access.hpp"
#include "capi/advance.hpp"
#include "capi/device_batch.hpp"
#include "capi/error.hpp"
#include "capi/quiet_cell.hpp"
#include "capi/validity.hpp"
#include "capi/wave_spectrum.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace miscid::capi {

namespace {

miscid_status to_status(step::CellStatus status) {
    using step::CellStatus;
    switch (status) {
    case CellStatus::ok:
        return MISCID_OK;
    case CellStatus::event:
        return MISCID_CELL_EVENT;
    case CellStatus::relaxed:
        return MISCID_CELL_RELAXED;
    case CellStatus::reduce_time_step:
        return MISCID_CELL_REDUCE_TIME_STEP;
    case CellStatus::eigenvalue_range:
        return MISCID_CELL_EIGENVALUE_RANGE;
    case CellStatus::bad_state:
        return MISCID_CELL_BAD_STATE;
    case CellStatus::no_tracked_solution:
        return MISCID_CELL_NO_TRACKED_SOLUTION;
    case CellStatus::alignment_event:
        return MISCID_CELL_ALIGNMENT_EVENT;
    case CellStatus::degenerate_mode:
        return MISCID_CELL_DEGENERATE_MODE;
    case CellStatus::not_converged:
        return MISCID_CELL_NOT_CONVERGED;
    case CellStatus::waves_refused:
        return MISCID_CELL_WAVES_REFUSED;
    default:
        return MISCID_CELL_NOT_CONSERVED;
    }
}

void write_scalar(const miscid_batch& batch, int field, const CellIndex& cell, double value) {
    const CellView view(batch.view(field), cell);
    if (view.bound()) {
        write_number(view.base(), view.dtype(), value);
    }
}

void write_modes(const miscid_workspace& workspace, const miscid_batch& batch, int field, const CellIndex& cell,
                 const step::AlignedVector& values, double factor) {
    const CellView view(batch.view(field), cell);
    if (!view.bound()) {
        return;
    }
    const auto& grid = workspace.grid;
    const int groups = grid.slots() / 2;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        for (int d = 0; d < grid.directions(); ++d) {
            write_number(view.mode(slot / groups, slot % groups, d), view.dtype(),
                         values[grid.index(d, slot)] * factor);
        }
    }
}

template <int N_f>
void write_occupations(miscid_workspace& workspace, const miscid_batch& batch, const CellIndex& cell, double factor) {
    const CellView view(batch.view(MISCID_FIELD_EIGENSTATE_OCCUPATION), cell);
    if (!view.bound()) {
        return;
    }
    const auto& grid = workspace.grid;
    const int groups = grid.slots() / 2;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        for (int d = 0; d < grid.directions(); ++d) {
            char* address = view.mode(slot / groups, slot % groups, d);
            for (std::size_t k = 0; k < N_f; ++k, address += view.stride(MISCID_AXIS_EIGENSTATE)) {
                const double r = workspace.worker<N_f>().cell.occupation(grid.index(d, slot), k);
                write_number(address, view.dtype(), r * factor);
            }
        }
    }
}

/** What the closure of the flavor waves found. Its rates are wave numbers. */
void write_waves(const miscid_context& context, const miscid_batch& batch, const CellIndex& cell,
                 const step::Diagnostics& d) {
    const double rate = context.settings.speed_of_light / context.rate_unit;
    write_scalar(batch, MISCID_FIELD_GROWTH_RATE, cell, d.waves.max_growth_before * rate);
    write_scalar(batch, MISCID_FIELD_GROWTH_RATE_LEFT, cell, d.waves.max_growth_after * rate);
    write_scalar(batch, MISCID_FIELD_GROWTH_FLOOR, cell, d.waves.growth_floor * rate);
    write_scalar(batch, MISCID_FIELD_UNSTABLE_BAND_LOW, cell, d.waves.band_low);
    write_scalar(batch, MISCID_FIELD_UNSTABLE_BAND_HIGH, cell, d.waves.band_high);
    write_scalar(batch, MISCID_FIELD_UNSTABLE_WAVES, cell, d.waves.roots);
    write_scalar(batch, MISCID_FIELD_VISCOSITY_MIN, cell, d.waves.gamma_min * rate);
    write_scalar(batch, MISCID_FIELD_VISCOSITY_MAX, cell, d.waves.gamma_max * rate);
    write_scalar(batch, MISCID_FIELD_WAVE_CONTENT, cell, d.waves.wave_content);
    write_scalar(batch, MISCID_FIELD_WAVE_E_FOLDS, cell, d.waves.e_folds);
    write_scalar(batch, MISCID_FIELD_WAVE_ITERATIONS, cell, d.waves.iterations);
    write_scalar(batch, MISCID_FIELD_CROSSING_AREA_RATIO, cell, d.waves.area_ratio);
    write_scalar(batch, MISCID_FIELD_CLOSURE_FLAGS, cell, d.closure_flags);
}

/** Bound OUT fields of a cell that was not refused. */
template <int N_f>
void write_diagnostics(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                       const CellIndex& cell, const step::Diagnostics& d) {
    const double density = 1.0 / context.number_density_unit;
    const CellView D0(batch.view(MISCID_FIELD_D0), cell);
    const CellView D1(batch.view(MISCID_FIELD_D1), cell);
    constexpr int n = flavor::generators<N_f>;
    for (int component = 0; component < n; ++component) {
        if (D0.bound()) {
            write_number(D0.at(MISCID_AXIS_VECTOR, component), D0.dtype(), d.D[component] * density);
        }
        for (int a = 0; D1.bound() && a < 3; ++a) {
            write_number(D1.at(MISCID_AXIS_VECTOR, component) + a * D1.stride(MISCID_AXIS_SPACE), D1.dtype(),
                         d.D[n * (a + 1) + component] * density);
        }
    }
    const auto& worker = workspace.worker<N_f>();
    const double factor = context.density() ? density : 1.0;
    if (N_f == 2) {
        write_modes(workspace, batch, MISCID_FIELD_SIGNED_AMPLITUDE, cell, worker.cell.p, factor);
    }
    write_occupations<N_f>(workspace, batch, cell, factor);
    write_modes(workspace, batch, MISCID_FIELD_HAMILTONIAN_NORM, cell, worker.stepper.frame().gap(), 1.0);
    const CellView ledger(batch.view(MISCID_FIELD_SOURCE_LEDGER), cell);
    for (int type = 0; ledger.bound() && type < 2; ++type) {
        for (int flavor = 0; flavor < N_f; ++flavor) {
            write_number(ledger.at(MISCID_AXIS_TYPE, type) + flavor * ledger.stride(MISCID_AXIS_FLAVOR), ledger.dtype(),
                         d.source[type][flavor] * density);
        }
    }
    write_scalar(batch, MISCID_FIELD_RESIDUAL, cell, d.residual);
    write_scalar(batch, MISCID_FIELD_MIN_HAMILTONIAN, cell, d.min_hamiltonian);
    write_scalar(batch, MISCID_FIELD_ROTATION, cell, d.rotation);
    write_scalar(batch, MISCID_FIELD_TILT, cell, d.tilt);
    write_scalar(batch, MISCID_FIELD_KINEMATIC_HEAT, cell, d.kinematic_heat);
    write_scalar(batch, MISCID_FIELD_ITERATIONS, cell, d.iterations);
    write_scalar(batch, MISCID_FIELD_INERTIA, cell, d.inertia);
    write_scalar(batch, MISCID_FIELD_STABILITY, cell, d.stability);
    write_scalar(batch, MISCID_FIELD_BRANCH_END, cell, static_cast<int>(d.branch_end));
    write_scalar(batch, MISCID_FIELD_ROTATION_FREQUENCY, cell, d.rotation_frequency);
    write_scalar(batch, MISCID_FIELD_EVENTS, cell, d.events);
    write_scalar(batch, MISCID_FIELD_POLARIZATION_ENERGY, cell, d.polarization_energy);
    write_waves(context, batch, cell, d);
}

void count(miscid_report& report, miscid_status status, const CellIndex& cell, const step::Diagnostics& d) {
    report.iterations += d.iterations;
    report.max_iterations = std::max(report.max_iterations, static_cast<int32_t>(d.iterations));
    report.cold_starts += d.cold_start;
    report.continued += d.continued;
    if (status < 0) {
        if (report.refused++ == 0) {
            std::copy(cell.begin(), cell.end(), report.first_refused);
            report.first_refused_status = status;
        }
        return;
    }
    if (status == MISCID_CELL_REDUCE_TIME_STEP) {
        ++report.reduce_time_step;
        report.time_step_factor = std::min(report.time_step_factor, d.time_step_factor);
        return;
    }
    report.ok += status == MISCID_OK || status == MISCID_CELL_VALIDITY_DOUBTFUL;
    report.events += status == MISCID_CELL_EVENT;
    report.relaxed += status == MISCID_CELL_RELAXED;
    report.max_residual = std::max(report.max_residual, d.residual);
    report.max_rotation = std::max(report.max_rotation, d.rotation);
    report.max_tilt = std::max(report.max_tilt, d.tilt);
}

template <int N_f>
miscid_status treat(const Call& call, const CellIndex& cell, step::Diagnostics& diagnostics, Complaint& complaint) {
    const auto& [where, context, workspace, batch, seconds, change, judged, may_be_quiet, whole] = call;
    bool quiet = false;
    if constexpr (N_f == 2) {
        quiet = may_be_quiet && certify_quiet(call, cell);
        if (quiet && !whole) {
            if (change) {
                scatter_state<2>(workspace, batch, cell, step::StateFor<2>::size);
            }
            return MISCID_OK;
        }
    }
    Needs needs;
    needs.state = change;
    validity::Surroundings around;
    step::BeforeStepFor<N_f> before;
    auto& worker = workspace.template worker<N_f>();
    miscid_status status = gather<N_f>(context, workspace, batch, cell, needs, complaint);
    if (status == MISCID_OK) {
        status = take_wave_spectrum<N_f>(context, workspace, batch, cell, complaint);
    }
    if (status == MISCID_OK && judged) {
        status = gather_surroundings(context, batch, cell, around, complaint);
        before = step::before_step(worker.cell);
    }
    if (status == MISCID_OK) {
        step::Blame blame;
        status = to_status(worker.stepper.step(worker.cell, seconds, diagnostics, blame));
        if (status == MISCID_CELL_EIGENVALUE_RANGE) {
            complaint.field = context.invariant() ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO;
            complaint.type = blame.slot / context.groups;
            complaint.group = blame.slot % context.groups;
            complaint.direction = blame.direction;
            complaint.value = blame.value;
            complaint.has_value = true;
        }
    }
    if (judged && status >= 0 && status != MISCID_CELL_REDUCE_TIME_STEP) {
        status = judge<N_f>(context, workspace, batch, cell, before, seconds, diagnostics, around, status);
    }
    if (status >= 0 && status != MISCID_CELL_REDUCE_TIME_STEP) {
        if (change && quiet) { // its density matrices stay as they are, whatever the host wants to know
            scatter_state<N_f>(workspace, batch, cell, context.state_size());
        } else if (change) {
            scatter<N_f>(context, workspace, batch, cell);
        }
        if (change) {
            give_wave_spectrum<N_f>(context, workspace, batch, cell);
        }
        write_diagnostics<N_f>(context, workspace, batch, cell, diagnostics);
    }
    return status;
}

miscid_status advance(const char* where, const miscid_context* context, miscid_workspace* workspace,
                      const miscid_batch* batch, double time, double dt, bool change, miscid_report* report) {
    if (const auto status = check_arguments(where, context, workspace, batch, report)) {
        return status;
    }
    double checked;
    if (!read_number(reinterpret_cast<const char*>(&dt), MISCID_FLOAT64, checked) || checked < 0.0) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: dt is negative or not finite", where);
    }
    if (!read_number(reinterpret_cast<const char*>(&time), MISCID_FLOAT64, checked)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: time is not finite", where);
    }
    if (!(dt <= 1e60) || !(dt * context->time_unit <= 1e60)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: dt is too long for any physics; check units.time", where);
    }
    Needs needs;
    needs.state = change;
    needs.device_allowed = true;
    if (const auto status = prepare(where, *context, *workspace, *batch, needs)) {
        return status;
    }

    miscid_report tally{};
    tally.struct_size = sizeof(miscid_report);
    tally.time_step_factor = 1.0;
    tally.cells = batch->cell_count();
    const bool judged = validity_wanted(*context, *batch);
    const Call call{where,
                    *context,
                    *workspace,
                    *batch,
                    dt * context->time_unit,
                    change,
                    judged,
                    may_be_quiet(*context, *batch),
                    judged || wants_numbers(*batch)};
    if (batch->on_device()) {
        if (const auto status = advance_on_device(call, tally)) {
            return status;
        }
    } else {
        for (std::int64_t number = 0; number < tally.cells; ++number) {
            const CellIndex cell = batch->cell(number);
            treat_cell(call, cell, cell, tally);
        }
    }
    if (report != nullptr) {
        give_report(tally, report);
    }
    if (tally.refused > 0) {
        return MISCID_PARTIAL;
    }
    return tally.reduce_time_step > 0 ? MISCID_REDUCE_TIME_STEP : MISCID_OK;
}

} // namespace

void treat_cell(const Call& call, const CellIndex& cell, const CellIndex& name, miscid_report& tally) {
    using Clock = std::chrono::steady_clock;
    const bool timed = call.batch.view(MISCID_FIELD_COST).bound();
    const auto begin = timed ? Clock::now() : Clock::time_point{};
    Complaint complaint;
    step::Diagnostics diagnostics;
    miscid_status status = MISCID_OK;
    if (call.context.enabled) {
        status = with_flavors(call.context,
                              [&](auto flavors) { return treat<flavors>(call, cell, diagnostics, complaint); });
    }
    write_scalar(call.batch, MISCID_FIELD_STATUS, cell, status);
    if (status < 0 && tally.refused == 0) {
        explain(call.where, status, name, complaint);
    }
    count(tally, status, name, diagnostics);
    if (timed) {
        const std::chrono::duration<double> spent = Clock::now() - begin;
        write_scalar(call.batch, MISCID_FIELD_COST, cell, spent.count());
    }
}

} // namespace miscid::capi

miscid_status miscid_apply(const miscid_context* context, miscid_workspace* workspace, const miscid_batch* batch,
                           double time, double dt, miscid_report* report) {
    return miscid::capi::guarded(__func__, [&] {
        return miscid::capi::advance("miscid_apply", context, workspace, batch, time, dt, true, report);
    });
}

miscid_status miscid_evaluate(const miscid_context* context, miscid_workspace* workspace, const miscid_batch* batch,
                              double time, miscid_report* report) {
    return miscid::capi::guarded(__func__, [&] {
        return miscid::capi::advance("miscid_evaluate", context, workspace, batch, time, 0.0, false, report);
    });
}
