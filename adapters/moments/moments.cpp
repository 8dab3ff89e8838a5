// The C interface of the moments adapter: handles and the loop over cells.

#include "handles.hpp"

#include <cmath>
#include <memory>

using namespace miscid::adapters;

namespace {

miscid_status check_arguments(const char* where, const miscid_moments* moments,
                              const miscid_moments_workspace* workspace, const miscid_moments_batch* batch, double time,
                              double dt, const miscid_report* report) {
    if (moments == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         moments == nullptr ? "moments" : (workspace == nullptr ? "workspace" : "batch"));
    }
    if (workspace->description != &moments->description || batch->batch.description != &moments->description) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the workspace or batch was made for other moments", where);
    }
    if (const auto status = miscid::adapters::check_call(where, time, dt, report)) {
        return status;
    }
    return check_views(where, batch->batch);
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
    if (const auto status = check_arguments(__func__, moments, workspace, batch, time, dt, report)) {
        return status;
    }
    MomentsWorker& worker = workspace->worker;
    const MomentsBatch& bound = batch->batch;
    if (const auto status = worker.begin(__func__, bound, true)) {
        return status;
    }
    const auto treat = [&](const CellIndex& cell, miscid_report& one) {
        bool off = false;
        miscid_status status = worker.read(cell, off);
        if (status >= 0 && !off) {
            const HostView& view = bound.view(MISCID_MOMENTS_FIELD_STATE);
            char* const state = view.cell(cell);
            const std::int64_t stride = view.stride_of(MISCID_AXIS_COMPONENT);
            if (!worker.nothing_mixes(state, stride)) {
                status = worker.mix(cell, moments->description.closure, reinterpret_cast<double*>(state), stride, true,
                                    time, dt, one);
                if (status >= 0 && status != MISCID_CELL_REDUCE_TIME_STEP) {
                    worker.write(cell);
                }
            }
        }
        bound.write(MISCID_MOMENTS_FIELD_STATUS, cell, status);
        bound.write(MISCID_MOMENTS_FIELD_FLAGS, cell, worker.flags());
        return status;
    };
    return over_cells(__func__, bound.box, report, treat, [&] { return worker.complaint(); });
}

miscid_status miscid_moments_uncertainty(const miscid_moments* moments, miscid_moments_workspace* workspace,
                                         const miscid_moments_batch* batch, double time, double dt,
                                         miscid_report* report) {
    clear_error();
    if (const auto status = check_arguments(__func__, moments, workspace, batch, time, dt, report)) {
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
    const auto treat = [&](const CellIndex& cell, miscid_report& one) {
        bool off = false;
        double answer = 0.0;
        miscid_status status = worker.read(cell, off);
        if (status >= 0 && !off) {
            status = worker.uncertainty(cell, time, dt, answer, one);
        }
        const bool none = status < 0 || status == MISCID_CELL_REDUCE_TIME_STEP;
        bound.write(MISCID_MOMENTS_FIELD_UNCERTAINTY, cell, none ? -1.0 : answer);
        return status;
    };
    return over_cells(__func__, bound.box, report, treat, [&] { return worker.complaint(); });
}
