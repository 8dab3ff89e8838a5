#include "capi/fields.hpp"

#include "capi/error.hpp"

#include <cctype>
#include <vector>

namespace miscid::capi {

namespace {

struct Row {
    const char* name;
    int id;
    const char* axes;
    Unit unit;
    Access access;
    const char* text;
};

constexpr Row rows[] = {
#define MISCID_FIELD(name, id, axes, unit, access, text) {#name, id, axes, Unit::unit, Access::access, text},
#include <miscid/field_list.h>
#undef MISCID_FIELD
};

/** The table with lower-case names, made once. */
const std::vector<Field>& table() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> result;
        for (const auto& row : rows) {
            std::string name = row.name;
            for (char& letter : name) {
                letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
            }
            result.push_back(name);
        }
        return result;
    }();
    static const std::vector<Field> fields = [] {
        std::vector<Field> result;
        std::size_t i = 0;
        for (const auto& row : rows) {
            const bool per_cell = row.axes[0] == '*';
            result.push_back(
                {names[i++].c_str(), row.id, row.axes + (per_cell ? 1 : 0), per_cell, row.unit, row.access, row.text});
        }
        return result;
    }();
    return fields;
}

const char* unit_name(const miscid_context& context, const Field& field) {
    const bool natural = context.natural_units;
    switch (field.unit) {
    case Unit::OCCUPATION:
        return context.density() ? (natural ? "1" : "cm^-3") : "1";
    case Unit::NUMBER_DENSITY:
        return natural ? "1" : "cm^-3";
    case Unit::MASS_DENSITY:
        return natural ? "1" : "g cm^-3";
    case Unit::ENERGY:
        return natural ? "1" : "MeV";
    case Unit::VELOCITY:
        return "c";
    case Unit::RATE:
        return natural ? "1" : "s^-1";
    case Unit::EMISSION_RATE:
        return natural ? "1" : (context.density() ? "cm^-3 s^-1" : "s^-1");
    case Unit::WAVENUMBER:
        return natural ? "1" : "cm^-1";
    case Unit::ENERGY_WAVENUMBER:
        return natural ? "1" : "cm^-4";
    case Unit::LENGTH:
        return natural ? "1" : "cm";
    case Unit::SECOND:
        return "s";
    default:
        return "1";
    }
}

} // namespace

const Field* find_field(int id) {
    for (const auto& field : table()) {
        if (field.id == id) {
            return &field;
        }
    }
    return nullptr;
}

Shape shape_of(const Field& field, const Extents& extents) {
    Shape shape;
    for (const char* letter = field.axes; *letter != '\0'; ++letter) {
        const auto add = [&](int axis, std::int64_t extent) {
            shape.axis[static_cast<std::size_t>(shape.count)] = axis;
            shape.extent[static_cast<std::size_t>(shape.count)] = extent;
            ++shape.count;
        };
        switch (*letter) {
        case 't':
            add(MISCID_AXIS_TYPE, 2);
            break;
        case 'g':
            add(MISCID_AXIS_GROUP, extents.groups);
            break;
        case 'd':
            add(MISCID_AXIS_DIRECTION, extents.directions);
            break;
        case 'c':
            add(MISCID_AXIS_COMPONENT, extents.flavors * extents.flavors);
            break;
        case 'e':
            add(MISCID_AXIS_EIGENSTATE, extents.flavors);
            break;
        case 'f':
            add(MISCID_AXIS_FLAVOR, extents.flavors);
            break;
        case 'x':
            add(MISCID_AXIS_SPACE, 3);
            break;
        case 'b':
            add(MISCID_AXIS_COMPONENT, extents.wave_bins);
            break;
        case 'v':
            add(MISCID_AXIS_VECTOR, extents.flavors * extents.flavors - 1);
            break;
        default:
            add(MISCID_AXIS_COMPONENT, extents.state_size);
        }
    }
    return shape;
}

const char* axis_name(int axis) {
    static constexpr const char* names[] = {"i",         "j",         "k",          "node",   "type",  "group",
                                            "direction", "component", "eigenstate", "flavor", "space", "vector"};
    return axis >= 0 && axis < MISCID_AXIS_COUNT ? names[axis] : "unknown axis";
}

double unit_factor(const miscid_context& context, const Field& field) {
    switch (field.unit) {
    case Unit::OCCUPATION:
        return context.density() ? context.number_density_unit : 1.0;
    case Unit::NUMBER_DENSITY:
        return context.number_density_unit;
    case Unit::MASS_DENSITY:
        return context.mass_density_unit;
    case Unit::ENERGY:
        return context.energy_unit;
    case Unit::VELOCITY:
        return context.velocity_unit;
    case Unit::RATE:
        return context.rate_unit;
    case Unit::EMISSION_RATE:
        return context.rate_unit * (context.density() ? context.number_density_unit : 1.0);
    default:
        return 1.0;
    }
}

} // namespace miscid::capi

using namespace miscid::capi;

const char* miscid_field_name(miscid_field field) {
    const Field* found = find_field(field);
    return found != nullptr ? found->name : nullptr;
}

const char* miscid_field_text(miscid_field field) {
    const Field* found = find_field(field);
    return found != nullptr ? found->text : nullptr;
}

miscid_status miscid_field_unit(const miscid_context* context, miscid_field field, const char** unit, double* factor) {
    clear_error();
    MISCID_REQUIRE(context);
    const Field* found = find_field(field);
    if (found == nullptr) {
        return set_error(MISCID_BAD_ARGUMENT, "miscid_field_unit: no field has the id %d", static_cast<int>(field));
    }
    if (unit != nullptr) {
        *unit = unit_name(*context, *found);
    }
    if (factor != nullptr) {
        *factor = unit_factor(*context, *found);
    }
    return MISCID_OK;
}

miscid_status miscid_field_shape(const miscid_context* context, miscid_field field, int32_t* axis_count, int32_t* axis,
                                 int64_t* extent) {
    clear_error();
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(axis_count);
    MISCID_REQUIRE(axis);
    MISCID_REQUIRE(extent);
    const Field* found = find_field(field);
    if (found == nullptr) {
        return set_error(MISCID_BAD_ARGUMENT, "miscid_field_shape: no field has the id %d", static_cast<int>(field));
    }
    const Shape shape = shape_of(*found, context->extents());
    *axis_count = shape.count;
    for (int i = 0; i < shape.count; ++i) {
        axis[i] = shape.axis[static_cast<std::size_t>(i)];
        extent[i] = shape.extent[static_cast<std::size_t>(i)];
    }
    return MISCID_OK;
}
