#include "thermo/cell_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"

#include <memory>

namespace miscid::apps {

void add_cell_command(CLI::App& app, int& exit_code, const CellCommand& cell_command) {
    struct Options {
        FileOptions files;
        std::string plot;
    };
    auto* command = app.add_subcommand(cell_command.name, cell_command.description);
    const auto options = std::make_shared<Options>();
    add_file_options(*command, options->files, std::string("case (docs/") + cell_command.name + "-command.md)");
    command->add_option("--plot", options->plot, cell_command.picture);
    command->callback([options, cell_command, &exit_code] {
        exit_code = answer_file(options->files, [&](const Json& json, const std::string& file) {
            Json answer = cell_command.solve(json, file);
            if (!options->plot.empty() && answer.contains(cell_command.drawn_if_has)) {
                Json picture = answer;
                picture["title"] = json.value("name", file);
                draw_picture(cell_command.script, picture, options->plot);
            }
            return answer;
        });
    });
}

} // namespace miscid::apps
