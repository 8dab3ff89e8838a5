/** @file file_command.hpp  What the commands that read one JSON file and print one share. */
#pragma once

#include "json_input.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace miscid::apps {

inline constexpr int exit_bad_input = 2; ///< unreadable file, unknown key or wrong type
inline constexpr int exit_refused = 3;   ///< read, but refused or not all cells succeeded

struct FileOptions {
    std::string input;
    std::string output;
};

/** Adds the positional `file` and `-o,--output`. */
void add_file_options(CLI::App& command, FileOptions& options, const std::string& what);

/** Writes to the file, or to stdout if the path is empty. Throws InputError naming a path that cannot be written. */
void write_text(const std::string& text, const std::string& path);

/** Reads the file, prints the answer and returns the exit code that its `status` (and `code` of a cell) asks for. */
int answer_file(const FileOptions& options, const std::function<Json(const Json&, const std::string&)>& solve);

} // namespace miscid::apps
