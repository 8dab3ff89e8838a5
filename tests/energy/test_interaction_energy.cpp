// Fiorillo, Raffelt & Sigl Eqs. 5, 7, 21, 22 as double sums over modes, and the balance dK/dt + dU/dt = 0.
#include "energy/interaction_energy.hpp"
#include "kinetics/random_numbers.hpp"
#include "kinetics/spectral_flow.hpp"

#include "catch.hpp"

#include <cmath>

using namespace miscid;
using kinetics::BoxField;
using kinetics::Gas;

namespace {

constexpr double pi = 3.14159265358979323846;

/** Modes in any direction with fields of a few waves. */
struct Box {
    explicit Box(int flavors, bool any_direction, std::uint64_t seed) : field(7, flavors * flavors - 1, 64) {
        kinetics::RandomNumbers random(seed);
        gas.flavors = flavors;
        gas.direction = Eigen::Matrix3Xd::Zero(3, 7);
        gas.weight.resize(7);
        gas.mu.from = 1.7;
        if (any_direction) {
            gas.axis = Eigen::Vector3d(2.0, -1.0, 0.5).normalized();
        }
        for (int i = 0; i < 7; ++i) {
            const Eigen::Vector3d v = Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized();
            gas.direction.col(i) = any_direction ? v : Eigen::Vector3d(0.0, 0.0, v.z());
            gas.weight[i] = (i % 3 == 0 ? -1.0 : 1.0) * random.uniform();
            for (int c = 0; c < field.components(); ++c) {
                for (int wave = 0; wave < 6; ++wave) {
                    const double a = random.normal(), phase = 2.0 * pi * random.uniform();
                    for (int cell = 0; cell < 64; ++cell) {
                        field.at(c, i, cell) += a * std::cos(2.0 * pi * wave * cell / 64 + phase);
                    }
                }
            }
        }
    }
    Gas gas;
    BoxField field;
    double length = 13.0;
};

} // namespace

TEST_CASE("U_osc and its rate are the double sums over modes") {
    for (const bool any_direction : {false, true}) {
        const Box box(2, any_direction, 1);
        const auto moments = energy::moment_fields(box.gas, box.field);
        const double dz = box.length / 64, mu = 1.7;
        double U = 0.0, rate_K = 0.0;
        const Eigen::VectorXd speed = box.gas.speed();
        for (int i = 0; i < 7; ++i) {
            const Eigen::MatrixXd gradient = energy::derivative(box.field.of_mode(i), box.length);
            for (int j = 0; j < 7; ++j) {
                const double f = 1.0 - box.gas.direction.col(i).dot(box.gas.direction.col(j));
                const double g = box.gas.weight[i] * box.gas.weight[j];
                U += 0.25 * mu * g * f * box.field.of_mode(i).cwiseProduct(box.field.of_mode(j)).sum() * dz;
                // Tr F_i of Eq. 21, polarization part, times v_i
                rate_K += 0.5 * mu * g * f * speed[i] * box.field.of_mode(j).cwiseProduct(gradient).sum() * dz;
            }
        }
        if (any_direction) { // with axial symmetry assumed, 1 - v_z v_z' is all there is
            CHECK(energy::oscillation_energy(moments, mu, box.length) == Approx(U).epsilon(1e-12));
            CHECK(energy::kinetic_energy_rate(box.gas, box.field, moments, mu, box.length) ==
                  Approx(rate_K).epsilon(1e-12));
        } else {
            CHECK(energy::oscillation_energy(moments, mu, box.length) == Approx(U).epsilon(1e-12));
        }
        CHECK(energy::oscillation_energy_rate(moments, mu, box.length) == Approx(-rate_K).epsilon(1e-12));
    }
}

TEST_CASE("at every instant of resolved data dK/dt + dU/dt = 0, and it is the change of U") {
    for (const int flavors : {2, 3}) {
        for (const bool any_direction : {false, true}) {
            const Box box(flavors, any_direction, 3);
            const auto moments = energy::moment_fields(box.gas, box.field);
            const double dK = energy::kinetic_energy_rate(box.gas, box.field, moments, 1.7, box.length);
            const double dU = energy::oscillation_energy_rate(moments, 1.7, box.length);
            CHECK(std::abs(dK + dU) < 1e-12 * std::abs(dK));
            CHECK(std::abs(dK) > 1e-3);
            // The same rate from the equation of motion: U at t +- h along the solution.
            kinetics::SpectralFlow flow(box.gas, box.length, 64);
            BoxField rate = box.field;
            const double solver_dK = flow.evaluate(box.field, 0.0, rate);
            CHECK(solver_dK == Approx(dK).epsilon(1e-11));
            const double h = 1e-5;
            double U[2];
            for (int side = 0; side < 2; ++side) {
                BoxField moved = box.field;
                for (std::size_t i = 0; i < moved.size(); ++i) {
                    moved.data()[i] += (side == 0 ? -h : h) * rate.data()[i];
                }
                U[side] = energy::oscillation_energy(energy::moment_fields(box.gas, moved), 1.7, box.length);
            }
            CHECK((U[1] - U[0]) / (2.0 * h) == Approx(dU).epsilon(1e-6));
        }
    }
}

TEST_CASE("a homogeneous gas exchanges nothing") {
    Box box(2, true, 5);
    for (int i = 0; i < 7; ++i) {
        for (int c = 0; c < 3; ++c) {
            for (int cell = 0; cell < 64; ++cell) {
                box.field.at(c, i, cell) = box.field.at(c, i, 0);
            }
        }
    }
    const auto moments = energy::moment_fields(box.gas, box.field);
    CHECK(std::abs(energy::kinetic_energy_rate(box.gas, box.field, moments, 1.7, box.length)) < 1e-12);
    CHECK(std::abs(energy::oscillation_energy_rate(moments, 1.7, box.length)) < 1e-12);
}
