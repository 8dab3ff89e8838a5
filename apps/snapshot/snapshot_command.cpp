#include "snapshot/snapshot_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"
#include "run/terminal.hpp"

#ifdef MISCID_HDF5
#include "snapshot/snapshot_run.hpp"
#include "snapshot/summary.hpp"
#endif

#include <iostream>
#include <memory>

namespace miscid::apps {

#ifdef MISCID_HDF5

namespace {

int answer(const SnapshotOptions& options, Snapshot& snapshot, const Ranks& ranks) {
    const Json summary = snapshot.run();
    if (!ranks.first()) {
        return 0;
    }
    if (options.table || (!options.quiet && at_terminal())) {
        print_summary(summary);
    }
    if (!options.plot.empty()) {
        draw_picture(MISCID_SNAPSHOT_PLOT_SCRIPT, summary, options.plot);
    }
    Json printed = summary;
    printed.erase("chunks");
    write_text(printed.dump(1) + "\n", options.summary);
    return summary["status"] == "ok" ? 0 : exit_refused;
}

void complain(const std::exception& error) {
    std::cerr << "miscid snapshot: " << error.what() << "\n" << std::flush;
}

int run(const SnapshotOptions& options) {
    const Ranks ranks;
    // What is wrong with map or dump is wrong on every rank: one tells, all end.
    std::unique_ptr<Snapshot> snapshot;
    try {
        snapshot = std::make_unique<Snapshot>(options, ranks);
    } catch (const InputError& error) {
        if (ranks.first()) {
            complain(error);
        }
        return exit_bad_input;
    }
    int code = exit_refused;
    try {
        return answer(options, *snapshot, ranks);
    } catch (const InputError& error) {
        complain(error);
        code = exit_bad_input;
    } catch (const std::exception& error) {
        complain(error);
    }
    ranks.end_all(code); // the others would wait for this one
    return code;
}

} // namespace

void add_snapshot_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<SnapshotOptions>();
    auto* command = app.add_subcommand("snapshot", "flavor mixing in a simulation dump (HDF5); works under mpirun");
    command->add_option("file", options->input, "the dump")->required();
    command->add_option("-o,--output", options->output, "the HDF5 file to write")->required();
    command->add_option("--map", options->map, "what the dump's datasets are (docs/snapshot-command.md)")->required();
    command->add_option("--summary", options->summary, "write the summary (JSON) to this file instead of stdout");
    command->add_option("--plot", options->plot, "draw the summary into this PNG file");
    command->add_option("--chunk", options->chunk_cells, "cells at a time; memory is that of two such chunks");
    command->add_flag("--fresh", options->fresh, "begin again also where an interrupted output could be continued");
    command->add_flag("--table", options->table, "print the table on stderr also where that is no terminal");
    command->add_flag("-q,--quiet", options->quiet, "no progress bar and no table");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

#else

void add_snapshot_command(CLI::App& app, int&) {
    auto* command = app.add_subcommand("snapshot", "flavor mixing in a simulation dump (this build has no HDF5)");
    command->allow_extras();
    command->callback([] {
        throw std::runtime_error(
            "snapshot: this miscid was built without HDF5 (Debian: libhdf5-dev; then configure again)");
    });
}

#endif

} // namespace miscid::apps
