// What can be certified without looking for roots, and growth floors.

#include "backgrounds.hpp"

#include "waves/dense.hpp"
#include "waves/wave.hpp"

#include <catch.hpp>

using namespace miscid;
using namespace miscid::waves;

TEST_CASE("without a crossing nothing grows at any k, whatever the damping") {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        tests::RandomVectors vectors(24, seed, true, 0.2);
        const double sign = seed % 2 == 0 ? 1.0 : -1.0;
        for (double& g : vectors.g) {
            g = sign * std::abs(g);
        }
        const AlignedBackground background{
            24,
            {vectors.direction[0].data(), vectors.direction[1].data(), vectors.direction[2].data()},
            vectors.g.data(),
            vectors.damping.data(),
            nullptr};
        CHECK(no_wave_grows(background));
        AlignedKernel kernel;
        kernel.reserve(24);
        kernel.set_background(background);
        RootFinder<AlignedKernel> finder;
        finder.reserve(24);
        for (const double size : {0.0, 0.05, 0.3, 1.0, 5.0}) {
            kernel.set_wave_vector(size * vectors.unit());
            const RootSet set = finder.unstable(kernel, 1e-8);
            CHECK(set.certified);
            CHECK(set.count == 0);
        }
    }
}

TEST_CASE("a crossing, or unequal damping of opposite signs, is not certified, what cancels within a direction is") {
    const double v[4] = {-0.5, 0.5, 0.5, 0.9};
    const double single[4] = {0.1, 0.2, -0.1, 0.3};
    const double crossed[4] = {0.1, -0.2, 0.1, 0.3};
    const double equal[4] = {0.01, 0.01, 0.01, 0.01};
    const double unequal[4] = {0.01, 0.01, 0.05, 0.01};
    CHECK(no_wave_grows(AxisymmetricBackground{4, v, single, nullptr}));
    CHECK(no_wave_grows(AxisymmetricBackground{4, v, single, equal}));
    CHECK_FALSE(no_wave_grows(AxisymmetricBackground{4, v, single, unequal}));
    CHECK_FALSE(no_wave_grows(AxisymmetricBackground{4, v, crossed, nullptr}));
    const double broken[4] = {0.1, std::nan(""), 0.1, 0.3};
    CHECK_FALSE(no_wave_grows(AxisymmetricBackground{4, v, broken, nullptr}));
}

TEST_CASE("no-crossing distributions have no growth on any host's angular grid") {
    for (const int modes : {8, 12, 16, 24, 32, 64}) {
        tests::AxisymmetricBeams beams(modes, 0.55); // the second species nowhere exceeds the first
        std::vector<double> scratch(static_cast<std::size_t>(modes));
        const auto background = beams.background();
        REQUIRE(no_wave_grows(background));
        AxisymmetricKernel kernel;
        AxialBreakingKernel breaking;
        kernel.reserve(modes);
        breaking.reserve(modes);
        kernel.set_background(background);
        breaking.set_background(background);
        RootFinder<AxisymmetricKernel> finder;
        RootFinder<AxialBreakingKernel> breaking_finder;
        finder.reserve(modes);
        breaking_finder.reserve(modes);
        for (double k = -3.0; k <= 3.0; k += 0.23) {
            kernel.set_wave_vector(k);
            breaking.set_wave_vector(k);
            CHECK(finder.unstable(kernel, 1e-7).count == 0);
            CHECK(breaking_finder.unstable(breaking, 1e-7).count == 0);
        }
    }
}

TEST_CASE("growth from 16 angles is that of many, and artefacts of the grid stay below the floor") {
    // theory.md 6.3 G6: within 0.5 % of 128 nodes at 16; flavor-waves.md 2: artefacts only at the band edge.
    const auto fastest = [](int modes, double& k_at) {
        const tests::AxisymmetricBeams beams(modes, 0.9);
        AxisymmetricKernel kernel;
        kernel.reserve(modes);
        kernel.set_background(beams.background());
        RootFinder<AxisymmetricKernel> finder;
        finder.reserve(modes);
        double best = 0.0;
        for (double k = -0.4; k <= 0.4; k += 0.01) {
            kernel.set_wave_vector(k);
            const RootSet set = finder.unstable(kernel, 1e-3);
            REQUIRE(set.complete());
            if (set.count > 0 && set.omega[0].imag() > best) {
                best = set.omega[0].imag();
                k_at = k;
            }
        }
        return best;
    };
    double k = 0.0;
    const double many = fastest(128, k);
    CHECK(many == Approx(0.0437).epsilon(0.01)); // flavor-waves.md 4
    CHECK(fastest(16, k) == Approx(many).epsilon(0.005));

    const tests::AxisymmetricBeams beams(32, 0.9);
    std::vector<double> scratch(32);
    const auto background = beams.background();
    const double widest = 3.14159265358979 / 32.5; // gap of the Gauss-Legendre nodes at v = 0
    CHECK(growth_floor(background, 1.0, scratch.data()) == Approx(widest / (2.0 * 3.14159265358979)).epsilon(0.02));
    CHECK(growth_floor(background, -2.0, scratch.data()) ==
          Approx(2.0 * growth_floor(background, 1.0, scratch.data())).epsilon(1e-12));
}
