// Roots are found, followed and turned into viscosity without memory from the heap, once reserve has been called.
#include "backgrounds.hpp"
#include "count_allocations.hpp"

#include "step/collisional_waves.hpp"
#include "step/tilted_waves.hpp"
#include "waves/general_kernel.hpp"
#include "waves/wave.hpp"

#include <catch.hpp>

using namespace miscid;
using namespace miscid::waves;

TEST_CASE("an axisymmetric cell: a new background, a tracked root, a certified count, a profile") {
    REQUIRE(tests::allocations_are_seen());
    const tests::AxisymmetricBeams beams(96, 0.9);
    AxisymmetricKernel kernel;
    RootFinder<AxisymmetricKernel> finder;
    kernel.reserve(96);
    finder.reserve(96);
    kernel.set_background(beams.background());
    kernel.set_wave_vector(-0.2);
    const RootSet start = finder.unstable(kernel, 2e-3);
    REQUIRE(start.complete());
    REQUIRE(start.count > 0);
    Complex omega = start.omega[0];
    std::vector<double> R(96);
    bool good = true;
    CHECK(tests::allocations_of([&] {
              for (double k = -0.2; k < -0.05; k += 0.005) {
                  kernel.set_background(beams.background());
                  kernel.set_wave_vector(k);
                  good = finder.polish(kernel, omega) && good;
                  good = finder.unstable(kernel, 2e-3).complete() && good;
                  const auto null = finder.null_vector(kernel, omega);
                  profile(kernel, null, omega, beams.e.data(), R.data());
              }
          }) == 0);
    CHECK(good);
}

TEST_CASE("the largest kernel of two flavors, Beyn's moments included") {
    const tests::RandomVectors vectors(24, 9, true, 0.0);
    GeneralKernel kernel;
    kernel.reserve(24);
    RootFinder<GeneralKernel> finder;
    finder.reserve(72);
    const Background background = vectors.background();
    RootSet set;
    CHECK(tests::allocations_of([&] {
              kernel.set_background(background);
              kernel.set_wave_vector({0.2, 0.1, -0.3});
              set = finder.unstable(kernel, 2e-3);
          }) == 0);
    CHECK(set.complete());
    CHECK(set.count > 3);
}

TEST_CASE("what the step does mode by mode: tilted and collisional waves found and relaxed") {
    const tests::RandomVectors vectors(20, 4, true, 0.05);
    step::TiltedModes start;
    start.reserve(20);
    for (std::size_t i = 0; i < 20; ++i) {
        const Eigen::Vector3d P(vectors.P[0][i], vectors.P[1][i], vectors.P[2][i]);
        const Eigen::Vector3d H(vectors.H[0][i], vectors.H[1][i], vectors.H[2][i]);
        for (std::size_t a = 0; a < 3; ++a) {
            start.direction[a][i] = vectors.direction[a][i];
            start.axis[a][i] = P.normalized()[static_cast<Eigen::Index>(a)];
        }
        start.e[i] = vectors.g[i] * P.norm();
        start.H[i] = H.dot(P.normalized());
    }
    start.count = 20;
    step::TiltedModes modes = start;
    step::TiltedWaves tilted;
    tilted.reserve(20);
    step::CollisionalWaves collisional;
    collisional.reserve(20);
    const AlignedBackground aligned = {
        20,
        {vectors.direction[0].data(), vectors.direction[1].data(), vectors.direction[2].data()},
        vectors.g.data(),
        vectors.damping.data(),
        nullptr};
    std::vector<double> factor(20);
    closures::Diagnostics found[2];
    double state[2][8] = {};
    CHECK(tests::allocations_of([&] {
              tilted.relax(modes, 1e6, 1e-3, state[0], factor.data(), found[0]);
              collisional.relax(aligned, 1e6, 1e-3, 0.0, state[1], factor.data(), found[1]);
          }) == 0);
    CHECK(found[0].iterations > 0);
    CHECK(found[1].max_growth_before > 0.0);
}
