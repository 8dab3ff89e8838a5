#include "validity/validity_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"
#include "validity/validity_answer.hpp"

#include <memory>

namespace miscid::apps {

namespace {

struct Options {
    FileOptions files;
    std::string plot;
};

} // namespace

void add_validity_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("validity", "are the theory's assumptions met in this cell");
    const auto options = std::make_shared<Options>();
    add_file_options(*command, options->files, "case (docs/validity-command.md)");
    command->add_option("--plot", options->plot, "draw the criteria into this PNG file");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [options](const Json& json, const std::string& file) {
            Json answer = solve_validity_case(json, file);
            if (!options->plot.empty() && answer.contains("criteria")) {
                Json picture = answer;
                picture["title"] = json.value("name", file);
                draw_picture(MISCID_VALIDITY_PLOT_SCRIPT, picture, options->plot);
            }
            return answer;
        });
    });
}

} // namespace miscid::apps
