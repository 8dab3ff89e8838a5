// kind "cell": the merger cell of Grohs et al.

#include "run_for_test.hpp"

using namespace miscid::apps;
using namespace miscid::apps::test;

TEST_CASE("the merger cell starts with the densities of the scenario and keeps its numbers") {
    const Outcome outcome = run(shipped("merger_cell.json"));
    REQUIRE(outcome.code == 0);
    const json& first = outcome.result["history"].front();
    CHECK(first["nu"]["n_e"].get<double>() == Approx(1.421954e33).epsilon(1e-6));
    CHECK(first["nubar"]["n_e"].get<double>() == Approx(1.914624e33).epsilon(1e-6));
    CHECK(first["nu"]["n_x"].get<double>() == Approx(4.91135e32).epsilon(1e-6));
    CHECK(first["D_0"][2].get<double>() == Approx(1.421954e33 - 1.914624e33).epsilon(1e-6));
    CHECK(outcome.result["largest_number_change"].get<double>() < 1e-13);
    for (const auto& step : outcome.result["history"]) {
        CHECK(step["residual"].get<double>() < 1e-10);
    }
}
