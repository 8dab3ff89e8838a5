// Onset times (Johns, many-body correlations, Eqs. 20-29; theory.md section 7 row 8).
#include "validity/onset.hpp"
#include "validity/pendulum.hpp"

#include "catch.hpp"

namespace {

using namespace miscid::validity;

/** theta'' = sin theta from rest at theta_0, by a fourth-order Runge-Kutta integration: the time at which it passes
 *  theta. */
double integrated_time(double theta_0, double theta) {
    double x = theta_0, v = 0.0, t = 0.0;
    const double dt = 1e-4;
    while (true) {
        const auto f = [](double y) { return std::sin(y); };
        const double k1 = v, l1 = f(x), k2 = v + 0.5 * dt * l1, l2 = f(x + 0.5 * dt * k1);
        const double k3 = v + 0.5 * dt * l2, l3 = f(x + 0.5 * dt * k2), k4 = v + dt * l3, l4 = f(x + dt * k3);
        const double next = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        if (next >= theta) {
            return t + dt * (theta - x) / (next - x);
        }
        x = next;
        v += dt / 6 * (l1 + 2 * l2 + 2 * l3 + l4);
        t += dt;
    }
}

} // namespace

TEST_CASE("pendulum: t(theta = 1) = 9.9246 and half period 22.5796 at theta_0 = 1e-4") {
    CHECK(std::abs(pendulum_time(1.0, 1e-4, 1.0) - 9.9246) < 5e-5);
    CHECK(std::abs(pendulum_half_period(1.0, 1e-4) - 22.5796) < 5e-5);
    CHECK(std::abs(pendulum_half_period(1.0, 1e-4) - 2 * std::log(8 / 1e-4)) < 1e-7);
    CHECK(std::abs(pendulum_time_small_angle(1.0, 1e-4, 1.0) - 9.9035) < 5e-5);
    CHECK(std::abs(pendulum_time(4.0, 1e-4, 1.0) - 9.9246 / 4) < 2e-5); // Omega sets the time
}

TEST_CASE("the closed form of the pendulum is its motion") {
    for (const double theta_0 : {1e-3, 0.1, 1.0})
        for (const double theta : {1.2, 2.5, 3.1})
            CHECK(std::abs(pendulum_time(1.0, theta_0, theta) - integrated_time(theta_0, theta)) < 1e-7);
    for (const double theta_0 : {1e-14, 1e-8, 0.3}) { // half way lies at the bottom
        const double to_bottom = pendulum_time(1.0, theta_0, 3.14159265358979323846);
        CHECK(std::abs(to_bottom / (0.5 * pendulum_half_period(1.0, theta_0)) - 1) < 1e-14);
    }
}

TEST_CASE("Eq. 28 is early by 0.021/Omega at theta = 1, however small the seed") {
    for (const double theta_0 : {1e-3, 1e-6, 1e-12})
        CHECK(std::abs(pendulum_time(1.0, theta_0, 1.0) - pendulum_time_small_angle(1.0, theta_0, 1.0) - 0.021) < 5e-4);
}

TEST_CASE("fluctuations: 1e36 neutrinos seed 1e-18, 41 e-folds, the onset grows with log N/(2 Omega)") {
    CHECK(std::abs(fluctuation_seed(1e36) / 1e-18 - 1) < 1e-14);
    CHECK(std::abs(std::log(1 / fluctuation_seed(1e36)) - 41.4) < 0.1);
    const double slope = (fluctuation_onset(3.0, 1e20) - fluctuation_onset(3.0, 1e10)) / std::log(1e10);
    CHECK(std::abs(slope * 2 * 3.0 - 1) < 1e-14);
    CHECK(growth_time(1.0, 0.2, 0.1) == 0.0);
}
