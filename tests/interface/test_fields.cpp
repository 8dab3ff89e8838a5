// What the library tells about its fields and the host-held state.
#include "catch.hpp"
#include "small_host.hpp"

#include <cctype>
#include <set>
#include <string>

namespace {

std::string lower(std::string name) {
    for (char& c : name)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/** Axis numbers and extents of a field, flat, to compare with a list. */
std::vector<std::int64_t> shape(const miscid::Context& context, miscid_field field) {
    std::vector<std::int64_t> flat;
    for (const miscid::FieldAxis& axis : context.field_shape(field)) {
        flat.push_back(axis.axis);
        flat.push_back(axis.extent);
    }
    return flat;
}

} // namespace

TEST_CASE("every field has the name and text of the list", "[fields]") {
#define MISCID_FIELD(name, id, axes, unit, access, text)                                                               \
    CHECK(std::string(miscid_field_name(MISCID_FIELD_##name)) == lower(#name));                                        \
    CHECK(std::string(miscid_field_text(MISCID_FIELD_##name)) == text);
#include <miscid/field_list.h>
#undef MISCID_FIELD
    for (const int unknown : {0, 39, 1000}) { // C++ knows no negative number of this type
        CHECK(miscid_field_name(static_cast<miscid_field>(unknown)) == nullptr);
        CHECK(miscid_field_text(static_cast<miscid_field>(unknown)) == nullptr);
    }
}

TEST_CASE("a field tells its axes inside a cell", "[fields]") {
    const miscid::Context context = host::context();
    using Flat = std::vector<std::int64_t>;
    CHECK(shape(context, MISCID_FIELD_RHO) ==
          Flat{MISCID_AXIS_TYPE, 2, MISCID_AXIS_GROUP, 2, MISCID_AXIS_DIRECTION, 3, MISCID_AXIS_COMPONENT, 4});
    CHECK(shape(context, MISCID_FIELD_AMPLITUDE) ==
          Flat{MISCID_AXIS_TYPE, 2, MISCID_AXIS_GROUP, 2, MISCID_AXIS_DIRECTION, 3, MISCID_AXIS_EIGENSTATE, 2});
    CHECK(shape(context, MISCID_FIELD_ABSORPTION) ==
          Flat{MISCID_AXIS_TYPE, 2, MISCID_AXIS_GROUP, 2, MISCID_AXIS_DIRECTION, 3, MISCID_AXIS_FLAVOR, 2});
    CHECK(shape(context, MISCID_FIELD_DIRECTION) == Flat{MISCID_AXIS_DIRECTION, 3, MISCID_AXIS_SPACE, 3});
    CHECK(shape(context, MISCID_FIELD_ENERGY) == Flat{MISCID_AXIS_GROUP, 2});
    CHECK(shape(context, MISCID_FIELD_ELECTRON_DENSITY).empty());
    CHECK(shape(context, MISCID_FIELD_D1) == Flat{MISCID_AXIS_SPACE, 3, MISCID_AXIS_VECTOR, 3});
    CHECK(shape(context, MISCID_FIELD_STATE) == Flat{MISCID_AXIS_COMPONENT, context.state_doubles_per_cell()});

    std::int32_t count = 0, axis[MISCID_AXIS_COUNT];
    std::int64_t extent[MISCID_AXIS_COUNT];
    CHECK(miscid_field_shape(context.get(), static_cast<miscid_field>(1000), &count, axis, extent) ==
          MISCID_BAD_ARGUMENT);
}

TEST_CASE("a field tells its unit and the factor to it", "[fields]") {
    const miscid::Context context = host::context();
    CHECK(context.field_unit(MISCID_FIELD_RHO).unit == "cm^-3");
    CHECK(context.field_unit(MISCID_FIELD_RHO).factor == 1);
    CHECK(context.field_unit(MISCID_FIELD_ENERGY).unit == "MeV");

    miscid::Config config = miscid::Config::from_json(host::configuration());
    config.set_unit("number_density", 1e39).set_unit("energy", 1e-6);
    const miscid::Context scaled(config);
    CHECK(scaled.field_unit(MISCID_FIELD_ELECTRON_DENSITY).factor == 1e39);
    CHECK(scaled.field_unit(MISCID_FIELD_RHO).factor == 1e39); // density form
    CHECK(scaled.field_unit(MISCID_FIELD_ENERGY).factor == 1e-6);

    CHECK(miscid_field_unit(context.get(), MISCID_FIELD_RHO, nullptr, nullptr) == MISCID_OK);
    CHECK(miscid_field_unit(context.get(), static_cast<miscid_field>(1000), nullptr, nullptr) == MISCID_BAD_ARGUMENT);
#define MISCID_FIELD(name, id, axes, unit_kind, access, text)                                                          \
    {                                                                                                                  \
        INFO(#name);                                                                                                   \
        CHECK_FALSE(context.field_unit(MISCID_FIELD_##name).unit.empty());                                             \
    }
#include <miscid/field_list.h>
#undef MISCID_FIELD
}

TEST_CASE("every number of the state has a name, a unit and a rule for mesh refinement", "[fields]") {
    const miscid::Context context = host::context();
    REQUIRE(context.state_doubles_per_cell() > 12); // the field D_0, D_1 at least, and what it was solved with
    std::set<std::string> names;
    for (std::int32_t n = 0; n < context.state_doubles_per_cell(); ++n) {
        const miscid::StateComponent component = context.state_component(n);
        INFO(n << ": " << component.name);
        CHECK(names.insert(component.name).second);
        CHECK_FALSE(component.unit.empty());
        CHECK(component.rule >= MISCID_AMR_VOLUME_WEIGHTED);
        CHECK(component.rule <= MISCID_AMR_RESET);
    }
    CHECK(miscid_state_component(context.get(), 0, nullptr, nullptr, nullptr) == MISCID_OK);
    CHECK(miscid_state_component(context.get(), -1, nullptr, nullptr, nullptr) == MISCID_BAD_ARGUMENT);
    CHECK(miscid_state_component(context.get(), context.state_doubles_per_cell(), nullptr, nullptr, nullptr) ==
          MISCID_BAD_ARGUMENT);
}
