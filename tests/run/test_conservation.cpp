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
