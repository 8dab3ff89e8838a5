// Which cells a batch treats: boxes, ghosts, lists; and that all other memory stays as it is.
#include "catch.hpp"
#include "small_host.hpp"

namespace {

/** Every number of `array` outside of the cells that `treated(position)` names is what it was in `before`. */
template <class T, class Treated>
bool untouched(host::Array<T>& array, const std::vector<T>& before, Treated treated) {
    host::Array<T> old = array;
    old.memory() = before;
    bool same = true;
    array.for_each([&](const host::Position& at) {
        if (!treated(at))
            same = same && std::memcmp(&array.at(at), &old.at(at), sizeof(T)) == 0;
    });
    return same;
}

/** A box of 5 x 4 cells in the plane (I, K). */
host::Layout plane() {
    host::Layout layout;
    layout.cells = {{MISCID_AXIS_I, 5}, {MISCID_AXIS_K, 4}};
    layout.rho = {{MISCID_AXIS_I, 5},
                  {MISCID_AXIS_COMPONENT, 4},
                  {MISCID_AXIS_DIRECTION, host::directions},
                  {MISCID_AXIS_GROUP, host::groups},
                  {MISCID_AXIS_TYPE, host::types},
                  {MISCID_AXIS_K, 4}};
    return layout;
}

} // namespace

TEST_CASE("an empty set of cells is valid and does nothing", "[cells]") {
    host::Simulation host;
    const std::vector<double> before = host.rho.memory();
    const auto applies_to_nothing = [&] {
        const miscid::Report report = miscid::apply(host.context, host.workspace, host.batch, 0, 1e-6);
        CHECK(report.status == MISCID_OK);
        CHECK(report.cells == 0);
        CHECK(report.ok == 0);
        CHECK(report.time_step_factor == 1);
        CHECK(miscid::evaluate(host.context, host.workspace, host.batch, 0).cells == 0);
    };
    SECTION("no extent") {
        host.batch.set_box({0, 1, 1, 1});
        applies_to_nothing();
    }
    SECTION("nothing but ghosts") {
        host.batch.set_box({4, 1, 1, 1}, {2, 0, 0, 0}, {2, 0, 0, 0});
        applies_to_nothing();
    }
    SECTION("arrays without cells") {
        std::vector<double> none(1);
        host.batch.bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View::row_major(none.data(), {{MISCID_AXIS_I, 0}}));
        host.batch.set_box({0, 1, 1, 1});
        applies_to_nothing();
    }
    SECTION("an empty list") {
        host.batch.set_cells({});
        applies_to_nothing();
    }
    CHECK(host::same_bits(host.rho.memory(), before));
}

TEST_CASE("impossible boxes and cells are refused", "[cells]") {
    host::Simulation host;
    const std::int64_t negative[4] = {-1, 1, 1, 1}, box[4] = {4, 1, 1, 1}, margin[4] = {-1, 0, 0, 0};
    CHECK(miscid_batch_set_box(host.batch.get(), negative, nullptr, nullptr) == MISCID_BAD_ARGUMENT);
    CHECK(miscid_batch_set_box(host.batch.get(), box, margin, nullptr) == MISCID_BAD_ARGUMENT);
    CHECK(miscid_batch_set_box(host.batch.get(), box, nullptr, margin) == MISCID_BAD_ARGUMENT);
    CHECK(miscid_batch_set_cells(host.batch.get(), -1, box) == MISCID_BAD_ARGUMENT);

    // A cell outside of the arrays can be seen when it is listed or, at the latest, before anything is changed.
    const std::vector<double> before = host.rho.memory();
    const std::vector<miscid::Index> outside[] = {{{4, 0, 0, 0}}, {{-1, 0, 0, 0}}, {{0, 1, 0, 0}}};
    for (const std::vector<miscid::Index>& cells : outside) {
        const miscid_status listed = miscid_batch_set_cells(host.batch.get(), 1, cells.front().data());
        CHECK((listed < 0 ||
               miscid_apply(host.context.get(), host.workspace.get(), host.batch.get(), 0, 1e-6, nullptr) < 0));
    }
    CHECK(host::same_bits(host.rho.memory(), before));
}

TEST_CASE("ghosts are neither read nor written", "[cells][ghosts]") {
    host::Simulation host(plane());
    const miscid::Index lower = {1, 0, 1, 0}, upper = {1, 0, 1, 0}; // 3 x 2 cells inside
    host.batch.set_box({5, 1, 4, 1}, lower, upper);
    const auto inside = [](const host::Position& at) {
        return at.at(MISCID_AXIS_I) >= 1 && at.at(MISCID_AXIS_I) < 4 && at.at(MISCID_AXIS_K) >= 1 &&
               at.at(MISCID_AXIS_K) < 3;
    };
    host.rho.for_each([&](const host::Position& at) {
        if (!inside(at)) // reading one would refuse its cell
            host.rho.at(at) = std::numeric_limits<double>::quiet_NaN();
    });
    const std::vector<double> rho = host.rho.memory(), state = host.state.memory(), D0 = host.D0.memory();
    const std::vector<std::int32_t> status = host.status.memory();
    host.run();
    CHECK(host.last.status == MISCID_OK);
    CHECK(host.last.cells == 6);
    CHECK(host.last.refused == 0);
    CHECK(untouched(host.rho, rho, inside));
    CHECK(untouched(host.state, state, inside));
    CHECK(untouched(host.D0, D0, inside));
    CHECK(untouched(host.status, status, inside));
    CHECK_FALSE(host::same_bits(host.rho.memory(), rho));
}

TEST_CASE("a list treats its cells and no other", "[cells][list]") {
    host::Simulation boxed(plane()), listed(plane());
    const std::vector<miscid::Index> cells = {{3, 0, 2, 0}, {0, 0, 0, 0}, {4, 0, 3, 0}};
    const auto in_list = [&cells](const host::Position& at) {
        return std::any_of(cells.begin(), cells.end(), [&at](const miscid::Index& cell) {
            return cell[0] == at.at(MISCID_AXIS_I) && cell[2] == at.at(MISCID_AXIS_K);
        });
    };
    const std::vector<double> before = listed.rho.memory();
    listed.batch.set_cells(cells);
    listed.run();
    boxed.run();
    CHECK(listed.last.cells == 3);
    CHECK(untouched(listed.rho, before, in_list));
    const auto not_in_list = [&](const host::Position& at) { return !in_list(at); };
    CHECK(untouched(listed.rho, boxed.rho.memory(), not_in_list)); // the listed cells: the same bits as in a box
    CHECK(untouched(listed.state, boxed.state.memory(), not_in_list));
}

TEST_CASE("the list is copied", "[cells][list]") {
    host::Simulation host;
    std::vector<miscid::Index> cells = {{1, 0, 0, 0}};
    host.batch.set_cells(cells);
    cells[0] = {99, 99, 99, 99};
    host.run(1);
    CHECK(host.last.cells == 1);
    CHECK(host.status.memory()[0] == 77);
    CHECK(host.status.memory()[1] != 77);
}

TEST_CASE("a box replaces a list and the other way round", "[cells]") {
    host::Simulation host;
    host.batch.set_cells({{1, 0, 0, 0}}).set_box({4, 1, 1, 1});
    host.run(1);
    CHECK(host.last.cells == 4);
    host.batch.set_cells({{1, 0, 0, 0}, {2, 0, 0, 0}});
    host.run(1);
    CHECK(host.last.cells == 2);
}

TEST_CASE("one bad cell is flagged and left as it is, the others go on", "[cells]") {
    host::Simulation host, clean;
    host.rho.at({{MISCID_AXIS_I, 2}, {MISCID_AXIS_GROUP, 1}}) = std::numeric_limits<double>::infinity();
    const std::vector<double> before = host.rho.memory();
    host.run(1);
    clean.run(1);
    CHECK(host.last.status == MISCID_PARTIAL);
    CHECK(host.last.refused == 1);
    CHECK(host.last.ok == 3);
    CHECK(host.last.first_refused[0] == 2);
    CHECK(host.last.first_refused_status == MISCID_CELL_NOT_FINITE);
    CHECK(host.status.memory()[2] == MISCID_CELL_NOT_FINITE);
    const auto is_bad = [](const host::Position& at) { return at.at(MISCID_AXIS_I) == 2; };
    CHECK(untouched(host.rho, before, [&](const host::Position& at) { return !is_bad(at); }));
    CHECK(untouched(host.rho, clean.rho.memory(), is_bad));
}

TEST_CASE("a bad first cell does not spoil the others where directions differ from cell to cell", "[cells]") {
    host::Simulation host, clean;
    std::vector<double> directions;
    for (int cell = 0; cell < 4; ++cell)
        directions.insert(directions.end(), clean.direction.begin(), clean.direction.end());
    directions[0] = 0.5; // no unit vector
    host.batch.bind(MISCID_FIELD_DIRECTION,
                    miscid::View::row_major(
                        directions.data(),
                        {{MISCID_AXIS_I, 4}, {MISCID_AXIS_DIRECTION, host::directions}, {MISCID_AXIS_SPACE, 3}}));
    host.run();
    clean.run();
    CHECK(host.last.refused == 1);
    CHECK(host.last.first_refused_status == MISCID_CELL_DIRECTION_NOT_UNIT);
    CHECK(untouched(host.rho, clean.rho.memory(), [](const host::Position& at) { return at.at(MISCID_AXIS_I) == 0; }));
}
