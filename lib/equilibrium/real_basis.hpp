/** @file real_basis.hpp
 *  Three flavors where matter does not tell mu from tau: a basis of mu and tau in which the vacuum term, and with it everything
 *  in an equilibrium that does not break time reversal, is real (theory.md F3; the CP phase and theta_23 are rotated away).
 *
 *  Real numbers stay exactly real through sweeps and factorizations, so no rounding leaks into the imaginary components,
 *  which close to where time reversal breaks are soft (docs/decisions/0023-real-basis.md).
 */
#pragma once

#include "equilibrium/solver.hpp"

#include <complex>
#include <optional>

namespace miscid::equilibrium {

class RealBasis {
public:
    /** Nothing if the medium tells mu from tau, or if its vacuum term is real as it is. */
    static std::optional<RealBasis> of(const medium::MediumFor<3>& medium) {
        const auto& B = medium.B;
        const bool real = B[3] == 0.0 && B[5] == 0.0 && B[7] == 0.0;
        if (real || medium.lambda_mu != medium.lambda_tau) {
            return std::nullopt;
        }
        return RealBasis(B);
    }

    /** Components in the real basis. */
    FlavorVectorFor<3> enter(const FlavorVectorFor<3>& v) const {
        const Complex em(v[2], -v[3]), et(v[4], -v[5]); // the row of e times U
        const Complex x = em * a_ + et * b_, y = (et * conj(a_) - em * conj(b_)) * phase_;
        return with_heavy(v, x, y, heavy_rotation_ * heavy(v));
    }
    FlavorVectorFor<3> leave(const FlavorVectorFor<3>& v) const {
        const Complex x(v[2], -v[3]), y = Complex(v[4], -v[5]) * conj(phase_);
        return with_heavy(v, x * conj(a_) - y * b_, x * conj(b_) + y * a_, heavy_rotation_.transpose() * heavy(v));
    }
    FieldFor<3> enter(const FieldFor<3>& field) const {
        FieldFor<3> real;
        for (int m = 0; m < 4; ++m) {
            real.col(m) = enter(FlavorVectorFor<3>(field.col(m)));
        }
        drop_rounding(real);
        return real;
    }
    FieldFor<3> leave(const FieldFor<3>& real) const {
        FieldFor<3> field;
        for (int m = 0; m < 4; ++m) {
            field.col(m) = leave(FlavorVectorFor<3>(real.col(m)));
        }
        return field;
    }
    medium::MediumFor<3> enter(medium::MediumFor<3> medium) const {
        medium.B = enter(medium.B);
        for (const int a : {3, 4, 5, 7}) { // by construction
            medium.B[a] = 0.0;
        }
        return medium;
    }
    ProblemFor<3> enter(ProblemFor<3> problem) const {
        problem.medium = enter(problem.medium);
        problem.offset = enter(problem.offset);
        for (auto& axis : problem.symmetry) {
            axis.axis = enter(axis.axis);
            drop_rounding(axis.axis);
        }
        return problem;
    }
    ResultFor<3> leave(ResultFor<3> result) const {
        result.field = leave(result.field);
        result.moments = leave(result.moments);
        result.rotation_vector = leave(result.rotation_vector);
        return result;
    }

private:
    using Complex = std::complex<double>;
    using Heavy = Eigen::Vector3d; ///< (mu tau real, imaginary, diagonal) components of a vector: those of SU(2)

    /** U = ((a, -b*), (b, a*)) diag(1, phase) of mu and tau: the first state takes all of the mixing with e, the phase of the
     *  second makes what mixes these two real. */
    explicit RealBasis(const FlavorVectorFor<3>& B) {
        const Complex em(B[2], -B[3]), et(B[4], -B[5]);
        const double norm = std::sqrt(std::norm(em) + std::norm(et));
        if (norm > 0.0) {
            a_ = conj(em) / norm;
            b_ = conj(et) / norm;
        }
        set_heavy_rotation();
        const Heavy h = heavy_rotation_ * heavy(B);
        const double mixing = std::hypot(h[0], h[1]);
        if (mixing > 0.0) {
            phase_ = Complex(h[0], h[1]) / mixing;
            set_heavy_rotation();
        }
    }

    static Heavy heavy(const FlavorVectorFor<3>& v) { return {v[6], v[7], v[0]}; }
    static FlavorVectorFor<3> with_heavy(const FlavorVectorFor<3>& v, Complex em, Complex et, const Heavy& h) {
        FlavorVectorFor<3> result;
        result << h[2], v[1], em.real(), -em.imag(), et.real(), -et.imag(), h[0], h[1];
        return result;
    }

    /** h -> that of U^dagger (h.sigma) U. */
    void set_heavy_rotation() {
        const std::complex<double> i(0.0, 1.0);
        Eigen::Matrix2cd U, sigma[3];
        U << a_, -conj(b_) * phase_, b_, conj(a_) * phase_;
        sigma[0] << 0.0, 1.0, 1.0, 0.0;
        sigma[1] << 0.0, -i, i, 0.0;
        sigma[2] << 1.0, 0.0, 0.0, -1.0;
        for (int column = 0; column < 3; ++column) {
            const Eigen::Matrix2cd turned = U.adjoint() * sigma[column] * U;
            for (int row = 0; row < 3; ++row) {
                heavy_rotation_(row, column) = 0.5 * (turned * sigma[row]).trace().real();
            }
        }
    }

    /** Imaginary components that are small are those of rounding: an equilibrium that breaks time reversal has them large. */
    template <int columns>
    static void drop_rounding(Eigen::Matrix<double, 8, columns>& v) {
        constexpr double small = 1e-9;
        double odd = 0.0, even = 0.0;
        for (const int a : {3, 5, 7}) {
            odd += v.row(a).squaredNorm();
        }
        for (const int a : {0, 2, 4, 6}) {
            even += v.row(a).squaredNorm();
        }
        if (odd <= small * small * even) {
            for (const int a : {3, 5, 7}) {
                v.row(a).setZero();
            }
        }
    }

    Complex a_ = 1.0, b_ = 0.0, phase_ = 1.0;
    Eigen::Matrix3d heavy_rotation_ = Eigen::Matrix3d::Identity();
};

/** A path in the real basis. */
class RealPath final : public PathFor<3> {
public:
    RealPath(const PathFor<3>& path, const RealBasis& basis) : path_(path), basis_(basis) {}
    void at(double s, ProblemFor<3>& problem, double* amplitude) const override {
        path_.at(s, problem, amplitude);
        problem = basis_.enter(problem);
    }
    double largest_step() const override { return path_.largest_step(); }

private:
    const PathFor<3>& path_;
    const RealBasis& basis_;
};

} // namespace miscid::equilibrium
