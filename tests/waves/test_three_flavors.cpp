// Three flavors: the 32 x 32 determinant against the dense 8N operator, and the pairs into which flavor-diagonal states
// decouple.

#include "backgrounds.hpp"

#include "flavor/three_flavor.hpp"
#include "waves/dense.hpp"
#include "waves/general_kernel.hpp"
#include "waves/three_flavor_kernel.hpp"

#include <catch.hpp>

#include <algorithm>

using namespace miscid;
using namespace miscid::waves;

namespace {

using Octet = flavor::FlavorVectorFor<3>;

struct ThreeFlavors {
    tests::RandomVectors vectors;
    std::vector<Octet, Eigen::aligned_allocator<Octet>> P, H;

    ThreeFlavors(int modes, unsigned seed, double damping) : vectors(modes, seed, true, damping) {}
    ThreeFlavorBackground background() const {
        const Background two = vectors.background();
        return {two.modes,  {two.direction[0], two.direction[1], two.direction[2]}, two.g, P.data(), H.data(),
                two.damping};
    }
    Octet random_octet(double size) {
        Octet v;
        for (int a = 0; a < 8; ++a) {
            v[a] = vectors.uniform(-size, size);
        }
        return v;
    }
};

bool holds(const std::vector<Complex>& roots, Complex z) {
    return std::any_of(roots.begin(), roots.end(), [&](Complex r) { return std::abs(r - z) < 1e-9 * std::abs(z); });
}

} // namespace

TEST_CASE("three flavors: counts, roots and velocities of the dense operator, at equilibria and elsewhere") {
    for (const bool equilibrium : {true, false}) {
        ThreeFlavors state(8, 31, 0.01);
        for (int i = 0; i < 8; ++i) {
            const Octet H = state.random_octet(0.5);
            state.H.push_back(H);
            if (!equilibrium) {
                state.P.push_back(state.random_octet(0.5));
                continue;
            }
            const auto eigen = flavor::eigenstates(H);
            const Eigen::Vector3d r(state.vectors.uniform(0.0, 1.0), state.vectors.uniform(0.0, 1.0),
                                    state.vectors.uniform(0.0, 1.0));
            state.P.push_back(
                flavor::vector_of_matrix(eigen.states * r.cast<Complex>().asDiagonal() * eigen.states.adjoint()));
        }
        const auto background = state.background();
        ThreeFlavorKernel kernel;
        kernel.reserve(8);
        kernel.set_background(background);
        CHECK(kernel.equilibrium() == equilibrium);
        const Eigen::Vector3d k(0.2, -0.3, 0.1);
        kernel.set_wave_vector(k);
        RootFinder<ThreeFlavorKernel> finder;
        finder.reserve(56);
        const double floor = 0.01;
        const RootSet set = finder.unstable(kernel, floor);
        const Eigen::VectorXcd dense = dense_spectrum(dense_operator(background, k));
        int expected = 0;
        for (const Complex z : dense) {
            if (z.imag() > floor) {
                ++expected;
                CHECK(holds(finder.roots(), z));
            }
        }
        CHECK(expected > 0);
        CHECK(set.complete());
        CHECK(set.count == expected);

        ThreeFlavorKernel::Matrix m;
        kernel.evaluate(set.omega[0], m);
        const auto velocity = kernel.group_velocity(left_null_vector_of<32>(m), null_vector_of<32>(m), set.omega[0]);
        Complex ends[2] = {set.omega[0], set.omega[0]};
        kernel.set_wave_vector(k + 1e-5 * Eigen::Vector3d::UnitX());
        REQUIRE(finder.polish(kernel, ends[0]));
        kernel.set_wave_vector(k - 1e-5 * Eigen::Vector3d::UnitX());
        REQUIRE(finder.polish(kernel, ends[1]));
        CHECK(std::abs(velocity[0] - (ends[0] - ends[1]) / 2e-5) < 1e-7);
    }
}

TEST_CASE("flavor-diagonal states: waves of the pairs e-mu, e-tau and mu-tau do not see each other") {
    ThreeFlavors state(12, 8, 0.0);
    std::vector<double> occupation[3], zero(12, 0.0);
    for (int i = 0; i < 12; ++i) {
        Eigen::Vector3cd r;
        for (std::size_t a = 0; a < 3; ++a) {
            occupation[a].push_back(state.vectors.uniform(0.0, 1.0));
            r[static_cast<Eigen::Index>(a)] = occupation[a].back();
        }
        state.P.push_back(flavor::vector_of_matrix(r.asDiagonal().toDenseMatrix()));
        state.H.push_back(Octet::Zero()); // shifted: no mean field
    }
    const auto background = state.background();
    ThreeFlavorKernel kernel;
    kernel.reserve(12);
    kernel.set_background(background);
    const Eigen::Vector3d k(0.1, 0.2, -0.3);
    kernel.set_wave_vector(k);
    RootFinder<ThreeFlavorKernel> finder;
    finder.reserve(84);
    const double floor = 5e-3;
    REQUIRE(finder.unstable(kernel, floor).complete());

    std::vector<Complex> pairs;
    std::vector<double> e(12);
    for (const auto& [a, b] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
        pair_amplitudes(12, background.g, {occupation[0].data(), occupation[1].data(), occupation[2].data()}, a, b,
                        e.data());
        AlignedKernel aligned;
        aligned.reserve(12);
        aligned.set_background({12,
                                {background.direction[0], background.direction[1], background.direction[2]},
                                e.data(),
                                nullptr,
                                nullptr});
        RootFinder<AlignedKernel> aligned_finder;
        aligned_finder.reserve(12);
        for (const double sign : {1.0, -1.0}) {
            aligned.set_wave_vector(sign * k);
            REQUIRE(aligned_finder.unstable(aligned, floor).complete());
            for (const Complex z : aligned_finder.roots()) {
                pairs.push_back(sign > 0.0 ? z : -std::conj(z));
            }
        }
    }
    CHECK(pairs.size() > 2);
    CHECK(finder.roots().size() == pairs.size());
    for (const Complex z : pairs) {
        CHECK(holds(finder.roots(), z));
    }
}

TEST_CASE("two flavors inside three have the roots of two") {
    ThreeFlavors state(10, 4, 0.02);
    const Background two = state.vectors.background();
    const auto embed = [](const Eigen::Vector3d& v) { // in the e-mu block
        Eigen::Matrix3cd m = Eigen::Matrix3cd::Zero();
        m(0, 0) = 0.5 * v[2];
        m(1, 1) = -0.5 * v[2];
        m(0, 1) = Complex(0.5 * v[0], -0.5 * v[1]);
        m(1, 0) = std::conj(m(0, 1));
        return flavor::vector_of_matrix(m);
    };
    for (int i = 0; i < 10; ++i) {
        state.P.push_back(embed({two.P[0][i], two.P[1][i], two.P[2][i]}));
        state.H.push_back(embed({two.H[0][i], two.H[1][i], two.H[2][i]}));
    }
    const Eigen::Vector3d k(0.3, 0.0, 0.2);
    GeneralKernel small;
    small.reserve(10);
    small.set_background(two);
    small.set_wave_vector(k);
    RootFinder<GeneralKernel> small_finder;
    small_finder.reserve(30);
    REQUIRE(small_finder.unstable(small, 5e-3).complete());
    REQUIRE(!small_finder.roots().empty());
    ThreeFlavorKernel large;
    large.reserve(10);
    large.set_background(state.background());
    large.set_wave_vector(k);
    RootFinder<ThreeFlavorKernel> finder;
    finder.reserve(70);
    REQUIRE(finder.unstable(large, 5e-3).complete());
    for (const Complex z : small_finder.roots()) {
        CHECK(holds(finder.roots(), z));
    }
}
