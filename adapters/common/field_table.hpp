/** @file field_table.hpp  The arrays an adapter lets a host bind: which views fit which field. */
#pragma once

#include "host_view.hpp"
#include "mixer.hpp"

#include <vector>

namespace miscid::adapters {

/** One line of an adapter's field list. */
struct FieldEntry {
    enum Access { IN, INOUT, OUT };
    int id;
    const char* name;
    const char* axes; ///< letters: * cell, s species, g group, d direction, x space, c component of the state
    Access access;
};

/** Extents of the axes inside a cell. */
struct FieldExtents {
    int species = 0;
    int groups = 0;
    int directions = 0;
    int state = 0;
};

/** The fields of an adapter; `integer` and `state` are the ids that need int32 and float64. */
struct FieldTable {
    const FieldEntry* entries;
    int count;
    int status, flags, state;

    const FieldEntry* find(int id) const;
};

/** The view as a HostView if it fits the field; otherwise a status below 0 and a message. */
miscid_status fit_view(const char* where, const FieldTable& table, int field, const FieldExtents& extents,
                       const miscid_view& view, HostView& host);
/** The same for an OUT field of miscid.h without directions. */
miscid_status fit_diagnostic(const char* where, const miscid::Context& context, miscid_field field,
                             const miscid_view& view, Diagnostic& diagnostic);
/** Refuses views into which the cells do not fit, or in which they would share what is written. `views` is indexed by id. */
miscid_status check_cells(const char* where, const FieldTable& table, const HostView* views,
                          const std::vector<Diagnostic>& diagnostics, const Box& box);
/** A box from the arguments of the C interface. */
miscid_status make_box(const char* where, const int64_t extent[4], const int64_t lower[4], const int64_t upper[4],
                       Box& box);
/** A view from the arguments of the C interface. */
miscid_status make_view(const char* where, void* data, int32_t dtype, int32_t axis_count, const int32_t* axis,
                        const int64_t* extent, const int64_t* stride, miscid_view& view);

} // namespace miscid::adapters
