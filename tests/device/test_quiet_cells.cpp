// Cells in which nothing happens are certified at the price of reading them: the same answer as the whole step gives, and density
// matrices that stay bit for bit; and what a cell may cost.
#include "device/cells_on_device.hpp"

#include "catch.hpp"

#include <chrono>
#include <limits>

using host::Cells;
using host::Layout;

namespace {

const char* const aligned = R"(, "vacuum.mixing_angle": 0, "collisions.mode": "off", "viscosity.closure": "marginal")";

/** Two sets of the same cells: one whose host asks for nothing, and one whose host asks for everything. */
struct Pair {
    explicit Pair(const std::string& more = aligned, Layout layout = Layout::component_fastest)
        : quiet(MISCID_MEMORY_HOST, 6, 2, 13, more, layout), whole(MISCID_MEMORY_HOST, 6, 2, 13, more, layout) {
        for (const miscid_field field : Cells::scalars) {
            Cells::check(miscid_batch_unbind(quiet.batch.get(), field));
        }
        for (const miscid_field field : {MISCID_FIELD_D0, MISCID_FIELD_D1}) {
            Cells::check(miscid_batch_unbind(quiet.batch.get(), field));
        }
        for (Cells* side : {&quiet, &whole}) {
            side->fill(11);
            side->apply();
            side->change(0.01, 12);
        }
    }

    void same_answers() {
        const auto before = quiet.rho.own;
        const miscid_report a = quiet.apply();
        const miscid_report b = whole.apply();
        CHECK(a.ok == b.ok);
        CHECK(a.refused == b.refused);
        CHECK(a.events == b.events);
        CHECK(a.iterations == b.iterations);
        CHECK(quiet.status.own == whole.status.own);
        CHECK(std::memcmp(quiet.state.data, whole.state.data, 8 * quiet.state.size) == 0);
        CHECK(std::memcmp(quiet.rho.data, whole.rho.data, 8 * quiet.rho.size) == 0);
        unchanged = std::memcmp(quiet.rho.data, before.data(), 8 * before.size()) == 0;
    }

    Cells quiet, whole;
    bool unchanged = false;
};

} // namespace

TEST_CASE("a cell in which nothing happens keeps its density matrices bit for bit, and the state of the whole step") {
    for (const Layout layout : {Layout::direction_fastest, Layout::component_fastest, Layout::backwards}) {
        for (const char* more : {aligned, R"(, "vacuum.mixing_angle": 0, "collisions.mode": "off")"}) {
            Pair pair(more, layout);
            for (int step = 0; step < 3; ++step) {
                pair.same_answers();
                CHECK(pair.unchanged);
                CHECK(pair.quiet.call_status == MISCID_OK);
                pair.quiet.change(0.02, 20 + static_cast<unsigned>(step));
                pair.whole.change(0.02, 20 + static_cast<unsigned>(step));
            }
        }
    }
}

TEST_CASE("what is not certified goes the whole way: crossings, coherence, labels, numbers that are none") {
    Pair pair;
    for (Cells* side : {&pair.quiet, &pair.whole}) {
        const auto number = [&](int cell, int type, int d, int component) -> double& {
            return side->rho.data[side->place(cell, type, 0, d, component)];
        };
        number(0, 0, 4, 2) = 1e-4;                                     // coherence
        number(1, 1, 5, 0) = 0.999;                                    // a crossing
        number(2, 0, 1, 1) = -1e-3;                                    // no density matrix
        number(3, 0, 2, 3) = std::numeric_limits<double>::quiet_NaN(); // no number
        side->electrons.data[4] *= -1;                                 // labels flip
    }
    pair.same_answers();
    CHECK_FALSE(pair.unchanged);
    CHECK(pair.quiet.status.data[2] == MISCID_CELL_EIGENVALUE_RANGE);
    CHECK(pair.quiet.status.data[3] == MISCID_CELL_NOT_FINITE);
    CHECK(pair.quiet.status.data[4] == MISCID_CELL_EVENT);
    CHECK(pair.quiet.status.data[5] == MISCID_OK);
}

TEST_CASE("the cost of every cell is told, and together they do not take longer than the call") {
    Cells cells(MISCID_MEMORY_HOST, 6, 2, 13);
    std::vector<double> cost(6, -1.0);
    cells.bind_array(MISCID_FIELD_COST, cost.data(), {{MISCID_AXIS_I, 6, 1}}, MISCID_MEMORY_HOST);
    cells.fill(3);
    cells.electrons.data[2] = std::numeric_limits<double>::infinity(); // refused: has cost something, too
    const auto begin = std::chrono::steady_clock::now();
    cells.apply();
    const std::chrono::duration<double> call = std::chrono::steady_clock::now() - begin;
    double sum = 0;
    for (const double seconds : cost) {
        CHECK(seconds >= 0);
        sum += seconds;
    }
    CHECK(sum > 0);
    CHECK(sum <= call.count());
    CHECK(cost[2] < cost[0]); // a cold start takes many iterations, a refusal none
}

TEST_CASE("no cell takes more iterations than the cap, whatever is asked of it") {
    constexpr int relaxation = 3200; // after the end of a branch (docs of equilibrium.max_iterations)
    for (const bool strict : {true, false}) {
        for (const int cap : {10, 40}) {
            INFO("cap " << cap << ", strict " << strict);
            Cells cells(MISCID_MEMORY_HOST, 6, 2, 13,
                        R"(, "equilibrium.max_cold_iterations": )" + std::to_string(4 * cap) +
                            R"(, "equilibrium.max_iterations": )" + std::to_string(cap) +
                            R"(, "equilibrium.strict": )" + (strict ? "true" : "false"));
            cells.fill(5);
            int reached = 0;
            for (int step = 0; step < 12; ++step) {
                const miscid_report report = cells.apply();
                const int most = (report.cold_starts > 0 ? 4 * cap : cap) + (strict ? 0 : relaxation);
                CHECK(report.max_iterations <= most);
                reached += report.max_iterations >= cap;
                for (int cell = 0; cell < cells.cells; ++cell) {
                    cells.electrons.data[cell] *= step % 2 == 0 ? 0.01 : 50; // far along the branch, and back
                }
            }
            CHECK(reached > 0); // or nothing was asked
        }
    }
}
