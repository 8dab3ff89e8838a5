// Collisional instability as the step treats it: closed forms of the isotropic two-species gas (theory.md F11), the dense
// eigensolver, conservation, and what must not depend on how the step is split.
#include "step/collisional_waves.hpp"
#include "waves/dense.hpp"

#include "catch.hpp"

#include <cmath>
#include <random>
#include <vector>

using miscid::step::CollisionalWaves;
using miscid::waves::AlignedBackground;
using miscid::waves::Complex;

namespace {

/** Neutrinos and antineutrinos, isotropic on the six axes of space (exact up to second moments). */
struct Gas {
    Gas(double N, double Nbar, double Gamma, double Gammabar) {
        for (int species = 0; species < 2; ++species)
            for (int axis = 0; axis < 3; ++axis)
                for (double sign : {-1.0, 1.0}) {
                    for (int a = 0; a < 3; ++a)
                        direction[a].push_back(a == axis ? sign : 0.0);
                    e.push_back((species == 0 ? N : -Nbar) / 6);
                    damping.push_back(species == 0 ? Gamma : Gammabar);
                }
        waves.reserve(int(e.size()));
        factor.resize(e.size());
    }
    AlignedBackground background() const {
        return {int(e.size()),
                {direction[0].data(), direction[1].data(), direction[2].data()},
                e.data(),
                damping.data(),
                nullptr};
    }
    bool relax(double dt, double seed, double* state, miscid::closures::Diagnostics& d) {
        return waves.relax(background(), dt, seed, 0.0, state, factor.data(), d);
    }
    double species(int s) const {
        double sum = 0;
        for (std::size_t i = 6 * std::size_t(s); i < 6 * std::size_t(s + 1); ++i)
            sum += std::abs(e[i]) * factor[i];
        return sum;
    }
    std::vector<double> direction[3], e, damping, factor;
    CollisionalWaves waves;
};

/** Im Omega of theory.md F11 for densities (mu included) N and Nbar; `coupling` 1 for the homogeneous density, -1/3 for its
 *  flux, which couples through -v.v' = -1/3. */
double growth(double N, double Nbar, double Gamma, double Gammabar, double coupling) {
    const double D = coupling * (N - Nbar), S = coupling * (N + Nbar);
    const double g = (Gamma + Gammabar) / 2, a = (Gamma - Gammabar) / 2;
    const Complex root = std::sqrt(Complex(D * D - 4 * a * a, -4 * S * a));
    return std::max((Complex(-D / 2, -g) + 0.5 * root).imag(), (Complex(-D / 2, -g) - 0.5 * root).imag());
}
double fastest(double N, double Nbar, double Gamma, double Gammabar) {
    return std::max(growth(N, Nbar, Gamma, Gammabar, 1.0), growth(N, Nbar, Gamma, Gammabar, -1.0 / 3.0));
}

constexpr double gases[][4] = {{1.0, 0.8, 0.05, 0.01}, {1.0, 0.98, 0.02, 0.005}, {1.0, 1.0, 0.02, 0.005},
                               {0.7, 1.0, 0.01, 0.08}, {3.0, 2.9, 1e-5, 2e-6},   {1.0, 0.95, 0.3, 0.0}};

} // namespace

TEST_CASE("collisional growth is that of the closed form, from the resonance to a millionth of the potential") {
    for (const auto& [N, Nbar, Gamma, Gammabar] : gases) {
        CAPTURE(N, Nbar, Gamma, Gammabar);
        Gas gas(N, Nbar, Gamma, Gammabar);
        miscid::closures::Diagnostics d;
        REQUIRE(fastest(N, Nbar, Gamma, Gammabar) > 0);
        CHECK(gas.relax(0.0, 1e-3, nullptr, d));
        CHECK(std::abs(d.max_growth_before / fastest(N, Nbar, Gamma, Gammabar) - 1) < 1e-8);
        CHECK(d.certified);
        for (double f : gas.factor)
            CHECK(f == 1.0); // not yet grown out of the seed
    }
}

TEST_CASE("collisional waves take from both species alike until the closed form says that nothing grows") {
    for (const auto& [N, Nbar, Gamma, Gammabar] : gases) {
        CAPTURE(N, Nbar, Gamma, Gammabar);
        Gas gas(N, Nbar, Gamma, Gammabar);
        miscid::closures::Diagnostics d;
        CHECK(gas.relax(1e8 / Gamma, 1e-6, nullptr, d));
        CHECK(d.max_growth_after == 0.0);
        const double left = gas.species(0), leftbar = gas.species(1);
        CHECK(std::abs((N - Nbar) - (left - leftbar)) < 1e-14 * (N + Nbar));
        // The margin of the closed form: N - x, Nbar - x with growth at the floor, one percent of the larger damping.
        double low = 0, high = std::min(N, Nbar);
        for (int halving = 0; halving < 100; ++halving) {
            const double x = (low + high) / 2;
            (fastest(N - x, Nbar - x, Gamma, Gammabar) > 0.01 * std::max(Gamma, Gammabar) ? low : high) = x;
        }
        CHECK(std::abs(left - (N - low)) < 2e-3 * N);
        for (double f : gas.factor)
            CHECK((f >= 0 && f <= 1));
    }
}

TEST_CASE("equal damping, one sign of lepton number or no damping: nothing is touched") {
    const double quiet[][4] = {{1.0, 0.8, 0.05, 0.05}, {1.0, -0.8, 0.05, 0.01}, {1.0, 0.8, 0.0, 0.0}};
    for (const auto& [N, Nbar, Gamma, Gammabar] : quiet) {
        Gas gas(N, Nbar, Gamma, Gammabar);
        miscid::closures::Diagnostics d;
        double state[CollisionalWaves::state_size] = {};
        CHECK(gas.relax(1e9, 1e-6, state, d));
        CHECK(d.max_growth_before == 0.0);
        for (double f : gas.factor)
            CHECK(f == 1.0);
        for (double s : state)
            CHECK(s == 0.0);
    }
}

TEST_CASE("the time until collisional waves act does not depend on how it is split, after that they stay marginal") {
    const double rate = fastest(1.0, 0.9, 0.05, 0.01), needed = std::log(1e6) / rate;
    for (int parts : {1, 7, 100}) {
        Gas gas(1.0, 0.9, 0.05, 0.01);
        double state[CollisionalWaves::state_size] = {};
        miscid::closures::Diagnostics d;
        for (int part = 0; part < parts; ++part) {
            REQUIRE(gas.relax(0.99 * needed / parts, 1e-6, state, d));
            CHECK(gas.factor[0] == 1.0);
        }
        d = {};
        REQUIRE(gas.relax(0.02 * needed, 1e-6, state, d));
        CHECK(gas.factor[0] < 0.9);
        for (std::size_t i = 0; i < gas.e.size(); ++i)
            gas.e[i] *= gas.factor[i];
        d = {};
        REQUIRE(gas.relax(needed, 1e-6, state, d));
        CHECK(gas.factor[0] == 1.0);
    }
}

TEST_CASE("many energies, fluxes and rates: growth is that of all eigenvalues at k' = 0, and sum e stays") {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::normal_distribution<double> normal;
    int unstable = 0;
    for (int trial = 0; trial < 12; ++trial) {
        constexpr int n = 36;
        std::vector<double> direction[3], e, damping;
        for (int i = 0; i < n; ++i) {
            const Eigen::Vector3d v =
                Eigen::Vector3d(normal(random), normal(random), normal(random) + 0.3).normalized();
            for (int a = 0; a < 3; ++a)
                direction[a].push_back(v[a]);
            e.push_back((i % 2 == 0 ? 1.0 : -0.9) * (0.5 + uniform(random)) / n);
            damping.push_back((i % 2 == 0 ? 0.02 : 0.004) * (1 + i / 12)); // six rates
        }
        const AlignedBackground b = {
            n, {direction[0].data(), direction[1].data(), direction[2].data()}, e.data(), damping.data(), nullptr};
        const double dense =
            miscid::waves::dense_spectrum(miscid::waves::dense_operator(b, Eigen::Vector3d::Zero()))[0].imag();
        CollisionalWaves waves;
        waves.reserve(n);
        std::vector<double> factor(n);
        miscid::closures::Diagnostics d;
        REQUIRE(waves.relax(b, 1e7, 1e-4, 0.0, nullptr, factor.data(), d));
        if (dense > 0.0101 * 0.06) {
            ++unstable;
            CHECK(std::abs(d.max_growth_before / dense - 1) < 1e-7);
        } else {
            CHECK(d.max_growth_before < 0.0103 * 0.06);
        }
        double change = 0;
        for (std::size_t i = 0; i < n; ++i) {
            change += e[i] * (factor[i] - 1);
            e[i] *= factor[i];
        }
        CHECK(std::abs(change) < 1e-15);
        const double left =
            miscid::waves::dense_spectrum(miscid::waves::dense_operator(b, Eigen::Vector3d::Zero()))[0].imag();
        CHECK(left < 0.0102 * 0.06); // one percent of the largest rate
    }
    CHECK(unstable > 4);
}
