// Alignment events: |H| of one mode passes through zero on the tracked branch while every P stays continuous
// (equilibrium-solver.md section 1; theory.md 4.4). With that mode's P kept as an unknown of its own,
//
//     R_m(G; other modes) - mu c nu^m n = 0,     H(G) - h n = 0,     |n|^2 = 1,
//
// nothing is singular: h, the field along n, is an ordinary unknown that changes sign at the event.

#include "equilibrium/linear_solve.hpp"
#include "equilibrium/solver.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

using Unknown = Eigen::Matrix<double, 16, 1>;
using UnknownMatrix = Eigen::Matrix<double, 16, 16>;

/** Newton on the 16 unknowns at fixed s. `amplitude` is the path's array; the free mode's entry is taken out meanwhile. */
bool solve_free_spin(SweepKernel full, const Problem& problem, double* amplitude, const WeakestMode& mode, FreeSpin& spin, int& iterations) {
    const double c = amplitude[mode.index];
    const Eigen::Vector3d direction = problem.grid->direction(mode.direction);
    const double omega = problem.grid->frequency(mode.direction, mode.slot);
    const double nu[4] = {1.0, direction.x(), direction.y(), direction.z()};
    const double kept = amplitude[mode.index];
    const double scale = std::max(spin.field.norm(), 1e-300);
    bool converged = false;
    double last = 1.0;
    for (int iteration = 0; iteration < 12 && !converged; ++iteration, ++iterations) {
        SweepSums sums;
        amplitude[mode.index] = 0.0;
        sweep(full, problem, spin.field, spin.field, sums);
        amplitude[mode.index] = kept;
        // The free spin's share of F and of the torque.
        const FlavorVector h_one_body = omega * problem.medium.B +
                                        (problem.medium.current()[0] - problem.medium.current().tail<3>().dot(direction)) *
                                            FlavorVector(0.0, 0.0, 1.0);
        const FlavorVector extra_torque = c * h_one_body.cross(spin.n);
        const FlavorVector H = hamiltonian(spin.field, direction, omega, problem.medium.B);
        const FlavorVector mismatch = H - spin.h * spin.n;
        for (int m = 0; m < 4; ++m) {
            for (int i = 0; i < 3; ++i) {
                sums.F[3 * m + i] += c * nu[m] * spin.n[i];
            }
        }
        // sum c H x u = 0 gave the torque identity; off the solution the free spin adds c H x n.
        const FlavorVector spin_torque = extra_torque - c * H.cross(spin.n);
        for (int i = 0; i < 3; ++i) {
            sums.torque[i] += spin_torque[i];
        }
        const Field R = residual(problem, spin.field, sums);
        const FieldMatrix gJ = symmetric_jacobian(problem, sums);
        const FieldVector t = phase_direction(problem, spin.field);

        UnknownMatrix matrix = UnknownMatrix::Zero();
        Unknown right = Unknown::Zero();
        matrix.topLeftCorner<12, 12>() = gJ + t * t.transpose();
        for (int m = 0; m < 4; ++m) {
            const double g = m == 0 ? 1.0 : -1.0;
            matrix.block<3, 3>(3 * m, 12) = -g * problem.medium.mu * c * nu[m] * Eigen::Matrix3d::Identity();
            matrix.block<3, 3>(12, 3 * m) = g * nu[m] * Eigen::Matrix3d::Identity();
            right.segment<3>(3 * m) = -g * R.col(m);
        }
        matrix.block<3, 3>(12, 12) = -spin.h * Eigen::Matrix3d::Identity();
        matrix.block<3, 1>(12, 15) = -spin.n;
        matrix.block<1, 3>(15, 12) = 2.0 * spin.n.transpose();
        right.segment<3>(12) = -mismatch;
        right[15] = 1.0 - spin.n.squaredNorm();
        Unknown step;
        if (!solve_linear<16>(matrix, right, step) || !(step.head<12>().lpNorm<Eigen::Infinity>() < scale)) {
            return false;
        }
        spin.field += Eigen::Map<const Field>(step.data());
        spin.n += step.segment<3>(12);
        spin.h += step[15];
        const double size = std::max(step.head<12>().norm() / scale, step.segment<3>(12).norm());
        if (size > 0.3) {
            return false;
        }
        converged = size < 1e-13 || (size < 1e-10 && size > 0.3 * last);
        last = size;
    }
    spin.n.normalize();
    return converged;
}

} // namespace

double Solver::event_place(const Path& path, Problem& problem, const WeakestMode& mode, FreeSpin above, double s_above,
                           FreeSpin below, double s_below, int& iterations) {
    double place = s_below;
    for (int attempt = 0; attempt < 8; ++attempt) { // secant on h(s), which is smooth through zero
        const double next = s_above + (s_below - s_above) * above.h / (above.h - below.h);
        if (std::abs(next - place) <= 1e-14 * std::abs(next)) {
            break;
        }
        place = next;
        load(path, place, problem);
        FreeSpin spin = above;
        if (!solve_free_spin(kernels_.full, problem, path_amplitude_.data(), mode, spin, iterations) || spin.h == 0.0) {
            break;
        }
        (spin.h > 0.0 ? above : below) = spin;
        (spin.h > 0.0 ? s_above : s_below) = place;
    }
    return place;
}

bool Solver::cross_event(const Path& path, Problem& problem, const Point& last, const Point& before, double window,
                         Result& result, Point& beyond) {
    load(path, last.s, problem);
    const WeakestMode mode = weakest_mode(problem, last.field);
    const FlavorVector H_before = hamiltonian(before.field, problem.grid->direction(mode.direction),
                                              problem.grid->frequency(mode.direction, mode.slot), problem.medium.B);
    const double speed = (H_before.norm() - mode.hamiltonian) / (last.s - before.s);
    // Only a field that falls and would reach zero soon is worth the trial.
    if (!(speed > 0.0) || mode.hamiltonian / speed > std::max(window, 1e-6) * 20.0) {
        return false;
    }
    FreeSpin spin{last.field, mode.vector / mode.hamiltonian, mode.hamiltonian};
    const double h_start = mode.hamiltonian;
    FreeSpin previous = spin;
    double s = last.s;
    double previous_s = s;
    double step = 0.5 * h_start / speed;
    for (int attempt = 0; attempt < 200 && s < 1.0; ++attempt) {
        const double next_s = std::min(1.0, s + step);
        load(path, next_s, problem);
        FreeSpin next = spin;
        if (previous_s < s) {
            const double ratio = (next_s - s) / (s - previous_s);
            next.field += ratio * (spin.field - previous.field);
            next.n = (spin.n + ratio * (spin.n - previous.n)).normalized();
            next.h += ratio * (spin.h - previous.h);
        }
        const FreeSpin predicted = next;
        if (!solve_free_spin(kernels_.full, problem, path_amplitude_.data(), mode, next, result.iterations) ||
            flavor::angle_between(next.n, predicted.n) > 0.05 || flavor::angle_between(next.n, spin.n) > 0.1) {
            step *= 0.4;
            if (step < 1e-12) {
                return false;
            }
            continue;
        }
        previous = spin;
        previous_s = s;
        spin = next;
        s = next_s;
        if (spin.h > h_start * 1.001) {
            return false; // a plain resonance: small but finite |H|, P follows, the label is kept
        }
        if (spin.h < 0.0) {
            if (previous.h > 0.0) {
                result.end_s = event_place(path, problem, mode, previous, previous_s, spin, s, result.iterations);
                result.mode = mode.index;
            }
            if (-spin.h >= h_start || s >= 1.0) {
                if (result.event_count < max_events) {
                    result.event_mode[static_cast<std::size_t>(result.event_count)] = mode.index;
                    flipped_[static_cast<std::size_t>(flipped_count_++)] = mode.index;
                }
                if (result.event_count++ == 0) {
                    result.first_event_s = result.end_s;
                }
                beyond = {s, spin.field};
                return true;
            }
        }
        step *= 1.5;
    }
    return false;
}

} // namespace miscid::equilibrium
