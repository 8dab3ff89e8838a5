// dP/dt = H x P with a slowly falling matter potential against the tracked mixing equilibrium: the adiabatic theorem
// the whole module rests on (Johns & Kost section II; theory.md 4.4).
#include "equation_of_motion.hpp"
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>
#include <random>

namespace {

constexpr int groups = 2, directions = 4;
constexpr double first_lambda = 4, last_lambda = 1.5, theta = 0.2;

host::Cells gas() {
    host::Cells cell(groups, directions, R"({"vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.2})");
    std::mt19937 engine(8);
    std::uniform_real_distribution<double> uniform(0, 1);
    cell.energy = {0.7, 1.4};
    for (int d = 0; d < directions; ++d) {
        const double z = -0.9 + 0.6 * d, phi = 2.4 * d;
        cell.set_direction(d, {std::sqrt(1 - z * z) * std::cos(phi), std::sqrt(1 - z * z) * std::sin(phi), z});
        for (int group = 0; group < groups; ++group) {
            cell.weight[host::Cells::count(group * directions + d)] = 0.15 + 0.1 * uniform(engine);
            cell.set({0.9, {0, 0, 0.5 + 0.3 * uniform(engine)}}, 0, group, d);
            cell.set({0.7, {0, 0, 0.1 + 0.1 * uniform(engine)}}, 1, group, d);
        }
    }
    cell.electron_density[0] = first_lambda;
    return cell;
}

template <class Use>
void for_modes(Use use) {
    std::size_t i = 0;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d)
                use(i++, type, group, d);
}

} // namespace

TEST_CASE("a slow ramp of dP/dt = H x P ends on the tracked equilibrium, the closer the slower") {
    auto cell = gas();
    REQUIRE(cell.apply().status == MISCID_OK);
    dynamics::Gas motion;
    motion.B = {std::sin(2 * theta), 0, -std::cos(2 * theta)};
    std::vector<double> start;
    for_modes([&](std::size_t, int type, int group, int d) {
        const double s = type == 0 ? 1 : -1;
        motion.modes.push_back({cell.direction_of(d), s / cell.energy[host::Cells::count(group)],
                                s * cell.weight[host::Cells::count(group * directions + d)]});
        const auto P = cell.get(type, group, d).P;
        start.insert(start.end(), {P.x(), P.y(), P.z()});
    });
    for (int n = 1; n <= 20; ++n) {
        cell.electron_density[0] = first_lambda + (last_lambda - first_lambda) * n / 20;
        REQUIRE(cell.apply().status == MISCID_OK);
        REQUIRE(cell.status[0] == MISCID_OK);
    }
    const auto deviation = [&](double T) {
        // A ramp whose speed starts and ends at zero, so that what is left is the deviation from equilibrium alone.
        motion.lambda = [T](double t) {
            const double x = std::min(t / T, 1.0);
            return first_lambda + (last_lambda - first_lambda) * x * x * (3 - 2 * x);
        };
        std::vector<double> P = start;
        dynamics::integrate(motion, P, T);
        double largest = 0;
        for_modes([&](std::size_t i, int type, int group, int d) {
            const host::Vector tracked = cell.get(type, group, d).P, moved(&P[3 * i]);
            largest = std::max(largest, std::atan2(tracked.cross(moved).norm(), tracked.dot(moved)));
        });
        return largest;
    };
    const double fast = deviation(30), slow = deviation(300), slower = deviation(3000);
    INFO("deviations " << fast << ", " << slow << ", " << slower << " rad");
    CHECK(slow < 0.3 * fast);
    CHECK(slower < 0.3 * slow);
    CHECK(slower < 1e-3);
}
