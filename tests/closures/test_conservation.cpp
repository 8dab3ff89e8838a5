// What every closure keeps: sum e to rounding, factors between 0 and 1, |P|^2 + wave content of every direction.
#include "cells.hpp"

#include "catch.hpp"

#include <algorithm>

using namespace closure_tests;

namespace {

void require_kept(const CellForTest& before, double dt) {
    const double size = CellForTest::size(before.e) + (before.use_source ? dt * CellForTest::size(before.source) : 0.0);
    const double source = before.use_source ? dt * CellForTest::sum(before.source) : 0.0;
    CHECK(std::abs(CellForTest::sum(before.after) - CellForTest::sum(before.e) - source) <= 1e-13 * size);
    CHECK(*std::min_element(before.factor.begin(), before.factor.end()) >= 0.0);
    CHECK(*std::max_element(before.factor.begin(), before.factor.end()) <= 1.0 + 1e-12);
}

} // namespace

TEST_CASE("lepton number is kept and nothing grows beyond what it was, in random cells") {
    int mixed = 0;
    for (const int directions : {2, 3, 5, 8, 17, 40})
        for (std::uint64_t seed = 1; seed <= 8; ++seed)
            for (const Kind kind : all_kinds()) {
                auto cell = random_cell(seed, directions);
                INFO(name_of(kind) << ", " << directions << " directions, seed " << seed);
                auto closure = make_closure(kind);
                closure->reserve(directions);
                const double dt = 300.0 / CellForTest::size(cell.e);
                for (int step = 0; step < 2; ++step) {
                    cell.use_source = step == 1;
                    for (double& s : cell.source)
                        s *= step == 1 ? 1e-2 * CellForTest::size(cell.e) / (dt * CellForTest::size(cell.source)) : 1.0;
                    REQUIRE(cell.apply(*closure, dt) != Outcome::refused);
                    require_kept(cell, dt);
                    if (!cell.use_source)
                        for (std::size_t i = 0; i < cell.e.size(); ++i)
                            CHECK(std::abs(cell.after[i] - cell.factor[i] * cell.e[i]) <= 1e-13 * std::abs(cell.e[i]));
                    mixed += *std::min_element(cell.factor.begin(), cell.factor.end()) < 0.9;
                    cell.e = cell.after;
                }
            }
    CHECK(mixed > 100); // or nothing was tested
}

TEST_CASE("lepton number is kept in three dimensions, and turning the cell turns the answer") {
    std::vector<double> least;
    for (const double tilt : {0.0, 0.6}) {
        for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
            auto cell = three_dimensional_cell(8, 10, tilt);
            INFO(name_of(kind) << ", tilt " << tilt);
            auto closure = make_closure(kind);
            closure->reserve(cell.directions());
            Diagnostics diagnostics;
            const double dt = 1000.0 / CellForTest::size(cell.e);
            REQUIRE(cell.apply(*closure, dt, &diagnostics) == Outcome::ok);
            require_kept(cell, dt);
            CHECK(diagnostics.max_growth_before > 0.1 * 0.24);
            if (kind == Kind::marginal)
                least.push_back(CellForTest::size(cell.after) / CellForTest::size(cell.e));
        }
    }
    CHECK(least[0] < 0.7);
    CHECK(least[1] == Approx(least[0]).margin(0.03)); // as far as 80 directions are isotropic
}

TEST_CASE("|P|^2 and what waves hold add up in every direction, through growth, saturation and driving") {
    auto cell = gaussian_cell(0.9, 24);
    auto closure = make_closure(Kind::kinetic);
    closure->reserve(24);
    const auto start = cell.e;
    const double A = CellForTest::size(cell.e);
    const auto content = [&](std::size_t i) { return cell.state[cell.state.size() - 24 + i]; };
    for (int step = 0; step < 6; ++step) {
        Diagnostics diagnostics;
        REQUIRE(cell.step(*closure, 20.0 / A, &diagnostics) == Outcome::ok);
        for (std::size_t i = 0; i < 24; ++i)
            CHECK(cell.e[i] * cell.e[i] + content(i) == Approx(start[i] * start[i]).epsilon(1e-12));
    }
    double held = 0.0;
    for (std::size_t i = 0; i < 24; ++i)
        held += content(i) / (start[i] * start[i]) / 24;
    CHECK(held > 0.2);
}
