#include "waves/waves_campaign.hpp"

#include "waves/random_background.hpp"

#include "cpu_time.hpp"

#include "waves/general_kernel.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>

namespace miscid::campaign {

namespace {

using waves::Complex;

struct Options {
    std::uint64_t backgrounds = 1000;
    std::uint64_t seed = 1;
    int most_modes = 512;
    std::int64_t only = -1;
};

/** What came of the backgrounds of one kind. */
struct Tally {
    int backgrounds = 0;
    int uncertified = 0;
    int wrong_count = 0;
    int short_of_roots = 0;
    int at_the_floor = 0; ///< a dense eigenvalue so close to the floor that its own rounding decides
    long roots = 0;
    long located = 0;
    long evaluations = 0;
    double worst = 0.0; ///< largest distance of a root from its dense eigenvalue, over |Omega|
    double seconds = 0.0;
    double dense_seconds = 0.0;
};

struct Outcome {
    waves::RootSet set;
    std::vector<Complex> roots;
    double seconds = 0.0;
};

template <typename Kernel, typename Background>
Outcome solve(const Background& background, const Eigen::Vector3d& k, double floor) {
    Kernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(k);
    waves::RootFinder<Kernel> finder;
    finder.reserve(kernel.poles().count, 4096);
    Outcome outcome;
    const double start = cpu_seconds();
    outcome.set = finder.unstable(kernel, floor);
    outcome.seconds = cpu_seconds() - start;
    outcome.roots = finder.roots();
    return outcome;
}

Outcome solve(const RandomBackground& b) {
    if (b.aligned()) {
        std::vector<double> e;
        for (int i = 0; i < b.modes(); ++i) {
            const auto n = static_cast<std::size_t>(i);
            e.push_back(b.g[n] * b.P[2][n]);
        }
        waves::AlignedBackground background{b.modes(),
                                            {b.direction[0].data(), b.direction[1].data(), b.direction[2].data()},
                                            e.data(),
                                            b.damping.data(),
                                            b.H[2].data()};
        return solve<waves::AlignedKernel>(background, b.k, b.floor);
    }
    waves::Background background;
    background.modes = b.modes();
    background.g = b.g.data();
    background.damping = b.damping.data();
    for (int a = 0; a < 3; ++a) {
        background.direction[a] = b.direction[a].data();
        background.P[a] = b.P[a].data();
        background.H[a] = b.H[a].data();
    }
    return solve<waves::GeneralKernel>(background, b.k, b.floor);
}

/** How far roots and dense eigenvalues agree; each is matched once, the closest first. */
int matched(std::vector<Complex> found, const std::vector<Complex>& dense, double& worst) {
    int count = 0;
    for (const Complex z : dense) {
        const auto near = std::min_element(found.begin(), found.end(),
                                           [&](Complex a, Complex b) { return std::abs(a - z) < std::abs(b - z); });
        if (near == found.end()) {
            continue;
        }
        const double error = std::abs(*near - z) / std::abs(z);
        if (error <= 1e-6) { // the dense eigenvalue of a nearly defective root has lost half its digits
            worst = std::max(worst, error);
            found.erase(near);
            ++count;
        }
    }
    return count;
}

void examine(const Options& options, std::uint64_t number, Tally& tally, bool print) {
    const RandomBackground b = draw_background(options.seed, number, options.most_modes);
    const Outcome outcome = solve(b);
    const double start = cpu_seconds();
    const auto dense = dense_unstable(b);
    tally.dense_seconds += cpu_seconds() - start;
    tally.seconds += outcome.seconds;
    tally.backgrounds += 1;
    tally.evaluations += outcome.set.evaluations;
    const bool at_floor =
        std::any_of(dense.begin(), dense.end(), [&](Complex z) { return z.imag() - b.floor < 1e-9 * std::abs(z); });
    const int count = static_cast<int>(dense.size());
    const int located = matched(outcome.roots, dense, tally.worst);
    const bool wrong = outcome.set.certified && outcome.set.count != count;
    tally.at_the_floor += at_floor && wrong;
    tally.wrong_count += wrong && !at_floor;
    tally.uncertified += !outcome.set.certified;
    tally.short_of_roots += outcome.set.certified && outcome.set.found < outcome.set.count;
    tally.roots += count;
    tally.located += located;
    if (print || wrong || !outcome.set.complete() || located != count) {
        std::printf("background %llu: %s, grid %d, %d modes, |k| %.4g, floor %.3g: %d roots, counted %d%s, found %d, "
                    "agreeing %d, %ld evaluations\n",
                    static_cast<unsigned long long>(number), name_of(b.kind), static_cast<int>(b.grid), b.modes(),
                    b.k.norm(), b.floor, count, outcome.set.count, outcome.set.certified ? "" : " (uncertified)",
                    outcome.set.found, located, outcome.set.evaluations);
    }
}

int run(const Options& options) {
    std::array<Tally, wave_kinds> tallies{};
    if (options.only >= 0) {
        examine(options, static_cast<std::uint64_t>(options.only), tallies[0], true);
        return tallies[0].wrong_count == 0 ? 0 : 1;
    }
    for (std::uint64_t i = 0; i < options.backgrounds; ++i) {
        const auto kind = draw_background(options.seed, i, options.most_modes).kind;
        examine(options, i, tallies[static_cast<std::size_t>(kind)], false);
    }
    std::printf("%-20s %6s %7s %9s %6s %6s %6s %6s %9s %8s %10s\n", "background", "cells", "roots", "located", "wrong",
                "uncert", "short", "floor", "worst", "evals", "dense/this");
    Tally all;
    for (int kind = 0; kind <= wave_kinds; ++kind) {
        const bool last = kind == wave_kinds;
        const Tally& t = last ? all : tallies[static_cast<std::size_t>(kind)];
        std::printf("%-20s %6d %7ld %9ld %6d %6d %6d %6d %9.1e %8.0f %10.1f\n",
                    last ? "all" : name_of(static_cast<WaveKind>(kind)), t.backgrounds, t.roots, t.located,
                    t.wrong_count, t.uncertified, t.short_of_roots, t.at_the_floor, t.worst,
                    static_cast<double>(t.evaluations) / std::max(1, t.backgrounds),
                    t.dense_seconds / std::max(t.seconds, 1e-9));
        if (!last) {
            all.backgrounds += t.backgrounds;
            all.roots += t.roots;
            all.located += t.located;
            all.wrong_count += t.wrong_count;
            all.uncertified += t.uncertified;
            all.short_of_roots += t.short_of_roots;
            all.at_the_floor += t.at_the_floor;
            all.evaluations += t.evaluations;
            all.seconds += t.seconds;
            all.dense_seconds += t.dense_seconds;
            all.worst = std::max(all.worst, t.worst);
        }
    }
    const bool enough = static_cast<double>(all.located) >= 0.995 * static_cast<double>(all.roots);
    return all.wrong_count == 0 && all.uncertified == 0 && enough ? 0 : 1;
}

} // namespace

void add_waves_campaign(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "waves", "flavor waves: certified counts and roots of random backgrounds against the dense eigensolver");
    const auto options = std::make_shared<Options>();
    command->add_option("--backgrounds", options->backgrounds, "number of backgrounds")->capture_default_str();
    command->add_option("--seed", options->seed, "seed")->capture_default_str();
    command
        ->add_option("--modes", options->most_modes, "largest number of modes (a quarter of it for 3N x 3N operators)")
        ->capture_default_str()
        ->check(CLI::Range(16, 2048));
    command->add_option("--background", options->only, "this background alone");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace miscid::campaign
