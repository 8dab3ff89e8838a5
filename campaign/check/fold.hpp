/** @file fold.hpp
 *  Around the point where a branch turns back: pseudo-arclength continuation, where s is an unknown as the field is.
 */
#pragma once

#include "check/branch.hpp"

#include <array>

namespace miscid::campaign {

enum class Turn {
    fold,   ///< s turns back, and one eigenvalue of g J passes zero there
    passed, ///< steep, but s goes on
    unknown,
};

/** The field and s, each in units of the last step, with arc length as the parameter. */
template <class Real, int N>
class Arc {
public:
    static constexpr std::size_t n = 4 * static_cast<std::size_t>(N * N);
    using Vector = std::vector<Real>; ///< n components of the field, then s

    Arc(Track<Real, N>& track, const Point<Real, N>& before, const Point<Real, N>& last)
        : track_(track), s_unit_(last.s - before.s), tangent_(n + 1) {
        const auto earlier = flat(before.field), y = flat(last.field);
        for (std::size_t i = 0; i < n; ++i) {
            field_unit_ = std::max(field_unit_, magnitude(y[i] - earlier[i]));
        }
        for (std::size_t i = 0; i < n && usable(); ++i) {
            tangent_[i] = (y[i] - earlier[i]) / field_unit_;
        }
        tangent_[n] = 1;
        normalize();
    }
    bool usable() const { return field_unit_ > 0; }

    /** From `point` by `length` along the direction of the branch, corrected across it; false if that does not contract. */
    bool advance(const Point<Real, N>& point, Real length, Point<Real, N>& next) {
        start_ = flat(point.field);
        start_s_ = point.s;
        moved_ = tangent_;
        for (Real& x : moved_) {
            x *= length;
        }
        Real last_size = 0;
        for (int iteration = 0; iteration < 12; ++iteration) {
            put(next);
            Vector step;
            if (!correction(next, length, step)) {
                return false;
            }
            Real size = 0;
            for (std::size_t i = 0; i <= n; ++i) {
                moved_[i] += step[i];
                size += step[i] * step[i];
            }
            size = square_root(size);
            if (iteration > 0 && size > Real(0.5L) * last_size && size > Real(1e-6L) * length) {
                return false;
            }
            if (size < Real(1e-8L) * length || (iteration > 1 && size > Real(0.3L) * last_size)) {
                put(next);
                track_.load(next.s);
                sum_modes<true, Real, N>(track_.problem, next.field, next.sums);
                const SymmetricFactors<Real> factors(derivative<Real, N>(track_.problem, next.field, next.sums));
                next.inertia = inertia_without_trace(factors.negative_eigenvalues());
                return true;
            }
            last_size = size;
        }
        return false;
    }

    /** The last step was taken: go on in its direction. */
    void turn() {
        tangent_ = moved_;
        normalize();
    }

private:
    static Vector flat(const Field<Real, N>& field) {
        Vector x;
        for (const auto& part : field) {
            x.insert(x.end(), part.begin(), part.end());
        }
        return x;
    }
    void put(Point<Real, N>& point) const {
        for (std::size_t i = 0; i < n; ++i) {
            point.field[i / (n / 4)][i % (n / 4)] = start_[i] + field_unit_ * moved_[i];
        }
        point.s = start_s_ + s_unit_ * moved_[n];
    }
    void normalize() {
        Real length = 0;
        for (const Real& t : tangent_) {
            length += t * t;
        }
        for (Real& t : tangent_) {
            t /= square_root(length);
        }
    }

    Field<Real, N> residual_at(Real s, Point<Real, N>& point) {
        track_.load(s);
        sum_modes<false, Real, N>(track_.problem, point.field, point.sums);
        return residual<Real, N>(track_.problem, point.field, point.sums);
    }

    /** Newton step of the equations bordered by the tangent. */
    bool correction(Point<Real, N>& point, Real length, Vector& step) {
        const Real probe = Real(1e-4L) * std::max<Real>(s_unit_, Real(1e-6L)); // dR/ds by a central difference
        auto slope = residual_at(point.s + probe, point);
        const auto below = residual_at(point.s - probe, point);
        track_.load(point.s);
        sum_modes<true, Real, N>(track_.problem, point.field, point.sums);
        const auto& problem = track_.problem;
        const auto gJ = derivative<Real, N>(problem, point.field, point.sums);
        const auto gR = right_side<Real, N>(problem, point.field, residual<Real, N>(problem, point.field, point.sums));
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < slope[m].size(); ++i) {
                slope[m][i] = (slope[m][i] - below[m][i]) / (2 * probe);
            }
        }
        const auto gRs = right_side<Real, N>(problem, point.field, slope);
        SquareMatrix<Real> matrix(n + 1);
        Vector right(n + 1);
        Real along = tangent_[n] * moved_[n];
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                matrix(i, j) = gJ(i, j);
            }
            matrix(i, n) = gRs[i] * s_unit_ / field_unit_;
            matrix(n, i) = tangent_[i];
            right[i] = -gR[i] / field_unit_;
            along += tangent_[i] * moved_[i];
        }
        matrix(n, n) = tangent_[n];
        right[n] = length - along;
        return solve_general(matrix, right, step);
    }

    Track<Real, N>& track_;
    Real s_unit_, field_unit_ = 0, start_s_ = 0;
    Vector tangent_, moved_, start_;
};

/** Follows the branch on from `last`. At a fold, `fold_s` is where s was largest; once past, `before` and `last` are new. */
template <class Real, int N>
Turn go_around(Track<Real, N>& track, Real most_rotation, Point<Real, N>& before, Point<Real, N>& last, int most_steps,
               Real& fold_s) {
    Arc<Real, N> arc(track, before, last);
    if (!arc.usable()) {
        return Turn::unknown;
    }
    const Real s_unit = last.s - before.s;
    Point<Real, N> point = last;
    Real length = 0.5L;
    for (int taken = 0; taken < most_steps;) {
        Point<Real, N> next;
        // Only at a fold, where s turns, may an eigenvalue change sign.
        const bool good = arc.advance(point, length, next) &&
                          rotation<Real, N>(track.problem, point.sums, next.sums) < most_rotation &&
                          (next.inertia == last.inertia || next.s < point.s);
        if (!good) {
            length *= Real(0.3L);
            if (length < 1e-7L) {
                return Turn::unknown;
            }
            continue;
        }
        ++taken;
        if (next.s < point.s) {
            fold_s = point.s;
            const Real here = smallest_eigenvalue(derivative<Real, N>(track.problem, point.field, point.sums));
            const Real there = smallest_eigenvalue(derivative<Real, N>(track.problem, next.field, next.sums));
            if ((here < 0) != (there < 0) && std::abs(next.inertia - last.inertia) == 1) {
                return Turn::fold;
            }
        } else if (next.s >= 1) {
            return Turn::unknown;
        } else if (next.s > last.s + Real(1e3L) * s_unit + Real(1e-9L)) {
            before = point;
            last = next;
            return Turn::passed;
        }
        arc.turn();
        point = next;
        length *= Real(1.3L);
    }
    return Turn::unknown;
}

} // namespace miscid::campaign
