// Bindings of the moments adapter.

#include "handles.hpp"

using namespace miscid::adapters;

namespace {

constexpr FieldEntry entries[] = {
#define MISCID_MOMENTS_FIELD(name, id, axes, access, text) {id, #name, axes, FieldEntry::access},
#include <miscid/moments_field_list.h>
#undef MISCID_MOMENTS_FIELD
};
constexpr FieldTable table = {entries, sizeof entries / sizeof entries[0], MISCID_MOMENTS_FIELD_STATUS,
                              MISCID_MOMENTS_FIELD_FLAGS, MISCID_MOMENTS_FIELD_STATE};

} // namespace

miscid_status miscid::adapters::check_views(const char* where, const MomentsBatch& batch) {
    return check_cells(where, table, batch.views.data(), batch.diagnostics, batch.box);
}

miscid_status miscid_moments_bind(miscid_moments_batch* batch, miscid_moments_field field, const miscid_view* view) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(view);
    const MomentsDescription& description = *batch->batch.description;
    const FieldExtents extents = {description.species.count(), description.groups, description.quadrature.count(),
                                  description.context.state_doubles_per_cell()};
    const auto status = bind_view(__func__, table, field, extents, *view, batch->batch);
    const HostView& host = batch->batch.view(field);
    if (status == MISCID_OK && host.has(MISCID_AXIS_SPACE) && field != MISCID_MOMENTS_FIELD_METRIC &&
        host.extent_of(MISCID_AXIS_SPACE) == 6) {
        batch->batch.views[static_cast<std::size_t>(field)] = HostView{};
        return set_error(MISCID_BAD_VIEW, "%s: field %s: axis SPACE has extent 6, expected 1 or 3", __func__,
                         table.find(field)->name);
    }
    return status;
}

miscid_status miscid_moments_bind_array(miscid_moments_batch* batch, miscid_moments_field field, void* data,
                                        int32_t dtype, int32_t axis_count, const int32_t* axis, const int64_t* extent,
                                        const int64_t* stride) {
    clear_error();
    MISCID_REQUIRE(batch);
    miscid_view view;
    if (const auto status = make_view(__func__, data, dtype, axis_count, axis, extent, stride, view)) {
        return status;
    }
    return miscid_moments_bind(batch, field, &view);
}

miscid_status miscid_moments_bind_diagnostic(miscid_moments_batch* batch, miscid_field field, const miscid_view* view) {
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(view);
    return guarded(__func__, [&] {
        return bind_diagnostic("miscid_moments_bind_diagnostic", batch->batch.description->context, field, *view,
                               batch->batch);
    });
}

miscid_status miscid_moments_set_box(miscid_moments_batch* batch, const int64_t extent[4], const int64_t lower[4],
                                     const int64_t upper[4]) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(extent);
    return set_cells(__func__, extent, lower, upper, batch->batch);
}
