// Cost of re-equilibrating a cell from the last step's state, and of the whole miscid_apply (its stages: bench_stages).
// Arguments: groups, directions (modes = 2 x groups x directions), then the dispatch level, or for the whole apply the number
// of cells of a call and which index is fastest (0 direction, 1 component).

#include "plain_equilibrium.hpp"
#include "random_cell.hpp"

#include "equilibrium/solver.hpp"
#include "equilibrium/symmetric_factorization.hpp"

#include <benchmark/benchmark.h>
#include <miscid/miscid.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

using namespace miscid;

namespace {

/** The next step of a cell: every amplitude and the matter potential changed by a relative `delta`. */
bench::RandomCell next_step(bench::RandomCell cell, double delta) {
    for (std::size_t i = 0; i < cell.amplitude.size(); ++i) {
        cell.amplitude[i] *= 1.0 - delta * (0.5 + 0.5 * static_cast<double>(i % 7) / 6.0);
    }
    cell.medium.lambda *= 1.0 - delta;
    return cell;
}

void set_modes(benchmark::State& state, int modes) {
    state.counters["modes"] = modes;
    state.counters["ns/mode"] =
        benchmark::Counter(modes * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr double change = 1e-2;

void warm_solve(benchmark::State& state) {
    const int groups = static_cast<int>(state.range(0));
    const int directions = static_cast<int>(state.range(1));
    const auto cell = bench::make_cell(groups, directions, 1);
    const auto next = next_step(cell, change);
    equilibrium::Solver solver(equilibrium::sweep_kernels(static_cast<equilibrium::DispatchLevel>(state.range(2))));
    solver.reserve(cell.grid.size());
    const auto problem = next.problem();
    equilibrium::Result result;
    for (auto _ : state) {
        result = solver.solve(problem, cell.field, cell.inertia);
        benchmark::DoNotOptimize(result.field);
    }
    if (result.outcome != equilibrium::Outcome::ok || result.continued) {
        state.SkipWithError("not certified");
    }
    state.counters["iterations"] = result.iterations;
    set_modes(state, 2 * groups * directions);
}

void plain_solve(benchmark::State& state) {
    const int groups = static_cast<int>(state.range(0));
    const int directions = static_cast<int>(state.range(1));
    const auto cell = bench::make_cell(groups, directions, 1);
    const auto next = next_step(cell, change);
    const auto problem = next.problem();
    int iterations = 0;
    for (auto _ : state) {
        equilibrium::Field field = cell.field;
        iterations = bench::plain_newton(problem, field);
        benchmark::DoNotOptimize(field);
    }
    state.counters["iterations"] = iterations;
    set_modes(state, 2 * groups * directions);
}

void factorization(benchmark::State& state) {
    const auto cell = bench::make_cell(4, 8, 1);
    equilibrium::SweepSums sums;
    equilibrium::sweep(equilibrium::sweep_kernels(equilibrium::DispatchLevel::baseline).full, cell.problem(),
                       cell.field, cell.field, sums);
    equilibrium::FieldMatrix gJ = equilibrium::regular_jacobian(cell.problem(), cell.field, sums);
    equilibrium::FieldVector right = equilibrium::FieldVector::Ones();
    for (auto _ : state) {
        benchmark::DoNotOptimize(gJ);
        const equilibrium::SymmetricFactorization<12> factors(gJ);
        benchmark::DoNotOptimize(factors.solve(right));
    }
}

/** The size of three flavors: 4 x 8 components of the field. */
void factorization_32(benchmark::State& state) {
    using Factorization = equilibrium::SymmetricFactorization<32>;
    std::srand(1);
    Factorization::Matrix matrix = Factorization::Matrix::Random();
    matrix = (matrix + matrix.transpose()).eval();
    const Factorization::Vector right = Factorization::Vector::Ones();
    for (auto _ : state) {
        benchmark::DoNotOptimize(matrix);
        const Factorization factors(matrix);
        benchmark::DoNotOptimize(factors.solve(right));
    }
}

/** The whole apply through the C interface, per cell: matrix mode, warm cells, the direction or the component fastest. */
void whole_apply(benchmark::State& state) {
    const int groups = static_cast<int>(state.range(0));
    const int directions = static_cast<int>(state.range(1));
    const int cells = static_cast<int>(state.range(2));
    const bool component_fastest = state.range(3) != 0;
    auto cell = bench::make_cell(groups, directions, 1);
    const auto check = [](miscid_status status) {
        if (status != MISCID_OK) {
            char message[512];
            miscid_last_error(message, sizeof message);
            throw std::runtime_error(message);
        }
    };
    miscid_config* config = nullptr;
    miscid_context* context = nullptr;
    miscid_workspace* workspace = nullptr;
    miscid_batch* batch = nullptr;
    check(miscid_config_create(&config));
    check(miscid_config_set_integer(config, "phase_space.groups", groups));
    check(miscid_config_set_integer(config, "phase_space.directions", directions));
    check(miscid_config_set_text(config, "phase_space.form", "density"));
    check(miscid_config_set_text(config, "vacuum.ordering", "inverted"));
    check(miscid_config_set_text(config, "collisions.mode", "off"));
    check(miscid_config_set_text(config, "equilibrium.cold_start", "from_incoming"));
    check(miscid_context_create(config, &context));
    check(miscid_workspace_create(context, &workspace));
    check(miscid_batch_create(context, &batch));
    const auto per_cell = static_cast<std::size_t>(2 * groups * directions * 4);
    std::vector<double> rho(per_cell);
    for (int slot = 0; slot < 2 * groups; ++slot) {
        for (int d = 0; d < directions; ++d) {
            const std::size_t i = cell.grid.index(d, slot);
            const auto H = equilibrium::hamiltonian(cell.field, cell.direction[static_cast<std::size_t>(d)],
                                                    cell.grid.frequency(d, slot), cell.medium.B);
            const double p = std::abs(cell.sign_weight[i]) * cell.p[i];
            const auto matrix = flavor::density_matrix({1.5 * std::abs(p), p * H.normalized()});
            const double values[4] = {matrix.ee, matrix.xx, matrix.re_ex, matrix.im_ex};
            for (int c = 0; c < 4; ++c) {
                rho[static_cast<std::size_t>(component_fastest ? (slot * directions + d) * 4 + c
                                                               : (slot * 4 + c) * directions + d)] = values[c];
            }
        }
    }
    rho.reserve(per_cell * static_cast<std::size_t>(cells));
    for (int copy = 1; copy < cells; ++copy) {
        rho.insert(rho.end(), rho.begin(), rho.begin() + static_cast<std::ptrdiff_t>(per_cell));
    }
    std::vector<double> direction;
    for (const auto& v : cell.direction) {
        direction.insert(direction.end(), v.data(), v.data() + 3);
    }
    int32_t state_size = 0;
    miscid_state_doubles_per_cell(context, &state_size);
    std::vector<double> host_state(static_cast<std::size_t>(cells * state_size), 0.0);
    std::vector<double> electrons(static_cast<std::size_t>(cells));
    const auto bind = [&](miscid_field field, double* data, std::vector<std::pair<miscid_axis, std::int64_t>> axes) {
        miscid_view view;
        miscid_view_init(&view, data);
        std::int64_t stride = 8;
        for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
            miscid_view_add_axis(&view, axis->first, axis->second, stride);
            stride *= axis->second;
        }
        check(miscid_batch_bind(batch, field, &view));
    };
    std::vector<std::pair<miscid_axis, std::int64_t>> axes = {
        {MISCID_AXIS_I, cells}, {MISCID_AXIS_TYPE, 2}, {MISCID_AXIS_GROUP, groups}};
    if (component_fastest) {
        axes.insert(axes.end(), {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_COMPONENT, 4}});
    } else {
        axes.insert(axes.end(), {{MISCID_AXIS_COMPONENT, 4}, {MISCID_AXIS_DIRECTION, directions}});
    }
    bind(MISCID_FIELD_RHO, rho.data(), axes);
    bind(MISCID_FIELD_DIRECTION, direction.data(), {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}});
    bind(MISCID_FIELD_ENERGY, cell.energy.data(), {{MISCID_AXIS_GROUP, groups}});
    bind(MISCID_FIELD_ELECTRON_DENSITY, electrons.data(), {{MISCID_AXIS_I, cells}});
    bind(MISCID_FIELD_STATE, host_state.data(), {{MISCID_AXIS_I, cells}, {MISCID_AXIS_COMPONENT, state_size}});
    const std::int64_t extent[4] = {cells, 1, 1, 1};
    const std::int64_t no_ghosts[4] = {0, 0, 0, 0};
    check(miscid_batch_set_box(batch, extent, no_ghosts, no_ghosts));
    miscid_report report{};
    report.struct_size = sizeof report;
    std::int64_t iterations = 0;
    int step = 0;
    for (auto _ : state) {
        std::fill(electrons.begin(), electrons.end(), // back and forth, always a warm step
                  cell.electron_density * (step++ % 2 == 0 ? 1.0 - change : 1.0));
        if (miscid_apply(context, workspace, batch, 0.0, 1e-6, &report) != MISCID_OK || report.ok != cells) {
            state.SkipWithError("refused");
        }
        iterations += report.iterations;
    }
    state.counters["iterations"] = static_cast<double>(iterations) / static_cast<double>(state.iterations() * cells);
    state.counters["us/cell"] =
        benchmark::Counter(cells * 1e-6, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    set_modes(state, cells * 2 * groups * directions);
    miscid_batch_destroy(batch);
    miscid_workspace_destroy(workspace);
    miscid_context_destroy(context);
    miscid_config_destroy(config);
}

void levels(benchmark::internal::Benchmark* benchmark) {
    for (const auto& size : {std::pair<int, int>{12, 32}, {1, 32}}) {
        for (int level = 0; level <= static_cast<int>(equilibrium::best_dispatch_level()); ++level) {
            benchmark->Args({size.first, size.second, level});
        }
    }
}

BENCHMARK(plain_solve)->Args({12, 32})->Args({1, 32})->Unit(benchmark::kMicrosecond);
BENCHMARK(warm_solve)->Apply(levels)->Unit(benchmark::kMicrosecond);
BENCHMARK(factorization)->Unit(benchmark::kMicrosecond);
BENCHMARK(factorization_32)->Unit(benchmark::kMicrosecond);
BENCHMARK(whole_apply)->ArgsProduct({{1, 12}, {32}, {1, 64}, {0, 1}})->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
