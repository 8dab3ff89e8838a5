// Certified counts and roots against the dense eigensolver, on random backgrounds of every kind.

#include "backgrounds.hpp"

#include "waves/dense.hpp"
#include "waves/general_kernel.hpp"

#include <catch.hpp>

#include <algorithm>
#include <cfenv>

using namespace miscid;
using namespace miscid::waves;

namespace {

/** Eigenvalues above the floor, all of them found and no others. */
void compare(const std::vector<Complex>& roots, const RootSet& set, const Eigen::VectorXcd& dense, double floor) {
    std::vector<Complex> expected;
    for (const Complex z : dense) {
        if (z.imag() > floor) {
            expected.push_back(z);
        }
    }
    CHECK(set.certified);
    CHECK(set.count == static_cast<int>(expected.size()));
    CHECK(set.found == set.count);
    CHECK(roots.size() == expected.size());
    for (const Complex z : expected) {
        double closest = 1e300;
        for (const Complex r : roots) {
            closest = std::min(closest, std::abs(r - z));
        }
        CHECK(closest < 1e-8 * std::abs(z));
    }
}

} // namespace

TEST_CASE("random tilted equilibria and arbitrary states: counts and roots of the dense operator") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        tests::RandomVectors vectors(8 + 3 * static_cast<int>(seed), seed, seed % 2 == 0, seed % 3 == 0 ? 0.05 : 0.0);
        const Background background = vectors.background();
        const Eigen::Vector3d k =
            seed % 4 == 0 ? Eigen::Vector3d::Zero() : Eigen::Vector3d(vectors.uniform(0.0, 1.0) * vectors.unit());
        GeneralKernel kernel;
        kernel.reserve(background.modes);
        kernel.set_background(background);
        kernel.set_wave_vector(k);
        RootFinder<GeneralKernel> finder;
        finder.reserve(kernel.poles().count);
        const double floor = 0.004;
        INFO("seed " << seed);
        const RootSet set = finder.unstable(kernel, floor);
        compare(finder.roots(), set, dense_spectrum(dense_operator(background, k)), floor);
    }
}

TEST_CASE("at an equilibrium the single modes k.q - iD are exact eigenvalues") {
    const tests::RandomVectors vectors(12, 3, true, 0.1);
    const Background background = vectors.background();
    const Eigen::Vector3d k(0.4, 0.1, -0.2);
    const Eigen::VectorXcd dense = dense_spectrum(dense_operator(background, k));
    for (int i = 0; i < background.modes; ++i) {
        const Complex exact(
            k.dot(Eigen::Vector3d(background.direction[0][i], background.direction[1][i], background.direction[2][i])),
            -background.damping[i]);
        double closest = 1e300;
        for (const Complex z : dense) {
            closest = std::min(closest, std::abs(z - exact));
        }
        CHECK(closest < 1e-13);
    }
}

TEST_CASE("aligned states in three dimensions: counts and roots of the dense operator") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        tests::RandomVectors vectors(16 + 4 * static_cast<int>(seed), 100 + seed, true, seed % 2 == 0 ? 0.03 : 0.0);
        const int modes = static_cast<int>(vectors.g.size());
        std::vector<double> frequency;
        for (int i = 0; i < modes; ++i) {
            frequency.push_back(seed % 3 == 0 ? vectors.uniform(-0.3, 0.3) : 0.0);
        }
        const AlignedBackground background{
            modes,
            {vectors.direction[0].data(), vectors.direction[1].data(), vectors.direction[2].data()},
            vectors.g.data(),
            vectors.damping.data(),
            frequency.data()};
        const Eigen::Vector3d k = vectors.uniform(0.0, 2.0) * vectors.unit();
        AlignedKernel kernel;
        kernel.reserve(modes);
        kernel.set_background(background);
        kernel.set_wave_vector(k);
        RootFinder<AlignedKernel> finder;
        finder.reserve(modes);
        for (const double floor : {0.05, 1e-3, 1e-6}) {
            INFO("seed " << seed << ", floor " << floor);
            const RootSet set = finder.unstable(kernel, floor);
            compare(finder.roots(), set, dense_spectrum(dense_operator(background, k)), floor);
        }
    }
}

TEST_CASE("every instruction set gives the same bits") {
    const tests::AxisymmetricBeams beams(93, 0.9);
    const int size = padded(93);
    std::vector<double> detuning(static_cast<std::size_t>(size), 0.3), damping(static_cast<std::size_t>(size), 0.01),
        weight(7 * static_cast<std::size_t>(size));
    for (int i = 0; i < 93; ++i) {
        detuning[static_cast<std::size_t>(i)] = 0.2 * beams.v[static_cast<std::size_t>(i)];
        for (int c = 0; c < 7; ++c) {
            weight[static_cast<std::size_t>(c * size + i)] = beams.e[static_cast<std::size_t>(i)] * (c + 1.0);
        }
    }
    std::vector<double> sums[3];
    const int widest = &mode_sums() == &mode_sums_of_level(2) ? 2 : &mode_sums() == &mode_sums_of_level(1) ? 1 : 0;
    for (int level = 0; level <= widest; ++level) {
        std::vector<double> planes(4 * static_cast<std::size_t>(size));
        const FractionPlanes plane{planes.data(), planes.data() + size, planes.data() + 2 * size,
                                   planes.data() + 3 * size};
        sums[level].resize(28);
        const ModeSums& loops = mode_sums_of_level(level);
        loops.fractions(size, detuning.data(), damping.data(), 0.1, 0.02, plane);
        loops.weighted(size, 7, weight.data(), size, plane, sums[level].data());
        CHECK(sums[level] == sums[0]);
    }
    // And they are the sums they are meant to be.
    Complex expected = 0.0;
    for (int i = 0; i < 93; ++i) {
        const auto n = static_cast<std::size_t>(i);
        expected += beams.e[n] / (Complex(0.1, 0.02) - Complex(detuning[n], -damping[n]));
    }
    CHECK(std::abs(Complex(sums[0][0], sums[0][1]) - expected) < 1e-13);
}

TEST_CASE("a pole on the contour, a floor below the poles and empty backgrounds are no traps") {
    const double v[3] = {-0.5, 0.2, 0.9};
    const double e[3] = {0.3, -0.5, 0.4};
    const AxisymmetricBackground background{3, v, e, nullptr};
    AxisymmetricKernel kernel;
    kernel.reserve(3);
    kernel.set_background(background);
    kernel.set_wave_vector(0.7);
    RootFinder<AxisymmetricKernel> finder;
    finder.reserve(3);
    CHECK_FALSE(finder.unstable(kernel, 0.0).certified);
    CHECK_FALSE(finder.unstable(kernel, -0.1).certified);
    CHECK(finder.unstable(kernel, 1e-12).certified);
    AxisymmetricKernel::Matrix m;
    AxisymmetricKernel::Matrix derivative;
    kernel.evaluate(Complex(0.7 * 0.2, 0.0), m, derivative);
    CHECK(m.allFinite());
    CHECK(derivative.allFinite());
    Complex lost(std::nan(""), 0.0);
    CHECK_FALSE(finder.polish(kernel, lost));
    for (const double beside : {0.0, 1e-17, 1e-16, 1e-13})
        for (int i = 0; i < 3; ++i) { // a start on a pole ends in a root or says it did not
            const double pole = 0.7 * v[i];
            Complex omega(pole + beside, 0.0);
            if (finder.polish(kernel, omega))
                CHECK(std::abs(omega - pole) > 1e-6);
        }
    kernel.set_background({0, nullptr, nullptr, nullptr});
    kernel.set_wave_vector(0.7);
    const RootSet empty = finder.unstable(kernel, 1e-3);
    CHECK(empty.count == 0);
}

#ifdef __GLIBC__
TEST_CASE("no floating-point exception reaches a host that traps them") {
    const auto search = [](const AxisymmetricBackground& background) {
        AxisymmetricKernel kernel;
        AxialBreakingKernel breaking;
        kernel.reserve(background.modes);
        breaking.reserve(background.modes);
        RootFinder<AxisymmetricKernel> finder;
        RootFinder<AxialBreakingKernel> breaking_finder;
        finder.reserve(background.modes);
        breaking_finder.reserve(background.modes);
        int count = 0;
        feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
        kernel.set_background(background);
        breaking.set_background(background);
        for (const double k : {0.0, -0.15, 0.1, 4.0}) {
            kernel.set_wave_vector(k);
            breaking.set_wave_vector(k);
            count += finder.unstable(kernel, 1e-4).count + breaking_finder.unstable(breaking, 1e-4).count;
            Complex far(3.0, 1.0);
            count += finder.polish(kernel, far);
            far = 0.0; // on a pole at k = 0
            count += finder.polish(kernel, far);
        }
        fedisableexcept(FE_ALL_EXCEPT);
        return count;
    };
    CHECK(search(tests::AxisymmetricBeams(48, 0.95).background()) > 2);
    const double v[2] = {-0.4, 0.7};
    const double nothing[2] = {0.0, 0.0};
    const double tiny[2] = {1e-200, -1e-200};
    CHECK(search({2, v, nothing, nullptr}) == 0);
    CHECK(search({2, v, tiny, nullptr}) == 0);

    tests::RandomVectors vectors(16, 2, true, 0.0);
    GeneralKernel kernel;
    kernel.reserve(16);
    RootFinder<GeneralKernel> finder;
    finder.reserve(48);
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    kernel.set_background(vectors.background());
    kernel.set_wave_vector({0.1, 0.0, 0.2});
    const RootSet set = finder.unstable(kernel, 2e-3);
    fedisableexcept(FE_ALL_EXCEPT);
    CHECK(set.complete());
}
#endif
