// Cost of flavor waves: screen, followed root, cold scan of wave vectors, and the dense eigensolver beside them.
// Arguments: modes. Compare rows of one run: the machine's clock is not the point.

#include "waves/dense.hpp"
#include "waves/general_kernel.hpp"
#include "waves/wave.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>

using namespace miscid::waves;

namespace {

constexpr int scanned = 24; ///< wave vectors of a cold scan (design section 9)

/** Two Gaussians of width 0.6 and 0.5 in v - 1, one crossing (flavor-waves.md 4, alpha = 0.9), on equal cells of v. */
struct Beams {
    std::vector<double> v, e, zero;

    explicit Beams(int modes, double alpha = 0.9) {
        double norm[2] = {0.0, 0.0};
        const auto gaussian = [](double x, double width) {
            return std::exp(-0.5 * (x - 1.0) * (x - 1.0) / (width * width));
        };
        for (int i = 0; i < modes; ++i) {
            v.push_back(-1.0 + (2.0 * i + 1.0) / modes);
            norm[0] += gaussian(v.back(), 0.6);
            norm[1] += gaussian(v.back(), 0.5);
        }
        for (const double x : v) {
            e.push_back(gaussian(x, 0.6) / norm[0] - alpha * gaussian(x, 0.5) / norm[1]);
        }
        zero.assign(v.size(), 0.0);
    }
    AxisymmetricBackground background() const { return {static_cast<int>(v.size()), v.data(), e.data(), nullptr}; }
    Eigen::MatrixXcd dense(double k) const {
        const auto modes = static_cast<Eigen::Index>(v.size());
        Eigen::MatrixXcd m(modes, modes);
        for (Eigen::Index i = 0; i < modes; ++i) {
            for (Eigen::Index j = 0; j < modes; ++j) {
                const double vi = v[static_cast<std::size_t>(i)];
                m(i, j) = -e[static_cast<std::size_t>(j)] * (1.0 - vi * v[static_cast<std::size_t>(j)]);
                m(i, j) += i == j ? k * vi : 0.0;
            }
        }
        return m;
    }
};

/** A mixing equilibrium with P in every direction: random vectors, H along P. */
struct Tilted {
    std::vector<double> direction[3], P[3], H[3], g;

    explicit Tilted(int modes) {
        for (int i = 0; i < modes; ++i) {
            // Smooth in angle, as a host's grid is; neighbours differ little.
            const double v = -1.0 + (2.0 * i + 1.0) / modes;
            const double turn = 2.39996322972865332 * i;
            const double across = std::sqrt(1.0 - v * v);
            const Eigen::Vector3d q(across * std::cos(turn), across * std::sin(turn), v);
            const double tilt = 0.4 * v;
            const Eigen::Vector3d axis(std::sin(tilt), 0.0, std::cos(tilt));
            const double e = (std::exp(2.0 * v - 2.0) - 0.85 * std::exp(3.5 * v - 3.5) * 1.6) / modes;
            for (int a = 0; a < 3; ++a) {
                direction[a].push_back(q[a]);
                P[a].push_back(axis[a]);
                H[a].push_back((0.2 + 0.3 * v) * axis[a]);
            }
            g.push_back(e);
        }
    }
    Background background() const {
        Background b;
        b.modes = static_cast<int>(g.size());
        b.g = g.data();
        for (int a = 0; a < 3; ++a) {
            b.direction[a] = direction[a].data();
            b.P[a] = P[a].data();
            b.H[a] = H[a].data();
        }
        return b;
    }
};

void screen(benchmark::State& state) {
    const Beams beams(static_cast<int>(state.range(0)), 0.3); // no crossing: certified
    for (auto _ : state) {
        const auto background = beams.background();
        benchmark::DoNotOptimize(no_wave_grows(background));
    }
}

struct Axial {
    Beams beams;
    AxisymmetricKernel kernel;
    RootFinder<AxisymmetricKernel> finder;
    double slope; ///< growth floor over |k|

    explicit Axial(int modes) : beams(modes) {
        kernel.reserve(modes);
        kernel.set_background(beams.background());
        finder.reserve(modes);
        std::vector<double> scratch(static_cast<std::size_t>(modes));
        slope = growth_floor(beams.background(), 1.0, scratch.data());
    }
};

void warm_root(benchmark::State& state) {
    Axial axial(static_cast<int>(state.range(0)));
    axial.kernel.set_wave_vector(-0.15);
    const RootSet set = axial.finder.unstable(axial.kernel, 0.15 * axial.slope);
    if (set.found == 0) {
        state.SkipWithError("no root");
        return;
    }
    Complex omega = set.omega[0];
    const long before = axial.finder.evaluations();
    long steps = 0;
    for (auto _ : state) {
        axial.kernel.set_wave_vector(steps++ % 2 == 0 ? -0.151 : -0.15);
        if (!axial.finder.polish(axial.kernel, omega)) {
            state.SkipWithError("lost");
        }
        benchmark::DoNotOptimize(omega);
    }
    state.counters["evaluations"] =
        static_cast<double>(axial.finder.evaluations() - before) / static_cast<double>(steps);
}

void cold_root(benchmark::State& state) {
    Axial axial(static_cast<int>(state.range(0)));
    axial.kernel.set_wave_vector(-0.15);
    RootSet set;
    for (auto _ : state) {
        set = axial.finder.unstable(axial.kernel, 0.15 * axial.slope);
        benchmark::DoNotOptimize(set.count);
    }
    state.counters["evaluations"] = static_cast<double>(set.evaluations);
    state.counters["roots"] = set.found;
}

void dense_root(benchmark::State& state) {
    const Eigen::MatrixXcd m = Beams(static_cast<int>(state.range(0))).dense(-0.15);
    for (auto _ : state) {
        benchmark::DoNotOptimize(dense_spectrum(m));
    }
}

/** CPU time of the fastest of several goes. */
template <typename Work>
double fastest(int goes, Work work) {
    double least = HUGE_VAL;
    for (int go = 0; go < goes; ++go) {
        const std::clock_t begin = std::clock();
        const int repeated = work();
        least = std::min(least, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / repeated);
    }
    return least;
}

/** Dense eigensolver over one root found from nothing and over one followed, side by side; and how the growth rates differ. */
void dense_over_roots(benchmark::State& state) {
    const int modes = static_cast<int>(state.range(0));
    Axial axial(modes);
    const Eigen::MatrixXcd m = axial.beams.dense(-0.15);
    axial.kernel.set_wave_vector(-0.15);
    RootSet set;
    double growth = 0.0;
    for (auto _ : state) {
        const double cold = fastest(5, [&] {
            for (int i = 0; i < 20; ++i) {
                set = axial.finder.unstable(axial.kernel, 0.15 * axial.slope);
            }
            return 20;
        });
        if (set.found == 0) {
            state.SkipWithError("no root");
            return;
        }
        Complex omega = set.omega[0];
        const double followed = fastest(5, [&] {
            for (int i = 0; i < 2000; ++i) {
                axial.kernel.set_wave_vector(i % 2 == 0 ? -0.151 : -0.15);
                axial.finder.polish(axial.kernel, omega);
            }
            return 2000;
        });
        const double dense = fastest(modes <= 256 ? 3 : 1, [&] {
            growth = dense_spectrum(m).imag().maxCoeff();
            return 1;
        });
        state.counters["dense/cold"] = dense / cold;
        state.counters["dense/followed"] = dense / followed;
    }
    state.counters["difference"] = std::abs(growth / set.omega[0].imag() - 1.0);
}

void cold_scan(benchmark::State& state) {
    Axial axial(static_cast<int>(state.range(0)));
    int growing = 0;
    for (auto _ : state) {
        growing = 0;
        for (int j = 0; j < scanned; ++j) {
            const double k = -0.4 + 0.8 * (j + 0.5) / scanned;
            axial.kernel.set_wave_vector(k);
            const RootSet set = axial.finder.unstable(axial.kernel, std::abs(k) * axial.slope);
            if (!set.complete()) {
                state.SkipWithError("short");
            }
            growing += set.count;
        }
    }
    state.counters["roots"] = growing;
}

void general_scan(benchmark::State& state) {
    const int modes = static_cast<int>(state.range(0));
    const Tilted tilted(modes);
    GeneralKernel kernel;
    kernel.reserve(modes);
    kernel.set_background(tilted.background());
    RootFinder<GeneralKernel> finder;
    finder.reserve(3 * modes);
    int growing = 0;
    long evaluations = 0;
    for (auto _ : state) {
        growing = 0;
        evaluations = -finder.evaluations();
        for (int j = 0; j < scanned; ++j) {
            kernel.set_wave_vector({0.02, 0.0, -0.4 + 0.8 * (j + 0.5) / scanned});
            const RootSet set = finder.unstable(kernel, 2e-3);
            if (!set.complete()) {
                state.SkipWithError("short");
            }
            growing += set.count;
        }
        evaluations += finder.evaluations();
    }
    state.counters["roots"] = growing;
    state.counters["evaluations"] = static_cast<double>(evaluations);
}

void general_dense(benchmark::State& state) {
    const Tilted tilted(static_cast<int>(state.range(0)));
    const Eigen::MatrixXcd m = dense_operator(tilted.background(), {0.02, 0.0, -0.15});
    for (auto _ : state) {
        benchmark::DoNotOptimize(dense_spectrum(m));
    }
}

BENCHMARK(screen)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(warm_root)->RangeMultiplier(2)->Range(32, 1024)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(cold_root)->RangeMultiplier(2)->Range(32, 1024)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(dense_root)->RangeMultiplier(2)->Range(32, 1024)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(dense_over_roots)->RangeMultiplier(2)->Range(32, 1024)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(cold_scan)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(general_scan)->Arg(32)->Arg(96)->Unit(benchmark::kMicrosecond);
BENCHMARK(general_dense)->Arg(32)->Arg(96)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
