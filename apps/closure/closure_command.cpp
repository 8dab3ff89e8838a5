#include "closure/closure_command.hpp"

#include "closure/box_case.hpp"
#include "closure/box_picture.hpp"
#include "closure/box_run.hpp"
#include "closures/embedded_box.hpp"
#include "file_command.hpp"
#include "picture.hpp"

#include <memory>

namespace miscid::apps {

namespace {

struct ClosureOptions {
    FileOptions files;
    std::vector<std::string> names;
    std::string picture;
    bool axial_breaking = false;
    std::string box_size = "S";
    int runs = 4;
};

std::vector<closures::Kind> chosen(const std::vector<std::string>& names) {
    std::vector<closures::Kind> kinds;
    if (names.empty()) {
        for (int i = 0; i < closures::kinds; ++i) {
            kinds.push_back(static_cast<closures::Kind>(i));
        }
    }
    for (const auto& name : names) {
        closures::Kind kind;
        if (closures::kind_of(name.c_str(), kind)) {
            kinds.push_back(kind);
            continue;
        }
        if (name == "host") {
            throw InputError("--closure " + name + ": not for a case of kind box");
        }
        throw InputError(
            "--closure " + name +
            ": expected none, equipartition, power_half, thermal, marginal, kinetic, embedded_box or automatic");
    }
    return kinds;
}

closures::BoxSize size_of(const std::string& name) {
    return name == "D"   ? closures::box_sizes::D
           : name == "M" ? closures::box_sizes::M
           : name == "L" ? closures::box_sizes::L
                         : closures::box_sizes::S;
}

Json answer_boxes(const Json& json, const std::string& file, const ClosureOptions& options) {
    const auto kinds = chosen(options.names);
    closures::Options settings;
    // The boxes of this kind are axisymmetric: nothing in them can break the symmetry.
    settings.axial_breaking = options.axial_breaking;
    const auto size = size_of(options.box_size);
    settings.box_beams = size.beams;
    settings.box_markers = size.markers;
    Json results = Json::array();
    bool all = true;
    for (const auto& box : read_box_cases(json, file)) {
        Json result = {{"name", box.name}, {"closures", Json::object()}};
        for (const auto kind : kinds) {
            Json one = run_box(box, kind, settings, options.runs);
            all = all && one["status"] != "refused";
            result["closures"][closures::name_of(kind)] = std::move(one);
        }
        if (!options.picture.empty()) {
            draw_picture(MISCID_CLOSURE_PLOT_SCRIPT, box_picture(box, result),
                         picture_name(options.picture, results.size()));
        }
        results.push_back(std::move(result));
    }
    return {{"status", all ? "ok" : "refused"}, {"results", results}};
}

} // namespace

void add_closure_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("closure", "closures of the flavor viscosity on given initial states");
    const auto options = std::make_shared<ClosureOptions>();
    add_file_options(*command, options->files, "cases of kind box (docs/closure-command.md)");
    command->add_option(
        "--closure", options->names,
        "none, equipartition, power_half, thermal, marginal, kinetic, embedded_box or automatic (all if not given)");
    command->add_flag("--axial-breaking", options->axial_breaking,
                      "let waves grow that break the symmetry about the axis; the resolved boxes have none");
    command->add_option("--box", options->box_size, "size of the embedded box: D, S, M or L (docs/embedded-box.md)")
        ->check(CLI::IsMember({"D", "S", "M", "L"}));
    command->add_option("--runs", options->runs, "seeds of the embedded box, whose mean is the answer")
        ->check(CLI::Range(1, 1000));
    command->add_option("--plot", options->picture,
                        "draw every case into this PNG file (FILE-2.png, .. for further ones)");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [&](const Json& json, const std::string& file) {
            return answer_boxes(json, file, *options);
        });
    });
}

} // namespace miscid::apps
