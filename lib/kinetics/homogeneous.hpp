/** @file homogeneous.hpp
 *  The kinetic equation without space, dP_i/dt = H_i x P_i + C_i (and dP0/dt where collisions change it), by an adaptive
 *  Runge-Kutta scheme of eighth order (Boost.Odeint, Fehlberg 7(8)).
 *
 *  C = {Gamma_em, 1 - rho}/2 - {Gamma_abs, rho}/2 with flavor-diagonal rates (theory.md 5.18): with kappa = Gamma_em +
 *  Gamma_abs, drho_aa/dt = emission_a - kappa_a rho_aa, and coherences decay at (kappa_a + kappa_b)/2.
 */
#pragma once

#include "kinetics/gas.hpp"

#include <functional>
#include <vector>

namespace miscid::kinetics {

class HomogeneousGas {
public:
    /** `P` [generator][mode]; `trace` per mode, read only where collisions change it. */
    HomogeneousGas(const Gas& gas, const Eigen::MatrixXd& P, const Eigen::VectorXd& trace);

    const Gas& gas() const { return gas_; }
    double time() const { return time_; }
    Eigen::MatrixXd P() const;
    Eigen::VectorXd trace() const;
    long steps() const { return steps_; }

    /** Rates of all components in `state`. */
    void rates(const std::vector<double>& state, std::vector<double>& rate, double time) const;
    /** Error per step below `tolerance` times the largest |P|. Throws std::runtime_error if no step gives finite numbers. */
    void advance_to(double time, double tolerance);

private:
    Gas gas_;
    Eigen::VectorXd constant_trace_;
    std::vector<double> state_; ///< [mode][component]
    double time_ = 0.0;
    double next_step_ = 0.0;
    long steps_ = 0;
};

} // namespace miscid::kinetics
