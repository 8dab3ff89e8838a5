// Closures of the flavor viscosity on a cell of 96 directions with one crossing: what a stable cell pays for the screen, the
// first saturation, and following a saturated state, beside one warm root and one dense solution of the same waves.

#include "closures/closure.hpp"
#include "closures/wave_lines.hpp"
#include "phase_space/refinement.hpp"

#include <Eigen/Eigenvalues>
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace miscid;

struct BenchCell {
    std::vector<double> v, weight, e, after, factor, state;

    BenchCell(double alpha, int directions)
        : v(directions), weight(directions), e(directions), after(directions), factor(directions) {
        miscid::phase_space::gauss_legendre(directions, v.data(), weight.data());
        for (std::size_t i = 0; i < e.size(); ++i) {
            const double x = v[i] - 1.0;
            e[i] =
                weight[i] * (std::exp(-0.5 * x * x / 0.36) / 0.7518 - alpha * std::exp(-0.5 * x * x / 0.25) / 0.6266);
        }
    }
    closures::Outcome apply(closures::Closure& closure, double dt) {
        closures::Cell cell;
        cell.directions = static_cast<int>(e.size());
        cell.v = v.data();
        cell.weight = weight.data();
        cell.e = e.data();
        cell.dt = dt;
        cell.state = state.empty() ? nullptr : state.data();
        closures::Answer answer;
        answer.e = after.data();
        answer.factor = factor.data();
        return closure.apply(cell, answer);
    }
    /** The crossing moves by about a per cent. */
    void drive() {
        for (std::size_t i = 0; i < e.size(); ++i) {
            e[i] -= 0.003 * weight[i] * std::exp(-2.0 * (1.0 - v[i]));
        }
    }
};

closures::Kind kind_of(const benchmark::State& state) {
    return static_cast<closures::Kind>(state.range(0));
}

std::unique_ptr<closures::Closure> closure_of(const benchmark::State& state, BenchCell& cell) {
    closures::Options options;
    options.axial_breaking = state.range(1) != 0;
    auto closure = closures::make_closure(kind_of(state), options);
    const int directions = static_cast<int>(cell.e.size());
    closure->reserve(directions);
    cell.state.assign(static_cast<std::size_t>(closure->state_size(directions)), 0.0);
    return closure;
}

void screened_stable_cell(benchmark::State& state) {
    BenchCell cell(0.6, 96);
    auto closure = closure_of(state, cell);
    for (auto _ : state) {
        benchmark::DoNotOptimize(cell.apply(*closure, 1e4));
    }
    state.SetLabel(closures::name_of(kind_of(state)));
}

void first_saturation(benchmark::State& state) {
    BenchCell cell(0.9, 96);
    auto closure = closure_of(state, cell);
    for (auto _ : state) {
        std::fill(cell.state.begin(), cell.state.end(), 0.0);
        benchmark::DoNotOptimize(cell.apply(*closure, 1e4));
    }
    state.SetLabel(closures::name_of(kind_of(state)));
}

/** A saturated cell that its host changes by about 1 % of sum |e| and that has to mix for it, then once more without change. */
void followed_saturated_state(benchmark::State& state) {
    BenchCell cell(0.9, 96);
    auto closure = closure_of(state, cell);
    cell.apply(*closure, 1e4);
    cell.e = cell.after;
    cell.drive();
    const auto stored = cell.state;
    for (auto _ : state) {
        std::copy(stored.begin(), stored.end(), cell.state.begin());
        benchmark::DoNotOptimize(cell.apply(*closure, 1e2));
    }
    double change = 0.0;
    double size = 0.0;
    for (std::size_t i = 0; i < cell.e.size(); ++i) {
        change += std::abs(cell.after[i] - cell.e[i]);
        size += std::abs(cell.e[i]);
    }
    state.counters["mixed"] = change / size;
    state.SetLabel(closures::name_of(kind_of(state)));
}

void warm_root(benchmark::State& state) {
    BenchCell cell(0.9, 96);
    closures::WaveLines lines;
    lines.reserve(96);
    lines.set_axisymmetric(96, cell.v.data(), false);
    lines.set_background(cell.e.data(), nullptr);
    const auto set = lines.unstable(0, -0.15, 1e-3);
    for (auto _ : state) {
        closures::Complex omega = 1.01 * set.omega[0];
        benchmark::DoNotOptimize(lines.polish(0, -0.15, omega));
    }
}

void dense_eigenvalues(benchmark::State& state) {
    BenchCell cell(0.9, 96);
    Eigen::MatrixXd M(96, 96);
    for (int i = 0; i < 96; ++i) {
        for (int j = 0; j < 96; ++j) {
            M(i, j) = -cell.e[i] * (1.0 - cell.v[i] * cell.v[j]) + (i == j ? -0.15 * cell.v[i] : 0.0);
        }
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(Eigen::EigenSolver<Eigen::MatrixXd>(M, false).eigenvalues().imag().maxCoeff());
    }
}

} // namespace

BENCHMARK(screened_stable_cell)->Args({1, 0})->Args({3, 0})->Args({4, 0});
BENCHMARK(first_saturation)
    ->Args({1, 0})
    ->Args({2, 0})
    ->Args({3, 0})
    ->Args({3, 1})
    ->Args({4, 0})
    ->Args({4, 1})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(followed_saturated_state)->Args({3, 0})->Args({3, 1})->Args({4, 0})->Unit(benchmark::kMicrosecond);
BENCHMARK(warm_root);
BENCHMARK(dense_eigenvalues)->Unit(benchmark::kMicrosecond);
BENCHMARK_MAIN();
