// Waves wait until they have grown out of their seeds. What a source adds in portions during one step must not make them
// wait less: the e-folds of a step are growth times its length, however many portions it takes.
#include "closures/cells.hpp"

#include "catch.hpp"

TEST_CASE("e-folds of the marginal closure count time once, with a source in many portions too") {
    using namespace closure_tests;
    for (const double added : {0.0, 0.02, 0.05}) {
        INFO("a source adds " << added << " of the lepton number");
        CellForTest cell(2);
        cell.v = {-1.0, 1.0};
        cell.weight.clear();
        cell.e = {-0.5, 0.5}; // the fastest wave of two beams grows at the rate 1 (theory.md section 2)
        cell.use_source = added > 0.0;
        const double dt = 2.0;
        for (std::size_t i = 0; i < 2; ++i)
            cell.source[i] = added * cell.e[i] / dt;
        const auto closure = make_closure(Kind::marginal, Options());
        closure->reserve(2);
        Diagnostics diagnostics;
        REQUIRE(cell.apply(*closure, dt, &diagnostics, 1e-12) == Outcome::ok);
        CHECK(diagnostics.e_folds > 0.95 * dt);
        CHECK(diagnostics.e_folds < 1.001 * (1.0 + added) * dt);
    }
}
