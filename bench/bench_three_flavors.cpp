// Three flavors: one sweep over all modes, and a warm solve with certificate after every input changed by about 1 %.

#include "equilibrium/solver.hpp"
#include "flavor/three_flavor.hpp"

#include <benchmark/benchmark.h>

#include <random>

namespace {

using namespace miscid;
using Solver = equilibrium::SolverFor<3>;

/** A cell in its mixing equilibrium, and the amplitudes of the next step. */
struct ThreeFlavorCell {
    phase_space::ModeGrid grid;
    phase_space::AlignedVector amplitude, next;
    equilibrium::ProblemFor<3> problem;
    equilibrium::ResultFor<3> start;

    ThreeFlavorCell(int directions, int energies, bool mu_tau_differ) : grid(directions, 2 * energies) {
        std::mt19937 engine(1);
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        std::normal_distribution<double> normal;
        amplitude.assign(3 * grid.size(), 0.0);
        next = amplitude;
        for (int d = 0; d < directions; ++d) {
            const double x = normal(engine), y = normal(engine), z = normal(engine);
            grid.set_direction(d, Eigen::Vector3d(x, y, z).normalized());
            for (int slot = 0; slot < 2 * energies; ++slot) {
                const double sign = slot < energies ? 1.0 : -1.0;
                grid.set_frequency(d, slot, sign / (1 + slot % energies));
                const double mu = 0.3 * uniform(engine);
                const double r[3] = {mu, mu_tau_differ ? 0.9 * mu : mu, 0.3 + 0.5 * uniform(engine)};
                const double change = 1.0 + 0.01 * (uniform(engine) - 0.5);
                for (std::size_t k = 0; k < 3; ++k) {
                    const std::size_t i = k * grid.size() + grid.index(d, slot);
                    amplitude[i] = sign * r[k] / (directions * energies);
                    next[i] = change * amplitude[i];
                }
            }
        }
        problem.grid = &grid;
        problem.amplitude = amplitude.data();
        problem.medium.B = flavor::vacuum_vector(flavor::mixing_matrix(0.587, 0.15, 0.83, 1.0), 0.03, 1.0);
        problem.medium.mu = 5.0;
        problem.medium.velocity = {0.1, 0.0, 0.05};
        equilibrium::FieldFor<3> field;
        for (double lambda = 2e4; lambda > 19.0; lambda /= 2.0) { // from dense matter
            auto last = problem.medium;
            problem.medium.lambda = lambda;
            problem.medium.lambda_mu = mu_tau_differ ? 0.2 * lambda : 0.0; // tells mu from tau
            if (lambda == 2e4) {
                field = problem.medium.field();
                last = problem.medium;
            }
            Solver solver(equilibrium::sweep_kernels_for<3>(equilibrium::best_dispatch_level()));
            start = solver.solve(problem, field, equilibrium::unknown_inertia, last);
            field = start.field;
        }
        problem.amplitude = next.data();
        problem.medium.lambda *= 1.01;
    }
};

equilibrium::DispatchLevel level_of(const benchmark::State& state) {
    return static_cast<equilibrium::DispatchLevel>(state.range(2));
}

void three_flavor_sweep(benchmark::State& state) {
    if (level_of(state) > equilibrium::best_dispatch_level()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const ThreeFlavorCell cell(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), state.range(3) != 0);
    const auto kernels = equilibrium::sweep_kernels_for<3>(level_of(state));
    const auto input = equilibrium::sweep_input<3>(cell.problem, cell.start.field, cell.start.field);
    equilibrium::SweepSumsFor<3> sums;
    for (auto _ : state) {
        kernels.full(input, sums);
        benchmark::DoNotOptimize(sums);
    }
    state.counters["ns/mode"] =
        benchmark::Counter(static_cast<double>(2 * state.range(0) * state.range(1)) * 1e-9,
                           benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void three_flavor_solve(benchmark::State& state) {
    if (level_of(state) > equilibrium::best_dispatch_level()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const ThreeFlavorCell cell(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), state.range(3) != 0);
    Solver solver(equilibrium::sweep_kernels_for<3>(level_of(state)));
    solver.reserve(cell.grid.size());
    equilibrium::ResultFor<3> result;
    for (auto _ : state) {
        result = solver.newton(cell.problem, cell.start.field, cell.start.inertia);
        benchmark::DoNotOptimize(result);
    }
    if (result.outcome != equilibrium::Outcome::ok) {
        state.SkipWithError("no equilibrium");
    }
    state.counters["iterations"] = result.iterations;
}

// directions, energies, dispatch level, spectra of mu and tau differ
void sizes(benchmark::internal::Benchmark* benchmark) {
    for (const int level : {0, 1, 2}) {
        for (const int energies : {12, 1}) {
            for (const int differ : {0, 1}) {
                benchmark->Args({32, energies, level, differ});
            }
        }
    }
    benchmark->ArgNames({"directions", "energies", "level", "mu_tau_differ"})->Unit(benchmark::kMicrosecond);
}

BENCHMARK(three_flavor_sweep)->Apply(sizes);
BENCHMARK(three_flavor_solve)->Apply(sizes);

} // namespace

BENCHMARK_MAIN();
