// Heat and work (equilibrium-solver.md section 7): adiabatic steps exchange no kinematic heat, and the energy changes
// by the work of the medium alone.
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>
#include <random>

namespace {

constexpr int groups = 3, directions = 6;

/** Anisotropic nu and nubar of comparable mu and lambda. */
host::Cells gas(double lambda) {
    host::Cells cell(groups, directions, R"({"vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.2})");
    std::mt19937 engine(5);
    std::uniform_real_distribution<double> uniform(0, 1);
    cell.energy = {0.6, 1.0, 2.0};
    for (int d = 0; d < directions; ++d) {
        const double z = -1 + (2 * d + 1.0) / directions, phi = 2.4 * d;
        cell.set_direction(d, {std::sqrt(1 - z * z) * std::cos(phi), std::sqrt(1 - z * z) * std::sin(phi), z});
        for (int group = 0; group < groups; ++group) {
            cell.weight[host::Cells::count(group * directions + d)] = 0.1 + 0.1 * uniform(engine);
            cell.set({0.9, {0, 0, 0.6 + 0.3 * uniform(engine)}}, 0, group, d);
            cell.set({0.7, {0, 0, 0.2 + 0.1 * uniform(engine)}}, 1, group, d);
        }
    }
    cell.velocity = {0.05, 0, 0.1};
    cell.electron_density[0] = lambda;
    return cell;
}

} // namespace

TEST_CASE("kinematic heat and tilt vanish on adiabatic steps") {
    auto cell = gas(6);
    REQUIRE(cell.apply().status == MISCID_OK);
    for (double lambda = 5.9; lambda > 2; lambda -= 0.1) {
        cell.electron_density[0] = lambda;
        REQUIRE(cell.apply().status == MISCID_OK);
        CHECK(std::abs(cell.heat[0]) < 1e-15 * 10); // ten: the energy scale of the gas
        CHECK(cell.tilt[0] < 1e-13);
    }
}

TEST_CASE("an incoming state off its equilibrium costs its kinematic heat (1/2) sum w s H.(P_out - P_in)") {
    auto cell = gas(4);
    REQUIRE(cell.apply().status == MISCID_OK);
    auto one = cell.get(0, 1, 2);
    const double turn = 0.3; // the P of one mode is turned away from H, about an axis across it
    const host::Vector along = one.P.normalized(), across = along.unitOrthogonal();
    one.P = one.P.norm() * (std::cos(turn) * along + std::sin(turn) * across);
    cell.set(one, 0, 1, 2);
    REQUIRE(cell.apply().status == MISCID_OK);
    // H changes with D, so the tilt is 0.3 up to the share of one mode in it.
    CHECK(std::abs(cell.tilt[0] - turn) < 0.05);
    CHECK(cell.heat[0] != 0);
}

TEST_CASE("energy changes by the work of the medium, (1/2) sum w s P.dh: second order in the step") {
    const auto mismatch = [](int steps) {
        auto cell = gas(6);
        REQUIRE(cell.apply().status == MISCID_OK);
        const double first = cell.energy_U[0];
        double work = 0;
        const auto moved = [&] { // D_0z - v_m.D_1z
            return cell.D0[2] - (0.05 * cell.D1[2] + 0.1 * cell.D1[8]);
        };
        for (int n = 1; n <= steps; ++n) {
            const double before = moved();
            cell.electron_density[0] = 6 - 4.0 * n / steps;
            REQUIRE(cell.apply().status == MISCID_OK);
            REQUIRE(cell.status[0] == MISCID_OK);
            work += 0.5 * (-4.0 / steps) * 0.5 * (before + moved());
        }
        return std::abs(cell.energy_U[0] - first - work);
    };
    const double coarse = mismatch(20), middle = mismatch(40), fine = mismatch(80);
    CHECK(coarse < 1e-2);
    CHECK(coarse / middle > 3.5);
    CHECK(coarse / middle < 4.5);
    CHECK(middle / fine > 3.7);
    CHECK(middle / fine < 4.3);
}

TEST_CASE("U = (1/2) sum w s Hext.P + (mu/4)(D_0^2 - D_1^2) of the density matrices that came out") {
    auto cell = gas(3);
    REQUIRE(cell.apply().status == MISCID_OK);
    const host::Vector B(std::sin(0.4), 0, -std::cos(0.4)), velocity(0.05, 0, 0.1);
    host::Vector D0 = host::Vector::Zero();
    Eigen::Matrix3d D1 = Eigen::Matrix3d::Zero();
    double U = 0;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d) {
                const double s = type == 0 ? 1 : -1;
                const double w = cell.weight[host::Cells::count(group * directions + d)];
                const host::Vector v = cell.direction_of(d), P = cell.get(type, group, d).P;
                const host::Vector external =
                    s / cell.energy[host::Cells::count(group)] * B + 3 * (1 - velocity.dot(v)) * host::Vector::UnitZ();
                D0 += s * w * P;
                D1 += s * w * P * v.transpose();
                U += 0.5 * w * s * external.dot(P);
            }
    U += 0.25 * (D0.squaredNorm() - D1.squaredNorm());
    CHECK(std::abs(cell.energy_U[0] - U) < 1e-14 * 10);
    CHECK((cell.D0_of() - D0).norm() < 1e-14);
    for (int a = 0; a < 3; ++a)
        CHECK((host::Vector(&cell.D1[host::Cells::count(3 * a)]) - D1.col(a)).norm() < 1e-14);
}
