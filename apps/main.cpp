// The miscid program: one subcommand per thing a theorist asks for (design section 5).
// Exit codes: 0 ok; 2 unreadable file, unknown key or wrong type; 3 read, but refused or not all cells succeeded.

#include "box/box_command.hpp"
#include "closure/closure_command.hpp"
#include "equilibrium/equilibrium_command.hpp"
#include "file_command.hpp"
#include "parameters/parameters_command.hpp"
#include "run/run_command.hpp"
#include "snapshot/snapshot_command.hpp"
#include "step/step_command.hpp"
#include "thermo/thermo_command.hpp"
#include "validity/validity_command.hpp"
#include "waves/waves_command.hpp"

#include <miscid/miscid.h>

#include <iostream>

using namespace miscid::apps;

int main(int argc, char** argv) {
    CLI::App app{"miscid: neutrino flavor mixing in local equilibrium"};
    app.set_version_flag("--version", MISCID_VERSION_STRING);
    app.require_subcommand(1);
    int exit_code = 0;

    FileOptions equilibrium_files;
    auto* equilibrium = app.add_subcommand("equilibrium", "mixing equilibrium of one cell on its tracked branch");
    add_file_options(*equilibrium, equilibrium_files, "case (docs/equilibrium-command.md)");
    equilibrium->callback([&] { exit_code = answer_file(equilibrium_files, solve_equilibrium_case); });

    add_step_command(app, exit_code);

    FileOptions replay_files;
    auto* replay = app.add_subcommand("replay", "run a cell written by miscid_capture_cell again, alone");
    add_file_options(*replay, replay_files, "captured cell");
    replay->callback([&] {
        exit_code = answer_file(replay_files, [](const Json& json, const std::string& file) {
            if (!json.is_object() || !json.contains("miscid_cell")) {
                throw InputError(file + ": key 'miscid_cell' is missing: not written by miscid_capture_cell");
            }
            return run_one_cell(json, file);
        });
    });

    bool as_json = false;
    std::string parameters_output;
    auto* parameters =
        app.add_subcommand("parameters", "every configuration parameter with type, default, range and source");
    parameters->add_flag("--json", as_json, "as JSON");
    parameters->add_option("-o,--output", parameters_output, "write to this file instead of stdout");
    parameters->callback([&] { write_text(describe_parameters(as_json), parameters_output); });

    RunOptions run_options;
    std::string scenario;
    auto* run = app.add_subcommand("run", "standalone transport run that calls the module once per cell per step");
    run->add_option("file", scenario, "scenario (docs/run.md)")->required();
    run->add_option("-o,--output", run_options.output, "write the result to this file instead of stdout");
    run->add_option("--plot", run_options.plot, "draw the result into this PNG file");
    run->add_flag("--table", run_options.table, "print the table on stderr also where that is no terminal");
    run->add_flag("-q,--quiet", run_options.quiet, "no progress bar and no table");
    run->add_option("--restart", run_options.restart_from, "continue from this checkpoint");
    run->add_option("--checkpoint", run_options.checkpoint, "write a checkpoint at the end");
    run->add_option("--checkpoint-every", run_options.checkpoint_every, "and every so many steps");
    run->add_option("--steps", run_options.steps_override, "steps of this call instead of the scenario's");
    run->add_option("--cells-per-batch", run_options.cells_per_batch, "zones per call of the module (0: all)");
    run->add_flag("--module-off", run_options.module_off, "never call the module: the unmixed run");
    run->add_option("--transport", run_options.transport, "matrix or invariant instead of the scenario's choice");
    run->add_option("--ordering", run_options.ordering, "normal or inverted instead of the scenario's choice");
    run->callback([&] { exit_code = run_scenario(scenario, run_options); });

    add_waves_command(app, exit_code);
    add_closure_command(app, exit_code);
    add_box_command(app, exit_code);
    add_snapshot_command(app, exit_code);
    add_thermo_command(app, exit_code);
    add_validity_command(app, exit_code);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_bad_input;
    } catch (const InputError& error) {
        std::cerr << "miscid: " << error.what() << "\n";
        return exit_bad_input;
    } catch (const std::exception& error) {
        std::cerr << "miscid: " << error.what() << "\n";
        return exit_refused;
    }
    return exit_code;
}
