// The campaign: random cells through the public interface, every answer verified by a check of its own (docs/campaign.md).
// Exit codes: 0 nothing wrong; 1 a tracked step with a wrong branch, a silent failure or an outcome that cannot be explained;
// 2 bad command line.

#include "summary.hpp"
#include "waves/waves_campaign.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

using namespace miscid::campaign;

struct Options {
    std::uint64_t cells = 100000;
    std::uint64_t seed = 1;
    unsigned threads = 1;
    std::uint64_t sample = 80;
    std::uint64_t cold_sample = 400;
    int most_modes = 4096;
    std::int64_t cell = -1;
    bool trace = false;
    std::string output;
};

/** Set by an interrupt: no block is begun any more, and what is done is reported. */
volatile std::sig_atomic_t interrupted = 0;

/** Density matrices of three flavors take about six times the work of two. */
std::size_t work_per_sum(const Shape& shape) {
    return shape.modes() * (shape.flavors == 3 ? 6 : 1);
}

/** What is done for every cell, and for every n-th where that would take too long (docs/campaign.md). */
Depth depth_of(const Options& options, const Shape& shape, std::uint64_t cell, std::size_t step,
               const History& history) {
    constexpr std::size_t polish_all_up_to = 1024, follow_all_up_to = 2048; // in units of work_per_sum
    constexpr std::uint64_t every = 8;
    if (options.cell >= 0) {
        return {true, true, options.trace};
    }
    const auto usable = [](std::int32_t status) {
        const Reported reported = reported_by(status);
        return reported != Reported::refused && reported != Reported::reduce_time_step;
    };
    const bool cold = step == 0 || !usable(history.step[0].status);
    const bool plain = reported_by(history.step[step].status) == Reported::ok;
    const bool chosen = cell % every == 0;
    const bool affordable = chosen || work_per_sum(shape) <= follow_all_up_to;
    Depth depth;
    depth.follow = affordable && ((!cold && !plain) || cell % (cold ? options.cold_sample : options.sample) == 0);
    depth.polish = chosen || depth.follow || work_per_sum(shape) <= polish_all_up_to;
    return depth;
}

/** One block: its cells through the library, then each through the check. */
std::vector<Record> do_block(const Options& options, std::uint64_t block, std::uint64_t first, std::uint64_t count) {
    Limits limits;
    limits.most_modes = options.most_modes;
    const Shape shape = draw_shape(options.seed, block, limits);
    std::vector<Cell> cells;
    for (std::uint64_t i = 0; i < count; ++i) {
        cells.push_back(draw_cell(shape, options.seed, first + i));
    }
    const BlockResult result = run_block(shape, cells);
    std::vector<Record> records;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        Record record;
        record.cell = first + i;
        record.modes = shape.modes();
        record.flavors = shape.flavors;
        Depth depth[2];
        for (std::size_t step = 0; step < 2; ++step) {
            depth[step] = depth_of(options, shape, record.cell, step, result.cells[i]);
        }
        depth[0].polish = depth[0].polish || depth[1].polish; // where the second branch begins
        Verdict verdict[2];
        judge(shape, cells[i], result.cells[i], depth, verdict);
        for (std::size_t step = 0; step < 2; ++step) {
            record.step[step] = verdict[step];
            record.seconds[step] = result.seconds[step] / static_cast<double>(count);
        }
        records.push_back(std::move(record));
    }
    return records;
}

Summary run(const Options& options) {
    Summary summary;
    const std::uint64_t blocks = (options.cells + cells_per_block - 1) / cells_per_block;
    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;
    std::uint64_t done = 0;
    const auto start = std::chrono::steady_clock::now();
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const auto work = [&] {
        for (std::uint64_t block; (block = next++) < blocks && interrupted == 0;) {
            const std::uint64_t first = block * cells_per_block;
            auto records = do_block(options, block, first, std::min(cells_per_block, options.cells - first));
            const std::lock_guard<std::mutex> lock(mutex);
            for (auto& record : records) {
                summary.add(std::move(record));
                ++done;
            }
            if (terminal) {
                const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                std::cerr << "\r" << done << " of " << options.cells << " cells, " << static_cast<int>(seconds) << " s "
                          << std::flush;
            }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < options.threads; ++i) {
        threads.emplace_back(work);
    }
    for (auto& thread : threads) {
        thread.join();
    }
    if (terminal) {
        std::cerr << "\n";
    }
    summary.sort();
    summary.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return summary;
}

void print_cell(const Record& record) {
    for (std::size_t i = 0; i < 2; ++i) {
        const Verdict& v = record.step[i];
        std::cout << "cell " << record.cell << ", " << record.flavors << " flavors, " << record.modes << " modes, "
                  << (v.cold_start ? "cold start" : "tracked step") << ": reported " << name_of(v.reported)
                  << " (status " << v.status << ", " << v.iterations << " iterations), found " << name_of(v.finding)
                  << "\n  moves by " << v.displacement << " (" << v.displacement_ratio << " of the floor), residual "
                  << v.residual_ratio << " of the floor, scale separation " << v.scale_separation
                  << ", against the branch " << v.difference << "\n  " << v.detail << "\n";
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Random cells through the public interface, every answer verified by an independent check"};
    Options options;
    auto* equilibrium =
        app.add_subcommand("equilibrium", "mixing equilibria: cold starts and tracked steps, two and three flavors");
    equilibrium->add_option("--cells", options.cells, "number of cells")->capture_default_str();
    equilibrium->add_option("--seed", options.seed, "seed")->capture_default_str();
    equilibrium->add_option("--threads", options.threads, "threads")
        ->capture_default_str()
        ->check(CLI::Range(1u, 1024u));
    equilibrium->add_option("--sample", options.sample, "follow the tracked step of every n-th cell that is plain ok")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    equilibrium->add_option("--cold-sample", options.cold_sample, "follow the cold start of every n-th cell")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    equilibrium->add_option("--modes", options.most_modes, "largest number of modes")
        ->capture_default_str()
        ->check(CLI::Range(16, 4096));
    equilibrium->add_option("--cell", options.cell, "this cell alone, in full detail");
    equilibrium->add_flag("--trace", options.trace, "with --cell: print every point of the branches");
    equilibrium->add_option("-o,--output", options.output, "write every cell that is not plain ok to this JSON file");
    int waves_exit_code = 0;
    add_waves_campaign(app, waves_exit_code);
    app.require_subcommand(1);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (!equilibrium->parsed()) {
        return waves_exit_code;
    }
    if (options.cell >= 0) {
        const auto number = static_cast<std::uint64_t>(options.cell);
        const auto records = do_block(options, number / cells_per_block, number, 1);
        print_cell(records.front());
        Summary one;
        one.add(records.front());
        return one.failures(false) == 0 ? 0 : 1;
    }
    std::signal(SIGINT, [](int) { interrupted = 1; });
    const Summary summary = run(options);
    if (interrupted != 0) {
        std::cout << "interrupted: only the cells done so far\n\n";
    }
    summary.print(std::cout);
    if (!options.output.empty()) {
        std::ofstream stream(options.output);
        if (!(stream << summary.json().dump(1) << "\n")) {
            std::cerr << "campaign: " << options.output << " cannot be written\n";
            return 2;
        }
    }
    return summary.failures(false) == 0 ? 0 : 1;
}
