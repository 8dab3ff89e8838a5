#include "file_command.hpp"

#include <miscid/miscid.h>

#include <fstream>
#include <iostream>

namespace miscid::apps {

void add_file_options(CLI::App& command, FileOptions& options, const std::string& what) {
    command.add_option("file", options.input, what)->required();
    command.add_option("-o,--output", options.output, "write the answer to this file instead of stdout");
}

void write_text(const std::string& text, const std::string& path) {
    if (path.empty()) {
        std::cout << text;
        return;
    }
    std::ofstream stream(path);
    if (!(stream << text)) {
        throw InputError(path + ": cannot be written");
    }
}

int answer_file(const FileOptions& options, const std::function<Json(const Json&, const std::string&)>& solve) {
    const Json answer = solve(read_json_file(options.input), options.input);
    write_text(answer.dump(1) + "\n", options.output);
    const Json code = answer.value("code", Json());
    // Events and relaxations are answers; a cell that wants a smaller time step was not treated.
    const bool treated = code.is_number() && code.get<int>() >= 0 && code != MISCID_CELL_REDUCE_TIME_STEP;
    const bool usable = answer["status"] == "ok" || treated;
    return usable ? 0 : exit_refused;
}

} // namespace miscid::apps
