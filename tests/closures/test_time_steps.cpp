// What a step must not depend on: how dt is split, where the state lies, how extreme the numbers are.
#include "cells.hpp"

#include "catch.hpp"

#include <cstring>
#include <limits>

using namespace closure_tests;

namespace {

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::abs(a[i] - b[i]);
    return sum;
}

CellForTest run(Kind kind, double alpha, double time, int steps, double driving = 0.0) {
    auto cell = gaussian_cell(alpha, 32);
    const double A = CellForTest::size(cell.e);
    if (driving > 0.0) {
        const auto end = gaussian_cell(alpha + 0.12, 32);
        cell.use_source = true;
        for (std::size_t i = 0; i < cell.e.size(); ++i)
            cell.source[i] = (end.e[i] - cell.e[i]) / (time / A);
    }
    auto closure = make_closure(kind);
    closure->reserve(32);
    for (int step = 0; step < steps; ++step)
        CHECK(cell.step(*closure, time / A / steps) != Outcome::refused);
    return cell;
}

} // namespace

TEST_CASE("splitting the step changes the answer by less than its error") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic})
        for (const double alpha : {0.86, 0.95, 1.3}) {
            INFO(name_of(kind) << ", alpha " << alpha);
            const auto whole = run(kind, alpha, 1200.0, 1);
            const double A = CellForTest::size(gaussian_cell(alpha, 32).e);
            for (const int steps : {3, 40})
                CHECK(distance(whole.e, run(kind, alpha, 1200.0, steps).e) < 0.01 * A);
            const auto driven = run(kind, 0.80, 600.0, 1, 1.0);
            for (const int steps : {4, 100})
                CHECK(distance(driven.e, run(kind, 0.80, 600.0, steps, 1.0).e) < 0.03 * A);
        }
}

TEST_CASE("a restart from the stored state gives the same bits, in another closure object and another place") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        INFO(name_of(kind));
        auto straight = gaussian_cell(0.93, 20);
        const double dt = 25.0 / CellForTest::size(straight.e);
        auto closure = make_closure(kind);
        closure->reserve(20);
        for (int step = 0; step < 5; ++step) {
            straight.step(*closure, dt);
            // A second object that has just treated something else goes on from copies.
            auto other = make_closure(kind);
            other->reserve(40);
            auto stranger = random_cell(7, 40);
            stranger.step(*other, 1.0);
            auto copy = straight;
            auto original = straight;
            copy.step(*other, dt);
            original.step(*closure, dt);
            CHECK(std::memcmp(copy.e.data(), original.e.data(), sizeof(double) * copy.e.size()) == 0);
            CHECK(std::memcmp(copy.state.data(), original.state.data(), sizeof(double) * copy.state.size()) == 0);
        }
    }
}

TEST_CASE("steps from a thousandth of a growth time to 1e8 of them") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic})
        for (const double seed : {1e-2, 1e-9}) {
            double last_kept = 1.0;
            for (const double growth_times : {1e-3, 1.0, 1e2, 1e4, 1e8}) {
                auto cell = gaussian_cell(0.9, 24);
                INFO(name_of(kind) << ", " << growth_times << " growth times, seed " << seed);
                auto closure = make_closure(kind);
                closure->reserve(24);
                const double A = CellForTest::size(cell.e);
                CHECK(cell.apply(*closure, growth_times / 0.0437, nullptr, seed) == Outcome::ok);
                CHECK(std::abs(CellForTest::sum(cell.after) - CellForTest::sum(cell.e)) < 1e-14);
                const double kept = CellForTest::size(cell.after) / A;
                CHECK(kept <= last_kept + 0.01);
                if (growth_times <= 1.0)
                    CHECK(kept > 0.999); // a thousandth seed has not grown yet
                if (growth_times >= 1e2)
                    CHECK(kept == Approx(0.68).margin(0.03));
                last_kept = kept;
            }
        }
}

TEST_CASE("driving over 1e6 growth times in one step keeps lepton number") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        INFO(name_of(kind));
        auto cell = gaussian_cell(0.8, 16);
        const auto end = gaussian_cell(1.0, 16);
        const double dt = 1e7;
        cell.use_source = true;
        for (std::size_t i = 0; i < cell.e.size(); ++i)
            cell.source[i] = (end.e[i] - cell.e[i]) / dt;
        auto closure = make_closure(kind);
        closure->reserve(16);
        REQUIRE(cell.apply(*closure, dt) != Outcome::refused);
        CHECK(CellForTest::sum(cell.after) == Approx(CellForTest::sum(end.e)).margin(1e-14));
        CHECK(CellForTest::size(cell.after) < 0.2 * CellForTest::size(end.e)); // equal areas: nearly all of it mixes
    }
}

TEST_CASE("the unit of the angular weights is nobody's business") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        INFO(name_of(kind));
        const auto answer = [kind](double unit) {
            auto cell = gaussian_cell(0.9, 24);
            for (double& w : cell.weight)
                w *= unit;
            auto closure = make_closure(kind);
            closure->reserve(24);
            cell.apply(*closure, 1e4);
            return cell.after;
        };
        const auto plain = answer(1.0);
        CHECK(CellForTest::size(plain) < 0.8 * CellForTest::size(gaussian_cell(0.9, 24).e));
        CHECK(distance(plain, answer(1e35)) < 1e-6 * CellForTest::size(plain));
    }
}

TEST_CASE("a cell without crossing is left alone") {
    for (const Kind kind : all_kinds()) {
        auto cell = gaussian_cell(0.5, 32);
        auto closure = make_closure(kind);
        closure->reserve(32);
        const Outcome outcome = cell.apply(*closure, 1e6);
        CHECK(outcome == (kind == Kind::none ? Outcome::ok : Outcome::stable));
        CHECK(std::memcmp(cell.after.data(), cell.e.data(), sizeof(double) * 32) == 0);
    }
}

TEST_CASE("a crossing without growth above the floor is left alone by the wave closures") {
    auto cell = gaussian_cell(0.836, 64); // growth .002 (box.json, driven case at t = 1200), sum |e| = .16
    REQUIRE(cell.e[63] < 0.0);
    Options options;
    options.relative_floor = 0.02;
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        auto closure = make_closure(kind, options);
        closure->reserve(64);
        Diagnostics diagnostics;
        CHECK(cell.apply(*closure, 1e6, &diagnostics) == Outcome::ok);
        CHECK(distance(cell.after, cell.e) == 0.0);
        CHECK(diagnostics.crossings == 1);
        CHECK(diagnostics.certified);
        // and mixes where the floor lies below the growth
        cell.state.clear();
        auto finer = make_closure(kind);
        finer->reserve(64);
        CHECK(cell.apply(*finer, 1e6, &diagnostics) == Outcome::ok);
        CHECK(distance(cell.after, cell.e) > 1e-5);
        CHECK(diagnostics.max_growth_before == Approx(0.002).epsilon(0.1));
    }
}

TEST_CASE("numbers that are not finite, angles in disorder and empty cells") {
    for (const Kind kind : all_kinds()) {
        INFO(name_of(kind));
        auto closure = make_closure(kind);
        closure->reserve(8);
        auto cell = gaussian_cell(0.9, 8);
        cell.e[3] = std::numeric_limits<double>::quiet_NaN();
        CHECK(cell.apply(*closure, 1.0) == Outcome::refused);
        cell = gaussian_cell(0.9, 8);
        std::swap(cell.v[2], cell.v[3]);
        CHECK(cell.apply(*closure, 1.0) == Outcome::refused);
        cell = gaussian_cell(0.9, 8);
        CHECK(cell.apply(*closure, -1.0) == Outcome::refused);
        CellForTest empty(0);
        empty.v = {};
        CHECK(empty.apply(*closure, 1.0) != Outcome::refused);
        cell = gaussian_cell(0.9, 8);
        for (double& e : cell.e)
            e = 0.0;
        CHECK(cell.apply(*closure, 1.0) != Outcome::refused);
        CHECK(CellForTest::size(cell.after) == 0.0);
        for (const double scale : {1e-200, 1e150}) {
            cell = gaussian_cell(0.9, 8);
            for (double& e : cell.e)
                e *= scale;
            REQUIRE(cell.apply(*closure, 2000.0 / scale) != Outcome::refused);
            for (const double e : cell.after)
                CHECK(std::isfinite(e));
        }
    }
}
