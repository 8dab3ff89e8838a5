// Bindings of the moments adapter.

#include "handles.hpp"

#include "../common/field_table.hpp"

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
    HostView host;
    if (const auto status = fit_view(__func__, table, field, extents, *view, host)) {
        return status;
    }
    const bool metric = field == MISCID_MOMENTS_FIELD_METRIC;
    if (host.has(MISCID_AXIS_SPACE) && !metric && host.extent_of(MISCID_AXIS_SPACE) == 6) {
        return set_error(MISCID_BAD_VIEW, "%s: field %s: axis SPACE has extent 6, expected 1 or 3", __func__,
                         table.find(field)->name);
    }
    batch->batch.views[static_cast<std::size_t>(field)] = host;
    return MISCID_OK;
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
        Diagnostic diagnostic;
        if (const auto status = fit_diagnostic("miscid_moments_bind_diagnostic", batch->batch.description->context,
                                               field, *view, diagnostic)) {
            return status;
        }
        auto& all = batch->batch.diagnostics;
        all.erase(std::remove_if(all.begin(), all.end(), [&](const Diagnostic& one) { return one.field == field; }),
                  all.end());
        all.push_back(diagnostic);
        return MISCID_OK;
    });
}

miscid_status miscid_moments_set_box(miscid_moments_batch* batch, const int64_t extent[4], const int64_t lower[4],
                                     const int64_t upper[4]) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(extent);
    Box box;
    if (const auto status = make_box(__func__, extent, lower, upper, box)) {
        return status;
    }
    batch->batch.box = box;
    return MISCID_OK;
}
