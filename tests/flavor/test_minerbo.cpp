// The maximum-entropy angular distribution against numerical quadrature (theory.md 5.19).
#include "catch.hpp"
#include "phase_space/minerbo.hpp"

#include <Eigen/Geometry>

#include <array>
#include <cmath>

namespace {

constexpr double pi = 3.141592653589793;

/** Flux factor coth Z - 1/Z in long double; its series where the difference would cancel. */
double flux_factor(double Z) {
    const long double z = Z;
    if (z < 1e-2L)
        return static_cast<double>(z / 3 - z * z * z / 45 + 2 * z * z * z * z * z / 945);
    return static_cast<double>(1 / std::tanh(z) - 1 / z);
}

/** Density and its flux along the axis by the composite 5-point Gauss rule in cos(theta), refined towards the beam. */
std::array<double, 2> moments(const Eigen::Vector3d& flux) {
    const double node[5] = {0, 0.5384693101056831, -0.5384693101056831, 0.9061798459386640, -0.9061798459386640};
    const double weight[5] = {0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891,
                              0.2369268850561891};
    const Eigen::Vector3d axis = flux.normalized();
    const Eigen::Vector3d across = axis.unitOrthogonal();
    std::array<double, 2> sum = {0, 0};
    double upper = 1;
    for (double width = 1e-4; upper > -1; width *= 1.05) {
        const double lower = std::max(-1.0, upper - width);
        for (int k = 0; k < 5; ++k) {
            const double mu = 0.5 * (upper + lower) + 0.5 * (upper - lower) * node[k];
            const Eigen::Vector3d n = mu * axis + std::sqrt(1 - mu * mu) * across;
            const double f = 2 * pi * miscid::phase_space::minerbo_density(flux, n) * 0.5 * (upper - lower) * weight[k];
            sum[0] += f;
            sum[1] += f * mu;
        }
        upper = lower;
    }
    return sum;
}

} // namespace

TEST_CASE("flux factor and Minerbo parameter are inverse: coth Z - 1/Z = |F|/N") {
    for (const double Z : {1e-6, 1e-3, 0.02, 0.049, 0.051, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0}) {
        INFO("Z = " << Z);
        // A round-off of the flux factor is 1e-14 of Z near Z = 100: dZ = Z^2 d(|F|/N).
        CHECK(std::abs(miscid::phase_space::minerbo_parameter(flux_factor(Z)) / Z - 1) < 1e-12);
    }
    CHECK(miscid::phase_space::minerbo_parameter(0) == 0);
}

TEST_CASE("the Minerbo density is normalised and carries its flux, Z from 0 to 100") {
    const Eigen::Vector3d axis = Eigen::Vector3d(1, -2, 2) / 3;
    for (const double Z : {1e-10, 1e-4, 0.03, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0}) {
        INFO("Z = " << Z);
        const double f = Z < 1e-6 ? Z / 3 : flux_factor(Z);
        const auto [number, flux] = moments(f * axis);
        CHECK(std::abs(number - 1) < 1e-12);
        CHECK(std::abs(flux - f) < 1e-12);
    }
}

TEST_CASE("a distribution without flux is isotropic") {
    const Eigen::Vector3d zero = Eigen::Vector3d::Zero();
    CHECK(std::abs(miscid::phase_space::minerbo_density(zero, Eigen::Vector3d::UnitX()) * 4 * pi - 1) < 1e-15);
}

TEST_CASE("a flux factor of 1 and more, or below 0, has no Minerbo distribution") {
    for (const double bad : {-0.1, 1.0, 1.5, std::nan("")})
        CHECK_THROWS_AS(miscid::phase_space::minerbo_parameter(bad), std::domain_error);
}
