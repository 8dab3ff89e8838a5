// Scenario files: strict reading and exit codes.

#include "json_input.hpp"
#include "run/scenario.hpp"
#include "run_for_test.hpp"

#include <algorithm>

using namespace miscid::apps;
using namespace miscid::apps::test;

namespace {

std::string complaint(const json& changes) {
    const Folder folder;
    try {
        read_scenario(changed_scenario(folder, "supernova_small.json", changes));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

bool names(const std::string& message, std::initializer_list<const char*> words) {
    INFO(message);
    return std::all_of(words.begin(), words.end(),
                       [&](const char* word) { return message.find(word) != std::string::npos; });
}

} // namespace

TEST_CASE("every shipped scenario can be read") {
    for (const auto& entry : std::filesystem::directory_iterator(MISCID_SCENARIOS)) {
        if (entry.path().extension() == ".json") {
            CAPTURE(entry.path().string());
            CHECK_NOTHROW(read_scenario(entry.path()));
        }
    }
}

TEST_CASE("wrong input is named: file, key and what was expected") {
    CHECK(names(complaint({{"grid", {{"zonez", 3}}}}), {"scenario.json", "grid.zonez"}));
    CHECK(names(complaint({{"grid", {{"core_rays", "3"}}}}), {"grid.core_rays", "integer"}));
    CHECK(names(complaint({{"grid", {{"core_rays", 0}}}}), {"grid.core_rays", "from 1"}));
    CHECK(names(complaint({{"mixing", {{"ordering", "upside down"}}}}), {"mixing.ordering"}));
    CHECK(names(complaint({{"mixing", {{"sin2_theta", 2}}}}), {"mixing.sin2_theta"}));
    CHECK(names(complaint({{"mixing", nullptr}}), {"mixing"}));
    CHECK(names(complaint({{"kind", "hypernova"}}), {"kind"}));
    const json inside = {{"radius", 1e6}, {"density", 1.0}, {"electron_fraction", 0.5}};
    CHECK(names(complaint({{"matter", {{"profile", json::array({inside})}}}}), {"matter.profile", "cover"}));
    CHECK(complaint({{"time", {{"source", "somebody"}, {"assumed", "something"}, {"note", "a word"}}}}).empty());
}

TEST_CASE("exit code 2 for input that cannot be used, 3 for input that is refused") {
    CHECK(run("no such file.json").code == 2);
    CHECK(run_small({{"colour", "blue"}}).code == 2);
    RunOptions sideways;
    sideways.transport = "sideways";
    CHECK(run_small(json::object(), sideways).code == 2);
    CHECK(run_small({{"module", {{"no_such_parameter", 1}}}}).code == 2);
    CHECK(run_small({{"neutrinos", {{"nu_x", {{"luminosity", 1e55}}}}}}).code == 3);
}
