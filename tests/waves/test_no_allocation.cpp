// Roots are found, followed and turned into viscosity without memory from the heap, once reserve has been called.
#include "backgrounds.hpp"
#include "count_allocations.hpp"

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
