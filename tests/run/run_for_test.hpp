/** @file run_for_test.hpp
 *  Runs the small form of the shipped scenario, with changes, in a folder of its own.
 */
#pragma once

#include "run_command.hpp"

#include "catch.hpp"
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>

namespace miscid::apps::test {

using nlohmann::json;

inline std::string shipped(const std::string& name) {
    return std::string(MISCID_SCENARIOS) + "/" + name;
}

/** A folder that is gone at the end of the test. */
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "miscid-test-run-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/** A scenario that stands on a shipped one. */
inline std::string changed_scenario(const Folder& folder, const std::string& name, json changes) {
    changes["based_on"] = shipped(name);
    const std::string path = folder / "scenario.json";
    std::ofstream(path) << changes;
    return path;
}

struct Outcome {
    int code = -1;
    json result;
};

inline Outcome run(const std::string& scenario, RunOptions options = {}) {
    const Folder folder;
    options.quiet = true;
    options.output = folder / "result.json";
    Outcome outcome;
    outcome.code = run_scenario(scenario, options);
    std::ifstream file(options.output);
    if (file) {
        outcome.result = json::parse(file);
    }
    return outcome;
}

inline Outcome run_small(const json& changes = json::object(), const RunOptions& options = {}) {
    const Folder folder;
    return run(changed_scenario(folder, "supernova_small.json", changes), options);
}

} // namespace miscid::apps::test
