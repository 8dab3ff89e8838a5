// Folds: the branch turns back in s. Pseudo-arclength continuation (the unknowns are the field and s) goes around the turn,
// so it tells a fold from a stretch that is merely steep, and finds where s is largest.

#include "equilibrium/linear_solve.hpp"
#include "equilibrium/solver.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

/** Summit of the parabola through three points (x, s). */
double parabola_summit(const double (&x)[3], const double (&s)[3]) {
    const double d01 = (s[1] - s[0]) / (x[1] - x[0]);
    const double d12 = (s[2] - s[1]) / (x[2] - x[1]);
    const double curvature = (d12 - d01) / (x[2] - x[0]);
    const double top = 0.5 * (x[0] + x[1]) - 0.5 * d01 / curvature;
    return s[0] + d01 * (top - x[0]) + curvature * (top - x[0]) * (top - x[1]);
}

} // namespace

template <int N_f>
typename SolverFor<N_f>::Turn SolverFor<N_f>::go_around(const Path& path, Problem& problem, const Point& before,
                                                        Point& last, Result& result) {
    constexpr int n = unknowns<N_f>;
    using Extended = Eigen::Matrix<double, n + 1, 1>; // field and s, each in units of its last step
    using ExtendedMatrix = Eigen::Matrix<double, n + 1, n + 1>;
    const double field_scale = std::max((last.field - before.field).norm(), 1e-14 * last.field.norm());
    const double s_scale = std::max(last.s - before.s, 1e-12);
    // For dR/ds by central difference, well inside what is left of the way.
    const double probe = std::clamp(0.1 * s_scale, 1e-11, 1e-6);

    Extended y;
    y.template head<n>() = Eigen::Map<const FieldVectorFor<N_f>>(last.field.data()) / field_scale;
    y[n] = last.s / s_scale;
    Extended tangent;
    tangent.template head<n>() = Eigen::Map<const FieldVectorFor<N_f>>(last.field.data()) / field_scale -
                                 Eigen::Map<const FieldVectorFor<N_f>>(before.field.data()) / field_scale;
    tangent[n] = (last.s - before.s) / s_scale;
    double length = tangent.norm();
    tangent /= length;

    // The last three points by arc length; the summit of s is found from them.
    double x[3] = {-2.0 * length, -length, 0.0};
    double s[3] = {before.s, before.s, last.s};
    int known = 2;
    const double start_s = last.s;
    double arc = 1.0;
    const auto field_of = [&](const Extended& point) {
        return Field(Eigen::Map<const Field>(point.data()) * field_scale);
    };

    while (result.iterations < max_iterations_) {
        Extended next = y + arc * tangent;
        bool converged = false;
        double last_size = 0.0;
        for (int iteration = 0; iteration < 8 && !converged; ++iteration, ++result.iterations) {
            const Field field = field_of(next);
            SweepSumsFor<N_f> sums;
            Field dR = Field::Zero();
            for (const double side : {1.0, -1.0}) {
                load(path, next[n] * s_scale + side * probe, problem);
                sweep(kernels_.moments, problem, field, field, sums);
                dR += side / (2.0 * probe) * residual(problem, field, sums);
            }
            load(path, next[n] * s_scale, problem);
            sweep(kernels_.full, problem, field, field, sums);
            Field R = residual(problem, field, sums);
            R.template rightCols<3>() = -R.template rightCols<3>();
            dR.template rightCols<3>() = -dR.template rightCols<3>();
            ExtendedMatrix matrix;
            matrix.template topLeftCorner<n, n>() = regular_jacobian(problem, field, sums);
            matrix.template topRightCorner<n, 1>() =
                Eigen::Map<const FieldVectorFor<N_f>>(dR.data()) * (s_scale / field_scale);
            matrix.row(n) = tangent.transpose();
            Extended right;
            right.template head<n>() = -Eigen::Map<const FieldVectorFor<N_f>>(R.data()) / field_scale;
            right[n] = arc - tangent.dot(next - y);
            Extended step;
            if (!solve_linear<n + 1>(matrix, right, step) || !(step.template lpNorm<Eigen::Infinity>() < 1e6)) {
                break;
            }
            next += step;
            const double size = step.norm(); // may end at rounding, which a short last step magnifies
            converged = size < 1e-7 * arc || (iteration > 1 && size < 1e-4 * arc && size > 0.3 * last_size);
            last_size = size;
        }
        if (!converged || (next - y).norm() > 1.5 * arc) {
            arc *= 0.4;
            if (arc < 1e-9) {
                return Turn::unknown;
            }
            continue;
        }
        length = (next - y).norm();
        const double next_s = next[n] * s_scale;
        if (next_s < s[2] && known >= 3) {
            const double(&px)[3] = {x[1], x[2], x[2] + length};
            const double(&ps)[3] = {s[1], s[2], next_s};
            result.end_s = parabola_summit(px, ps);
            if (arc <= 0.05) {
                return Turn::fold;
            }
            arc *= 0.3; // come closer before believing the place
            continue;
        }
        x[0] = x[1];
        x[1] = x[2];
        x[2] += length;
        s[0] = s[1];
        s[1] = s[2];
        s[2] = next_s;
        ++known;
        tangent = (next - y) / length;
        y = next;
        if (next_s >= 1.0 || next_s > start_s + 1e3 * options_.smallest_step + 1e3 * s_scale) {
            // Steep, but no fold: hand back the last point with s <= 1.
            if (next_s < 1.0) {
                last = {next_s, field_of(next)};
            }
            return next_s < 1.0 ? Turn::passed : Turn::unknown;
        }
        if (next_s > s[1]) {
            arc = std::min(1.5 * arc, 4.0);
        }
    }
    return Turn::unknown;
}

template SolverFor<2>::Turn SolverFor<2>::go_around(const Path&, Problem&, const Point&, Point&, Result&);
template SolverFor<3>::Turn SolverFor<3>::go_around(const Path&, Problem&, const Point&, Point&, Result&);

} // namespace miscid::equilibrium
