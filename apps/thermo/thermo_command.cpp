#include "thermo/thermo_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"
#include "thermo/thermo_answer.hpp"

#include <memory>

namespace miscid::apps {

namespace {

struct Options {
    FileOptions files;
    std::string plot;
};

} // namespace

void add_thermo_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("thermo", "entropies, energy, heat and work, flavor temperature of one cell");
    const auto options = std::make_shared<Options>();
    add_file_options(*command, options->files, "case (docs/thermo-command.md)");
    command->add_option("--plot", options->plot, "draw the cell into this PNG file");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [options](const Json& json, const std::string& file) {
            Json answer = solve_thermo_case(json, file);
            if (!options->plot.empty() && answer.contains("modes")) {
                answer["title"] = json.value("name", file);
                draw_picture(MISCID_THERMO_PLOT_SCRIPT, answer, options->plot);
                answer.erase("title");
            }
            return answer;
        });
    });
}

} // namespace miscid::apps
