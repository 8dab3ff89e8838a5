/** @file thermal_equations.hpp
 *  The conditions of a flavor-temperature state as one system for the moments, beta and the charge multipliers.
 *
 *      R_D = D + sum w (1, v) u,   R_U = U(D, u) - U,   R_Q = a.D_0 - Q,      u = -s P of h = beta H(D) + bias
 *
 *  All unknowns and conditions are scaled to order one. What H of all modes has in common along a conserved charge a is
 *  taken out, H -> H - Omega a, U -> U - Omega Q/2 + mu Q^2/4, bias -> bias + beta Omega a: the same problem, but large
 *  potentials then do not hide the energy that differs from mode to mode. Omega = Omega_ext + mu Q; the second part is taken
 *  from the moments, D_0 -> D_0 - Q a, so that nothing large is ever added up to something small.
 */
#pragma once

#include "equilibrium/linear_solve.hpp"
#include "equilibrium/symmetric_factorization.hpp"
#include "thermo/thermal_state.hpp"

#include <Eigen/Eigenvalues>

namespace miscid::thermo {

template <int N_f>
class ThermalEquations {
public:
    static constexpr int n = flavor::generators<N_f>;
    static constexpr int moment_count = 4 * n;
    static constexpr int charge_count = N_f - 1;
    static constexpr int beta_place = moment_count;
    static constexpr int unknowns = moment_count + 1 + charge_count;
    using Unknown = Eigen::Matrix<double, unknowns, 1>;
    using Matrix = Eigen::Matrix<double, unknowns, unknowns>;
    using Field = FieldFor<N_f>;
    using Vector = FlavorVectorFor<N_f>;

    ThermalEquations(const GasFor<N_f>& gas, const ChargesFor<N_f>& charges, Statistics statistics)
        : gas_(gas), charges_(charges), statistics_(statistics) {
        const Field D = moments(gas);
        Vector mean = Vector::Zero();
        double spread = 0.0;
        const auto most = [&](const Mode& mode) {
            const double trace = gas.trace[mode.index];
            return mode.weight * (statistics == Statistics::dilute ? trace : std::min(trace, N_f - trace));
        };
        for_each_mode(gas, [&](const Mode& mode) {
            number_ += most(mode);
            mean += most(mode) * hamiltonian(gas.medium, D, mode);
        });
        if (!(number_ > 0.0)) {
            return;
        }
        for (const auto& charge : charges) {
            const double Q = charge.conserved_projection;
            const double external = charge.axis.dot(mean) / number_ - gas.medium.mu * Q;
            shift_ += (external + gas.medium.mu * Q) * charge.axis;
            external_shift_ += external * charge.axis;
            conserved_ += Q * charge.axis;
            shift_energy_ += 0.5 * external * Q + 0.25 * gas.medium.mu * Q * Q;
        }
        for_each_mode(gas, [&](const Mode& mode) {
            spread += most(mode) * (hamiltonian(gas.medium, D, mode) - shift_).squaredNorm();
        });
        strength_ = std::sqrt(spread / number_);
        if (charges.size() == 0) { // the state from which the search starts has D = 0
            double external = 0.0;
            for_each_mode(gas, [&](const Mode& mode) {
                external += most(mode) * external_hamiltonian(gas.medium, mode).squaredNorm();
            });
            strength_ = std::max(strength_, std::sqrt(external / number_));
        }
    }

    double number() const { return number_; }     ///< sum w of what can be polarized
    double strength() const { return strength_; } ///< typical |H|
    bool empty() const { return !(number_ > 0.0) || !(strength_ > 0.0); }

    /** U without what the common field makes of the charges. */
    double shifted(double energy) const { return energy - shift_energy_; }
    void set_shifted_energy(double energy) { energy_ = energy; }

    Field moments_of(const Unknown& y) const { return number_ * Eigen::Map<const Field>(y.data()); }
    void set_moments(Unknown& y, const Field& D) const { Eigen::Map<Field>(y.data()) = D / number_; }
    double beta_of(const Unknown& y) const { return y[beta_place] / strength_; }
    /** h = beta (H - Omega a) + bias. */
    Vector bias_of(const Unknown& y) const {
        Vector bias = Vector::Zero();
        int place = beta_place;
        for (const auto& charge : charges_) {
            bias += y[++place] * charge.axis;
        }
        return bias;
    }

    /** h = beta H + bias. */
    Vector whole_bias_of(const Unknown& y) const { return bias_of(y) - beta_of(y) * shift_; }

    /** Residual and, if wanted, its derivative; the shifted energy of the state on the way. */
    [[gnu::noinline]] double evaluate(const Unknown& y, Unknown& residual, Matrix* jacobian) {
        const Field whole = moments_of(y);
        Field D = whole; // without the charges
        D.col(0) -= conserved_;
        const double beta = beta_of(y);
        const double mu = gas_.medium.mu;
        const Vector bias = bias_of(y);
        Field F = Field::Zero(); // sum w (1, v) u
        double external = 0.0;   // (1/2) sum w s Hext.P
        A_.setZero();
        e_.setZero();
        double eps = 0.0;
        for_each_mode(gas_, [&](const Mode& mode) {
            const Vector H_ext = external_hamiltonian(gas_.medium, mode) - external_shift_;
            const Vector h = beta * (H_ext + mu * (D * lowered(mode.current))) + bias;
            const auto one = thermal_mode(Vector(mode.sign * h), gas_.trace[mode.index], statistics_);
            const Vector u = mode.sign * one.u;
            F += mode.weight * u * mode.current.transpose();
            external -= 0.5 * mode.weight * H_ext.dot(u);
            if (jacobian != nullptr) {
                const Vector MH = mode.weight * (one.derivative * H_ext);
                e_ += MH * mode.current.transpose();
                eps += H_ext.dot(MH);
                for (int a = 0; a < 4; ++a) {
                    for (int b = a; b < 4; ++b) {
                        A_.template block<n, n>(n * a, n * b) +=
                            (mode.weight * mode.current[a] * mode.current[b]) * one.derivative;
                    }
                }
            }
        });
        const double energy = external + 0.25 * mu * invariant_square<N_f>(D);
        residual.setZero();
        Eigen::Map<Field>(residual.data()) = (whole + F) / number_;
        residual[beta_place] = (energy - energy_) / (number_ * strength_);
        int place = beta_place;
        for (const auto& charge : charges_) {
            residual[++place] = charge.axis.dot(D.col(0)) / number_;
        }
        if (jacobian != nullptr) {
            fill(*jacobian, D, beta, eps);
        }
        return energy;
    }

    /** Negative directions of -d^2(S - beta U - ..) at fixed U and charges, from the derivatives of the last
     *  evaluation: 0 at a local maximum of the entropy. Haynsworth's identity takes it from all modes to the moments:
     *  g + beta mu g A g has 3 n negative eigenvalues plus (beta < 0) or minus (beta > 0) these directions, and of
     *  them every negative eigenvalue of the response -d(2U, Q)/d(beta, bias) lies across the constraints. */
    [[gnu::noinline]] int rising_directions(const Unknown& y, const Matrix& jacobian) const {
        const double beta = beta_of(y);
        const auto J = jacobian.template topLeftCorner<moment_count, moment_count>();
        const MomentMatrix gJ = symmetric(J);
        const int inertia = equilibrium::SymmetricFactorization<moment_count>(gJ).negative_eigenvalues();
        int canonical = beta > 0.0 ? 3 * n - inertia : inertia - 3 * n;
        if (canonical > 0) { // directions in which nothing changes, as common rotations, are no rise
            const Eigen::SelfAdjointEigenSolver<MomentMatrix> eigen(gJ, Eigen::EigenvaluesOnly);
            const double flat = 1e-9 * eigen.eigenvalues().cwiseAbs().maxCoeff();
            canonical = beta > 0.0 ? static_cast<int>((eigen.eigenvalues().array() > flat).count()) - n
                                   : static_cast<int>((eigen.eigenvalues().array() < -flat).count()) - 3 * n;
            canonical = std::max(canonical, 0);
        }
        // moments follow: J dD = -(dR_D/d(beta, nu)), and with them U and the charges
        constexpr int rest = unknowns - moment_count;
        const auto across = jacobian.template topRightCorner<moment_count, rest>();
        const MomentMatrix J_copy = J;
        Eigen::Matrix<double, moment_count, rest> follow;
        for (int k = 0; k < rest; ++k) {
            Eigen::Matrix<double, moment_count, 1> column;
            if (!equilibrium::solve_linear(J_copy, Eigen::Matrix<double, moment_count, 1>(-across.col(k)), column)) {
                return canonical; // at a transition: as if without constraints
            }
            follow.col(k) = column;
        }
        Eigen::Matrix<double, rest, rest> response = jacobian.template bottomRightCorner<rest, rest>() +
                                                     jacobian.template bottomLeftCorner<rest, moment_count>() * follow;
        response.row(0) *= 2.0;
        response = (-0.5 * (response + response.transpose())).eval();
        for (int k = static_cast<int>(charges_.size()) + 1; k < rest; ++k) {
            response.row(k).setZero();
            response.col(k).setZero();
            response(k, k) = 1.0;
        }
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, rest, rest>> eigen(response, Eigen::EigenvaluesOnly);
        return canonical - static_cast<int>((eigen.eigenvalues().array() < 0.0).count());
    }

    /** The direction of moments in which the entropy rises away from a stationary state that is not its maximum. */
    Unknown rising_direction(const Unknown& y, const Matrix& jacobian) const {
        const Eigen::SelfAdjointEigenSolver<MomentMatrix> eigen(
            symmetric(jacobian.template topLeftCorner<moment_count, moment_count>()));
        Unknown direction = Unknown::Zero();
        direction.template head<moment_count>() = eigen.eigenvectors().col(beta_of(y) > 0.0 ? 3 * n - 1 : 3 * n);
        return direction;
    }

private:
    using MomentMatrix = Eigen::Matrix<double, moment_count, moment_count>;

    template <typename Block>
    static MomentMatrix symmetric(const Block& J) {
        MomentMatrix gJ = J;
        gJ.template bottomRows<3 * n>() *= -1.0;
        return 0.5 * (gJ + gJ.transpose());
    }

    void fill(Matrix& jacobian, const Field& D, double beta, double eps) {
        const double mu = gas_.medium.mu;
        for (int a = 0; a < 4; ++a) {
            for (int b = 0; b < a; ++b) {
                A_.template block<n, n>(n * a, n * b) = A_.template block<n, n>(n * b, n * a);
            }
        }
        Field gD = D;
        gD.template rightCols<3>() *= -1.0;
        const Eigen::Map<const Eigen::Matrix<double, moment_count, 1>> gD_flat(gD.data());
        const Eigen::Map<const Eigen::Matrix<double, moment_count, 1>> e(e_.data());
        const Eigen::Matrix<double, moment_count, 1> MH = e + mu * (A_ * gD_flat); // sum w (1, v) M H

        jacobian.setIdentity(); // unused multipliers stay where they are
        const double scale = number_ * strength_;
        auto J = jacobian.template topLeftCorner<moment_count, moment_count>();
        J += beta * mu * A_;
        J.template rightCols<3 * n>() -= 2.0 * beta * mu * A_.template rightCols<3 * n>();
        jacobian.template block<moment_count, 1>(0, beta_place) = MH / scale;
        Eigen::Matrix<double, moment_count, 1> dU = -beta * e;
        dU.template tail<3 * n>() *= -1.0;
        jacobian.template block<1, moment_count>(beta_place, 0) =
            0.5 * mu * (dU + gD_flat).transpose() * (number_ / scale);
        jacobian(beta_place, beta_place) = -0.5 * (eps + mu * e.dot(gD_flat)) / (scale * strength_);
        int place = beta_place;
        for (const auto& charge : charges_) {
            ++place;
            jacobian.template block<moment_count, 1>(0, place) = A_.template leftCols<n>() * charge.axis / number_;
            jacobian(beta_place, place) = -0.5 * e_.col(0).dot(charge.axis) / scale;
            jacobian.template block<1, n>(place, 0) = charge.axis.transpose();
            jacobian(place, place) = 0.0;
        }
    }

    const GasFor<N_f>& gas_;
    const ChargesFor<N_f>& charges_;
    Statistics statistics_;
    double number_ = 0.0;
    double strength_ = 0.0;
    Vector shift_ = Vector::Zero();          ///< sum Omega a
    Vector external_shift_ = Vector::Zero(); ///< sum Omega_ext a
    Vector conserved_ = Vector::Zero();      ///< sum Q a
    double shift_energy_ = 0.0;              ///< sum Omega_ext Q/2 + mu Q^2/4
    double energy_ = 0.0;                    ///< that is asked for, shifted
    MomentMatrix A_;                         ///< sum w (1, v)(1, v) du/dh
    Field e_;                                ///< sum w (1, v) du/dh Hext
};

} // namespace miscid::thermo
