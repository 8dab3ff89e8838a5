/** @file fields.hpp  The table of bindable fields, from miscid/field_list.h. */
#pragma once

#include "capi/handles.hpp"

namespace miscid::capi {

enum class Unit {
    NONE,
    OCCUPATION,
    NUMBER_DENSITY,
    MASS_DENSITY,
    ENERGY,
    VELOCITY,
    RATE,
    EMISSION_RATE,
    WAVENUMBER,
    ENERGY_WAVENUMBER,
    LENGTH,
    SECOND,
    INTEGER
};
enum class Access { IN, INOUT, OUT };

struct Field {
    const char* name; ///< lower case
    int id;
    const char* axes; ///< without the leading '*'
    bool per_cell;
    Unit unit;
    Access access;
    const char* text;
};

/** Null for an unknown id. */
const Field* find_field(int id);

/** Axes inside a cell and their extents. */
struct Shape {
    int count = 0;
    std::array<int, MISCID_AXIS_COUNT> axis{};
    std::array<std::int64_t, MISCID_AXIS_COUNT> extent{};
};
Shape shape_of(const Field& field, const Extents& extents);

const char* axis_name(int axis);

/** Factor from the host's number to the module's unit (cm^-3, MeV, s, ...). */
double unit_factor(const miscid_context& context, const Field& field);

} // namespace miscid::capi
