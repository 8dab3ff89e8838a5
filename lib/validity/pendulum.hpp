/** @file pendulum.hpp
 *  The flavor pendulum: when mass mixing makes an unstable state depart from where it starts (Johns, many-body
 *  correlations, Eqs. 26-29), with its exact motion. For commands and tests, not for the step: Boost.Math may throw.
 */
#pragma once

#include <boost/math/special_functions/ellint_rf.hpp>

#include <cmath>

namespace miscid::validity {

/** Flavor pendulum theta'' = Omega^2 sin theta released at rest at theta_0 from the upright position (Eq. 26): the
 *  time at which it passes theta > theta_0, Omega t = int ds/sqrt((1 - s^2)(s^2 - s_0^2)), s = sin(theta/2), by
 *  Carlson's R_F, which keeps its digits for any theta_0. Up to theta = pi; from there the motion is mirrored. */
inline double pendulum_time(double growth_rate, double theta_0, double theta) {
    const double y = std::pow(std::sin(0.5 * theta_0), 2);
    const double x = std::pow(std::sin(0.5 * theta), 2);
    // (1/2) int_y^x dt/sqrt(t (1 - t)(t - y))
    const double root_x = std::sqrt(x);
    const double root_y = std::sqrt(y);
    const double rest_x = std::abs(std::cos(0.5 * theta));
    const double rest_y = std::cos(0.5 * theta_0);
    const double away = std::sqrt(std::sin(0.5 * (theta - theta_0)) * std::sin(0.5 * (theta + theta_0))); // sqrt(x - y)
    const double length = away * away;
    const double u12 = (root_y * rest_y * away) / length; // pairs (t, 1 - t): X1 X2 Y3 + Y1 Y2 X3, Y3 = 0
    const double u13 = (root_y * away * rest_x) / length; // pairs (t, t - y)
    const double u23 = (rest_y * away * root_x) / length; // pairs (1 - t, t - y)
    return boost::math::ellint_rf(u12 * u12, u13 * u13, u23 * u23) / growth_rate;
}

/** From rest at theta_0 to rest on the other side: 2 K(cos(theta_0/2))/Omega, about 2 ln(8/theta_0)/Omega. */
inline double pendulum_half_period(double growth_rate, double theta_0) {
    // K by the arithmetic-geometric mean of the complementary modulus
    double a = 1.0;
    double b = std::sin(0.5 * theta_0);
    for (int i = 0; i < 60 && a - b > 1e-16 * a; ++i) {
        const double mean = 0.5 * (a + b);
        b = std::sqrt(a * b);
        a = mean;
    }
    constexpr double pi = 3.14159265358979323846;
    return pi / (a * growth_rate);
}

/** Eq. 28: ln(2 theta/theta_0)/Omega, early by 0.021/Omega at theta = 1. */
inline double pendulum_time_small_angle(double growth_rate, double theta_0, double theta) {
    return std::log(2.0 * theta / theta_0) / growth_rate;
}

} // namespace miscid::validity
