// One wave: group velocity and parameter derivatives against finite differences, viscosity against conservation laws
// and against its definition, tracking along k.

#include "backgrounds.hpp"

#include "waves/tilted_viscosity.hpp"
#include "waves/wave.hpp"

#include <catch.hpp>

using namespace miscid;
using namespace miscid::waves;

namespace {

struct Axisymmetric {
    tests::AxisymmetricBeams beams;
    AxisymmetricKernel kernel;
    RootFinder<AxisymmetricKernel> finder;

    Axisymmetric(int modes, double alpha, double damping = 0.0) : beams(modes, alpha) {
        for (std::size_t i = 0; i < beams.damping.size(); ++i) {
            beams.damping[i] = damping * (1.0 + 0.5 * beams.v[i]);
        }
        kernel.reserve(modes);
        kernel.set_background(beams.background());
        finder.reserve(modes);
    }
    Complex root_at(double k, Complex start) {
        kernel.set_wave_vector(k);
        REQUIRE(finder.polish(kernel, start));
        return start;
    }
    Complex growing(double k) {
        kernel.set_wave_vector(k);
        const RootSet set = finder.unstable(kernel, 2e-3);
        REQUIRE(set.complete());
        REQUIRE(set.count >= 1);
        return set.omega[0];
    }
};

} // namespace

TEST_CASE("group velocity and parameter derivatives are those of finite differences") {
    for (const double damping : {0.0, 0.01}) {
        Axisymmetric wave(48, 0.95, damping);
        const double k = -0.15;
        const Complex omega = wave.growing(k);
        const auto null = wave.finder.null_vector(wave.kernel, omega);
        const Complex velocity = group_velocity(wave.kernel, null, omega, wave.beams.v.data(), wave.beams.e.data());
        const double h = 1e-5;
        const Complex difference = (wave.root_at(k + h, omega) - wave.root_at(k - h, omega)) / (2.0 * h);
        CHECK(std::abs(velocity - difference) < 1e-8);

        wave.kernel.set_wave_vector(k);
        std::vector<double> delta_e, delta_damping;
        for (std::size_t i = 0; i < wave.beams.v.size(); ++i) {
            delta_e.push_back(wave.beams.e[i] * wave.beams.v[i]);
            delta_damping.push_back(0.3 + wave.beams.v[i] * wave.beams.v[i]);
        }
        const Complex slope = frequency_change(wave.kernel, null, omega, wave.beams.e.data(), delta_e.data(), nullptr,
                                               delta_damping.data());
        const auto shifted = [&](double t) {
            const auto e = wave.beams.e;
            const auto D = wave.beams.damping;
            for (std::size_t i = 0; i < e.size(); ++i) {
                wave.beams.e[i] += t * delta_e[i];
                wave.beams.damping[i] += t * delta_damping[i];
            }
            wave.kernel.set_background(wave.beams.background());
            const Complex root = wave.root_at(k, omega);
            wave.beams.e = e;
            wave.beams.damping = D;
            return root;
        };
        CHECK(std::abs(slope - (shifted(h) - shifted(-h)) / (2.0 * h)) < 1e-7);
    }
}

TEST_CASE("group velocity of a wave on any background is that of finite differences") {
    for (const bool equilibrium : {true, false}) {
        const tests::RandomVectors vectors(14, 21, equilibrium, 0.02);
        GeneralKernel kernel;
        kernel.reserve(14);
        kernel.set_background(vectors.background());
        RootFinder<GeneralKernel> finder;
        finder.reserve(42);
        const Eigen::Vector3d k(0.1, 0.25, -0.2);
        kernel.set_wave_vector(k);
        const RootSet set = finder.unstable(kernel, 5e-3);
        REQUIRE(set.complete());
        REQUIRE(set.count > 0);
        GeneralKernel::Matrix m;
        kernel.evaluate(set.omega[0], m);
        const Eigen::Vector3cd velocity =
            kernel.group_velocity(left_null_vector_of<12>(m), null_vector_of<12>(m), set.omega[0]);
        for (int a = 0; a < 3; ++a) {
            const double h = 1e-5;
            Complex ends[2] = {set.omega[0], set.omega[0]};
            kernel.set_wave_vector(k + h * Eigen::Vector3d::Unit(a));
            REQUIRE(finder.polish(kernel, ends[0]));
            kernel.set_wave_vector(k - h * Eigen::Vector3d::Unit(a));
            REQUIRE(finder.polish(kernel, ends[1]));
            CHECK(std::abs(velocity[a] - (ends[0] - ends[1]) / (2.0 * h)) < 1e-7);
        }
    }
}

TEST_CASE("viscosity conserves lepton number wave by wave, is positive for growing waves and independent of the null "
          "vector") {
    for (const double damping : {0.0, 0.02}) {
        Axisymmetric wave(64, 0.92, damping);
        const double k = -0.12;
        const Complex omega = wave.growing(k);
        const auto null = wave.finder.null_vector(wave.kernel, omega);
        std::vector<double> R(64), gamma(64), again(64);
        REQUIRE(profile(wave.kernel, null, omega, wave.beams.e.data(), R.data()));
        viscosity(wave.kernel.poles(), omega, R.data(), gamma.data());
        double conserved = 0.0;
        double weighted = 0.0;
        double total = 0.0;
        for (std::size_t i = 0; i < 64; ++i) {
            conserved += wave.beams.e[i] * gamma[i];
            weighted += std::abs(wave.beams.e[i]) * R[i];
            total += std::abs(wave.beams.e[i]);
            CHECK(gamma[i] > 0.0);
        }
        CHECK(std::abs(conserved) < 1e-14);
        CHECK(weighted == Approx(total).epsilon(1e-13));
        REQUIRE(profile(wave.kernel, Complex(-3.0, 7.0) * null, omega, wave.beams.e.data(), again.data()));
        for (std::size_t i = 0; i < 64; ++i) {
            CHECK(again[i] == Approx(R[i]).epsilon(1e-12));
        }
    }
}

TEST_CASE("viscosity of a tilted equilibrium: closed form, definition and the sum rule of the correlations") {
    for (const double damping : {0.0, 0.04}) {
        const tests::RandomVectors vectors(18, 5, true, damping);
        const Background background = vectors.background();
        GeneralKernel kernel;
        kernel.reserve(18);
        kernel.set_background(background);
        REQUIRE(kernel.equilibrium());
        kernel.set_wave_vector({0.3, -0.2, 0.25});
        RootFinder<GeneralKernel> finder;
        finder.reserve(54);
        const RootSet set = finder.unstable(kernel, 1e-3);
        REQUIRE(set.complete());
        REQUIRE(set.count > 0);
        for (int j = 0; j < set.listed; ++j) {
            const Complex omega = set.omega[j];
            const auto null = finder.null_vector(kernel, omega);
            std::vector<Eigen::Vector3d> c(18);
            std::vector<double> gamma(18);
            correlations(kernel, null, omega, c.data());
            tilted_viscosity(kernel, null, omega, c.data(), gamma.data());
            Eigen::Vector3d sum = Eigen::Vector3d::Zero();
            double size = 0.0;
            for (int i = 0; i < 18; ++i) {
                const auto n = static_cast<std::size_t>(i);
                sum += background.g[i] * c[n];
                size += std::abs(background.g[i]) * c[n].norm();
                const Eigen::Vector3d P = kernel.P(i);
                CHECK(gamma[n] == Approx(-P.dot(c[n]) / P.squaredNorm()).epsilon(1e-9).margin(1e-12));
                CHECK(gamma[n] >= 0.0);
            }
            CHECK(sum.norm() < 1e-12 * size);
        }
    }
}

TEST_CASE("a root is followed along k and from step to step by Newton's iteration") {
    Axisymmetric wave(96, 0.9);
    Complex omega = wave.growing(-0.2);
    std::vector<double> R(96);
    const long before = wave.finder.evaluations();
    int steps = 0;
    for (double k = -0.2; k < -0.05; k += 0.005, ++steps) {
        wave.kernel.set_wave_vector(k);
        wave.kernel.set_background(wave.beams.background());
        wave.kernel.set_wave_vector(k);
        const bool converged = wave.finder.polish(wave.kernel, omega);
        const RootSet set = wave.finder.unstable(wave.kernel, 2e-3);
        const auto null = wave.finder.null_vector(wave.kernel, omega);
        profile(wave.kernel, null, omega, wave.beams.e.data(), R.data());
        CHECK(converged);
        CHECK(set.complete());
        bool same = false;
        for (int j = 0; j < set.listed; ++j) {
            same = same || std::abs(set.omega[j] - omega) < 1e-12;
        }
        CHECK(same);
    }
    CHECK(steps > 20);
    CHECK(wave.finder.evaluations() > before);
}
