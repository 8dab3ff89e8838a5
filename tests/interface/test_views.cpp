// Views: what fits a field and what is refused, at the time of binding or before the first cell is touched.
#include "catch.hpp"
#include "small_host.hpp"

namespace {

/** A correct view of rho with one thing changed by `spoil`. */
template <class Spoil>
miscid_status bind_spoilt(host::Simulation& host, Spoil spoil) {
    miscid_view view = *host.rho.view().get();
    spoil(view);
    const miscid_status status = miscid_batch_bind(host.batch.get(), MISCID_FIELD_RHO, &view);
    const std::string message = miscid::last_error();
    INFO(message);
    CHECK(message.find("rho") != std::string::npos);
    return status;
}

bool message_has(const char* word) {
    return miscid::last_error().find(word) != std::string::npos;
}

} // namespace

TEST_CASE("a view starts with no axes, float64, in the host's memory", "[views]") {
    double number = 0;
    miscid_view view;
    std::memset(&view, 0x55, sizeof view);
    REQUIRE(miscid_view_init(&view, &number) == MISCID_OK);
    CHECK(view.struct_size == sizeof view);
    CHECK(view.data == &number);
    CHECK(view.dtype == MISCID_FLOAT64);
    CHECK(view.memory == MISCID_MEMORY_HOST);
    CHECK(view.axis_count == 0);
    CHECK(view.reserved == 0);

    REQUIRE(miscid_view_add_axis(&view, MISCID_AXIS_I, 4, -8) == MISCID_OK);
    CHECK(view.axis_count == 1);
    CHECK(view.axis[0] == MISCID_AXIS_I);
    CHECK(view.extent[0] == 4);
    CHECK(view.stride[0] == -8);

    view.axis_count = MISCID_AXIS_COUNT;
    CHECK(miscid_view_add_axis(&view, MISCID_AXIS_J, 4, 8) == MISCID_BAD_VIEW); // more than there are
    CHECK(view.axis_count == MISCID_AXIS_COUNT);
}

TEST_CASE("a view that does not fit its field is refused, naming the field and the axis", "[views]") {
    host::Simulation host; // axes of rho: component, direction, group, type, i
    SECTION("an axis the field does not have") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.axis[0] = MISCID_AXIS_EIGENSTATE; }) == MISCID_BAD_VIEW);
        CHECK(message_has("eigenstate"));
    }
    SECTION("an axis named twice") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.axis[1] = MISCID_AXIS_GROUP; }) == MISCID_BAD_VIEW);
        CHECK(message_has("group"));
    }
    SECTION("an axis that is none") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.axis[1] = 77; }) == MISCID_BAD_VIEW);
        CHECK(message_has("77"));
    }
    SECTION("an extent that differs from the field's") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.extent[2] = 5; }) == MISCID_BAD_VIEW);
        CHECK(message_has("group"));
        CHECK(message_has("5"));
    }
    SECTION("a negative extent") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.extent[4] = -1; }) == MISCID_BAD_VIEW);
        CHECK(message_has("'i'"));
    }
    SECTION("a type of number the field cannot have") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.dtype = MISCID_INT32; }) == MISCID_BAD_VIEW);
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.dtype = 9; }) == MISCID_BAD_VIEW);
    }
    SECTION("an impossible number of axes") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.axis_count = -1; }) == MISCID_BAD_VIEW);
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.axis_count = MISCID_AXIS_COUNT + 1; }) == MISCID_BAD_VIEW);
    }
    SECTION("a struct that was not initialised") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.struct_size = 0; }) == MISCID_BAD_VIEW);
    }
    SECTION("memory of a device") {
        CHECK(bind_spoilt(host, [](miscid_view& view) { view.memory = MISCID_MEMORY_DEVICE; }) == MISCID_UNSUPPORTED);
    }
    host.run(1); // the earlier binding still holds
    CHECK(host.last.cells == 4);
}

TEST_CASE("a status must be int32", "[views]") {
    host::Simulation host;
    std::vector<double> wrong(4);
    CHECK(miscid_batch_bind(host.batch.get(), MISCID_FIELD_STATUS,
                            miscid::View::row_major(wrong.data(), {{MISCID_AXIS_I, 4}}).get()) == MISCID_BAD_VIEW);
    CHECK(message_has("status"));
}

TEST_CASE("the state must be float64: it holds every bit of a restart", "[views]") {
    host::Simulation host;
    const std::int64_t count = host.context.state_doubles_per_cell();
    std::vector<float> wrong(static_cast<std::size_t>(4 * count));
    CHECK(miscid_batch_bind(
              host.batch.get(), MISCID_FIELD_STATE,
              miscid::View::row_major(wrong.data(), {{MISCID_AXIS_I, 4}, {MISCID_AXIS_COMPONENT, count}}).get()) ==
          MISCID_BAD_VIEW);
    CHECK(message_has("state"));
}

TEST_CASE("unknown fields are refused", "[views]") {
    host::Simulation host;
    CHECK(miscid_batch_bind(host.batch.get(), static_cast<miscid_field>(1000), host.rho.view().get()) ==
          MISCID_BAD_ARGUMENT);
    CHECK(miscid_batch_unbind(host.batch.get(), static_cast<miscid_field>(1000)) == MISCID_BAD_ARGUMENT);
}

TEST_CASE("bind_array is bind without the struct", "[views]") {
    host::Simulation by_struct, by_array;
    const miscid::View view = by_array.rho.view();
    REQUIRE(miscid_batch_bind_array(by_array.batch.get(), MISCID_FIELD_RHO, view.get()->data, MISCID_FLOAT64,
                                    view.get()->axis_count, view.get()->axis, view.get()->extent,
                                    view.get()->stride) == MISCID_OK);
    by_struct.run();
    by_array.run();
    CHECK(host::same_bits(by_struct.rho.memory(), by_array.rho.memory()));

    CHECK(miscid_batch_bind_array(by_array.batch.get(), MISCID_FIELD_RHO, view.get()->data, MISCID_FLOAT64, 99,
                                  view.get()->axis, view.get()->extent, view.get()->stride) < 0);
}

TEST_CASE("a bound array with fewer cells than the box is refused before any cell is touched", "[views]") {
    host::Simulation host;
    host.batch.set_box({5, 1, 1, 1});
    const std::vector<double> before = host.rho.memory();
    CHECK(miscid_apply(host.context.get(), host.workspace.get(), host.batch.get(), 0, 1e-6, nullptr) ==
          MISCID_BAD_VIEW);
    CHECK(host::same_bits(host.rho.memory(), before));
    CHECK(host.status.memory() == std::vector<std::int32_t>(4, 77));
}

TEST_CASE("an array that is written has a place of its own for every number", "[views]") {
    host::Simulation host;
    const std::vector<double> before = host.rho.memory();
    const auto refused = [&host] {
        return miscid_apply(host.context.get(), host.workspace.get(), host.batch.get(), 0, 1e-6, nullptr) ==
               MISCID_BAD_VIEW;
    };
    SECTION("not one place for all groups") {
        miscid_view view = *host.rho.view().get();
        view.stride[2] = 0;
        CHECK((miscid_batch_bind(host.batch.get(), MISCID_FIELD_RHO, &view) == MISCID_BAD_VIEW || refused()));
    }
    SECTION("not one place for all cells") {
        miscid_view view = *host.rho.view().get();
        view.axis_count = 4; // the cells come last
        CHECK((miscid_batch_bind(host.batch.get(), MISCID_FIELD_RHO, &view) == MISCID_BAD_VIEW || refused()));
    }
    CHECK(host::same_bits(host.rho.memory(), before));
}
