// What every closure keeps: sum e to rounding, factors between 0 and 1, |P|^2 + wave content of every direction.
#include "cells.hpp"
#include "closures/kinetic_state.hpp"

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
    for (const Kind kind : {Kind::kinetic, Kind::marginal}) {
        INFO(name_of(kind));
        auto cell = gaussian_cell(0.9, 24);
        auto closure = make_closure(kind);
        closure->reserve(24);
        const double A = CellForTest::size(cell.e);
        const auto content = [&](std::size_t i) { return cell.state[cell.state.size() - 24 + i]; };
        auto whole = cell.e; // |P| of every direction, had there been no waves
        for (int step = 0; step < 6; ++step) {
            REQUIRE(cell.step(*closure, 20.0 / A) == Outcome::ok);
            for (std::size_t i = 0; i < 24; ++i)
                CHECK(cell.e[i] * cell.e[i] + content(i) == Approx(whole[i] * whole[i]).epsilon(1e-12));
        }
        double held = 0.0;
        for (std::size_t i = 0; i < 24; ++i)
            held += content(i) / (whole[i] * whole[i]) / 24;
        CHECK(held > 0.2);
    }
}

TEST_CASE("a host that thins a cell thins what its waves hold") {
    for (const Kind kind : {Kind::kinetic, Kind::marginal}) {
        INFO(name_of(kind));
        auto cell = gaussian_cell(0.95, 24);
        auto closure = make_closure(kind);
        closure->reserve(24);
        const double A = CellForTest::size(cell.e);
        Diagnostics before, after;
        cell.step(*closure, 2000.0 / A);
        cell.step(*closure, 1.0 / A, &before);
        REQUIRE(before.wave_content > 0.1);
        for (double& e : cell.e)
            e *= 0.1;
        cell.apply(*closure, 1.0 / A, &after);
        CHECK(after.wave_content == Approx(before.wave_content).epsilon(0.05));
    }
}

TEST_CASE("waves by wave number: what is read is what is there, and content from outside is kept") {
    auto cell = gaussian_cell(0.9, 24);
    auto closure = make_closure(Kind::kinetic);
    closure->reserve(24);
    const double A = CellForTest::size(cell.e);
    cell.step(*closure, 1000.0 / A);
    const WaveSpectrumBins bins = {12, 2.0 * A};
    std::vector<double> content(12), frequency(12), velocity(12);
    read_spectrum(cell.state.data(), bins, content.data(), frequency.data(), velocity.data());
    CHECK(CellForTest::sum(content) > 0.05 * A);
    for (int bin = 0; bin < 12; ++bin)
        if (content[bin] >
            0.1 * CellForTest::sum(content)) { // JK 87: about the group velocity of the neutrinos that carry it
            CHECK(std::abs(velocity[bin]) < 1.5);
            CHECK(std::abs(frequency[bin] - CellForTest::sum(cell.e)) < 2.0 * A);
        }
    const auto untouched = cell.state;
    write_spectrum(cell.state.data(), bins, CellForTest::size(cell.e), content.data());
    CHECK(cell.state == untouched); // the same bits
    // Content comes, goes and settles where there was none; the sum is what it was meant to be.
    for (int bin = 0; bin < 12; ++bin)
        content[static_cast<std::size_t>(bin)] = 1e-3 * A * (1 + bin % 3);
    for (CellForTest target : {cell, gaussian_cell(0.5, 24)}) { // the second cannot grow waves of its own
        target.state.resize(static_cast<std::size_t>(closure->state_size(24)));
        write_spectrum(target.state.data(), bins, CellForTest::size(target.e), content.data());
        std::vector<double> found(12);
        read_spectrum(target.state.data(), bins, found.data(), nullptr, nullptr);
        for (std::size_t bin = 0; bin < 12; ++bin)
            CHECK(found[bin] == Approx(content[bin]).epsilon(1e-12));
    }
}

TEST_CASE("waves brought from outside grow at once, those of a quiet cell after ln(1/seed)") {
    const double seed = 1e-9;
    double kept[2];
    for (const bool brought : {false, true}) {
        auto cell = gaussian_cell(0.9, 24);
        auto closure = make_closure(Kind::kinetic);
        closure->reserve(24);
        const double A = CellForTest::size(cell.e);
        cell.state.assign(static_cast<std::size_t>(closure->state_size(24)), 0.0);
        std::vector<double> content(12, 1e-3 * A);
        if (brought)
            write_spectrum(cell.state.data(), {12, 2.0 * A}, A, content.data());
        REQUIRE(cell.apply(*closure, 10.0 / 0.0437, nullptr, seed) == Outcome::ok);
        kept[brought] = CellForTest::size(cell.after) / A;
    }
    CHECK(kept[false] > 0.999);
    CHECK(kept[true] < 0.8);
}

TEST_CASE("a state that no closure has written is read without harm") {
    for (const Kind kind : {Kind::kinetic, Kind::marginal})
        for (const double number : {-7.0, 1e300, -1e300, 0.5, 1e9}) {
            auto cell = gaussian_cell(0.9, 24);
            auto closure = make_closure(kind);
            closure->reserve(24);
            cell.state.assign(static_cast<std::size_t>(closure->state_size(24)), number);
            cell.apply(*closure, 100.0);
            for (const double e : cell.after)
                CHECK(std::isfinite(e));
        }
}
