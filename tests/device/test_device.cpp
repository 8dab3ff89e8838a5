// Batches in device memory: the text of a card's threads, run by the stand-in, against the path of the host.
#include "device/cells_on_device.hpp"

#include "catch.hpp"

#include <limits>

using host::Cells;
using host::Layout;
using miscid::tests::stand_in;

namespace {

std::string last_error() {
    char text[512];
    miscid_last_error(text, sizeof text);
    return text;
}

/** Largest difference of two rows of numbers, relative to their size or 1. */
double difference(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double scale = std::max({1.0, std::abs(a[i]), std::abs(b[i])});
        largest = std::max(largest, std::abs(a[i] - b[i]) / scale);
    }
    return largest;
}

/** Cells in both memories, with a state and a small change behind them. */
struct Pair {
    Pair(int cells, int groups, int directions, const std::string& more = "", Layout layout = Layout::component_fastest)
        : here(MISCID_MEMORY_HOST, cells, groups, directions, more, layout),
          there(MISCID_MEMORY_DEVICE, cells, groups, directions, more, layout) {
        for (Cells* side : {&here, &there}) {
            side->fill(7);
            side->apply();
            side->change(0.01, 8);
        }
    }
    Cells here, there;
};

/** How many of the device's cells the last call handed to the host. */
template <typename Call>
long handed_over(Call call) {
    const long before = stand_in().gathered;
    call();
    return stand_in().gathered - before;
}

} // namespace

TEST_CASE("cells without a state are handed to the host, and its answers come back") {
    Cells here(MISCID_MEMORY_HOST, 6, 2, 9);
    Cells there(MISCID_MEMORY_DEVICE, 6, 2, 9);
    for (Cells* side : {&here, &there}) {
        side->fill(7);
    }
    miscid_report a = here.apply();
    miscid_report b{};
    CHECK(handed_over([&] { b = there.apply(); }) == 6);
    CHECK(a.cold_starts == 6);
    CHECK(std::memcmp(&a, &b, sizeof a) == 0);
    CHECK(here.written() == there.written()); // the same path, the same bits
}

TEST_CASE("warm cells are done on the device and agree with the host to round-off") {
    for (const auto& [groups, directions] : {std::pair(1, 32), std::pair(12, 32), std::pair(3, 5)}) {
        for (const std::string collisions : {"off", "depolarization"}) {
            for (const Layout layout : {Layout::direction_fastest, Layout::component_fastest, Layout::backwards}) {
                INFO(2 * groups * directions << " modes, collisions " << collisions);
                Pair pair(6, groups, directions, R"(, "collisions.mode": ")" + collisions + "\"", layout);
                const auto before = pair.there.written();
                miscid_report a = pair.here.apply();
                miscid_report b{};
                CHECK(handed_over([&] { b = pair.there.apply(); }) == 0);
                CHECK(a.ok == 6);
                CHECK(b.ok == 6);
                CHECK(b.iterations > 6); // plain Newton steps, where the host may reuse a factorization
                CHECK(b.max_iterations <= 6);
                CHECK(difference(pair.here.written(), pair.there.written()) < 1e-12);
                CHECK(difference(before, pair.there.written()) > 1e-4); // something was done
            }
        }
    }
}

TEST_CASE("tilted states keep their length or their part along H, as on the host") {
    for (const std::string tilted : {"rotate", "project"}) {
        Pair pair(6, 2, 16, R"(, "equilibrium.tilted": ")" + tilted + "\"");
        for (Cells* side : {&pair.here, &pair.there}) {
            const Cells::Open open(*side);
            for (long i = 0; i < side->cells * side->modes; ++i) {
                side->rho.data[4 * i + 2] += 1e-3 * static_cast<double>(i % 5 - 2);
                side->rho.data[4 * i + 3] += 1e-3 * static_cast<double>(i % 7 - 3);
            }
        }
        pair.here.apply();
        CHECK(handed_over([&] { pair.there.apply(); }) == 0);
        CHECK(pair.here.scalar[1].data[0] > 1e-3); // tilt
        CHECK(difference(pair.here.written(), pair.there.written()) < 1e-12);
    }
}

TEST_CASE("lanes, rows and teams in any order give the same bits") {
    std::vector<double> written[2];
    for (const bool backwards : {false, true}) {
        stand_in().backwards = backwards;
        stand_in().teams = backwards ? 5 : 2;
        Pair pair(7, 3, 11, R"(, "collisions.mode": "depolarization")");
        pair.there.apply();
        written[backwards] = pair.there.written();
    }
    stand_in().backwards = false;
    stand_in().teams = 3;
    CHECK(written[0] == written[1]);
}

TEST_CASE("whatever is unusual about a cell goes to the host, which says what it always says") {
    Pair pair(12, 2, 9);
    for (Cells* side : {&pair.here, &pair.there}) {
        const Cells::Open open(*side);
        side->rho.data[side->place(1, 1, 1, 3, 2)] = std::numeric_limits<double>::quiet_NaN();
        side->rho.data[side->place(2, 0, 0, 0, 1)] = -0.3;
        side->electrons.data[3] = 0;     // a symmetry about the mass axis
        side->electrons.data[4] *= 1e-3; // far along the branch
        side->electrons.data[5] = std::numeric_limits<double>::infinity();
        side->velocity.data[3 * 6] = 1.5;
        for (long s = 0; s < side->state_size; ++s) {
            side->state.data[7 * side->state_size + s] = 0; // a cold start
        }
        side->state.data[8 * side->state_size] += 1;     // of another configuration
        side->state.data[9 * side->state_size + 17] = 4; // another inertia than the branch has
    }
    const auto before = pair.there.written();
    const miscid_report a = pair.here.apply();
    miscid_report b{};
    CHECK(handed_over([&] { b = pair.there.apply(); }) == 9);
    CHECK(last_error().find("(1, 0, 0, 0)") != std::string::npos);
    CHECK(pair.there.call_status == MISCID_PARTIAL);
    CHECK(b.refused == a.refused);
    CHECK(a.refused >= 5);
    CHECK(std::memcmp(a.first_refused, b.first_refused, sizeof a.first_refused) == 0);
    CHECK(b.first_refused_status == MISCID_CELL_NOT_FINITE);
    CHECK(b.ok == a.ok);
    CHECK(b.continued == a.continued);
    CHECK(b.cold_starts == a.cold_starts);
    const Cells::Open open(pair.there);
    for (int cell = 0; cell < 12; ++cell) {
        INFO("cell " << cell);
        CHECK(pair.here.status.data[cell] == pair.there.status.data[cell]);
        const bool refused = pair.there.status.data[cell] < 0;
        double largest = 0;
        for (long i = cell * pair.there.modes * 4; i < (cell + 1) * pair.there.modes * 4; ++i) {
            const auto place = host::count(i);
            if (refused) {
                CHECK(std::memcmp(&pair.there.rho.data[i], &before[place], sizeof(double)) == 0);
            } else {
                largest = std::max(largest, std::abs(pair.here.rho.data[i] - pair.there.rho.data[i]));
            }
        }
        CHECK(largest < 1e-12);
    }
}

TEST_CASE("a list of cells and a box with ghosts: others stay as they are") {
    for (const bool listed : {true, false}) {
        Pair pair(9, 2, 9);
        for (Cells* side : {&pair.here, &pair.there}) {
            const std::int64_t list[] = {7, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0};
            const std::int64_t extent[4] = {9, 1, 1, 1}, lower[4] = {2, 0, 0, 0}, upper[4] = {3, 0, 0, 0};
            Cells::check(listed ? miscid_batch_set_cells(side->batch.get(), 3, list)
                                : miscid_batch_set_box(side->batch.get(), extent, lower, upper));
        }
        const auto before = pair.there.written();
        pair.here.apply();
        const miscid_report report = pair.there.apply();
        CHECK(report.cells == (listed ? 3 : 4));
        CHECK(report.ok == report.cells);
        CHECK(difference(pair.here.written(), pair.there.written()) < 1e-12);
        const auto after = pair.there.written();
        for (long i = 0; i < 2 * pair.there.modes * 4; ++i) {
            CHECK(after[host::count(i)] == before[host::count(i)]);
        }
    }
}

TEST_CASE("what a launch does not know is done by the host: every configuration works") {
    for (const std::string more : {R"(, "collisions.mode": "depolarization", "equilibrium.crossing": "landau_zener")",
                                   R"(, "viscosity.closure": "equipartition")", R"(, "validity.action": "flag")",
                                   R"(, "step.enabled": false)"}) {
        INFO(more);
        Pair pair(4, 2, 9, more);
        miscid_report a = pair.here.apply();
        miscid_report b{};
        CHECK(handed_over([&] { b = pair.there.apply(); }) == 4);
        CHECK(std::memcmp(&a, &b, sizeof a) == 0);
        CHECK(pair.here.written() == pair.there.written());
    }
}

TEST_CASE("evaluate on a device writes answers, not the cells") {
    Pair pair(6, 2, 9);
    const auto before = pair.there.written();
    for (Cells* side : {&pair.here, &pair.there}) {
        Cells::check(miscid_evaluate(side->context.get(), side->workspace.get(), side->batch.get(), 0, nullptr));
    }
    const auto after = pair.there.written();
    const std::size_t kept = pair.there.rho.size + pair.there.state.size;
    CHECK(std::equal(before.begin(), before.begin() + static_cast<long>(kept), after.begin()));
    CHECK(after != before);
    CHECK(difference(pair.here.written(), after) < 1e-12);
}

TEST_CASE("cells done on the device cost the host nothing, those handed over what they take") {
    Pair pair(4, 2, 9);
    auto* cost = static_cast<double*>(stand_in().reserve(4 * sizeof(double)));
    pair.there.bind_array(MISCID_FIELD_COST, cost, {{MISCID_AXIS_I, 4, 1}}, MISCID_MEMORY_DEVICE);
    {
        const Cells::Open open(pair.there);
        pair.there.state.data[2 * pair.there.state_size] = 0; // a cold start
    }
    CHECK(handed_over([&] { pair.there.apply(); }) == 1);
    const Cells::Open open(pair.there);
    CHECK(cost[0] == 0);
    CHECK(cost[2] > 0);
}

TEST_CASE("the host's stream is used") {
    Pair pair(3, 1, 8);
    int stream = 0;
    Cells::check(miscid_batch_set_stream(pair.there.batch.get(), &stream));
    stand_in().stream = &stream;
    pair.there.apply();
    stand_in().stream = nullptr;
    CHECK(pair.there.call_status == MISCID_OK);
}

TEST_CASE("what does not go together is refused, and the text says what to do") {
    Pair pair(3, 1, 8);
    Cells& cells = pair.there;
    const auto refused = [&](miscid_status status, const std::string& text) {
        return cells.call_status == status && last_error().find(text) != std::string::npos;
    };
    const auto before = cells.written();
    SECTION("an array of the host among those of the device") {
        std::vector<double> electrons(3, 1.0);
        cells.bind_array(MISCID_FIELD_ELECTRON_DENSITY, electrons.data(), {{MISCID_AXIS_I, 3, 1}}, MISCID_MEMORY_HOST);
        cells.apply();
        CHECK(refused(MISCID_BAD_VIEW, "'electron_density' is in host memory"));
    }
    SECTION("what all cells share, on the device") {
        cells.bind_array(MISCID_FIELD_DIRECTION, cells.rho.data,
                         {{MISCID_AXIS_DIRECTION, 8, 3}, {MISCID_AXIS_SPACE, 3, 1}}, MISCID_MEMORY_DEVICE);
        cells.apply();
        CHECK(refused(MISCID_BAD_VIEW, "'direction' is shared by all cells"));
    }
    SECTION("more cells than there is room for") {
        Cells::check(miscid_workspace_reserve_device(cells.context.get(), cells.workspace.get(), 2));
        cells.apply();
        CHECK(refused(MISCID_BAD_ARGUMENT, "miscid_workspace_reserve_device"));
        Cells::check(miscid_workspace_reserve_device(cells.context.get(), cells.workspace.get(), 0));
        cells.apply();
        CHECK(refused(MISCID_BAD_ARGUMENT, "room for 0"));
    }
    SECTION("calls for the host only") {
        const std::int64_t cell[4] = {};
        std::size_t needed = 0;
        CHECK(miscid_capture_cell(cells.context.get(), cells.workspace.get(), cells.batch.get(), cell, 0, 0, nullptr, 0,
                                  &needed) == MISCID_UNSUPPORTED);
        CHECK(last_error().find("copy the cell to the host") != std::string::npos);
    }
    SECTION("an address that is not aligned") {
        miscid_view view;
        miscid_view_init(&view, reinterpret_cast<char*>(cells.rho.data) + 4);
        view.memory = MISCID_MEMORY_DEVICE;
        CHECK(miscid_batch_bind(cells.batch.get(), MISCID_FIELD_RESIDUAL, &view) == MISCID_BAD_VIEW);
        CHECK(last_error().find("multiples of 8 bytes") != std::string::npos);
        view.data = cells.rho.data;
        CHECK(miscid_batch_bind(cells.batch.get(), MISCID_FIELD_ENERGY, &view) == MISCID_BAD_VIEW);
        CHECK(last_error().find("must be in host memory") != std::string::npos);
    }
    CHECK(cells.written() == before);
}

TEST_CASE("a device that fails is reported, and memory is given back") {
    const long reserved = stand_in().reserved;
    {
        Cells cells(MISCID_MEMORY_DEVICE, 3, 1, 8);
        const long arrays = stand_in().reserved;
        for (int calls = 0; calls < 7; ++calls) {
            stand_in().calls_left = calls;
            CHECK(miscid_workspace_reserve_device(cells.context.get(), cells.workspace.get(), 3) ==
                  MISCID_OUT_OF_MEMORY);
            CHECK(stand_in().reserved < arrays);
        }
        stand_in().calls_left = -1;
        Cells::check(miscid_workspace_reserve_device(cells.context.get(), cells.workspace.get(), 3));
        CHECK(stand_in().reserved == arrays);
        for (int calls = 0; calls < 12; ++calls) {
            cells.fill(7);
            stand_in().calls_left = calls;
            cells.apply();
            if (cells.call_status == MISCID_OK) {
                CHECK(calls > 5);
                break;
            }
            CHECK(cells.call_status == MISCID_INTERNAL_ERROR);
            CHECK(last_error().find("told to fail") != std::string::npos);
        }
        stand_in().calls_left = -1;
        CHECK(cells.apply().ok == 3);
    }
    CHECK(stand_in().reserved - reserved == 13); // the arrays of the cells, which nobody gave back
}
