// Growth rates that can be written down, and symmetries of the spectrum.

#include "backgrounds.hpp"

#include "waves/general_kernel.hpp"

#include <catch.hpp>

#include <algorithm>

using namespace miscid;
using namespace miscid::waves;

namespace {

template <typename Kernel>
RootFinder<Kernel> finder_for(const Kernel& kernel) {
    RootFinder<Kernel> finder;
    finder.reserve(kernel.poles().count);
    return finder;
}

} // namespace

TEST_CASE("two beams grow at the rate of their closed form") {
    // Shifted, the operator is diag(k, -k) with -2 e_j off the diagonal: Omega^2 = k^2 + 4 zeta+ zeta-. For zeta =
    // +-1/2 and k' = k - 1 that is the rate sqrt((2 - k) k) of paper 000 Eq. 9, whose psi has -k.
    const double v[2] = {1.0, -1.0};
    for (const auto& [plus, minus] : {std::pair(0.5, -0.5), std::pair(0.4, -0.3), std::pair(0.7, -0.2)}) {
        const double e[2] = {plus, minus};
        const AxisymmetricBackground background{2, v, e, nullptr};
        AxisymmetricKernel kernel;
        kernel.reserve(2);
        kernel.set_background(background);
        auto finder = finder_for(kernel);
        for (const double k : {-3.0, -1.3, -0.4, 0.0, 0.05, 0.4, 1.0, 1.7, 2.5}) {
            kernel.set_wave_vector(k);
            const double square = k * k + 4.0 * plus * minus;
            const RootSet set = finder.unstable(kernel, 1e-6);
            REQUIRE(set.certified);
            CHECK(set.count == (square < 0.0 ? 1 : 0));
            REQUIRE(set.found == set.count);
            if (set.count == 1) {
                CHECK(set.omega[0].imag() == Approx(std::sqrt(-square)).epsilon(1e-12));
                CHECK(std::abs(set.omega[0].real()) < 1e-12);
            }
        }
    }
}

TEST_CASE("homogeneous collisional instability of an isotropic gas") {
    // flavor-waves.md 2 and theory.md F11: Omega = T/2 +- sqrt(T^2/4 - i (Nb Gb - N G) + G Gb), T = N - Nb - i (G +
    // Gb).
    struct Gas {
        double N, Nb, G, Gb;
    };
    for (const Gas& gas : {Gas{1.0, 0.8, 0.02, 0.005}, Gas{1.0, 1.0, 0.03, 0.01}, Gas{0.6, 0.9, 0.002, 0.2},
                           Gas{1.0, 0.98, 0.02, 0.005}, Gas{2.0, 0.5, 0.1, 0.02}, Gas{1.0, 1.2, 0.0, 0.05}}) {
        // Isotropic: directions +-x, +-y, +-z for each species.
        std::vector<double> q[3], e, damping, frequency;
        for (int species = 0; species < 2; ++species) {
            for (int axis = 0; axis < 6; ++axis) {
                for (int a = 0; a < 3; ++a) {
                    q[a].push_back(axis / 2 == a ? (axis % 2 == 0 ? 1.0 : -1.0) : 0.0);
                }
                e.push_back((species == 0 ? gas.N : -gas.Nb) / 6.0);
                damping.push_back(species == 0 ? gas.G : gas.Gb);
                frequency.push_back(gas.N - gas.Nb); // D_0; D_1 vanishes
            }
        }
        const AlignedBackground background{
            12, {q[0].data(), q[1].data(), q[2].data()}, e.data(), damping.data(), frequency.data()};
        AlignedKernel kernel;
        kernel.reserve(12);
        kernel.set_background(background);
        kernel.set_wave_vector(Eigen::Vector3d::Zero());
        auto finder = finder_for(kernel);
        const RootSet set = finder.unstable(kernel, 1e-9);
        REQUIRE(set.complete());
        const Complex i(0.0, 1.0);
        const Complex half = 0.5 * (gas.N - gas.Nb - i * (gas.G + gas.Gb));
        const Complex root = std::sqrt(half * half - i * (gas.Nb * gas.Gb - gas.N * gas.G) + gas.G * gas.Gb);
        int growing = 0;
        for (const Complex expected : {half + root, half - root}) {
            if (expected.imag() < 1e-9) {
                continue;
            }
            ++growing;
            const auto& roots = finder.roots();
            CHECK(std::any_of(roots.begin(), roots.end(),
                              [&](Complex z) { return std::abs(z - expected) < 1e-12 * std::abs(expected); }));
        }
        CHECK(growing >= 1);
        // What else grows are the three waves of one polarization each (l = 1), which share a root.
        CHECK((set.count - growing) % 3 == 0);
        CHECK(no_wave_grows(background) == false);
    }
}

TEST_CASE("the roots of the whole spectrum come in pairs (Johns & Kost Eq. 51)") {
    // At k and -k the roots are Omega and -Omega^*.
    for (const bool equilibrium : {true, false}) {
        const tests::RandomVectors vectors(16, 7, equilibrium, 0.02);
        GeneralKernel kernel;
        kernel.reserve(16);
        kernel.set_background(vectors.background());
        CHECK(kernel.equilibrium() == equilibrium);
        const Eigen::Vector3d k(0.2, -0.1, 0.3);
        kernel.set_wave_vector(k);
        auto finder = finder_for(kernel);
        REQUIRE(finder.unstable(kernel, 0.01).complete());
        const auto here = finder.roots();
        REQUIRE(!here.empty());
        kernel.set_wave_vector(-k);
        REQUIRE(finder.unstable(kernel, 0.01).complete());
        const auto there = finder.roots();
        REQUIRE(there.size() == here.size());
        for (const Complex z : here) {
            CHECK(std::any_of(there.begin(), there.end(),
                              [&](Complex other) { return std::abs(other + std::conj(z)) < 1e-12; }));
        }
    }
}

TEST_CASE("axisymmetric, axial-breaking, any direction and any P: one spectrum") {
    // A fine ring of azimuths turns the axisymmetric beams into modes of the other kernels.
    const tests::AxisymmetricBeams beams(16, 0.95);
    constexpr int azimuths = 4;
    std::vector<double> q[3], e, zero, one, H;
    for (std::size_t i = 0; i < beams.v.size(); ++i) {
        for (int a = 0; a < azimuths; ++a) {
            const double phi = 1.5707963267948966 * a;
            const double across = std::sqrt(1.0 - beams.v[i] * beams.v[i]);
            q[0].push_back(across * std::cos(phi));
            q[1].push_back(across * std::sin(phi));
            q[2].push_back(beams.v[i]);
            e.push_back(beams.e[i] / azimuths);
            zero.push_back(0.0);
            one.push_back(1.0);
        }
    }
    H = zero; // the shifted problem: no mean field
    const int modes = static_cast<int>(e.size());
    const AlignedBackground aligned{modes, {q[0].data(), q[1].data(), q[2].data()}, e.data(), nullptr, nullptr};
    Background any;
    any.modes = modes;
    any.g = e.data();
    for (int a = 0; a < 3; ++a) {
        any.direction[a] = q[a].data();
        any.P[a] = a == 2 ? one.data() : zero.data();
        any.H[a] = H.data();
    }
    AxisymmetricKernel two;
    AxialBreakingKernel scalar;
    AlignedKernel four;
    GeneralKernel twelve;
    two.reserve(16);
    scalar.reserve(16);
    four.reserve(modes);
    twelve.reserve(modes);
    two.set_background(beams.background());
    scalar.set_background(beams.background());
    four.set_background(aligned);
    twelve.set_background(any);
    auto find_two = finder_for(two);
    auto find_scalar = finder_for(scalar);
    bool grew = false;
    bool broke_symmetry = false;
    for (const double k : {-0.6, -0.15, -0.05, 0.1, 0.3, 0.8}) {
        const double floor = 2e-3;
        two.set_wave_vector(k);
        scalar.set_wave_vector(k);
        four.set_wave_vector({0.0, 0.0, k});
        RootFinder<AlignedKernel> find_four = finder_for(four);
        find_four.reserve(modes);
        std::vector<Complex> expected;
        REQUIRE(find_two.unstable(two, floor).complete());
        REQUIRE(find_scalar.unstable(scalar, floor).complete());
        for (const Complex z : find_two.roots()) {
            expected.push_back(z);
            grew = true;
        }
        for (const Complex z : find_scalar.roots()) {
            expected.insert(expected.end(), 2, z);
            broke_symmetry = true;
        }
        REQUIRE(find_four.unstable(four, floor).complete());
        CHECK(find_four.roots().size() == expected.size());
        twelve.set_wave_vector({0.0, 0.0, k});
        auto find_twelve = finder_for(twelve);
        const RootSet all = find_twelve.unstable(twelve, floor);
        REQUIRE(all.complete());
        for (const Complex z : expected) {
            const auto holds = [&](const std::vector<Complex>& roots) {
                return std::any_of(roots.begin(), roots.end(), [&](Complex r) { return std::abs(r - z) < 1e-12; });
            };
            CHECK(holds(find_four.roots()));
            CHECK(holds(find_twelve.roots()));
        }
    }
    CHECK(grew);
    CHECK(broke_symmetry);
}
