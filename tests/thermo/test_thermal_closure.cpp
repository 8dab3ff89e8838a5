// The thermal closure (flavor temperature, Johns & Kost Eqs. 97-101): what it keeps, and that it is the maximum.
#include "closures/cells.hpp"
#include "thermo/entropy.hpp"

#include "catch.hpp"

namespace {

using namespace closure_tests;
using miscid::thermo::level_entropy;
using miscid::thermo::Statistics;

/** Entropy of spins of length |E|, one per piece of the angular grid. */
double spin_entropy(const CellForTest& cell, const std::vector<double>& e) {
    double S = 0.0;
    for (std::size_t i = 0; i < e.size(); ++i) {
        const double aligned = cell.e[i] != 0.0 ? std::abs(e[i] / cell.e[i]) : 0.0;
        S += cell.weight[i] * (level_entropy(0.5 * (1 + aligned), Statistics::dilute) +
                               level_entropy(0.5 * (1 - aligned), Statistics::dilute));
    }
    return S;
}

} // namespace

TEST_CASE("thermal closure: lepton number to rounding, nobody polarized further than before, every entry finite") {
    auto closure = make_closure(Kind::thermal);
    CHECK(closure->state_size(64) == 0);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto cell = random_cell(seed, 48);
        if (seed % 3 == 0)
            for (double& e : cell.e)
                e *= std::pow(10.0, static_cast<double>(seed % 12) - 6); // any unit
        Diagnostics diagnostics;
        const double before = CellForTest::sum(cell.e);
        REQUIRE(cell.apply(*closure, 1.0, &diagnostics) != Outcome::refused);
        CHECK(std::abs(CellForTest::sum(cell.after) - before) <= 1e-13 * CellForTest::size(cell.e));
        for (std::size_t i = 0; i < 48; ++i) {
            CHECK(std::abs(cell.factor[i]) <= 1.0);
            CHECK(cell.after[i] == cell.factor[i] * cell.e[i]);
        }
        CHECK(diagnostics.iterations < 100);
    }
    auto space = three_dimensional_cell(12, 10, 0.4);
    REQUIRE(space.apply(*closure, 1.0) == Outcome::ok);
    CHECK(std::abs(CellForTest::sum(space.after) - CellForTest::sum(space.e)) <= 1e-13 * CellForTest::size(space.e));
}

TEST_CASE("thermal closure: one multiplier for all directions (Eq. 101), and no state beside it has more entropy") {
    for (const double alpha : {0.86, 0.9, 0.95, 1.3}) {
        auto cell = gaussian_cell(alpha, 64);
        auto closure = make_closure(Kind::thermal);
        REQUIRE(cell.apply(*closure, 1.0) == Outcome::ok);
        const double sign = CellForTest::sum(cell.e) > 0 ? 1.0 : -1.0;
        double low = 1e300, high = 0.0;
        for (std::size_t i = 0; i < 64; ++i) {
            CHECK(cell.after[i] * sign >= 0.0); // all turn to the side of the larger area
            const double length = std::abs(cell.e[i]) / cell.weight[i], aligned = std::abs(cell.factor[i]);
            if (aligned < 0.999 && aligned > 1e-3) {
                low = std::min(low, std::atanh(aligned) / length);
                high = std::max(high, std::atanh(aligned) / length);
            }
        }
        CHECK(high / low == Approx(1.0).epsilon(1e-9));

        const double S = spin_entropy(cell, cell.after);
        Random random(7);
        for (int trial = 0; trial < 200; ++trial) { // exchange between two directions keeps the sum
            auto other = cell.after;
            const auto i = static_cast<std::size_t>(64 * random()), j = static_cast<std::size_t>(64 * random());
            const double moved =
                0.3 * random() *
                std::min(std::abs(cell.e[i]) - std::abs(other[i]), std::abs(cell.e[j]) - std::abs(other[j]));
            other[i] += moved;
            other[j] -= moved;
            CHECK(spin_entropy(cell, other) <= S + 1e-14);
        }
        CHECK(spin_entropy(cell, cell.e) < S);
    }
}

TEST_CASE("thermal closure: equal areas end in equipartition, a second call finds nothing, no crossing no change") {
    auto equal = gaussian_cell(1.0, 64);
    double positive = 0.0, negative = 0.0;
    for (const double e : equal.e)
        (e > 0.0 ? positive : negative) += std::abs(e);
    for (double& e : equal.e)
        e *= e > 0.0 ? negative / positive : 1.0;
    auto closure = make_closure(Kind::thermal);
    REQUIRE(equal.apply(*closure, 1.0) == Outcome::ok);
    CHECK(CellForTest::size(equal.after) < 1e-13 * CellForTest::size(equal.e));

    auto cell = gaussian_cell(0.9, 64);
    REQUIRE(cell.step(*closure, 1.0) == Outcome::ok);
    const auto first = cell.e;
    CHECK(cell.step(*closure, 1.0) == Outcome::stable);
    CHECK(cell.e == first);

    auto nearly = gaussian_cell(0.5, 64); // no crossing
    REQUIRE(nearly.apply(*closure, 1.0) == Outcome::stable);
    CHECK(nearly.after == nearly.e);
    nearly.e[0] = -1e-14 * nearly.e[63]; // the least crossing
    REQUIRE(nearly.apply(*closure, 1.0) == Outcome::ok);
    CHECK(std::abs(CellForTest::sum(nearly.after) - CellForTest::sum(nearly.e)) <= 1e-13 * CellForTest::size(nearly.e));
    double moved = 0.0;
    for (std::size_t i = 0; i < 64; ++i)
        moved += std::abs(nearly.after[i] - nearly.e[i]);
    CHECK(moved < 1e-2 * CellForTest::size(nearly.e));
}

TEST_CASE("were U held, a cell with one crossing could not move: no other state of these lengths has its flux") {
    const auto cell = gaussian_cell(0.9, 64);
    double flux = 0.0, sign = cell.e.back() > 0 ? 1.0 : -1.0;
    for (std::size_t i = 0; i < 64; ++i)
        flux += sign * cell.v[i] * cell.e[i];
    Random random(3);
    for (int trial = 0; trial < 500; ++trial) {
        std::vector<double> other = cell.e;
        for (int exchange = 0; exchange < 1 + trial % 20; ++exchange) { // any way to keep the sum and the lengths
            const auto i = static_cast<std::size_t>(64 * random()), j = static_cast<std::size_t>(64 * random());
            const double up = std::abs(cell.e[i]) - other[i], down = std::abs(cell.e[j]) + other[j];
            const double moved = random() * std::min(up, down);
            other[i] += moved;
            other[j] -= moved;
        }
        double other_flux = 0.0;
        for (std::size_t i = 0; i < 64; ++i)
            other_flux += sign * cell.v[i] * other[i];
        CHECK(other_flux <= flux + 1e-14);
    }
}
