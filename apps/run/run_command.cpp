#include "run_command.hpp"

#include "cell_run.hpp"
#include "errors.hpp"
#include "json_input.hpp"
#include "picture.hpp"
#include "supernova_run.hpp"
#include "terminal.hpp"

#include <exception>
#include <fstream>
#include <iostream>

namespace miscid::apps {

namespace {

void choose_ordering(Mixing& mixing, const std::string& ordering) {
    if (ordering != "normal" && ordering != "inverted") {
        throw InputError("--ordering: expected \"normal\" or \"inverted\", got \"" + ordering + "\"");
    }
    mixing.ordering = ordering;
}

void write_result(const nlohmann::json& result, const std::string& path) {
    if (path.empty()) {
        std::cout << result.dump(2) << '\n' << std::flush;
        return;
    }
    std::ofstream file(path);
    file << result.dump(2) << '\n' << std::flush;
    if (!file) {
        throw RunError(path + ": the result could not be written");
    }
}

nlohmann::json run(const std::string& path, const RunOptions& options, const Ranks& ranks) {
    if (options.transport && *options.transport != "matrix" && *options.transport != "invariant") {
        throw InputError("--transport: expected \"matrix\" or \"invariant\", got \"" + *options.transport + "\"");
    }
    Scenario scenario = read_scenario(path);
    if (options.ordering) {
        choose_ordering(scenario.mixing, *options.ordering);
    }
    const bool supernova = std::holds_alternative<SupernovaScenario>(scenario.kind);
    const nlohmann::json result = supernova ? run_supernova(scenario, options, ranks) : run_cell(scenario, options);
    if (!ranks.first()) {
        return result;
    }
    if (options.table || (!options.quiet && at_terminal())) {
        supernova ? print_supernova(result) : print_cell(result);
    }
    return result;
}

} // namespace

int run_scenario(const std::string& scenario_path, const RunOptions& options) {
    ExitCode code = ExitCode::success;
    const Ranks ranks;
    try {
        if (options.checkpoint_every > 0 && options.checkpoint.empty()) {
            throw InputError("--checkpoint-every: expected --checkpoint FILE with it");
        }
        const nlohmann::json result = run(scenario_path, options, ranks);
        if (result["status"] != "ok") {
            code = ExitCode::not_solved;
        }
        if (ranks.first()) {
            write_result(result, options.output);
        }
        if (ranks.first() && !options.plot.empty()) {
            draw_picture(MISCID_RUN_PLOT_SCRIPT, result, options.plot);
        }
    } catch (const InputError& error) {
        // The same on every rank: one tells.
        if (ranks.first()) {
            std::cerr << "miscid run: " << error.what() << '\n';
        }
        code = ExitCode::bad_input;
    } catch (const std::exception& error) {
        std::cerr << "miscid run: " << scenario_path << ": " << error.what() << '\n' << std::flush;
        code = ExitCode::not_solved;
        ranks.end_all(static_cast<int>(code)); // the others would wait for this one
    }
    return static_cast<int>(code);
}

} // namespace miscid::apps
