#include "waves/waves_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"
#include "waves/angular_check.hpp"
#include "waves/three_flavors.hpp"
#include "waves/wave_answer.hpp"
#include "waves/wave_scan.hpp"
#include "waves/wigner.hpp"

#include <memory>

namespace miscid::apps {

namespace {

struct Options {
    FileOptions files;
    bool scan = false;
    int refine = 0;
    std::string plot;
};

Json answer_case(const Json& json, const std::string& file, const std::string& place, const std::string& kind,
                 const Options& options) {
    Json answer;
    try {
        const bool wigner = kind == "wigner" || (json.is_object() && json.value("kind", Json()) == "wigner");
        if (wigner || (json.is_object() && json.contains("rho"))) {
            answer = wigner ? answer_wigner(json, file, place) : answer_three_flavors(json, file, place);
            answer["kind"] = wigner ? "wigner" : "dispersion";
            if (json.contains("name")) {
                answer["name"] = json["name"];
            }
            return answer;
        }
        const WaveCase c = read_wave_case(json, file, place, kind);
        const ScanRequest request = read_scan_request(json, file, place); // refused whether it is used or not
        answer = c.kind == "dispersion" ? answer_dispersion(c) : answer_gamma_profile(c);
        answer["kind"] = c.kind;
        if (options.refine > 1) {
            answer["refined"] = c.axisymmetric ? refined_angles(c, options.refine, answer) : Json();
        }
        if (options.scan) {
            answer["scan"] = scan_case(c, request);
        }
    } catch (const InvalidInput& error) {
        answer = {{"status", "invalid_input"}, {"reason", error.reason()}, {"message", error.what()}};
    }
    if (json.contains("name")) {
        answer["name"] = json["name"];
    }
    return answer;
}

/** What the picture shows beside the answers. */
Json picture_of(const Json& answer, const std::vector<CaseOfFile>& cases) {
    Json picture = answer;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        for (const char* key : {"v", "w", "E"}) {
            if (cases[i].json.contains(key)) {
                picture["results"][i][key] = cases[i].json[key];
            }
        }
    }
    return picture;
}

Json answer_waves(const Json& json, const std::string& file, const Options& options) {
    const auto cases = case_list(json, file, {"scan"});
    const std::string kind = kind_of_cases(json, file);
    Json answer = {{"status", "ok"}, {"results", Json::array()}};
    for (const auto& [one, place] : cases) {
        answer["results"].push_back(answer_case(one, file, place, kind, options));
        const Json& status = answer["results"].back()["status"];
        if (status != "ok") {
            answer["status"] = status;
        }
    }
    if (!options.plot.empty()) {
        draw_picture(MISCID_WAVES_PLOT_SCRIPT, picture_of(answer, cases), options.plot);
    }
    return answer;
}

} // namespace

void add_waves_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("waves", "flavor-wave dispersion, growth rates, viscosity profile");
    const auto options = std::make_shared<Options>();
    add_file_options(*command, options->files, "case (docs/waves-command.md)");
    command->add_flag("--scan-k", options->scan,
                      "every unstable band along a line of k, and the fastest wave of all k");
    command->add_option("--refine", options->refine, "look again on N times as many angles: physics or discrete beams?")
        ->check(CLI::Range(2, 64));
    command->add_option("--plot", options->plot, "draw growth rates and profiles into this PNG file");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [options](const Json& json, const std::string& file) {
            return answer_waves(json, file, *options);
        });
    });
}

} // namespace miscid::apps
