#include "box/box_command.hpp"

#include "box/hdf5_output.hpp"
#include "box/kinetics_case.hpp"
#include "box/lepton_box_case.hpp"
#include "box/two_beam_case.hpp"
#include "file_command.hpp"
#include "picture.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace miscid::apps {

namespace {

struct Command {
    FileOptions files;
    BoxOptions box;
};

/** The kind a case names, else the one its keys belong to. */
std::string kind_of(const Json& json, const std::string& of_file, const Section& section) {
    for (const Json& place : {json.value("kind", Json()), Json(of_file)}) {
        if (place.is_string() && place != "") {
            return place.get<std::string>();
        }
    }
    for (const auto& [key, kind] :
         {std::pair<const char*, const char*>{"zeta_plus", "twobeam"}, {"E0", "box"}, {"modes", "kinetics"}}) {
        if (json.contains(key)) {
            return kind;
        }
    }
    section.fail("kind", "\"twobeam\", \"box\" or \"kinetics\"");
}

Json solve_case(const Json& json, const std::string& of_file, const std::string& file, const std::string& place,
                const BoxOptions& options) {
    const Section section(json, file, place);
    if (!json.is_object()) {
        throw InputError(file + ": '" + place + "': expected an object");
    }
    const std::string kind = kind_of(json, of_file, section);
    Json result;
    if (kind == "twobeam") {
        result = solve_two_beam_case(section, options);
    } else if (kind == "box") {
        result = solve_lepton_box_case(section, options);
    } else if (kind == "kinetics") {
        result = solve_kinetics_case(section, options);
    } else {
        section.fail("kind", "\"twobeam\", \"box\" or \"kinetics\", got \"" + kind + "\"");
    }
    if (json.contains("name")) {
        result["name"] = json["name"];
    }
    return result;
}

Json solve_file(const Json& json, const std::string& file, const BoxOptions& options) {
    const auto cases = case_list(json, file);
    const std::string kind = kind_of_cases(json, file);
    if (!options.hdf5.empty() && !hdf5_available()) {
        write_hdf5({}, options.hdf5); // says so before hours are spent
    }
    Json answer = {{"status", "ok"}, {"results", Json::array()}};
    std::size_t pictures = 0;
    for (const auto& [one, place] : cases) {
        Json result = solve_case(one, kind, file, place, options);
        if (result.contains("picture")) {
            draw_picture(MISCID_BOX_PLOT_SCRIPT, result, picture_name(options.plot, pictures++));
            result.erase("picture");
        }
        if (result["status"] != "ok") {
            answer["status"] = result["status"];
        }
        answer["results"].push_back(std::move(result));
    }
    if (!options.hdf5.empty()) {
        write_hdf5(answer, options.hdf5);
        for (auto& result : answer["results"]) {
            result.erase("field"); // too large for text
        }
    }
    return answer;
}

} // namespace

void add_box_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("box", "resolved quantum kinetic equations in a periodic box");
    const auto options = std::make_shared<Command>();
    add_file_options(*command, options->files, "case (docs/box-command.md)");
    command->add_option("--plot", options->box.plot, "draw the result into this PNG file");
    command->add_option("--hdf5", options->box.hdf5, "write the answer and the last fields to this HDF5 file as well");
    command->add_option("--runs", options->box.runs, "random seeds per case instead of the file's number");
    command->add_option("--seed", options->box.seed, "first random seed (101)");
    command->add_option("--cells", options->box.cells, "cells instead of the file's; a power of two");
    command->add_option("--step", options->box.step, "time step instead of the file's");
    command->add_option("--passes", options->box.passes, "passes of the midpoint iteration per step (4)");
    command->add_flag("-q,--quiet", options->box.quiet, "no progress bar");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [options](const Json& json, const std::string& file) {
            return solve_file(json, file, options->box);
        });
    });
}

} // namespace miscid::apps
