// Whole calls of miscid_apply, beside the machine's memory: cells that the screen certifies stable, streamed by one core; a cell
// that follows its marginal state; and the same work on one and on two threads.

#include "step_batch.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <thread>

using miscid::bench::StepBatch;
using Layout = miscid::bench::StepBatch::Layout;

namespace {

constexpr std::size_t stream_bytes = std::size_t(96) << 20; // far beyond the caches

benchmark::Counter rate(double amount) {
    return benchmark::Counter(amount, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1024);
}

/** What one core can do at most: reads an array and writes it back, nothing else. */
void read_and_write(benchmark::State& state) {
    std::vector<double> numbers(stream_bytes / sizeof(double), 1.0);
    const double factor = static_cast<double>(state.range(0)) + 1.0; // 1, which the compiler does not know
    for (auto _ : state) {
        for (double& number : numbers) {
            number *= factor;
        }
        benchmark::ClobberMemory();
    }
    state.counters["bytes"] = rate(2.0 * stream_bytes);
}

/** Reads only. */
void read(benchmark::State& state) {
    const std::vector<double> numbers(stream_bytes / sizeof(double), 1.0);
    for (auto _ : state) {
        double sum[8] = {};
        for (std::size_t i = 0; i < numbers.size(); i += 8) {
            for (std::size_t l = 0; l < 8; ++l) {
                sum[l] += numbers[i + l];
            }
        }
        benchmark::DoNotOptimize(sum);
    }
    state.counters["bytes"] = rate(stream_bytes);
}

StepBatch::Setup streamed(int groups, int directions, bool component_fastest) {
    StepBatch::Setup setup;
    setup.groups = groups;
    setup.directions = directions;
    setup.cells = static_cast<int>(stream_bytes / (64 * static_cast<std::size_t>(groups * directions)));
    setup.layout = component_fastest ? Layout::component_fastest : Layout::direction_fastest;
    return setup;
}

/** Certified-stable aligned cells. Arguments: groups, directions, 1 for the component fastest. */
void stable_cells(benchmark::State& state) {
    const auto setup =
        streamed(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), state.range(2) != 0);
    StepBatch batch(setup);
    batch.apply(1e-9); // their state
    for (auto _ : state) {
        batch.apply(1e-9);
    }
    state.counters["bytes"] = rate(batch.bytes()); // they are only read
    state.counters["us/cell"] = benchmark::Counter(setup.cells * 1e-6, benchmark::Counter::kIsIterationInvariantRate |
                                                                           benchmark::Counter::kInvert);
}

/** One cell that stays in the caches: argument directions (2 groups of modes). */
void one_stable_cell(benchmark::State& state) {
    StepBatch::Setup setup;
    setup.directions = static_cast<int>(state.range(0));
    StepBatch batch(setup);
    batch.apply(1e-9);
    for (auto _ : state) {
        batch.apply(1e-9);
    }
}

/** A cell with a crossing, driven by 0.1 % a step, that follows its marginal state. */
void tracked_marginal_cell(benchmark::State& state) {
    StepBatch::Setup setup;
    setup.directions = static_cast<int>(state.range(0));
    setup.ratio = 0.9;
    StepBatch batch(setup);
    batch.apply(1e-6); // the first saturation
    const std::vector<double> saturated = batch.rho;
    int step = 0;
    for (auto _ : state) {
        if (++step % 20 == 0) {
            state.PauseTiming();
            batch.rho = saturated;
            batch.apply(1e-6);
            state.ResumeTiming();
        }
        batch.drive(1e-3);
        batch.apply(1e-6);
    }
}

/** The same number of cells on every thread; argument: threads. Each has its own batch and workspace. */
void cells_on_threads(benchmark::State& state) {
    const auto threads = static_cast<std::size_t>(state.range(0));
    std::vector<std::unique_ptr<StepBatch>> batches;
    StepBatch::Setup setup;
    setup.cells = 64;
    setup.ratio = 0.9; // bound by computing, not by memory
    for (std::size_t t = 0; t < threads; ++t) {
        batches.push_back(std::make_unique<StepBatch>(setup));
        batches.back()->apply(1e-6);
    }
    const auto work = [](StepBatch& batch) {
        for (int step = 0; step < 10; ++step) {
            batch.drive(1e-3);
            batch.apply(1e-6);
        }
        batch.drive(1.0 / 1.01004512 - 1.0);
        batch.apply(1e-6);
    };
    for (auto _ : state) {
        std::vector<std::thread> others;
        for (std::size_t t = 1; t < threads; ++t) {
            others.emplace_back(work, std::ref(*batches[t]));
        }
        work(*batches[0]);
        for (auto& other : others) {
            other.join();
        }
    }
}

BENCHMARK(read)->Unit(benchmark::kMillisecond);
BENCHMARK(read_and_write)->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK(stable_cells)
    ->Args({12, 32, 0})
    ->Args({12, 32, 1})
    ->Args({12, 8, 1})
    ->Args({1, 32, 0})
    ->Args({1, 32, 1})
    ->Args({1, 64, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(one_stable_cell)->Arg(32)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(tracked_marginal_cell)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(cells_on_threads)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
