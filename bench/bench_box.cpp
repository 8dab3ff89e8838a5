// The resolved box: direction-cells per second, against a plain version of the same step (one beam at a time, Eigen's FFT,
// doubles in an array per beam).
#include "kinetics/periodic_box.hpp"
#include "kinetics/seeds.hpp"
#include "kinetics/two_beam.hpp"

#include <Eigen/Geometry>
#include <benchmark/benchmark.h>
#include <unsupported/Eigen/FFT>

#include <cmath>
#include <complex>
#include <vector>

namespace {

using namespace miscid::kinetics;

constexpr double length = 500.0, step_size = 0.4;
constexpr int passes = 4;

/** Lepton number of two Gaussians on a grid of directions: along z, or in three dimensions. */
Gas gas_of(int modes, bool any_direction, int flavors, Eigen::MatrixXd& P) {
    Gas gas;
    gas.flavors = flavors;
    gas.direction = Eigen::Matrix3Xd::Zero(3, modes);
    gas.weight = Eigen::VectorXd::Constant(modes, 2.0 / modes);
    gas.mu.from = 1.0;
    P = Eigen::MatrixXd::Zero(gas.generators(), modes);
    for (int i = 0; i < modes; ++i) {
        const double v = -1.0 + (i + 0.5) * 2.0 / modes, across = std::sqrt(1.0 - v * v);
        gas.direction.col(i) << (any_direction ? across * std::cos(2.4 * i) : 0.0),
            (any_direction ? across * std::sin(2.4 * i) : 0.0), v;
        const double nu = std::exp(-0.5 * std::pow((v - 1.0) / 0.6, 2)) / 0.75;
        const double nubar = std::exp(-0.5 * std::pow((v - 1.0) / 0.5, 2)) / 0.63;
        P(flavors == 2 ? 2 : 1, i) = nu - 1.2 * nubar;
    }
    return gas;
}

void box_steps(benchmark::State& state, bool any_direction, int flavors) {
    const auto modes = static_cast<int>(state.range(0)), cells = static_cast<int>(state.range(1));
    Eigen::MatrixXd P;
    const Gas gas = gas_of(modes, any_direction, flavors, P);
    PeriodicBox box(gas, length, cells, step_size);
    box.set_passes(passes);
    box.fill(P, Eigen::VectorXd::Ones(modes));
    RandomNumbers random(1);
    tilt(box, {1e-2, 2.0, any_direction}, random);
    for (auto _ : state) {
        box.advance(10);
    }
    state.counters["direction_cells"] =
        benchmark::Counter(10.0 * modes * cells, benchmark::Counter::kIsIterationInvariantRate);
}

void axisymmetric(benchmark::State& state) {
    box_steps(state, false, 2);
}
void any_direction(benchmark::State& state) {
    box_steps(state, true, 2);
}
void three_flavors(benchmark::State& state) {
    box_steps(state, false, 3);
}
BENCHMARK(axisymmetric)->Args({64, 1024})->Args({32, 1024})->Args({96, 2048})->Unit(benchmark::kMillisecond);
BENCHMARK(any_direction)->Args({64, 1024})->Unit(benchmark::kMillisecond);
BENCHMARK(three_flavors)->Args({64, 1024})->Unit(benchmark::kMillisecond);

/** The same scheme as it is written down. */
void plain(benchmark::State& state) {
    const auto modes = static_cast<std::size_t>(state.range(0)), cells = static_cast<std::size_t>(state.range(1));
    Eigen::MatrixXd start;
    const Gas gas = gas_of(static_cast<int>(modes), false, 2, start);
    using Vectors = std::vector<Eigen::Vector3d>;
    std::vector<Vectors> P(modes, Vectors(cells));
    for (std::size_t i = 0; i < modes; ++i) {
        for (std::size_t z = 0; z < cells; ++z) {
            P[i][z] = start.col(static_cast<Eigen::Index>(i));
            P[i][z].x() = 1e-2 * P[i][z].z() * std::cos(0.1 * static_cast<double>(z));
        }
    }
    Eigen::FFT<double> transform;
    std::vector<std::complex<double>> field(cells), waves;
    for (auto _ : state) {
        for (std::size_t i = 0; i < modes; ++i) {
            const double v = gas.direction(2, static_cast<Eigen::Index>(i));
            for (int c = 0; c < 3; c += 2) { // x + iy, then z
                for (std::size_t z = 0; z < cells; ++z) {
                    field[z] = c == 0 ? std::complex<double>(P[i][z].x(), P[i][z].y()) : P[i][z].z();
                }
                transform.fwd(waves, field);
                for (std::size_t n = 0; n < cells; ++n) {
                    const double frequency =
                        static_cast<double>(n) - (2 * n < cells ? 0.0 : static_cast<double>(cells));
                    waves[n] *= std::polar(1.0, -2.0 * 3.14159265358979 / length * frequency * v * step_size);
                }
                transform.inv(field, waves);
                for (std::size_t z = 0; z < cells; ++z) {
                    if (c == 0) {
                        P[i][z].x() = field[z].real();
                        P[i][z].y() = field[z].imag();
                    } else {
                        P[i][z].z() = field[z].real();
                    }
                }
            }
        }
        for (std::size_t z = 0; z < cells; ++z) {
            Eigen::Vector3d D_0, D_1;
            const auto moments = [&](const Vectors& values) {
                D_0.setZero();
                D_1.setZero();
                for (std::size_t i = 0; i < modes; ++i) {
                    const auto mode = static_cast<Eigen::Index>(i);
                    D_0 += gas.weight[mode] * values[i];
                    D_1 += gas.weight[mode] * gas.direction(2, mode) * values[i];
                }
            };
            Vectors before(modes), middle(modes);
            for (std::size_t i = 0; i < modes; ++i) {
                before[i] = P[i][z];
            }
            moments(before);
            for (int pass = 1; pass <= passes; ++pass) {
                for (std::size_t i = 0; i < modes; ++i) {
                    const Eigen::Vector3d a =
                        0.5 * step_size * (D_0 - gas.direction(2, static_cast<Eigen::Index>(i)) * D_1);
                    const Eigen::Vector3d once = a.cross(before[i]), twice = a.cross(once);
                    const Eigen::Vector3d half = (once + twice) / (1.0 + a.squaredNorm());
                    middle[i] = before[i] + half;
                    P[i][z] = before[i] + 2.0 * half;
                }
                moments(middle);
            }
        }
        benchmark::ClobberMemory();
    }
    state.counters["direction_cells"] =
        benchmark::Counter(static_cast<double>(modes * cells), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(plain)->Args({64, 1024})->Unit(benchmark::kMillisecond);

/** One Runge-Kutta step of two beams, as in the reference runs of the two-beam paper. */
void two_beams(benchmark::State& state) {
    auto flow = two_beam_flow({100.0, 0.5, -0.5, random_two_beam_seeds(1e-8, 100, 1)}, 1024);
    for (auto _ : state) {
        flow.step(0.025);
    }
}
BENCHMARK(two_beams)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
