// The C interface of the moments adapter: handles and the loop over cells.

#include "handles.hpp"

#include <cmath>
#include <memory>

using namespace miscid::adapters;

namespace {

miscid_status check_call(const char* where, const miscid_moments* moments, const miscid_moments_workspace* workspace,
                         const miscid_moments_batch* batch, double time, double dt, const miscid_report* report) {
    if (moments == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         moments == nullptr ? "moments" : (workspace == nullptr ? "workspace" : "batch"));
    }
    if (workspace->description != &moments->description || batch->batch.description != &moments->description) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the workspace or batch was made for other moments", where);
    }
    double checked;
    if (!read_number(reinterpret_cast<const char*>(&dt), MISCID_FLOAT64, checked) || !(checked >= 0.0) ||
        !read_number(reinterpret_cast<const char*>(&time), MISCID_FLOAT64, checked)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: time or dt is not finite, or dt is negative", where);
    }
    if (report != nullptr && report->struct_size < sizeof(miscid_report)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: report->struct_size is not set", where);
    }
    return check_views(where, batch->batch);
}

void write_cell(const MomentsBatch& batch, miscid_moments_field field, const CellIndex& cell, double value) {
    const HostView& view = batch.view(field);
    if (view.bound()) {
        write_number(view.cell(cell), view.dtype, value);
    }
}

/** Runs `treat(cell, report of one cell)` on all cells and tells of the first that was refused. */
template <typename Treat>
miscid_status over_cells(const char* where, MomentsWorker& worker, const MomentsBatch& batch, miscid_report* report,
                         Treat&& treat) {
    Tally tally;
    const std::int64_t cells = batch.box.count();
    for (std::int64_t number = 0; number < cells; ++number) {
        const CellIndex cell = batch.box.cell(number);
        miscid_report one{};
        one.time_step_factor = 1.0;
        const miscid_status status = treat(cell, one);
        if (status < 0 && tally.report.refused == 0) {
            set_error(status, "%s: cell (%lld, %lld, %lld, %lld): %s", where, static_cast<long long>(cell[0]),
                      static_cast<long long>(cell[1]), static_cast<long long>(cell[2]), static_cast<long long>(cell[3]),
                      worker.complaint());
        }
        tally.add(cell, status, one);
    }
    if (report != nullptr) {
        const std::size_t size = report->struct_size;
        *report = tally.report;
        report->struct_size = size;
    }
    return tally.status();
}

} // namespace

size_t miscid_moments_last_error(char* buffer, size_t capacity) {
    return last_error(buffer, capacity);
}

miscid_status miscid_moments_create(const char* text, size_t length, miscid_moments** moments) {
    MISCID_REQUIRE(text);
    MISCID_REQUIRE(moments);
    return guarded(__func__, [&] {
        *moments = new miscid_moments{MomentsDescription::read(text, length)};
        return MISCID_OK;
    });
}

void miscid_moments_destroy(miscid_moments* moments) {
    delete moments;
}

const miscid_context* miscid_moments_context(const miscid_moments* moments) {
    return moments != nullptr ? moments->description.context.get() : nullptr;
}

miscid_status miscid_moments_state_doubles_per_cell(const miscid_moments* moments, int32_t* count) {
    clear_error();
    MISCID_REQUIRE(moments);
    return miscid_state_doubles_per_cell(moments->description.context.get(), count);
}

miscid_status miscid_moments_shape(const miscid_moments* moments, int32_t* species, int32_t* groups,
                                   int32_t* directions) {
    clear_error();
    MISCID_REQUIRE(moments);
    const auto put = [](int32_t* target, int value) {
        if (target != nullptr) {
            *target = value;
        }
    };
    put(species, moments->description.species.count());
    put(groups, moments->description.groups);
    put(directions, moments->description.quadrature.count());
    return MISCID_OK;
}

miscid_status miscid_moments_workspace_create(const miscid_moments* moments, miscid_moments_workspace** workspace) {
    MISCID_REQUIRE(moments);
    MISCID_REQUIRE(workspace);
    return guarded(__func__, [&] {
        *workspace = new miscid_moments_workspace(*moments);
        return MISCID_OK;
    });
}

void miscid_moments_workspace_destroy(miscid_moments_workspace* workspace) {
    delete workspace;
}

miscid_status miscid_moments_batch_create(const miscid_moments* moments, miscid_moments_batch** batch) {
    MISCID_REQUIRE(moments);
    MISCID_REQUIRE(batch);
    return guarded(__func__, [&] {
        auto made = std::make_unique<miscid_moments_batch>();
        made->batch.description = &moments->description;
        *batch = made.release();
        return MISCID_OK;
    });
}

void miscid_moments_batch_destroy(miscid_moments_batch* batch) {
    delete batch;
}

miscid_status miscid_moments_apply(const miscid_moments* moments, miscid_moments_workspace* workspace,
                                   const miscid_moments_batch* batch, double time, double dt, miscid_report* report) {
    clear_error();
    if (const auto status = check_call(__func__, moments, workspace, batch, time, dt, report)) {
        return status;
    }
    MomentsWorker& worker = workspace->worker;
    const MomentsBatch& bound = batch->batch;
    if (const auto status = worker.begin(__func__, bound, true)) {
        return status;
    }
    return over_cells(__func__, worker, bound, report, [&](const CellIndex& cell, miscid_report& one) {
        bool off = false;
        miscid_status status = worker.read(cell, off);
        if (status >= 0 && !off) {
            const HostView& state = bound.view(MISCID_MOMENTS_FIELD_STATE);
            status = worker.mix(cell, moments->description.closure, reinterpret_cast<double*>(state.cell(cell)),
                                state.stride_of(MISCID_AXIS_COMPONENT), true, time, dt, one);
            if (status >= 0 && status != MISCID_CELL_REDUCE_TIME_STEP) {
                worker.write(cell);
            }
        }
        write_cell(bound, MISCID_MOMENTS_FIELD_STATUS, cell, status);
        write_cell(bound, MISCID_MOMENTS_FIELD_FLAGS, cell, worker.flags());
        return status;
    });
}

miscid_status miscid_moments_uncertainty(const miscid_moments* moments, miscid_moments_workspace* workspace,
                                         const miscid_moments_batch* batch, double time, double dt,
                                         miscid_report* report) {
    clear_error();
    if (const auto status = check_call(__func__, moments, workspace, batch, time, dt, report)) {
        return status;
    }
    MomentsWorker& worker = workspace->worker;
    const MomentsBatch& bound = batch->batch;
    if (!bound.view(MISCID_MOMENTS_FIELD_UNCERTAINTY).bound()) {
        return set_error(MISCID_MISSING_FIELD, "%s: field UNCERTAINTY is not bound", __func__);
    }
    if (const auto status = worker.begin(__func__, bound, false)) {
        return status;
    }
    return over_cells(__func__, worker, bound, report, [&](const CellIndex& cell, miscid_report& one) {
        bool off = false;
        double answer = 0.0;
        miscid_status status = worker.read(cell, off);
        if (status >= 0 && !off) {
            status = worker.uncertainty(cell, time, dt, answer, one);
        }
        const bool none = status < 0 || status == MISCID_CELL_REDUCE_TIME_STEP;
        write_cell(bound, MISCID_MOMENTS_FIELD_UNCERTAINTY, cell, none ? -1.0 : answer);
        return status;
    });
}
