// Cost of every stage of a step for one cell, at every instruction set this machine has, beside the rate at which it
// multiplies and adds. Arguments: groups, directions (modes = 2 x groups x directions), dispatch level.

#include "random_cell.hpp"

#include "equilibrium/solver.hpp"
#include "step/mode_kernels.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace miscid::bench {

double multiply_add_baseline(double* result, int rounds);
#ifdef MISCID_X86_LEVELS
double multiply_add_avx2(double* result, int rounds);
double multiply_add_avx512(double* result, int rounds);
#endif

} // namespace miscid::bench

using namespace miscid;

namespace {

using equilibrium::DispatchLevel;
using phase_space::AlignedVector;

/** Counters of a stage: operations on numbers (a square root and a division count as one each) and bytes per mode. */
void set_modes(benchmark::State& state, double modes, double operations, double bytes) {
    const auto per_second = [](double amount) {
        return benchmark::Counter(amount, benchmark::Counter::kIsIterationInvariantRate);
    };
    state.counters["operations/mode"] = operations;
    state.counters["bytes/mode"] = bytes;
    state.counters["operations"] = per_second(modes * operations);
    state.counters["bytes"] = per_second(modes * bytes);
}

/** A cell with everything a stage reads and writes, in density form. */
struct Stage {
    explicit Stage(const benchmark::State& state)
        : groups(static_cast<int>(state.range(0))), directions(static_cast<int>(state.range(1))),
          level(static_cast<DispatchLevel>(state.range(2))), cell(bench::make_cell(groups, directions, 1)),
          sweeps(equilibrium::sweep_kernels(level)), kernels(step::mode_kernels(level)), problem(cell.problem()) {
        for (AlignedVector* array : {&trace, &norm, &p, &rate, &P[0], &P[1], &P[2], &hhat[0], &hhat[1], &hhat[2]}) {
            array->assign(cell.grid.size(), 0.0);
        }
        p = cell.p;
        for (std::size_t i = 0; i < p.size(); ++i) {
            trace[i] = 1.5 * std::abs(p[i]);
        }
        modes.size = cell.grid.size();
        modes.sign_weight = cell.sign_weight.data();
        modes.trace = trace.data();
        modes.norm = norm.data();
        modes.p = p.data();
        for (int a = 0; a < 3; ++a) {
            modes.hhat[a] = hhat[a].data();
            modes.P[a] = P[a].data();
        }
        take_directions();
        lay_along_field();
    }

    void take_directions() {
        double* const target[3] = {hhat[0].data(), hhat[1].data(), hhat[2].data()};
        sweeps.directions(equilibrium::sweep_input(problem, cell.field, cell.field), target, norm.data());
    }

    void lay_along_field() {
        double* const target[3] = {P[0].data(), P[1].data(), P[2].data()};
        kernels.lay_along_field(modes, target);
    }

    double count() const { return 2.0 * groups * directions; }

    int groups;
    int directions;
    DispatchLevel level;
    bench::RandomCell cell;
    equilibrium::SweepKernels sweeps;
    const step::ModeKernels& kernels;
    equilibrium::Problem problem;
    AlignedVector trace, norm, p, rate, P[3], hhat[3];
    step::ModeArrays modes;
};

void multiply_add(benchmark::State& state) {
    double result[phase_space::lanes];
    double operations = 0.0;
    for (auto _ : state) {
        switch (static_cast<DispatchLevel>(state.range(0))) {
#ifdef MISCID_X86_LEVELS
        case DispatchLevel::avx512:
            operations = bench::multiply_add_avx512(result, 1000);
            break;
        case DispatchLevel::avx2:
            operations = bench::multiply_add_avx2(result, 1000);
            break;
#endif
        default:
            operations = bench::multiply_add_baseline(result, 1000);
        }
        benchmark::DoNotOptimize(result);
    }
    state.counters["operations"] = benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

/** The sweeps of a solve: the first (nothing has turned yet), the next ones, and the last (no derivative). */
enum class Sweep { first, next, last };

template <Sweep which>
void sweep(benchmark::State& state) {
    Stage s(state);
    const equilibrium::Field previous = which == Sweep::first ? s.cell.field : equilibrium::Field(1.001 * s.cell.field);
    const auto input = equilibrium::sweep_input(s.problem, s.cell.field, previous);
    equilibrium::SweepSums sums;
    for (auto _ : state) {
        (which == Sweep::last ? s.sweeps.moments : s.sweeps.full)(input, sums);
        benchmark::DoNotOptimize(sums);
    }
    // Per mode: t, |H|^2, 1/|H| and the sums of F take 12, those of A 7, the angle 14 (comparisons count). What all
    // energies of a direction share: 73 for H and F, 168 for A, 63 for the angle.
    const double per_mode = 12 + (which == Sweep::last ? 0 : 7) + (which == Sweep::first ? 0 : 14);
    const double per_direction = 73 + (which == Sweep::last ? 0 : 168) + (which == Sweep::first ? 0 : 63);
    set_modes(state, s.count(), per_mode + per_direction / (2 * s.groups), 16);
}

void directions_of_field(benchmark::State& state) {
    Stage s(state);
    for (auto _ : state) {
        s.take_directions();
        benchmark::ClobberMemory();
    }
    set_modes(state, s.count(), 18, 40);
}

void screen(benchmark::State& state) {
    Stage s(state);
    bool allowed = true;
    for (auto _ : state) {
        const double scale = s.kernels.largest_trace(s.modes);
        allowed = allowed && s.kernels.eigenvalues_allowed(s.modes, {false, false, 1e-6, scale});
        benchmark::DoNotOptimize(allowed);
    }
    if (!allowed) {
        state.SkipWithError("refused");
    }
    set_modes(state, s.count(), 11, 40);
}

void signed_amplitudes(benchmark::State& state) {
    Stage s(state);
    step::Tilt tilt;
    for (auto _ : state) {
        s.kernels.signed_amplitudes(s.modes, true, s.p.data(), tilt);
        benchmark::DoNotOptimize(tilt);
    }
    set_modes(state, s.count(), 42, 80);
}

void depolarize(benchmark::State& state) {
    Stage s(state);
    double change[3];
    for (auto _ : state) {
        s.kernels.depolarize(s.modes, s.rate.data(), 1e-6, s.p.data(), change);
        benchmark::DoNotOptimize(change);
    }
    set_modes(state, s.count(), 48, 56);
}

void lay_along_field(benchmark::State& state) {
    Stage s(state);
    for (auto _ : state) {
        s.lay_along_field();
        benchmark::DoNotOptimize(s.kernels.energy(s.modes));
    }
    set_modes(state, s.count(), 6, 72);
}

enum class Layout { direction_fastest, component_fastest };

/** From the host's density matrices and back. */
template <Layout layout, bool write>
void transfer(benchmark::State& state) {
    Stage s(state);
    std::vector<double> rho(static_cast<std::size_t>(4 * 2 * s.groups * s.directions));
    double* const P[3] = {s.P[0].data(), s.P[1].data(), s.P[2].data()};
    const auto slot = [&](int number) {
        step::HostSlot host;
        host.first = reinterpret_cast<char*>(&rho[static_cast<std::size_t>(number * 4 * s.directions)]);
        host.component_stride = layout == Layout::direction_fastest ? 8 * s.directions : 8;
        host.direction_stride = layout == Layout::direction_fastest ? 8 : 32;
        host.directions = s.directions;
        return host;
    };
    const auto place = [&](int number) {
        return step::GridSlot{s.cell.grid.index(0, number),
                              static_cast<std::size_t>(s.cell.grid.slots()) * phase_space::lanes};
    };
    for (auto _ : state) {
        for (int number = 0; number < 2 * s.groups; ++number) {
            if (write) {
                s.kernels.write_density_matrices(slot(number), place(number), 1.0, 1.0, s.trace.data(), P);
            } else {
                s.kernels.read_density_matrices(slot(number), place(number), 1.0, 1e45, 1.0, s.trace.data(), P);
            }
        }
        benchmark::ClobberMemory();
    }
    set_modes(state, s.count(), 8, 64);
}

void levels(benchmark::internal::Benchmark* benchmark) {
    benchmark->Unit(benchmark::kMicrosecond);
    for (const auto& size : {std::pair<int, int>{12, 32}, {1, 32}}) {
        for (int level = 0; level <= static_cast<int>(equilibrium::best_dispatch_level()); ++level) {
            benchmark->Args({size.first, size.second, level});
        }
    }
}

BENCHMARK(multiply_add)->DenseRange(0, static_cast<int>(equilibrium::best_dispatch_level()));
BENCHMARK_TEMPLATE(transfer, Layout::direction_fastest, false)->Apply(levels);
BENCHMARK_TEMPLATE(transfer, Layout::component_fastest, false)->Apply(levels);
BENCHMARK(screen)->Apply(levels);
BENCHMARK(directions_of_field)->Apply(levels);
BENCHMARK(signed_amplitudes)->Apply(levels);
BENCHMARK(depolarize)->Apply(levels);
BENCHMARK_TEMPLATE(sweep, Sweep::first)->Apply(levels);
BENCHMARK_TEMPLATE(sweep, Sweep::next)->Apply(levels);
BENCHMARK_TEMPLATE(sweep, Sweep::last)->Apply(levels);
BENCHMARK(lay_along_field)->Apply(levels);
BENCHMARK_TEMPLATE(transfer, Layout::direction_fastest, true)->Apply(levels);
BENCHMARK_TEMPLATE(transfer, Layout::component_fastest, true)->Apply(levels);

} // namespace

BENCHMARK_MAIN();
