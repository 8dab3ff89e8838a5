/** @file cell_command.hpp  What `miscid thermo` and `miscid validity` share: one case in, one answer and a picture out. */
#pragma once

#include "json_input.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <type_traits>

namespace miscid::apps {

struct CellCommand {
    const char* name;
    const char* description;
    const char* picture;      ///< what --plot draws, for the help text
    const char* script;       ///< that draws it
    const char* drawn_if_has; ///< key without which an answer has nothing to draw
    Json (*solve)(const Json& json, const std::string& file);
};

/** Adds the command to the program; running it sets the exit code. */
void add_cell_command(CLI::App& app, int& exit_code, const CellCommand& cell_command);

/** Reads the options of a command and hands the case without the sections of either command, which one file may serve both,
 *  to `solve(input, number of flavors as a constant, options)`. Throws InputError; invalid input is an answer. */
template <class ReadOptions, class Solve>
Json solve_cell_case(const Json& json, const std::string& file, const ReadOptions& read_options, const Solve& solve) {
    if (!json.is_object()) {
        throw InputError(file + ": expected a JSON object");
    }
    const auto options = read_options(json, file);
    Json input = json;
    input.erase("thermo");
    input.erase("validity");
    const Section root(input, file, "");
    const int flavors = root.integer("n_flavors");
    if (flavors != 2 && flavors != 3) {
        root.fail("n_flavors", "2 or 3");
    }
    try {
        return flavors == 3 ? solve(input, std::integral_constant<int, 3>(), options)
                            : solve(input, std::integral_constant<int, 2>(), options);
    } catch (const InvalidInput& error) {
        return {{"status", "invalid_input"}, {"reason", error.reason()}, {"message", error.what()}};
    }
}

} // namespace miscid::apps
