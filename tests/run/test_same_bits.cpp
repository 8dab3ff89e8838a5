// What must not change a single bit.

#include "run_for_test.hpp"

using namespace miscid::apps;
using namespace miscid::apps::test;

namespace {

constexpr int half = 12;

json shorter(const std::string& transport, const json& more = json::object()) {
    json changes = {{"transport", transport}, {"initial", "unmixed"}, {"time", {{"steps", 2 * half}}}};
    changes.update(more);
    return changes;
}

std::string bits(const Outcome& outcome) {
    REQUIRE(outcome.code == 0);
    return outcome.result["bits"];
}

} // namespace

TEST_CASE("1, 2 and 7 cells per batch give the same bits") {
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    const std::string all = bits(run_small(shorter(transport)));
    for (const int cells : {1, 2, 7}) {
        RunOptions options;
        options.cells_per_batch = cells;
        CAPTURE(transport, cells);
        CHECK(bits(run_small(shorter(transport), options)) == all);
    }
}

TEST_CASE("N steps, restart, N steps equals 2 N steps") {
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    const auto initial = GENERATE(as<std::string>(), "unmixed", "empty");
    const Folder folder;
    const json changes = shorter(transport, {{"initial", initial}});
    const Outcome whole = run_small(changes);
    RunOptions first;
    first.steps_override = half;
    first.checkpoint = folder / "middle.checkpoint";
    const Outcome before = run_small(changes, first);
    RunOptions second;
    second.restart_from = first.checkpoint;
    const Outcome after = run_small(changes, second);
    CAPTURE(transport, initial);
    CHECK(bits(after) == bits(whole));
    CHECK(bits(before) != bits(whole));
    CHECK(after.result["steps"] == 2 * half);
    CHECK(after.result["zones"] == whole.result["zones"]);
    CHECK(after.result["ledger"]["nu"] == whole.result["ledger"]["nu"]);
    CHECK(after.result["ledger"]["nubar"] == whole.result["ledger"]["nubar"]);
}

TEST_CASE("switching the module off gives the unmixed run") {
    const auto transport = GENERATE(as<std::string>(), "matrix", "invariant");
    RunOptions without;
    without.module_off = true;
    const std::string unmixed = bits(run_small(shorter(transport), without));
    const std::string disabled = bits(run_small(shorter(transport, {{"module", {{"step", {{"enabled", false}}}}}})));
    CAPTURE(transport);
    CHECK(disabled == unmixed);
    CHECK(bits(run_small(shorter(transport))) != unmixed);
}

TEST_CASE("a checkpoint of another configuration is refused") {
    const Folder folder;
    RunOptions first;
    first.steps_override = 1;
    first.checkpoint = folder / "one.checkpoint";
    REQUIRE(run_small(shorter("matrix"), first).code == 0);
    RunOptions second;
    second.restart_from = first.checkpoint;
    CHECK(run_small(shorter("invariant"), second).code == 2);
    CHECK(run_small(shorter("matrix", {{"mixing", {{"ordering", "inverted"}}}}), second).code == 2);
    CHECK(run_small({{"time", {{"step", 1e-3}}}}, second).code == 2);

    std::filesystem::resize_file(first.checkpoint, std::filesystem::file_size(first.checkpoint) / 2);
    CHECK(run_small(shorter("matrix"), second).code == 2);
}
