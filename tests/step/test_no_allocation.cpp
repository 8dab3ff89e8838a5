// miscid_apply and miscid_evaluate take no memory from the heap (design section 4).
#include "count_allocations.hpp"
#include "step/random_cells.hpp"

#include "catch.hpp"

using miscid::tests::allocations_of;

TEST_CASE("the counter sees what a workspace takes") {
    REQUIRE(miscid::tests::allocations_are_seen());
    host::Cells cells(2, 6, "{" + std::string(host::mixing) + "}");
    CHECK(allocations_of([&] { miscid::Workspace(cells.context); }) > 3);
}

TEST_CASE("apply and evaluate allocate nothing: cold, warm, continued, over events and folds, refused") {
    for (const std::string collisions : {"off", "depolarization", "full"})
        for (const auto& regime : host::regimes()) {
            INFO(regime.name << ", collisions " << collisions);
            host::Cells cells(3, 9, "{" + std::string(host::mixing) + R"(, "collisions.mode": ")" + collisions + "\"}",
                              2);
            host::fill(cells, regime, 41);
            bool continued = false;
            for (int step = 0; step < 12; ++step) {
                miscid_report report{};
                report.struct_size = sizeof report;
                CHECK(allocations_of([&] {
                          miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, &report);
                      }) == 0);
                continued = continued || report.continued > 0;
                CHECK(allocations_of([&] {
                          miscid_evaluate(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, &report);
                      }) == 0);
                for (auto& electrons : cells.electron_density)
                    electrons *= step % 3 == 2 ? 0.2 : 0.9;
            }
            CHECK(continued); // or the hard part was never run
            cells.numbers[0] = std::numeric_limits<double>::infinity();
            CHECK(allocations_of([&] {
                      miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, nullptr);
                  }) == 0);
        }
}

TEST_CASE("three flavors allocate nothing either, crossings by Landau-Zener included") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells cells(3, 9,
                          R"({"phase_space.flavors": 3, "collisions.mode": "full",
            "equilibrium.crossing": "landau_zener", )" +
                              std::string(host::mixing) + "}");
        host::Cells two(3, 9, "{" + std::string(host::mixing) + "}");
        host::fill(two, regime, 41);
        cells.energy = two.energy;
        cells.direction = two.direction;
        cells.weight = two.weight;
        cells.electron_density = two.electron_density;
        for (std::size_t mode = 0; mode < cells.modes(); ++mode) {
            cells.numbers[9 * mode] = two.numbers[4 * mode];
            cells.numbers[9 * mode + 1] = two.numbers[4 * mode + 1];
            cells.numbers[9 * mode + 2] = 0.9 * two.numbers[4 * mode + 1];
        }
        for (int step = 0; step < 8; ++step) {
            CHECK(allocations_of([&] {
                      miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, nullptr);
                  }) == 0);
            for (auto& electrons : cells.electron_density)
                electrons *= step % 3 == 2 ? 0.2 : 0.9;
        }
    }
}
