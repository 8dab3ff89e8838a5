// Flavor waves carried between zones: number kept, light cone, checkpoints, and what refraction does to them.
#include "run_for_test.hpp"

#include "wave_carrier.hpp"

using namespace miscid::apps;
using namespace miscid::apps::test;

namespace {

json waves(const char* refraction, double limit = 2.0) {
    return {{"waves", {{"bins", 32}, {"wave_number_limit", limit}, {"refraction", refraction}}}};
}

Outcome run_waves(const json& changes, const RunOptions& options = {}) {
    const Folder folder;
    return run(changed_scenario(folder, "supernova_waves.json", changes), options);
}

} // namespace

TEST_CASE("waves between zones: what moves is kept, up to what leaves the star and the wave numbers") {
    for (const char* refraction : {"off", "on"}) {
        INFO("refraction " << refraction);
        const Outcome outcome = run_waves(waves(refraction));
        REQUIRE(outcome.code == 0);
        const json& told = outcome.result["waves"];
        CHECK(told["largest_imbalance"].get<double>() < 1e-12);
        double held = 0.0;
        int growing = 0;
        for (const json& zone : outcome.result["zones"]) {
            held += zone["waves"]["content"].get<double>();
            growing += zone["waves"]["growth_rate"].get<double>() > 0.0;
            CHECK(zone["waves"]["content"].get<double>() >= 0.0);
            CHECK(std::abs(zone["waves"]["group_velocity"].get<double>()) <= 1.0);
        }
        CHECK(growing > 0); // or nothing was tested
        CHECK(held > 0.0);
        if (refraction == std::string("on")) // matter bends waves out of any band long before they leave the star
            CHECK(told["number_lost"].get<double>() > 0.1 * told["number_held"].get<double>());
        CHECK(outcome.result["ledger"]["closure"].get<double>() < 1e-12);
    }
}

TEST_CASE("waves between zones: a run that goes on from a checkpoint has the same bits") {
    const Folder folder;
    RunOptions first;
    first.steps_override = 3;
    first.checkpoint = folder / "waves.checkpoint";
    REQUIRE(run_waves(waves("on"), first).code == 0);
    RunOptions second;
    second.steps_override = 2;
    second.restart_from = first.checkpoint;
    RunOptions whole;
    whole.steps_override = 5;
    const Outcome parts = run_waves(waves("on"), second);
    const Outcome once = run_waves(waves("on"), whole);
    REQUIRE(parts.code == 0);
    CHECK(parts.result["bits"] == once.result["bits"]);
    CHECK(parts.result["waves"] == once.result["waves"]);
}

TEST_CASE("waves between zones need the closure that keeps them, and sensible bins") {
    CHECK(run_waves({{"module", {{"viscosity", {{"closure", "marginal"}}}}}}).code == 2);
    CHECK(run_waves({{"waves", {{"bins", 0}}}}).code == 2);
    CHECK(run_waves({{"waves", {{"refraction", "yes"}}}}).code == 2);
}
