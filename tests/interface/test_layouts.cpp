// The layout of the host's arrays does not matter: the same bits come out of any.
#include "catch.hpp"
#include "small_host.hpp"

namespace {

/** The numbers of `array` in one canonical order. */
template <class T>
std::vector<T> canonical(host::Array<T>& array) {
    std::map<host::Position, T> sorted;
    array.for_each([&](const host::Position& at) { sorted[at] = array.at(at); });
    std::vector<T> values;
    for (const auto& [at, value] : sorted)
        values.push_back(value);
    return values;
}

host::Layout layout(std::vector<host::Axis> rho, std::vector<host::Axis> cells, bool state_component_fastest) {
    host::Layout made;
    made.rho = std::move(rho);
    made.cells = std::move(cells);
    made.state_component_fastest = state_component_fastest;
    return made;
}

} // namespace

TEST_CASE("axis order, padding and direction of the arrays change no bit", "[layouts]") {
    constexpr miscid_axis I = MISCID_AXIS_I, C = MISCID_AXIS_COMPONENT, D = MISCID_AXIS_DIRECTION,
                          G = MISCID_AXIS_GROUP, T = MISCID_AXIS_TYPE;
    const std::int64_t directions = host::directions, groups = host::groups, types = host::types;
    const std::vector<host::Layout> layouts = {
        // array of structs, cell by cell
        layout({{C, 4}, {D, directions}, {G, groups}, {T, types}, {I, 4}}, {{I, 4}}, true),
        // structure of arrays: the cell is fastest
        layout({{I, 4}, {G, groups}, {D, directions}, {T, types}, {C, 4}}, {{I, 4}}, false),
        // the cell in the middle: u(E, cell, direction, component, type)
        layout({{G, groups}, {I, 4}, {D, directions}, {C, 4}, {T, types}}, {{I, 4}}, true),
        // padded to vector lengths
        layout({{G, groups, 6}, {C, 4, 1}, {I, 4, 4}, {D, directions, 5}, {T, types}}, {{I, 4, 4}}, false),
        // everything backwards
        layout({{C, 4, 0, true}, {D, directions, 0, true}, {G, groups, 0, true}, {T, types, 0, true}, {I, 4, 0, true}},
               {{I, 4, 0, true}}, true),
        // some backwards and padded
        layout({{I, 4, 3, true}, {T, types}, {C, 4, 2, true}, {D, directions, 1}, {G, groups, 0, true}},
               {{I, 4, 2, true}}, false),
    };
    host::Simulation reference(layouts.front());
    reference.run();
    REQUIRE(reference.last.ok + reference.last.events + reference.last.relaxed == 4);
    const std::vector<double> rho = canonical(reference.rho), state = canonical(reference.state),
                              D0 = canonical(reference.D0);
    REQUIRE(reference.mixed());

    for (std::size_t n = 1; n < layouts.size(); ++n) {
        INFO("layout " << n);
        host::Simulation other(layouts[n]);
        const std::vector<double> before = other.rho.memory();
        other.run();
        CHECK(host::same_bits(canonical(other.rho), rho));
        CHECK(host::same_bits(canonical(other.state), state));
        CHECK(host::same_bits(canonical(other.D0), D0));
        // The padding was filled with NaN and still is.
        const auto padding = [](const std::vector<double>& memory) {
            return std::count_if(memory.begin(), memory.end(), [](double value) { return value != value; });
        };
        CHECK(padding(other.rho.memory()) == padding(before));
    }
}

TEST_CASE("all four cell axes can stand anywhere: u(node, E, x1, x2, x3, direction, ...)", "[layouts]") {
    const std::vector<host::Axis> node_fastest = {
        {MISCID_AXIS_NODE, 3}, {MISCID_AXIS_I, 2}, {MISCID_AXIS_J, 2}, {MISCID_AXIS_K, 2}};
    const std::vector<host::Axis> node_slowest = {
        {MISCID_AXIS_K, 2}, {MISCID_AXIS_J, 2, 1}, {MISCID_AXIS_I, 2}, {MISCID_AXIS_NODE, 3}};
    const auto joined = [](std::vector<host::Axis> first, const std::vector<host::Axis>& second) {
        first.insert(first.end(), second.begin(), second.end());
        return first;
    };
    const std::vector<host::Axis> mode = {{MISCID_AXIS_DIRECTION, host::directions},
                                          {MISCID_AXIS_COMPONENT, 4},
                                          {MISCID_AXIS_TYPE, host::types},
                                          {MISCID_AXIS_GROUP, host::groups}};
    std::vector<host::Axis> dg = joined(node_fastest, mode);
    std::rotate(dg.begin() + 1, dg.end() - 1, dg.end()); // the energy group comes after the node
    host::Simulation element(layout(dg, node_fastest, false)),
        other(layout(joined(mode, node_slowest), node_slowest, true));
    element.run();
    other.run();
    CHECK(element.last.cells == 24);
    REQUIRE(element.mixed());
    CHECK(host::same_bits(canonical(element.rho), canonical(other.rho)));
    CHECK(host::same_bits(canonical(element.state), canonical(other.state)));
}

TEST_CASE("a zero stride, a missing axis and written-out copies mean the same", "[layouts]") {
    host::Simulation written_out, zero_stride, missing_axis, per_cell_directions;
    double density = 2e31;
    miscid::Report last;
    const auto run = [](host::Simulation& host, double& scalar) {
        for (int step = 0; step < 3; ++step) {
            scalar *= 0.6;
            for (double& value : host.electron_density.memory())
                value = scalar;
            miscid::apply(host.context, host.workspace, host.batch, step * 1e-6, 1e-6);
        }
        scalar = 2e31;
    };
    zero_stride.batch.bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View(&density).axis(MISCID_AXIS_I, 4, 0));
    missing_axis.batch.bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View(&density));
    std::vector<double> directions;
    for (int cell = 0; cell < 4; ++cell)
        directions.insert(directions.end(), written_out.direction.begin(), written_out.direction.end());
    per_cell_directions.batch.bind(
        MISCID_FIELD_DIRECTION, miscid::View::row_major(directions.data(), {{MISCID_AXIS_I, 4},
                                                                            {MISCID_AXIS_DIRECTION, host::directions},
                                                                            {MISCID_AXIS_SPACE, 3}}));

    run(written_out, density);
    REQUIRE(written_out.mixed());
    for (host::Simulation* other : {&zero_stride, &missing_axis, &per_cell_directions}) {
        run(*other, density);
        CHECK(host::same_bits(other->rho.memory(), written_out.rho.memory()));
        CHECK(host::same_bits(other->state.memory(), written_out.state.memory()));
    }
}

TEST_CASE("cells one by one, backwards, or in two batches give the bits of one box", "[layouts]") {
    host::Simulation together, backwards, halves;
    together.run();
    REQUIRE(together.mixed());

    backwards.batch.set_cells({{3, 0, 0, 0}, {2, 0, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}});
    backwards.run();
    CHECK(host::same_bits(backwards.rho.memory(), together.rho.memory()));
    CHECK(host::same_bits(backwards.state.memory(), together.state.memory()));

    for (int step = 0; step < 3; ++step) {
        for (double& density : halves.electron_density.memory())
            density *= 0.6;
        halves.batch.set_box({4, 1, 1, 1}, {2, 0, 0, 0}, {0, 0, 0, 0});
        miscid::apply(halves.context, halves.workspace, halves.batch, step * 1e-6, 1e-6);
        halves.batch.set_box({4, 1, 1, 1}, {0, 0, 0, 0}, {2, 0, 0, 0});
        miscid::apply(halves.context, halves.workspace, halves.batch, step * 1e-6, 1e-6);
    }
    CHECK(host::same_bits(halves.rho.memory(), together.rho.memory()));
    CHECK(host::same_bits(halves.state.memory(), together.state.memory()));
}
