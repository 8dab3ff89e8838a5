/** @file thermal_search.hpp  The search for a flavor-temperature state (thermal_state.hpp says what is sought, and how). */
#pragma once

#include "equilibrium/linear_solve.hpp"
#include "thermo/thermal_equations.hpp"

#include <cmath>

namespace miscid::thermo {

inline constexpr double converged = 1e-13; ///< scaled residual
inline constexpr double negligible_step = 1e-13;
inline constexpr double coldest = 600.0;       ///< largest |h| of a mode that is followed
inline constexpr int most_iterations = 300;    ///< evaluations on the branch from beta = 0
inline constexpr int most_of_a_start = 80;     ///< by Newton from every other start
inline constexpr int most_evaluations = 3000;  ///< after which no further start is tried
inline constexpr double smallest_step = 1e-13; ///< of the continuation, as a part of the whole way

template <int N_f>
class StateSearch {
    using Equations = ThermalEquations<N_f>;
    using Unknown = typename Equations::Unknown;
    using Matrix = typename Equations::Matrix;

public:
    StateSearch(const GasFor<N_f>& gas, const ChargesFor<N_f>& charges, Statistics statistics)
        : gas_(gas), charges_(charges), statistics_(statistics), equations_(gas, charges, statistics) {}

    ThermalStateFor<N_f> find(double energy) {
        ThermalStateFor<N_f> best;
        best.energy = energy;
        if (equations_.empty()) {
            best.outcome = ThermalOutcome::out_of_range;
            return best;
        }
        Unknown y;
        ThermalOutcome outcome = disordered(y);
        if (outcome != ThermalOutcome::ok) {
            best.outcome = outcome;
            best.iterations = iterations_;
            return best;
        }
        outcome = follow(y, energy);
        best = result(y, energy, outcome);
        if (best.outcome != ThermalOutcome::ok || !best.largest) {
            Unknown incoming;
            start_from_incoming(incoming);
            consider(incoming, energy, best, y);
            for (const double side : {1.0, -1.0}) {
                Unknown ordered;
                if (best.outcome != ThermalOutcome::ok && start_ordered(ordered, energy, side)) {
                    consider(ordered, energy, best, y);
                }
            }
            // The phase about a conserved axis is soft: what points the wrong way there hardly turns by itself.
            for (const auto& charge : charges_) {
                if (best.outcome == ThermalOutcome::ok && !best.largest) {
                    consider(turned_over(y, charge.axis), energy, best, y);
                }
            }
            leave_saddle(y, energy, best);
        }
        best.iterations = iterations_;
        return best;
    }

private:
    /** beta = 0: every mode has the same h, the bias that gives the charges; a convex problem. */
    ThermalOutcome disordered(Unknown& y) {
        y.setZero();
        equations_.set_shifted_energy(0.0);
        const int count = static_cast<int>(charges_.size());
        for (int iteration = 0; iteration < 100; ++iteration) {
            Unknown residual;
            Matrix jacobian;
            const double energy = equations_.evaluate(y, residual, &jacobian);
            ++iterations_;
            equations_.set_moments(y, equations_.moments_of(y) -
                                          equations_.number() * Eigen::Map<FieldFor<N_f>>(residual.data()));
            disordered_energy_ = energy;
            if (count == 0) {
                return ThermalOutcome::ok;
            }
            // With beta = 0, D follows from the bias: d(a.D_0) = -a.A a d(bias).
            Eigen::Matrix<double, Equations::charge_count, Equations::charge_count> response;
            Eigen::Matrix<double, Equations::charge_count, 1> missing;
            response.setIdentity();
            missing.setZero();
            int i = 0;
            for (const auto& row : charges_) {
                missing[i] =
                    (row.axis.dot(equations_.moments_of(y).col(0)) - row.conserved_projection) / equations_.number();
                int j = 0;
                for (int place = Equations::beta_place + 1; j < count; ++j, ++place) {
                    response(i, j) = row.axis.dot(jacobian.template block<Equations::n, 1>(0, place));
                }
                ++i;
            }
            if (missing.norm() < 1e-15) {
                break;
            }
            Eigen::Matrix<double, Equations::charge_count, 1> step;
            if (!equilibrium::solve_linear(response, missing, step)) {
                return ThermalOutcome::out_of_range;
            }
            constexpr double longest = 2.0; // in the exponent: far from the answer the response is flat
            step *= std::min(1.0, longest / std::max(step.norm(), 1e-300));
            y.template segment<Equations::charge_count>(Equations::beta_place + 1) += step;
            if (equations_.bias_of(y).norm() > coldest) {
                return ThermalOutcome::out_of_range;
            }
            if (step.norm() < 1e-14 && iteration > 1) {
                break;
            }
        }
        Unknown residual;
        disordered_energy_ = equations_.evaluate(y, residual, nullptr);
        return ThermalOutcome::ok;
    }

    /** Newton to the end; keeps the best point of the last, round-off limited steps. */
    [[gnu::noinline]] bool newton(Unknown& y, bool damped) {
        Unknown residual;
        Matrix jacobian;
        equations_.evaluate(y, residual, &jacobian);
        double norm = residual.norm();
        const int limit = damped ? 60 : 12;
        for (int iteration = 0; iteration < limit && iterations_ < budget_; ++iteration) {
            Unknown step;
            if (!equilibrium::solve_linear(jacobian, Unknown(-residual), step)) {
                return false;
            }
            double part = 1.0;
            Unknown next;
            double next_norm = norm;
            for (int halving = 0; halving < (damped ? 12 : 2); ++halving, part *= 0.5) {
                next = y + part * step;
                ++iterations_;
                if (!(std::abs(next[Equations::beta_place]) < 1e6)) {
                    next_norm = std::numeric_limits<double>::infinity();
                    continue;
                }
                equations_.evaluate(next, residual, nullptr);
                next_norm = residual.norm();
                if (next_norm < norm) {
                    break;
                }
                if (halving == 0 && damped) {
                    next = turned(y, step);
                    equations_.evaluate(next, residual, nullptr);
                    next_norm = residual.norm();
                    if (next_norm < norm) {
                        break;
                    }
                }
            }
            if (!(next_norm < norm)) {
                return norm <= converged; // nothing more to gain
            }
            const double moved = (next - y).norm();
            y = next;
            equations_.evaluate(y, residual, &jacobian);
            norm = residual.norm();
            if (norm <= 1e-16 || (norm <= converged && moved <= negligible_step * y.norm())) {
                return true;
            }
        }
        return norm <= converged;
    }

    /** The step with what is a common rotation of all moments in it carried out as one. Where the self-interaction is all
     *  that counts such a rotation costs next to nothing, while the straight line along it leaves the sphere at once. */
    Unknown turned(const Unknown& y, const Unknown& step) const {
        constexpr int n = Equations::n;
        const FieldFor<N_f> D = equations_.moments_of(y);
        const FieldFor<N_f> dD = equations_.moments_of(step);
        FlavorMatrixFor<N_f> normal = FlavorMatrixFor<N_f>::Zero();
        FlavorVectorFor<N_f> right = FlavorVectorFor<N_f>::Zero();
        for (int a = 0; a < 4; ++a) { // dD = omega x D + rest, least squares
            const FlavorMatrixFor<N_f> around = flavor::cross_matrix(FlavorVectorFor<N_f>(D.col(a)));
            normal += around.transpose() * around;
            right -= around.transpose() * dD.col(a);
        }
        normal.diagonal().array() += 1e-12 * normal.trace() / n + 1e-300;
        FlavorVectorFor<N_f> omega;
        if (!equilibrium::solve_linear(normal, right, omega)) {
            return y + step;
        }
        omega *= std::min(1.0, 1.0 / std::max(omega.norm(), 1e-300));
        const FlavorMatrixFor<N_f> generator = flavor::cross_matrix(omega);
        FieldFor<N_f> term = D + (dD - generator * D);
        FieldFor<N_f> rotated = term;
        for (int k = 1; k < 24; ++k) { // exp(omega x) of what is turned by a radian at most
            term = generator * term / k;
            rotated += term;
        }
        Unknown next = y + step;
        equations_.set_moments(next, rotated);
        return next;
    }

    /** At a phase transition: the ordered state beside y, at the energy that is set. */
    bool order(Unknown& y) {
        const Unknown away = equations_.rising_direction(y, jacobian_at(y));
        for (const double part : {0.05, 0.15, 0.4, -0.05, -0.15, -0.4}) {
            Unknown ordered = y + part * reach() * away;
            if (newton(ordered, true) && (ordered - y).norm() > 1e-3 * reach() &&
                equations_.rising_directions(ordered, jacobian_at(ordered)) == 0) {
                y = ordered;
                return true;
            }
        }
        return false;
    }

    /** |D| over sum w P0 at which the self-interaction has all the energy there is: (mu/4) D^2 = sum w |H|. */
    double reach() const {
        const double D2 = 4.0 * equations_.strength() / std::max(gas_.medium.mu * equations_.number(), 1e-300);
        return std::sqrt(std::min(1.0, D2));
    }

    /** From beta = 0 to the energy, along the energy itself: it passes phase transitions at which beta turns back,
     *  and goes over to the ordered state at those where the entropy of the disordered one ceases to be a maximum. */
    ThermalOutcome follow(Unknown& y, double energy) {
        const double way = equations_.shifted(energy) - disordered_energy_;
        double t = 0.0;
        double dt = 0.25;
        bool disordered_is_left_behind = false;
        Unknown residual;
        Matrix jacobian;
        while (t < 1.0) {
            if (iterations_ >= budget_) {
                return ThermalOutcome::not_converged;
            }
            equations_.set_shifted_energy(disordered_energy_ + t * way);
            equations_.evaluate(y, residual, &jacobian);
            ++iterations_;
            Unknown drive = Unknown::Zero();
            drive[Equations::beta_place] = way / (equations_.number() * equations_.strength());
            Unknown tangent;
            const bool regular = equilibrium::solve_linear(jacobian, drive, tangent);
            dt = std::min(dt, 1.0 - t);
            bool accepted = false;
            while (regular && !accepted && dt > smallest_step) {
                const double end = dt >= 1.0 - t ? 1.0 : t + dt;
                equations_.set_shifted_energy(disordered_energy_ + end * way);
                const Unknown predicted = y + (end - t) * tangent;
                Unknown corrected = predicted;
                const bool bounded = (predicted - y).norm() < 1.0 + 0.5 * y.norm();
                if (bounded && newton(corrected, false) &&
                    (corrected - predicted).norm() <= 0.3 * (predicted - y).norm() + 1e-9) {
                    constexpr double close = 0.01; // so that the ordered state is not far
                    const bool rises = !disordered_is_left_behind &&
                                       equations_.rising_directions(corrected, jacobian_at(corrected)) > 0;
                    if (rises && end - t > close) {
                        dt = std::min(0.3 * dt, 0.3 * (end - t));
                        continue;
                    }
                    y = corrected;
                    t = end;
                    accepted = true;
                    if (rises) {
                        disordered_is_left_behind = !order(y);
                        dt = close;
                    }
                    dt *= 1.7;
                } else {
                    dt *= 0.4;
                }
            }
            if (!accepted) {
                const bool cold = largest_exponent(y) > 30.0;
                return cold ? ThermalOutcome::out_of_range : ThermalOutcome::not_converged;
            }
        }
        return ThermalOutcome::ok;
    }

    double largest_exponent(const Unknown& y) const {
        return std::abs(y[Equations::beta_place]) + equations_.bias_of(y).norm();
    }

    const Matrix& jacobian_at(const Unknown& y) {
        Unknown residual;
        equations_.evaluate(y, residual, &jacobian_);
        return jacobian_;
    }

    [[gnu::noinline]] ThermalStateFor<N_f> result(const Unknown& y, double energy, ThermalOutcome outcome) {
        ThermalStateFor<N_f> state;
        state.outcome = outcome;
        state.energy = energy;
        Unknown residual;
        equations_.set_shifted_energy(equations_.shifted(energy));
        equations_.evaluate(y, residual, &jacobian_);
        state.residual = residual.template lpNorm<Eigen::Infinity>();
        state.largest = outcome == ThermalOutcome::ok && equations_.rising_directions(y, jacobian_) == 0;
        state.beta = equations_.beta_of(y);
        state.bias = equations_.whole_bias_of(y);
        state.moments = equations_.moments_of(y);
        for (std::size_t i = 0; i < charges_.size(); ++i) {
            state.charge_multiplier[i] = 0.5 * charges_[i].axis.dot(state.bias);
        }
        for_each_mode(gas_, [&](const Mode& mode) {
            const double trace = gas_.trace[mode.index];
            state.entropy +=
                mode.weight *
                mode_entropy<N_f>(trace, thermal_polarization(gas_, state, mode, statistics_), statistics_);
        });
        return state;
    }

    /** Mean-field iteration, D taken from the distributions and beta and multipliers from the constraints in turn: it
     *  leaves states that are no maximum of the entropy. */
    void settle(Unknown& y) {
        constexpr int rest = 1 + Equations::charge_count;
        constexpr int preparations = 8; // constraints alone, so that the start has the energy
        constexpr int rounds = 60;
        for (int i = 0; i < preparations + rounds; ++i) {
            Unknown residual;
            Matrix jacobian;
            Unknown moved = y;
            if (i >= preparations) {
                equations_.evaluate(y, residual, nullptr);
                ++iterations_;
                moved.template head<Equations::moment_count>() -=
                    0.7 * residual.template head<Equations::moment_count>();
            }
            equations_.evaluate(moved, residual, &jacobian);
            ++iterations_;
            if (residual.norm() < 1e-7) {
                return; // Newton does the rest
            }
            Eigen::Matrix<double, rest, 1> step;
            Eigen::Matrix<double, rest, rest> block = jacobian.template bottomRightCorner<rest, rest>();
            if (i >= preparations) {
                block -= jacobian.template bottomLeftCorner<rest, Equations::moment_count>() *
                         jacobian.template topRightCorner<Equations::moment_count, rest>();
            }
            if (!equilibrium::solve_linear(block, Eigen::Matrix<double, rest, 1>(-residual.template tail<rest>()),
                                           step)) {
                return;
            }
            step *= std::min(1.0, 1.0 / std::max(step.norm(), 1e-300)); // in the exponents
            moved.template tail<rest>() += step;
            y = moved;
        }
    }

    /** Another start; its state replaces the best one, found at `y`, if its entropy is larger. */
    [[gnu::noinline]] void consider(const Unknown& start, double energy, ThermalStateFor<N_f>& best, Unknown& y) {
        for (const bool settled : {true, false}) {
            equations_.set_shifted_energy(equations_.shifted(energy));
            Unknown tried = start;
            if (settled) {
                settle(tried);
            }
            budget_ = iterations_ + most_of_a_start;
            if (!newton(tried, true)) {
                continue;
            }
            const auto found = result(tried, energy, ThermalOutcome::ok);
            const double more = found.entropy - best.entropy;
            const double rounding = 1e-13 * std::abs(best.entropy);
            if (best.outcome != ThermalOutcome::ok || more > rounding || (more > -rounding && found.largest)) {
                best = found;
                y = tried;
            }
        }
    }

    /** Moments turned by half a turn about a charge axis a: what lies across it changes sign, a x (a x D) = -k^2 D. */
    Unknown turned_over(Unknown y, const FlavorVectorFor<N_f>& axis) const {
        const auto around = flavor::cross_matrix(axis);
        const FlavorMatrixFor<N_f> twice = around * around;
        constexpr double across = N_f == 2 ? 2.0 : 4.0; // components across the axis
        const FieldFor<N_f> D = equations_.moments_of(y);
        equations_.set_moments(y, D - 2.0 * across / twice.trace() * (twice * D));
        return y;
    }

    /** From a stationary state that is no maximum in the direction in which the entropy rises. */
    void leave_saddle(Unknown& y, double energy, ThermalStateFor<N_f>& best) {
        for (int round = 0; round < 3 && best.outcome == ThermalOutcome::ok && !best.largest; ++round) {
            const Unknown saddle = y;
            const Unknown away = equations_.rising_direction(saddle, jacobian_at(saddle));
            for (const double part : {0.5, -0.5, 0.2, -0.2, 1.0, -1.0, 0.07, -0.07}) {
                if (!best.largest && iterations_ < most_evaluations) {
                    consider(saddle + part * reach() * away, energy, best, y);
                }
            }
        }
    }

    /** Where the self-interaction is nearly all of an energy U > 0, its state has (mu/4) D_0^2 = U with all h along D_0, and
     *  what else there is only turns D_0 to where it leaves most of U to itself. */
    bool start_ordered(Unknown& y, double energy, double side) const {
        const double D2 = gas_.medium.mu > 0.0 ? 4.0 * energy / gas_.medium.mu : 0.0;
        FlavorVectorFor<N_f> external = FlavorVectorFor<N_f>::Zero();
        for_each_mode(gas_, [&](const Mode& mode) {
            external += mode.weight * gas_.trace[mode.index] * external_hamiltonian(gas_.medium, mode);
        });
        if (charges_.size() > 0 || !(D2 > 0.0) || !(external.norm() > 0.0)) {
            return false;
        }
        const FlavorVectorFor<N_f> axis = side * external / external.norm();
        const double wanted = std::sqrt(D2);
        double low = 0.0;
        double high = coldest;
        for (int i = 0; i < 60; ++i) { // sum w |P| = |D_0| grows with |h|
            const double x = 0.5 * (low + high);
            FlavorVectorFor<N_f> sum = FlavorVectorFor<N_f>::Zero();
            for_each_mode(gas_, [&](const Mode& mode) {
                sum +=
                    mode.weight * thermal_mode(FlavorVectorFor<N_f>(x * axis), gas_.trace[mode.index], statistics_).u;
            });
            (sum.norm() < wanted ? low : high) = x;
        }
        y.setZero();
        FieldFor<N_f> D = FieldFor<N_f>::Zero();
        D.col(0) = wanted * axis;
        equations_.set_moments(y, D);
        y[Equations::beta_place] = -low / (gas_.medium.mu * wanted) * equations_.strength();
        return high < coldest;
    }

    /** beta and multipliers that fit the incoming P best, in its own field. */
    void start_from_incoming(Unknown& y) const {
        const FieldFor<N_f> D = moments(gas_);
        constexpr int rest = 1 + Equations::charge_count;
        Eigen::Matrix<double, rest, rest> normal = Eigen::Matrix<double, rest, rest>::Identity() * 1e-12;
        Eigen::Matrix<double, rest, 1> right = Eigen::Matrix<double, rest, 1>::Zero();
        for_each_mode(gas_, [&](const Mode& mode) {
            const FlavorVectorFor<N_f> P = gas_.polarization(mode.index);
            const double trace = gas_.trace[mode.index];
            const double most = statistics_ == Statistics::dilute ? trace : std::min(trace, N_f - trace);
            const double p = P.norm();
            if (!(p > 0.0) || !(most > 0.0)) {
                return;
            }
            const double x = 2.0 * std::atanh(std::min(p / most, 0.99));
            const FlavorVectorFor<N_f> h = -mode.sign * x / p * P;
            Eigen::Matrix<double, Equations::n, rest> columns;
            columns.setZero();
            columns.col(0) = hamiltonian(gas_.medium, D, mode) / equations_.strength();
            int place = 0;
            for (const auto& charge : charges_) {
                columns.col(++place) = charge.axis;
            }
            normal += mode.weight / equations_.number() * columns.transpose() * columns;
            right += mode.weight / equations_.number() * columns.transpose() * h;
        });
        y.setZero();
        equations_.set_moments(y, D);
        Eigen::Matrix<double, rest, 1> fitted;
        if (equilibrium::solve_linear(normal, right, fitted)) {
            y.template tail<rest>() = fitted;
        }
    }

    const GasFor<N_f>& gas_;
    const ChargesFor<N_f>& charges_;
    Statistics statistics_;
    Equations equations_;
    Matrix jacobian_;
    double disordered_energy_ = 0.0;
    int iterations_ = 0;
    int budget_ = most_iterations;
};

} // namespace miscid::thermo
