// Batches: views of host arrays and the cells to treat. Views are checked when they are bound, not in the hot call.

#include "capi/error.hpp"
#include "capi/fields.hpp"
#include "capi/handles.hpp"
#include "capi/transfer.hpp"
#include "device/backend.hpp"

#include <algorithm>
#include <limits>

using namespace miscid::capi;

std::int64_t miscid_batch::cell_count() const {
    if (listed) {
        return static_cast<std::int64_t>(cells.size());
    }
    std::int64_t count = 1;
    for (std::size_t a = 0; a < 4; ++a) {
        count *= std::max<std::int64_t>(0, extent[a] - lower[a] - upper[a]);
    }
    return count;
}

CellIndex miscid_batch::cell(std::int64_t number) const {
    if (listed) {
        return cells[static_cast<std::size_t>(number)];
    }
    CellIndex index;
    for (std::size_t a = 0; a < 4; ++a) {
        const std::int64_t interior = extent[a] - lower[a] - upper[a];
        index[a] = lower[a] + number % interior;
        number /= interior;
    }
    return index;
}

miscid_status miscid_batch_create(const miscid_context* context, miscid_batch** batch) {
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(batch);
    return guarded(__func__, [&] {
        *batch = new miscid_batch(*context);
        return MISCID_OK;
    });
}

void miscid_batch_destroy(miscid_batch* batch) {
    delete batch;
}

miscid_status miscid_view_init(miscid_view* view, void* data) {
    clear_error();
    MISCID_REQUIRE(view);
    *view = miscid_view{};
    view->struct_size = sizeof(miscid_view);
    view->data = data;
    view->dtype = MISCID_FLOAT64;
    view->memory = MISCID_MEMORY_HOST;
    return MISCID_OK;
}

miscid_status miscid_view_add_axis(miscid_view* view, miscid_axis axis, int64_t extent, int64_t stride) {
    clear_error();
    MISCID_REQUIRE(view);
    if (view->axis_count < 0 || view->axis_count >= MISCID_AXIS_COUNT) {
        return set_error(MISCID_BAD_VIEW, "%s: a view has at most %d axes", __func__, MISCID_AXIS_COUNT);
    }
    view->axis[view->axis_count] = axis;
    view->extent[view->axis_count] = extent;
    view->stride[view->axis_count] = stride;
    ++view->axis_count;
    return MISCID_OK;
}

namespace {

miscid_status check_dtype(const Field& field, int dtype) {
    const bool real = dtype == MISCID_FLOAT64 || dtype == MISCID_FLOAT32;
    const bool integer = dtype == MISCID_INT32 || dtype == MISCID_INT64;
    if (!real && !integer) {
        return set_error(MISCID_BAD_VIEW, "miscid_batch_bind: field '%s': unknown dtype %d", field.name, dtype);
    }
    if (field.id == MISCID_FIELD_STATUS && dtype != MISCID_INT32) {
        return set_error(MISCID_BAD_VIEW, "miscid_batch_bind: field 'status' needs int32 numbers");
    }
    if (field.id == MISCID_FIELD_VALIDITY_FLAGS && dtype == MISCID_FLOAT32) {
        return set_error(MISCID_BAD_VIEW, "miscid_batch_bind: field '%s' has 31 bits, more than a float32 holds",
                         field.name);
    }
    if (field.unit != Unit::INTEGER && !real) {
        return set_error(MISCID_BAD_VIEW, "miscid_batch_bind: field '%s' needs float64 or float32 numbers", field.name);
    }
    if (field.id == MISCID_FIELD_STATE && dtype != MISCID_FLOAT64) {
        return set_error(MISCID_BAD_VIEW, "miscid_batch_bind: field 'state' needs float64 numbers");
    }
    return MISCID_OK;
}

/** What a device needs of an array: that its numbers are aligned, and that it does not hold what the host reads at once. */
miscid_status check_device_view(const Field& field, const BoundView& view) {
    if (view.memory != MISCID_MEMORY_DEVICE) {
        return MISCID_OK;
    }
    if (!field.per_cell) {
        return set_error(MISCID_BAD_VIEW,
                         "miscid_batch_bind: field '%s' is one for all cells: it must be in host memory", field.name);
    }
    const std::int64_t size = view.dtype == MISCID_FLOAT64 || view.dtype == MISCID_INT64 ? 8 : 4;
    bool aligned = reinterpret_cast<std::uintptr_t>(view.data) % static_cast<std::uintptr_t>(size) == 0;
    for (const std::int64_t stride : view.stride) {
        aligned = aligned && stride % size == 0;
    }
    return aligned
               ? MISCID_OK
               : set_error(MISCID_BAD_VIEW,
                           "miscid_batch_bind: field '%s': address and strides in device memory must be multiples of "
                           "%lld bytes",
                           field.name, static_cast<long long>(size));
}

} // namespace

miscid_status miscid_batch_bind(miscid_batch* batch, miscid_field field_id, const miscid_view* view) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(view);
    const Field* field = find_field(field_id);
    if (field == nullptr || field->id >= field_capacity) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: no field has the id %d", __func__, static_cast<int>(field_id));
    }
    if (view->struct_size < first_view_size) {
        return set_error(MISCID_BAD_VIEW, "%s: field '%s': struct_size is %zu, expected %zu (use miscid_view_init)",
                         __func__, field->name, view->struct_size, first_view_size);
    }
    if (view->data == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: field '%s': data is null (use miscid_batch_unbind)", __func__,
                         field->name);
    }
    if (view->memory != MISCID_MEMORY_HOST && view->memory != MISCID_MEMORY_DEVICE) {
        return set_error(MISCID_BAD_VIEW, "%s: field '%s': unknown memory %d", __func__, field->name, view->memory);
    }
    if (view->memory == MISCID_MEMORY_DEVICE && miscid::device::backend() == nullptr) {
        return set_error(MISCID_UNSUPPORTED,
                         "%s: field '%s': device memory, but this library was built without a device backend; build it "
                         "with -DMISCID_CUDA=ON (docs/device.md)",
                         __func__, field->name);
    }
    if (view->axis_count < 0 || view->axis_count > MISCID_AXIS_COUNT) {
        return set_error(MISCID_BAD_VIEW, "%s: field '%s': axis_count %d is not in [0, %d]", __func__, field->name,
                         view->axis_count, MISCID_AXIS_COUNT);
    }
    if (const miscid_status status = check_dtype(*field, view->dtype); status != MISCID_OK) {
        return status;
    }
    if (field->id == MISCID_FIELD_SIGNED_AMPLITUDE && batch->extents.flavors != 2) {
        return set_error(MISCID_UNSUPPORTED, "%s: field '%s': only two flavors have it; bind 'eigenstate_occupation'",
                         __func__, field->name);
    }
    const Shape shape = shape_of(*field, batch->extents);
    BoundView bound;
    bound.data = static_cast<char*>(view->data);
    bound.dtype = view->dtype;
    bound.memory = view->memory;
    for (int i = 0; i < view->axis_count; ++i) {
        const int axis = view->axis[i];
        if (axis < 0 || axis >= MISCID_AXIS_COUNT) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': unknown axis %d", __func__, field->name, axis);
        }
        const auto a = static_cast<std::size_t>(axis);
        if (bound.named[a]) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': axis '%s' is named twice", __func__, field->name,
                             axis_name(axis));
        }
        if (view->extent[i] < 0) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': axis '%s' has extent %lld", __func__, field->name,
                             axis_name(axis), static_cast<long long>(view->extent[i]));
        }
        bound.named[a] = true;
        bound.extent[a] = view->extent[i];
        bound.stride[a] = view->stride[i];
        if (axis <= MISCID_AXIS_NODE) {
            if (!field->per_cell) {
                return set_error(MISCID_BAD_VIEW, "%s: field '%s' is one for all cells and has no axis '%s'", __func__,
                                 field->name, axis_name(axis));
            }
            continue;
        }
        const auto* found = std::find(shape.axis.begin(), shape.axis.begin() + shape.count, axis);
        if (found == shape.axis.begin() + shape.count) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s' has no axis '%s'; its axes inside a cell are '%s'",
                             __func__, field->name, axis_name(axis), field->axes);
        }
        const std::int64_t expected = shape.extent[static_cast<std::size_t>(found - shape.axis.begin())];
        if (view->extent[i] != expected) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': axis '%s' has extent %lld, expected %lld", __func__,
                             field->name, axis_name(axis), static_cast<long long>(view->extent[i]),
                             static_cast<long long>(expected));
        }
    }
    if (const miscid_status status = check_device_view(*field, bound); status != MISCID_OK) {
        return status;
    }
    if (field->access != Access::IN) {
        for (int i = 0; i < shape.count; ++i) {
            const auto a = static_cast<std::size_t>(shape.axis[static_cast<std::size_t>(i)]);
            if (shape.extent[static_cast<std::size_t>(i)] > 1 && (!bound.named[a] || bound.stride[a] == 0)) {
                return set_error(MISCID_BAD_VIEW, "%s: field '%s' is written, so axis '%s' cannot be broadcast",
                                 __func__, field->name, axis_name(static_cast<int>(a)));
            }
        }
    }
    batch->bind(field->id, bound);
    return MISCID_OK;
}

miscid_status miscid_batch_bind_array(miscid_batch* batch, miscid_field field, void* data, int32_t dtype,
                                      int32_t axis_count, const int32_t* axis, const int64_t* extent,
                                      const int64_t* stride) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (axis_count < 0 || axis_count > MISCID_AXIS_COUNT) {
        return set_error(MISCID_BAD_VIEW, "%s: axis_count %d is not in [0, %d]", __func__, axis_count,
                         MISCID_AXIS_COUNT);
    }
    if (axis_count > 0) {
        MISCID_REQUIRE(axis);
        MISCID_REQUIRE(extent);
        MISCID_REQUIRE(stride);
    }
    miscid_view view;
    miscid_view_init(&view, data);
    view.dtype = dtype;
    view.axis_count = axis_count;
    for (int i = 0; i < axis_count; ++i) {
        view.axis[i] = axis[i];
        view.extent[i] = extent[i];
        view.stride[i] = stride[i];
    }
    return miscid_batch_bind(batch, field, &view);
}

miscid_status miscid_batch_unbind(miscid_batch* batch, miscid_field field) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (find_field(field) == nullptr) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: no field has the id %d", __func__, static_cast<int>(field));
    }
    batch->bind(field, BoundView{});
    return MISCID_OK;
}

miscid_status miscid_batch_set_box(miscid_batch* batch, const int64_t extent[4], const int64_t lower[4],
                                   const int64_t upper[4]) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(extent);
    CellIndex box{};
    CellIndex low{};
    CellIndex high{};
    for (std::size_t a = 0; a < 4; ++a) {
        box[a] = extent[a];
        low[a] = lower != nullptr ? lower[a] : 0;
        high[a] = upper != nullptr ? upper[a] : 0;
        constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
        if (box[a] < 0 || box[a] > largest || low[a] < 0 || high[a] < 0 || low[a] > box[a] ||
            high[a] > box[a] - low[a]) {
            return set_error(
                MISCID_BAD_ARGUMENT,
                "%s: axis '%s': extent %lld with ghost margins %lld and %lld (margins lie inside the extent)", __func__,
                axis_name(static_cast<int>(a)), static_cast<long long>(box[a]), static_cast<long long>(low[a]),
                static_cast<long long>(high[a]));
        }
    }
    double cells = 1.0;
    for (std::size_t a = 0; a < 4; ++a) {
        cells *= static_cast<double>(box[a]);
    }
    if (cells > 9e18) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: the box has %g cells", __func__, cells);
    }
    batch->extent = box;
    batch->lower = low;
    batch->upper = high;
    batch->listed = false;
    return MISCID_OK;
}

miscid_status miscid_batch_set_cells(miscid_batch* batch, int64_t count, const int64_t* indices) {
    MISCID_REQUIRE(batch);
    return guarded(__func__, [&]() -> miscid_status {
        if (count < 0) {
            throw StatusError(MISCID_BAD_ARGUMENT, "count is negative");
        }
        if (count > 0 && indices == nullptr) {
            throw StatusError(MISCID_NULL_ARGUMENT, "argument 'indices' is null");
        }
        std::vector<CellIndex> cells(static_cast<std::size_t>(count));
        for (std::size_t c = 0; c < cells.size(); ++c) {
            for (std::size_t a = 0; a < 4; ++a) {
                cells[c][a] = indices[4 * c + a];
                if (cells[c][a] < 0) {
                    throw StatusError(MISCID_BAD_ARGUMENT, "cell " + std::to_string(c) + ": index " +
                                                               std::to_string(cells[c][a]) + " along '" +
                                                               axis_name(static_cast<int>(a)) + "' is negative");
                }
            }
        }
        std::vector<CellIndex> sorted = cells;
        std::sort(sorted.begin(), sorted.end());
        const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
        if (twice != sorted.end()) { // it would be stepped twice
            throw StatusError(MISCID_BAD_ARGUMENT, "cell (" + std::to_string((*twice)[0]) + ", " +
                                                       std::to_string((*twice)[1]) + ", " +
                                                       std::to_string((*twice)[2]) + ", " +
                                                       std::to_string((*twice)[3]) + ") is listed twice");
        }
        batch->cells = std::move(cells);
        batch->listed = true;
        return MISCID_OK;
    });
}

miscid_status miscid_batch_set_stream(miscid_batch* batch, void* stream) {
    clear_error();
    MISCID_REQUIRE(batch);
    batch->stream = stream;
    return MISCID_OK;
}
