#include "field_table.hpp"

#include "error.hpp"

#include <cstdio>
#include <cstring>

namespace miscid::adapters {

namespace {

const char* axis_name(int axis) {
    static const char* const names[axis_capacity] = {
        "I", "J", "K", "NODE", "TYPE", "GROUP", "DIRECTION", "COMPONENT", "EIGENSTATE", "FLAVOR", "SPACE", "VECTOR"};
    if (axis == axis_species) {
        return "SPECIES";
    }
    return axis == axis_energy_node ? "ENERGY_NODE" : (axis >= 0 && axis < MISCID_AXIS_COUNT ? names[axis] : "?");
}

bool field_has(const FieldEntry& field, int axis) {
    const auto letter = [&](char one) { return std::strchr(field.axes, one) != nullptr; };
    switch (axis) {
    case axis_species:
        return letter('s');
    case MISCID_AXIS_GROUP:
    case axis_energy_node:
        return letter('g');
    case MISCID_AXIS_DIRECTION:
        return letter('d');
    case MISCID_AXIS_SPACE:
        return letter('x');
    case MISCID_AXIS_COMPONENT:
        return letter('c');
    default:
        return axis >= 0 && axis <= MISCID_AXIS_NODE && letter('*');
    }
}

miscid_status to_host_view(const char* where, const char* name, const miscid_view& view, HostView& host) {
    if (view.struct_size < sizeof(miscid_view) || view.data == nullptr) {
        return set_error(view.data == nullptr ? MISCID_NULL_ARGUMENT : MISCID_BAD_VIEW,
                         "%s: field %s: data is null or struct_size not set (use miscid_view_init)", where, name);
    }
    if (view.memory != MISCID_MEMORY_HOST) {
        return set_error(MISCID_UNSUPPORTED, "%s: field %s: only host memory is supported", where, name);
    }
    if (view.axis_count < 0 || view.axis_count > MISCID_AXIS_COUNT) {
        return set_error(MISCID_BAD_VIEW, "%s: field %s: axis_count %d", where, name, view.axis_count);
    }
    host.data = static_cast<char*>(view.data);
    host.dtype = view.dtype;
    for (int i = 0; i < view.axis_count; ++i) {
        const int axis = view.axis[i];
        if (axis < 0 || axis >= axis_capacity || host.has(axis) || view.extent[i] < 0) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s: axis %d is unknown, named twice or of negative extent",
                             where, name, axis);
        }
        const auto a = static_cast<std::size_t>(axis);
        host.named[a] = true;
        host.extent[a] = view.extent[i];
        host.stride[a] = view.stride[i];
    }
    return MISCID_OK;
}

miscid_status check_extents(const char* where, const FieldEntry& field, const FieldExtents& extents,
                            const HostView& host) {
    const auto check = [&](int axis, std::int64_t given, int wanted) {
        return given == wanted ? MISCID_OK
                               : set_error(MISCID_BAD_VIEW, "%s: field %s: axis %s has extent %lld, expected %d", where,
                                           field.name, axis_name(axis), static_cast<long long>(given), wanted);
    };
    for (const auto& [axis, wanted] :
         {std::pair{axis_species, extents.species}, std::pair{int{MISCID_AXIS_DIRECTION}, extents.directions},
          std::pair{int{MISCID_AXIS_COMPONENT}, extents.state}}) {
        if (field_has(field, axis)) {
            if (const auto status = check(axis, host.has(axis) ? host.extent_of(axis) : 0, wanted)) {
                return status;
            }
        }
    }
    if (field_has(field, MISCID_AXIS_GROUP)) {
        const std::int64_t nodes = host.has(axis_energy_node) ? host.extent_of(axis_energy_node) : 1;
        const std::int64_t given = (host.has(MISCID_AXIS_GROUP) ? host.extent_of(MISCID_AXIS_GROUP) : 1) * nodes;
        if (const auto status = check(MISCID_AXIS_GROUP, given, extents.groups)) {
            return status;
        }
    }
    if (field_has(field, MISCID_AXIS_SPACE) && host.has(MISCID_AXIS_SPACE)) {
        const auto x = host.extent_of(MISCID_AXIS_SPACE);
        if (x != 1 && x != 3 && x != 6) {
            return check(MISCID_AXIS_SPACE, x, 3);
        }
    }
    return MISCID_OK;
}

miscid_status check_one(const char* where, const char* name, const HostView& host, const Box& box, bool written) {
    if (!host.bound() || box.count() == 0) {
        return MISCID_OK;
    }
    for (std::size_t a = 0; a < 4; ++a) {
        const std::int64_t cells = box.extent[a] - box.lower[a] - box.upper[a];
        const std::int64_t last = box.extent[a] - box.upper[a] - 1;
        if (host.named[a] ? last >= host.extent[a] : written && last > 0) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s: the cells reach beyond its extent along axis %s", where,
                             name, axis_name(static_cast<int>(a)));
        }
        if (written && cells > 1 && host.stride[a] == 0) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s is written, so cells must not share its memory", where,
                             name);
        }
    }
    return MISCID_OK;
}

} // namespace

const FieldEntry* FieldTable::find(int id) const {
    for (int i = 0; i < count; ++i) {
        if (entries[i].id == id) {
            return entries + i;
        }
    }
    return nullptr;
}

miscid_status fit_view(const char* where, const FieldTable& table, int field, const FieldExtents& extents,
                       const miscid_view& view, HostView& host) {
    const FieldEntry* entry = table.find(field);
    if (entry == nullptr) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: no field has the id %d", where, field);
    }
    if (const auto status = to_host_view(where, entry->name, view, host)) {
        return status;
    }
    const bool integer = field == table.status || field == table.flags;
    const bool fits = integer ? host.dtype == MISCID_INT32
                              : host.dtype == MISCID_FLOAT64 || (host.dtype == MISCID_FLOAT32 && field != table.state);
    if (!fits) {
        return set_error(MISCID_BAD_VIEW, "%s: field %s needs %s numbers", where, entry->name,
                         integer ? "int32" : (field == table.state ? "float64" : "float64 or float32"));
    }
    for (int axis = 0; axis < axis_capacity; ++axis) {
        if (host.has(axis) && !field_has(*entry, axis)) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s has no axis %s; its axes are '%s'", where, entry->name,
                             axis_name(axis), entry->axes);
        }
        const bool inside = axis > MISCID_AXIS_NODE && host.has(axis) && host.extent_of(axis) > 1;
        if (inside && entry->access != FieldEntry::IN && host.stride_of(axis) == 0) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s is written, so axis %s cannot be broadcast", where,
                             entry->name, axis_name(axis));
        }
    }
    return check_extents(where, *entry, extents, host);
}

miscid_status fit_diagnostic(const char* where, const miscid::Context& context, miscid_field field,
                             const miscid_view& view, Diagnostic& diagnostic) {
    const char* name = miscid_field_name(field);
    if (name == nullptr || field < MISCID_FIELD_D0) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: field %d is no diagnostic", where, static_cast<int>(field));
    }
    diagnostic.field = field;
    if (const auto status = to_host_view(where, name, view, diagnostic.host)) {
        return status;
    }
    require(miscid_view_init(&diagnostic.view, view.data));
    diagnostic.view.dtype = view.dtype;
    for (int i = 0; i < view.axis_count; ++i) {
        if (view.axis[i] > MISCID_AXIS_NODE) {
            require(miscid_view_add_axis(&diagnostic.view, static_cast<miscid_axis>(view.axis[i]), view.extent[i],
                                         view.stride[i]));
        }
    }
    const miscid::Batch trial(context); // knows the field's axes and extents
    require(miscid_batch_bind(trial.get(), field, &diagnostic.view));
    return MISCID_OK;
}

miscid_status check_cells(const char* where, const FieldTable& table, const HostView* views,
                          const std::vector<Diagnostic>& diagnostics, const Box& box) {
    for (int i = 0; i < table.count; ++i) {
        const FieldEntry& field = table.entries[i];
        if (const auto status = check_one(where, field.name, views[field.id], box, field.access != FieldEntry::IN)) {
            return status;
        }
    }
    for (const auto& diagnostic : diagnostics) {
        if (const auto status = check_one(where, miscid_field_name(diagnostic.field), diagnostic.host, box, true)) {
            return status;
        }
    }
    return MISCID_OK;
}

miscid_status make_box(const char* where, const int64_t extent[4], const int64_t lower[4], const int64_t upper[4],
                       Box& box) {
    for (std::size_t a = 0; a < 4; ++a) {
        box.extent[a] = extent[a];
        box.lower[a] = lower != nullptr ? lower[a] : 0;
        box.upper[a] = upper != nullptr ? upper[a] : 0;
        if (box.extent[a] < 0 || box.extent[a] > 0x7fffffff || box.lower[a] < 0 || box.upper[a] < 0 ||
            box.lower[a] > box.extent[a] || box.upper[a] > box.extent[a] - box.lower[a]) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: axis %s: extent %lld with margins %lld and %lld", where,
                             axis_name(static_cast<int>(a)), static_cast<long long>(box.extent[a]),
                             static_cast<long long>(box.lower[a]), static_cast<long long>(box.upper[a]));
        }
    }
    return MISCID_OK;
}

miscid_status make_view(const char* where, void* data, int32_t dtype, int32_t axis_count, const int32_t* axis,
                        const int64_t* extent, const int64_t* stride, miscid_view& view) {
    if (axis_count < 0 || axis_count > MISCID_AXIS_COUNT) {
        return set_error(MISCID_BAD_VIEW, "%s: axis_count %d is not in [0, %d]", where, axis_count, MISCID_AXIS_COUNT);
    }
    if (axis_count > 0 && (axis == nullptr || extent == nullptr || stride == nullptr)) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: axis, extent or stride is null", where);
    }
    miscid_view_init(&view, data);
    view.dtype = dtype;
    for (int i = 0; i < axis_count; ++i) {
        miscid_view_add_axis(&view, static_cast<miscid_axis>(axis[i]), extent[i], stride[i]);
    }
    return MISCID_OK;
}

} // namespace miscid::adapters
