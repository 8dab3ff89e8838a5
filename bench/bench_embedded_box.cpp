// Cost of the embedded box: marker steps, a first saturation (mean over angular distributions), a driving step, a quiet
// cell.
// Compare rows of one run: the machine's clock is not the point.

#include "closures/embedded_box.hpp"
#include "kinetics/marker_box.hpp"
#include "phase_space/refinement.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

using namespace miscid;
using namespace miscid::closures;

namespace {

constexpr BoxSize sizes[] = {box_sizes::D, box_sizes::S, box_sizes::M, box_sizes::L};
constexpr double alphas[] = {0.86, 0.9, 0.95, 1.0, 1.3};

/** g_nu - alpha g_nubar on Gauss nodes: Gaussians of width 0.6 and 0.5 in v - 1 (flavor-waves.md 4). */
struct Crossing {
    std::vector<double> v, weight, e, after, factor, state, source;

    Crossing(double alpha, int directions, const Closure& closure)
        : v(static_cast<std::size_t>(directions)), weight(v), e(v), after(v), factor(v), source(v.size(), 0.0) {
        miscid::phase_space::gauss_legendre(directions, v.data(), weight.data());
        const auto gauss = [](double x, double width) {
            return std::exp(-0.5 * (x - 1.0) * (x - 1.0) / (width * width)) /
                   (width * std::sqrt(0.5 * 3.14159265358979323846) * std::erf(std::sqrt(2.0) / width));
        };
        for (std::size_t i = 0; i < e.size(); ++i) {
            e[i] = weight[i] * (gauss(v[i], 0.6) - alpha * gauss(v[i], 0.5));
            source[i] = -weight[i] * gauss(v[i], 0.5);
        }
        state.assign(static_cast<std::size_t>(closure.state_size(directions)), 0.0);
    }
    Outcome apply(Closure& closure, double dt) {
        Cell cell;
        cell.directions = static_cast<int>(e.size());
        cell.v = v.data();
        cell.weight = weight.data();
        cell.e = e.data();
        cell.source = source.data();
        cell.dt = dt;
        cell.state = state.data();
        Answer answer;
        answer.e = after.data();
        answer.factor = factor.data();
        return closure.apply(cell, answer);
    }
};

std::unique_ptr<Closure> closure_of(const benchmark::State& state, int directions) {
    EmbeddedBoxOptions options;
    options.size = sizes[state.range(0)];
    auto closure = make_embedded_box(options);
    closure->reserve(directions);
    return closure;
}

/** Arguments: size (0 D, 1 S, 2 M, 3 L), instruction set (0 baseline, 1 avx2, 2 avx512), boxes side by side. */
void marker_steps(benchmark::State& state) {
    const auto level = static_cast<equilibrium::DispatchLevel>(state.range(1));
    if (level > equilibrium::best_dispatch_level()) {
        state.SkipWithError("this machine lacks the instruction set");
        return;
    }
    const BoxSize size = sizes[state.range(0)];
    const auto beams = static_cast<std::size_t>(size.beams);
    std::vector<double> v(beams), a(beams);
    miscid::phase_space::gauss_legendre(size.beams, v.data(), a.data());
    double total = 0.0;
    for (std::size_t b = 0; b < beams; ++b) {
        a[b] *= v[b] - 0.2;
        total += std::abs(a[b]);
    }
    const auto boxes = static_cast<int>(state.range(2));
    kinetics::MarkerBox box(level);
    box.reserve(size.beams, size.markers, boxes);
    constexpr int steps = 100;
    kinetics::MarkerBox::Task tasks[kinetics::MarkerBox::most_boxes];
    for (int i = 0; i < boxes; ++i) {
        box.start(size.beams, size.markers, 0.9 * size.markers / total, v.data(), a.data(), i);
        kinetics::RandomNumbers random(static_cast<std::uint64_t>(1 + i));
        box.tilt(0.05, 1e9, random, i);
        tasks[i] = {steps, 0.3 / total, nullptr, nullptr};
    }
    for (auto _ : state) {
        box.run(tasks);
    }
    state.counters["marker_steps"] = benchmark::Counter(static_cast<double>(steps) * boxes * size.beams * size.markers,
                                                        benchmark::Counter::kIsIterationInvariantRate);
}

/** Mean over five distributions, search for waves included. */
void first_saturation(benchmark::State& state) {
    auto closure = closure_of(state, 64);
    std::vector<Crossing> cells;
    for (const double alpha : alphas) {
        cells.emplace_back(alpha, 64, *closure);
        std::fill(cells.back().source.begin(), cells.back().source.end(), 0.0);
    }
    for (auto _ : state) {
        for (Crossing& cell : cells) {
            cell.state[0] = 0.0;
            cell.apply(*closure, 1e5);
        }
    }
    state.counters["per_cell"] = benchmark::Counter(std::size(alphas), benchmark::Counter::kIsIterationInvariantRate |
                                                                           benchmark::Counter::kInvert);
}

/** A grown box whose lepton numbers are changed by 1 % of sum |e|. */
void driving_step(benchmark::State& state) {
    auto closure = closure_of(state, 64);
    Crossing cell(0.9, 64, *closure);
    const std::vector<double> source = cell.source;
    std::fill(cell.source.begin(), cell.source.end(), 0.0);
    cell.apply(*closure, 1e5);
    cell.e = cell.after;
    cell.source = source;
    double total = 0.0, change = 0.0;
    for (std::size_t i = 0; i < cell.e.size(); ++i) {
        total += std::abs(cell.e[i]);
        change += std::abs(cell.source[i]);
    }
    constexpr double dt = 1e5;
    for (double& s : cell.source) {
        s *= 0.01 * total / (change * dt);
    }
    const std::vector<double> stored = cell.state;
    for (auto _ : state) {
        cell.state = stored;
        cell.apply(*closure, dt);
    }
}

/** A cell without a crossing, and a grown box that nothing drives. */
void quiet_cell(benchmark::State& state) {
    auto closure = closure_of(state, 64);
    Crossing cell(state.range(1) ? 0.9 : 0.5, 64, *closure);
    std::fill(cell.source.begin(), cell.source.end(), 0.0);
    cell.apply(*closure, 1e5);
    cell.e = cell.after;
    for (auto _ : state) {
        cell.apply(*closure, 1e5);
    }
}

} // namespace

BENCHMARK(marker_steps)->ArgsProduct({{0, 1, 2, 3}, {0, 1, 2}, {1, 16}})->Unit(benchmark::kMicrosecond);
BENCHMARK(first_saturation)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);
BENCHMARK(driving_step)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK(quiet_cell)->ArgsProduct({{1}, {0, 1}})->Unit(benchmark::kMicrosecond);
BENCHMARK_MAIN();
