// kind "cell": the merger cell of Grohs et al.

#include "run_for_test.hpp"

using namespace miscid::apps;
using namespace miscid::apps::test;

TEST_CASE("the merger cell starts with the densities of the scenario and keeps its numbers") {
    const Outcome outcome = run(shipped("merger_cell.json"));
    const json& history = outcome.result["history"];
    REQUIRE(history.size() == outcome.result["steps"].get<std::size_t>() + 1);
    const json& first = history.front();
    CHECK(first["nu"]["n_e"].get<double>() == Approx(1.421954e33).epsilon(1e-6));
    CHECK(first["nubar"]["n_e"].get<double>() == Approx(1.914624e33).epsilon(1e-6));
    CHECK(first["nu"]["n_x"].get<double>() == Approx(4.91135e32).epsilon(1e-6));
    CHECK(first["D_0"][2].get<double>() == Approx(1.421954e33 - 1.914624e33).epsilon(1e-6));
    CHECK(outcome.result["largest_number_change"].get<double>() < 1e-13);
    int refused = 0;
    for (const auto& step : history) {
        const std::string status = step["status"];
        const bool solved = status == "OK" || status == "CELL_EVENT" || status == "CELL_RELAXED";
        refused += !solved;
        if (solved) {
            CHECK(step["residual"].get<double>() < 1e-10);
        }
        // While few modes have H near zero the mixing angle in matter is about 1e-6, and the electron-minus-x lepton
        // number is kept whether or not branches end.
        if (step["matter_potential"].get<double>() > 4) {
            CHECK(step["D_0"][2].get<double>() == Approx(first["D_0"][2].get<double>()).epsilon(1e-3));
        }
        // Before lambda cancels mu D_0 of any mode, nothing may happen to this cell.
        if (step["matter_potential"].get<double>() > 6.2) {
            CHECK(status == "OK");
            CHECK(step["nu"]["electron_fraction"].get<double>() ==
                  Approx(first["nu"]["electron_fraction"].get<double>()).epsilon(1e-9));
        }
    }
    // Tracked branches may end on the way; the cell then keeps its values, says so, and the run goes on.
    const json& cells = outcome.result["cells"];
    CHECK((refused > 0) == (cells["refused"].get<int>() + cells["reduce_time_step"].get<int>() > 0));
    CHECK(outcome.code == (outcome.result["status"] == "ok" ? 0 : 3));
}

TEST_CASE("a cell without the module stays what it was") {
    RunOptions off;
    off.module_off = true;
    const Outcome outcome = run(shipped("merger_cell.json"), off);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.result["history"].front()["nu"] == outcome.result["history"].back()["nu"]);
}
