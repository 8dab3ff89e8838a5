// Traces and sum w s Tr rho in the supernova run, up to the source ledger.

#include "run_for_test.hpp"

using namespace miscid::apps;
using namespace miscid::apps::test;

TEST_CASE("number is kept to round-off, up to the source ledger") {
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    const auto ordering = GENERATE(as<std::string>(), "normal", "inverted");
    RunOptions options;
    options.transport = transport;
    options.ordering = ordering;
    const Outcome outcome = run_small(json::object(), options);
    CAPTURE(transport, ordering, outcome.result["cells"].dump());
    REQUIRE(outcome.code == 0);
    const json& ledger = outcome.result["ledger"];
    CHECK(ledger["closure"].get<double>() < 1e-13);
    CHECK(ledger["largest_trace_change_by_module"].get<double>() < 1e-14);
    CHECK(ledger["largest_number_change_by_module"].get<double>() < 1e-14);
    CHECK(outcome.result["cells"]["refused"] == 0);
    CHECK(outcome.result["cells"]["reduce_time_step"] == 0);
    CHECK(outcome.result["cells"]["cells"].get<int>() == 72 * 90);
}

TEST_CASE("refused zones keep their values and are counted, the others go on") {
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    // With the screen on, the far zones are refused: they represent too little of phase space.
    const json changes = {{"transport", transport},
                          {"initial", "unmixed"},
                          {"module", {{"screen", {{"units", true}}}}},
                          {"time", {{"steps", 10}}}};
    const Outcome outcome = run_small(changes);
    RunOptions off;
    off.module_off = true;
    const Outcome unmixed = run_small(changes, off);
    CAPTURE(transport);
    REQUIRE(outcome.code == 3);
    CHECK(outcome.result["status"] == "partial");
    int refused = 0;
    const json& zones = outcome.result["zones"];
    for (std::size_t zone = 0; zone < zones.size(); ++zone) {
        const bool ok = zones[zone]["status"] == "OK";
        CHECK(zones[zone]["refused_steps"].get<int>() == (ok ? 0 : 10));
        refused += !ok;
        if (!ok) {
            CHECK(zones[zone]["status"] == "CELL_UNITS_SUSPECT");
            CHECK(zones[zone]["nu"]["electron_fraction"].get<double>() ==
                  Approx(unmixed.result["zones"][zone]["nu"]["electron_fraction"].get<double>()).epsilon(1e-9));
        }
    }
    CHECK(refused > 0);
    CHECK(refused < 72);
    CHECK(outcome.result["cells"]["refused"] == 10 * refused);
    CHECK(outcome.result["ledger"]["closure"].get<double>() < 1e-13);
}
