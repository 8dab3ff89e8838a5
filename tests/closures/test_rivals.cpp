// Equipartition and power-1/2 against their formulae, and when they have no answer.
#include "cells.hpp"

#include "catch.hpp"

using namespace closure_tests;

TEST_CASE("equipartition: zero on the smaller side, 1 - I_</I_> on the other") {
    auto cell = gaussian_cell(0.9, 64);
    auto closure = make_closure(Kind::equipartition);
    Diagnostics diagnostics;
    REQUIRE(cell.apply(*closure, 1.0, &diagnostics) == Outcome::ok);
    CHECK(diagnostics.area_ratio == Approx(0.1919169).epsilon(1e-3)); // box.json
    for (std::size_t i = 0; i < 64; ++i)
        CHECK(cell.factor[i] == Approx(cell.e[i] < 0.0 ? 0.0 : 1.0 - diagnostics.area_ratio));
}

TEST_CASE("power-1/2: its width is the one that keeps lepton number, and its survival is 1/2 at the crossing") {
    auto cell = gaussian_cell(0.86, 200);
    auto closure = make_closure(Kind::power_half);
    REQUIRE(cell.apply(*closure, 1.0) == Outcome::ok);
    CHECK(CellForTest::sum(cell.after) == Approx(CellForTest::sum(cell.e)).epsilon(1e-12));
    for (std::size_t i = 0; i + 1 < 200; ++i) {
        if (cell.e[i] < 0.0)
            CHECK(cell.factor[i] == 0.0);
        else if (cell.e[i + 1] > 0.0 && cell.v[i] > 0.9)
            CHECK(cell.factor[i + 1] >= 0.0);
    }
    // h = (1 + x^2)^{-1/2} with one a for all angles: a from each factor.
    double smallest = 1e300;
    double largest = 0.0;
    double crossing = 0.0;
    for (std::size_t i = 0; i + 1 < 200; ++i)
        if (cell.e[i] * cell.e[i + 1] < 0.0) {
            const double left = cell.e[i] / cell.weight[i];
            const double right = cell.e[i + 1] / cell.weight[i + 1];
            crossing = cell.v[i] - left * (cell.v[i + 1] - cell.v[i]) / (right - left);
        }
    for (std::size_t i = 0; i < 200; i += 3)
        if (cell.e[i] > 0.0 && cell.factor[i] < 0.9999) {
            const double h = 1.0 - cell.factor[i];
            const double a = std::abs(cell.v[i] - crossing) / std::sqrt(1.0 / (h * h) - 1.0);
            smallest = std::min(smallest, a);
            largest = std::max(largest, a);
        }
    CHECK(largest / smallest == Approx(1.0).epsilon(1e-6));
}

TEST_CASE("power-1/2 has no answer at equal areas or with two crossings, and says so") {
    auto closure = make_closure(Kind::power_half);
    Diagnostics diagnostics;
    auto equal = gaussian_cell(1.0, 64);
    double positive = 0.0;
    double negative = 0.0;
    for (const double e : equal.e)
        (e > 0.0 ? positive : negative) += e;
    for (double& e : equal.e)
        e *= e > 0.0 ? -negative / positive : 1.0;
    REQUIRE(equal.apply(*closure, 1.0, &diagnostics) == Outcome::ok);
    CHECK(diagnostics.undefined);
    CHECK(equal.after == equal.e);

    auto trough = gaussian_cell(0.5, 64);
    for (std::size_t i = 0; i < 64; ++i)
        trough.e[i] = trough.weight[i] * (trough.v[i] * trough.v[i] - 0.1);
    REQUIRE(trough.apply(*closure, 1.0, &diagnostics) == Outcome::ok);
    CHECK(diagnostics.undefined);
    CHECK(diagnostics.more_than_one_crossing);
}
