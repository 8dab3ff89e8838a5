// Life of the handles, null pointers everywhere, and packing of a context.
#include "catch.hpp"
#include "small_host.hpp"

#include <utility>

TEST_CASE("handles can be made and destroyed in any number and moved", "[handles]") {
    for (int n = 0; n < 3; ++n) {
        miscid::Context context = host::context();
        miscid::Context moved = std::move(context);
        CHECK(context.get() == nullptr);
        miscid::Workspace first(moved), second(moved);
        miscid::Batch batch(moved);
        CHECK(first.get() != second.get());
        CHECK(batch.get() != nullptr);
    }
}

TEST_CASE("the configuration may go once the context is made", "[handles]") {
    host::Simulation simulation; // its Config is gone already
    simulation.run(1);
    CHECK(simulation.last.cells == 4);
}

TEST_CASE("destroying null is harmless", "[handles]") {
    miscid_config_destroy(nullptr);
    miscid_context_destroy(nullptr);
    miscid_workspace_destroy(nullptr);
    miscid_batch_destroy(nullptr);
    miscid_report_destroy(nullptr);
}

#define REFUSES_NULL(call)                                                                                             \
    do {                                                                                                               \
        CHECK((call) == MISCID_NULL_ARGUMENT);                                                                         \
        CHECK_FALSE(miscid::last_error().empty());                                                                     \
    } while (false)

TEST_CASE("a null pointer is refused by every function that needs it", "[handles][null]") {
    host::Simulation host;
    const miscid::Config config;
    miscid_config* const c = config.get();
    miscid_context* const k = host.context.get();
    miscid_workspace* const w = host.workspace.get();
    miscid_batch* const b = host.batch.get();
    miscid_report report = miscid::Report();
    miscid_context* new_context = nullptr;
    miscid_workspace* new_workspace = nullptr;
    miscid_batch* new_batch = nullptr;
    std::size_t needed = 0;
    std::int32_t count = 0, axes[MISCID_AXIS_COUNT];
    std::int64_t extents[MISCID_AXIS_COUNT];
    std::uint64_t fingerprint = 0;
    const std::int64_t cell[4] = {0, 0, 0, 0};
    double number = 0;
    miscid_view view = *host.rho.view().get();

    SECTION("configuration") {
        REFUSES_NULL(miscid_config_create(nullptr));
        REFUSES_NULL(miscid_config_read_json(nullptr, "{}", 2));
        REFUSES_NULL(miscid_config_read_json(c, nullptr, 2));
        REFUSES_NULL(miscid_config_read_file(nullptr, "file"));
        REFUSES_NULL(miscid_config_read_file(c, nullptr));
        REFUSES_NULL(miscid_config_set_number(nullptr, "vacuum.mixing_angle", 1));
        REFUSES_NULL(miscid_config_set_number(c, nullptr, 1));
        REFUSES_NULL(miscid_config_set_integer(nullptr, "phase_space.groups", 1));
        REFUSES_NULL(miscid_config_set_integer(c, nullptr, 1));
        REFUSES_NULL(miscid_config_set_boolean(nullptr, "equilibrium.strict", 1));
        REFUSES_NULL(miscid_config_set_boolean(c, nullptr, 1));
        REFUSES_NULL(miscid_config_set_text(nullptr, "vacuum.ordering", "normal"));
        REFUSES_NULL(miscid_config_set_text(c, nullptr, "normal"));
        REFUSES_NULL(miscid_config_set_text(c, "vacuum.ordering", nullptr));
        REFUSES_NULL(miscid_config_set_unit(nullptr, "energy", 1));
        REFUSES_NULL(miscid_config_set_unit(c, nullptr, 1));
        REFUSES_NULL(miscid_config_write_json(nullptr, nullptr, 0, &needed));
        REFUSES_NULL(miscid_config_write_json(c, nullptr, 0, nullptr));
    }
    SECTION("context") {
        REFUSES_NULL(miscid_context_create(nullptr, &new_context));
        REFUSES_NULL(miscid_context_create(c, nullptr));
        REFUSES_NULL(miscid_context_pack(nullptr, nullptr, 0, &needed));
        REFUSES_NULL(miscid_context_pack(k, nullptr, 0, nullptr));
        REFUSES_NULL(miscid_context_unpack(nullptr, 8, &new_context));
        REFUSES_NULL(miscid_context_unpack("12345678", 8, nullptr));
        REFUSES_NULL(miscid_context_fingerprint(nullptr, &fingerprint));
        REFUSES_NULL(miscid_context_fingerprint(k, nullptr));
        REFUSES_NULL(miscid_state_doubles_per_cell(nullptr, &count));
        REFUSES_NULL(miscid_state_doubles_per_cell(k, nullptr));
        REFUSES_NULL(miscid_state_component(nullptr, 0, nullptr, nullptr, nullptr));
        REFUSES_NULL(miscid_field_unit(nullptr, MISCID_FIELD_RHO, nullptr, nullptr));
        REFUSES_NULL(miscid_field_shape(nullptr, MISCID_FIELD_RHO, &count, axes, extents));
        REFUSES_NULL(miscid_field_shape(k, MISCID_FIELD_RHO, nullptr, axes, extents));
        REFUSES_NULL(miscid_field_shape(k, MISCID_FIELD_RHO, &count, nullptr, extents));
        REFUSES_NULL(miscid_field_shape(k, MISCID_FIELD_RHO, &count, axes, nullptr));
        CHECK(new_context == nullptr);
    }
    SECTION("workspace and batch") {
        REFUSES_NULL(miscid_workspace_create(nullptr, &new_workspace));
        REFUSES_NULL(miscid_workspace_create(k, nullptr));
        REFUSES_NULL(miscid_batch_create(nullptr, &new_batch));
        REFUSES_NULL(miscid_batch_create(k, nullptr));
        REFUSES_NULL(miscid_view_init(nullptr, &number));
        REFUSES_NULL(miscid_view_add_axis(nullptr, MISCID_AXIS_I, 1, 8));
        REFUSES_NULL(miscid_batch_bind(nullptr, MISCID_FIELD_RHO, &view));
        REFUSES_NULL(miscid_batch_bind(b, MISCID_FIELD_RHO, nullptr));
        view.data = nullptr;
        REFUSES_NULL(miscid_batch_bind(b, MISCID_FIELD_RHO, &view));
        REFUSES_NULL(
            miscid_batch_bind_array(nullptr, MISCID_FIELD_RHO, view.data, MISCID_FLOAT64, 0, axes, extents, extents));
        REFUSES_NULL(miscid_batch_bind_array(b, MISCID_FIELD_RHO, nullptr, MISCID_FLOAT64, 1, axes, extents, extents));
        REFUSES_NULL(
            miscid_batch_bind_array(b, MISCID_FIELD_RHO, &number, MISCID_FLOAT64, 1, nullptr, extents, extents));
        REFUSES_NULL(miscid_batch_bind_array(b, MISCID_FIELD_RHO, &number, MISCID_FLOAT64, 1, axes, nullptr, extents));
        REFUSES_NULL(miscid_batch_bind_array(b, MISCID_FIELD_RHO, &number, MISCID_FLOAT64, 1, axes, extents, nullptr));
        REFUSES_NULL(miscid_batch_unbind(nullptr, MISCID_FIELD_RHO));
        REFUSES_NULL(miscid_batch_set_box(nullptr, cell, nullptr, nullptr));
        REFUSES_NULL(miscid_batch_set_box(b, nullptr, nullptr, nullptr));
        REFUSES_NULL(miscid_batch_set_cells(nullptr, 1, cell));
        REFUSES_NULL(miscid_batch_set_cells(b, 1, nullptr));
    }
    SECTION("the step") {
        REFUSES_NULL(miscid_apply(nullptr, w, b, 0, 1e-6, &report));
        REFUSES_NULL(miscid_apply(k, nullptr, b, 0, 1e-6, &report));
        REFUSES_NULL(miscid_apply(k, w, nullptr, 0, 1e-6, &report));
        REFUSES_NULL(miscid_evaluate(nullptr, w, b, 0, &report));
        REFUSES_NULL(miscid_evaluate(k, nullptr, b, 0, &report));
        REFUSES_NULL(miscid_evaluate(k, w, nullptr, 0, &report));
        REFUSES_NULL(miscid_capture_cell(nullptr, w, b, cell, 0, 1e-6, nullptr, 0, &needed));
        REFUSES_NULL(miscid_capture_cell(k, nullptr, b, cell, 0, 1e-6, nullptr, 0, &needed));
        REFUSES_NULL(miscid_capture_cell(k, w, nullptr, cell, 0, 1e-6, nullptr, 0, &needed));
        REFUSES_NULL(miscid_capture_cell(k, w, b, nullptr, 0, 1e-6, nullptr, 0, &needed));
        REFUSES_NULL(miscid_capture_cell(k, w, b, cell, 0, 1e-6, nullptr, 0, nullptr));
        REFUSES_NULL(miscid_invariant_to_flavor(nullptr, w, b, &report));
        REFUSES_NULL(miscid_invariant_to_flavor(k, nullptr, b, &report));
        REFUSES_NULL(miscid_invariant_to_flavor(k, w, nullptr, &report));
        REFUSES_NULL(miscid_flavor_to_invariant(nullptr, w, b, &report));
        REFUSES_NULL(miscid_flavor_to_invariant(k, nullptr, b, &report));
        REFUSES_NULL(miscid_flavor_to_invariant(k, w, nullptr, &report));
        REFUSES_NULL(miscid_crossing_probability(nullptr, w, b, cell, cell, &number, &number));
        REFUSES_NULL(miscid_crossing_probability(k, nullptr, b, cell, cell, &number, &number));
        REFUSES_NULL(miscid_crossing_probability(k, w, nullptr, cell, cell, &number, &number));
        REFUSES_NULL(miscid_crossing_probability(k, w, b, nullptr, cell, &number, &number));
        REFUSES_NULL(miscid_crossing_probability(k, w, b, cell, nullptr, &number, &number));
        REFUSES_NULL(miscid_crossing_probability(k, w, b, cell, cell, nullptr, &number));
        REFUSES_NULL(miscid_crossing_probability(k, w, b, cell, cell, &number, nullptr));
    }
    SECTION("reports") {
        miscid_report* made = nullptr;
        REFUSES_NULL(miscid_report_create(nullptr));
        REFUSES_NULL(miscid_report_get(nullptr, "cells", &number));
        REQUIRE(miscid_report_create(&made) == MISCID_OK);
        REFUSES_NULL(miscid_report_get(made, nullptr, &number));
        REFUSES_NULL(miscid_report_get(made, "cells", nullptr));
        miscid_report_destroy(made);
    }
}

TEST_CASE("a packed context unpacks to the same one", "[handles][pack]") {
    const miscid::Context context = host::context();
    const std::vector<unsigned char> bytes = context.pack();
    const miscid::Context unpacked = miscid::Context::unpack(bytes);
    CHECK(unpacked.fingerprint() == context.fingerprint());
    CHECK(unpacked.pack() == bytes);
    CHECK(unpacked.state_doubles_per_cell() == context.state_doubles_per_cell());

    std::size_t needed = 0;
    std::vector<unsigned char> small(bytes.size() - 1);
    CHECK(miscid_context_pack(context.get(), small.data(), small.size(), &needed) == MISCID_BUFFER_TOO_SMALL);
    CHECK(needed == bytes.size());
}

TEST_CASE("damaged bytes are refused", "[handles][pack]") {
    const std::vector<unsigned char> bytes = host::context().pack();
    miscid_context* context = nullptr;
    for (std::size_t length = 0; length < bytes.size(); ++length)
        REQUIRE(miscid_context_unpack(bytes.data(), length, &context) < 0);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        std::vector<unsigned char> damaged = bytes;
        damaged[n] = static_cast<unsigned char>(damaged[n] ^ 0x10u);
        INFO("byte " << n << " of " << bytes.size());
        REQUIRE(miscid_context_unpack(damaged.data(), damaged.size(), &context) < 0);
    }
    CHECK(context == nullptr);
}

TEST_CASE("the fingerprint tells configurations apart and nothing else", "[handles][pack]") {
    CHECK(host::context().fingerprint() == host::context().fingerprint());
    CHECK(host::context().fingerprint() != host::context(R"("equilibrium.tilted": "project")").fingerprint());
}

TEST_CASE("workspace and batch of another configuration are refused", "[handles]") {
    host::Simulation host;
    const miscid::Context other = host::context(R"("equilibrium.tilted": "project")");
    miscid::Workspace other_workspace(other);
    miscid::Batch other_batch(other);
    other_batch.set_box({1, 1, 1, 1});
    CHECK(miscid_apply(host.context.get(), other_workspace.get(), host.batch.get(), 0, 1e-6, nullptr) ==
          MISCID_CONTEXT_MISMATCH);
    CHECK(miscid_apply(host.context.get(), host.workspace.get(), other_batch.get(), 0, 1e-6, nullptr) ==
          MISCID_CONTEXT_MISMATCH);
}

TEST_CASE("an unpacked context gives the same bits as the original", "[handles][pack]") {
    host::Simulation rank_0, rank_1;
    const miscid::Context before = std::move(rank_1.context);
    rank_1.context = miscid::Context::unpack(rank_0.context.pack());
    rank_1.workspace = miscid::Workspace(rank_1.context);
    rank_0.run();
    rank_1.run();
    REQUIRE(rank_0.mixed());
    CHECK(host::same_bits(rank_0.rho.memory(), rank_1.rho.memory()));
    CHECK(host::same_bits(rank_0.state.memory(), rank_1.state.memory()));
}
