// apply takes no memory from the heap once reserve has been called.
#include "cells.hpp"
#include "count_allocations.hpp"

#include "catch.hpp"

using namespace closure_tests;

namespace {

long allocations_of_step(CellForTest& cell, Closure& closure, double dt) {
    cell.apply(closure, dt); // the test's own arrays take their size
    const auto state = cell.state;
    return miscid::tests::allocations_of([&] { cell.apply(closure, dt); });
}

} // namespace

TEST_CASE("no closure allocates: stable, first growth, saturated, driven, three-dimensional") {
    REQUIRE(miscid::tests::allocations_are_seen());
    for (const Kind kind : all_kinds()) {
        INFO(name_of(kind));
        auto closure = make_closure(kind);
        closure->reserve(120);
        for (const double alpha : {0.5, 0.9, 1.0}) {
            auto cell = gaussian_cell(alpha, 24);
            for (double dt : {1.0, 50.0, 5000.0}) {
                CHECK(allocations_of_step(cell, *closure, dt) == 0);
                cell.e = cell.after;
            }
            cell.use_source = true;
            for (std::size_t i = 0; i < cell.e.size(); ++i)
                cell.source[i] = (i % 2 ? 1e-4 : -1e-4) * cell.weight[i];
            CHECK(allocations_of_step(cell, *closure, 50.0) == 0);
        }
        auto cell = three_dimensional_cell(6, 8, 0.3);
        CHECK(allocations_of_step(cell, *closure, 2000.0) == 0);
        auto two_crossings = random_cell(11, 40);
        CHECK(allocations_of_step(two_crossings, *closure, 2000.0) == 0);
    }
}
