// Whether a thermal state is a maximum of the entropy: the count from the moments against all modes by brute force.
#include "thermo/gases.hpp"

#include "thermo/thermal_equations.hpp"

#include "catch.hpp"

#include <Eigen/Dense>

namespace {

using namespace gases;
using Equations = thermo::ThermalEquations<2>;

/** Neutrinos along +-x, +-y, +-z with frequencies +-1: at any beta the state with D = 0 satisfies every condition. */
Cell<2> symmetric_cell(double mu) {
    Cell<2> cell(6, 2);
    cell.medium.mu = mu;
    cell.medium.B = {0.6, 0.0, -0.8};
    for (int d = 0; d < 6; ++d) {
        Eigen::Vector3d v = Eigen::Vector3d::Zero();
        v[d / 2] = d % 2 == 0 ? 1.0 : -1.0;
        cell.grid.set_direction(d, v);
        for (int slot = 0; slot < 2; ++slot) {
            cell.grid.set_frequency(d, slot, slot == 0 ? 1.0 : -1.0);
            cell.sign_weight[cell.grid.index(d, slot)] = 1.0 / 12;
            cell.trace[cell.grid.index(d, slot)] = 0.9;
        }
    }
    return cell;
}

/** Negative eigenvalues of -d^2(S - beta U) over all P at fixed U, mode by mode. */
int rising_directions_of_all_modes(const Cell<2>& cell, double beta) {
    const int n = 12;
    Eigen::MatrixXd q = Eigen::MatrixXd::Zero(3 * n, 3 * n), C = Eigen::MatrixXd::Zero(12, 3 * n);
    Eigen::VectorXd gradient(3 * n);
    int i = 0;
    thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
        const auto H = thermo::external_hamiltonian(cell.medium, mode);
        const auto one = thermo::thermal_mode(FlavorVectorFor<2>(beta * H), 0.9, Statistics::fermionic);
        q.block<3, 3>(3 * i, 3 * i) = mode.weight * one.derivative.inverse();
        gradient.segment<3>(3 * i) = mode.weight * H;
        for (int m = 0; m < 4; ++m)
            C.block<3, 3>(3 * m, 3 * i) = mode.weight * mode.current[m] * Eigen::Matrix3d::Identity();
        ++i;
    });
    Eigen::VectorXd g = Eigen::VectorXd::Constant(12, -1.0);
    g.head<3>().setOnes();
    q += beta * cell.medium.mu * C.transpose() * g.asDiagonal() * C;
    const Eigen::MatrixXd basis =
        Eigen::MatrixXd(Eigen::HouseholderQR<Eigen::MatrixXd>(gradient).householderQ()).rightCols(3 * n - 1);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(basis.transpose() * q * basis);
    return static_cast<int>((eigen.eigenvalues().array() < 0.0).count());
}

} // namespace

TEST_CASE("a state that orders if it could is recognized: D_1 at positive, D_0 at negative temperature") {
    int seen = 0;
    for (const double mu : {1.0, 10.0, 60.0})
        for (const double beta : {-3.0, -1.0, -0.3, 0.3, 1.0, 3.0}) {
            auto cell = symmetric_cell(mu);
            thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
                const auto H = thermo::external_hamiltonian(cell.medium, mode);
                cell.set(mode.index, -thermo::thermal_mode(FlavorVectorFor<2>(beta * H), 0.9, Statistics::fermionic).u);
            });
            const thermo::ChargesFor<2> none;
            const auto gas = cell.gas();
            Equations equations(gas, none, Statistics::fermionic);
            const double energy = thermo::polarization_energy(gas).total();
            equations.set_shifted_energy(equations.shifted(energy));
            Equations::Unknown y = Equations::Unknown::Zero(), residual;
            y[Equations::beta_place] = beta * equations.strength();
            Equations::Matrix jacobian;
            equations.evaluate(y, residual, &jacobian);
            CHECK(residual.norm() < 1e-14);
            const int expected = rising_directions_of_all_modes(cell, beta);
            INFO("mu " << mu << " beta " << beta);
            CHECK(equations.rising_directions(y, jacobian) == expected);
            seen += expected > 0;

            // The search goes over to a state of larger entropy; far beyond the transition it may fail, and then says
            // so.
            const auto state = thermo::thermal_state(gas, none, Statistics::fermionic);
            REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
            const double here = thermo::entropy(gas, Statistics::fermionic);
            CHECK(state.entropy > here * (1 - 1e-12));
            if (expected == 0) {
                CHECK(state.largest);
                CHECK(state.entropy < here * (1 + 1e-12));
            } else if (mu == 10.0) {
                CHECK(state.largest);
                CHECK(state.entropy > here * (1 + 1e-6));
                CHECK(state.moments.norm() > 1e-2);
            }
        }
    CHECK(seen >= 4); // both signs, or the test says nothing
}
