// Alignment events: |H| of a mode passes through zero on the tracked branch while every P stays continuous
// (equilibrium-solver.md section 1; theory.md 4.4). With the orientation n of that mode's P kept as an unknown of its
// own,
//
//     R_m(G; other modes) - mu c nu^m n = 0,     H(G) - h n = 0,     |n|^2 = 1,
//
// nothing is singular: h, the field along n, is an ordinary unknown that changes sign at the event.

#include "equilibrium/linear_solve.hpp"
#include "equilibrium/solver.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <utility>

namespace miscid::equilibrium {

namespace {

using Unknown = Eigen::Matrix<double, 16, 1>;
using UnknownMatrix = Eigen::Matrix<double, 16, 16>;

/** Takes the free modes out of an array of amplitudes for as long as it lives. */
class SetAside {
public:
    SetAside(double* amplitude, const FreeModes& modes) : amplitude_(amplitude), modes_(modes) {
        for (int i = 0; i < modes.count; ++i) {
            std::swap(kept_[static_cast<std::size_t>(i)], entry(i));
        }
    }
    ~SetAside() {
        for (int i = 0; i < modes_.count; ++i) {
            std::swap(kept_[static_cast<std::size_t>(i)], entry(i));
        }
    }
    SetAside(const SetAside&) = delete;
    SetAside& operator=(const SetAside&) = delete;

private:
    double& entry(int i) { return amplitude_[modes_.mode[static_cast<std::size_t>(i)].index]; }

    double* amplitude_;
    const FreeModes& modes_;
    std::array<double, max_events> kept_{};
};

/** Newton on the 16 unknowns at fixed s. `amplitude` is the path's array; the free modes' entries are taken out meanwhile. */
bool solve_free_spin(SweepKernel full, const Problem& problem, double* amplitude, const FreeModes& modes,
                     FreeSpin& spin, int& iterations) {
    Eigen::Vector4d c = Eigen::Vector4d::Zero();    // sum of c (1, v) over the free modes
    FlavorVector h_one_body = FlavorVector::Zero(); // sum of c h
    Eigen::Vector4d nu = Eigen::Vector4d::Zero();   // mean of (1, v) and of s omega: their H is one and the same
    double omega = 0.0;
    const FlavorVector z(0.0, 0.0, 1.0);
    for (int i = 0; i < modes.count; ++i) {
        const auto& mode = modes.mode[static_cast<std::size_t>(i)];
        const Eigen::Vector3d v = problem.grid->direction(mode.direction);
        const Eigen::Vector4d nu_i(1.0, v.x(), v.y(), v.z());
        const double omega_i = problem.grid->frequency(mode.direction, mode.slot);
        const double c_i = amplitude[mode.index];
        c += c_i * nu_i;
        nu += nu_i / modes.count;
        omega += omega_i / modes.count;
        h_one_body += c_i * (omega_i * problem.medium.B +
                             (problem.medium.current()[0] - problem.medium.current().tail<3>().dot(v)) * z);
    }
    const double scale = std::max(spin.field.norm(), 1e-300);
    bool converged = false;
    double last = 1.0;
    for (int iteration = 0; iteration < 12 && !converged; ++iteration, ++iterations) {
        SweepSums sums;
        {
            const SetAside others_only(amplitude, modes);
            sweep(full, problem, spin.field, spin.field, sums);
        }
        // The free spins' share of F and of the torque.
        const FlavorVector extra_torque = h_one_body.cross(spin.n);
        const FlavorVector H = hamiltonian(spin.field, nu.tail<3>(), omega, problem.medium.B);
        const FlavorVector mismatch = H - spin.h * spin.n;
        for (int m = 0; m < 4; ++m) {
            for (int i = 0; i < 3; ++i) {
                sums.F[3 * m + i] += c[m] * spin.n[i];
            }
        }
        // sum c H x u = 0 gave the torque identity; off the solution the free spin adds c H x n.
        const FlavorVector spin_torque = extra_torque - c[0] * H.cross(spin.n);
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
            matrix.block<3, 3>(3 * m, 12) = -g * problem.medium.mu * c[m] * Eigen::Matrix3d::Identity();
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

/** The weakest mode and those that have the same H, as modes of mirrored directions do in a symmetric cell: they reach
 *  |H| = 0 together. */
FreeModes modes_with_field_of(const Problem& problem, const Field& field, const WeakestMode& weakest) {
    FreeModes modes;
    const auto& grid = *problem.grid;
    const double tolerance = 1e-12 * field.norm() + 1e-7 * weakest.hamiltonian;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t index = grid.index(direction, slot);
            const FlavorVector H =
                hamiltonian(field, grid.direction(direction), grid.frequency(direction, slot), problem.medium.B);
            if (problem.amplitude[index] != 0.0 && modes.count < max_events &&
                (H - weakest.vector).norm() <= tolerance) {
                modes.mode[static_cast<std::size_t>(modes.count++)] = {index, direction, slot, H.norm(), H};
            }
        }
    }
    return modes;
}

} // namespace

double Solver::event_place(const Path& path, Problem& problem, const FreeModes& modes, FreeSpin above, double s_above,
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
        if (!solve_free_spin(kernels_.full, problem, path_amplitude_.data(), modes, spin, iterations) ||
            spin.h == 0.0) {
            break;
        }
        (spin.h > 0.0 ? above : below) = spin;
        (spin.h > 0.0 ? s_above : s_below) = place;
    }
    return place;
}

double Solver::rotation_of_others(const Problem& problem, const FreeModes& modes, const Field& a, const Field& b) {
    const SetAside others_only(path_amplitude_.data(), modes);
    return rotation_between(problem, a, b);
}

Solver::Passage Solver::pass_weak_field(const Path& path, Problem& problem, const Point& last, const Point& before,
                                        double window, Result& result, Point& beyond) {
    load(path, last.s, problem);
    const WeakestMode mode = weakest_mode(problem, last.field);
    double step = 1e-3 * (1.0 - last.s);
    if (before.s >= 0.0) {
        const FlavorVector H_before = hamiltonian(before.field, problem.grid->direction(mode.direction),
                                                  problem.grid->frequency(mode.direction, mode.slot), problem.medium.B);
        const double speed = (H_before.norm() - mode.hamiltonian) / (last.s - before.s);
        // Only a field that falls and would reach zero soon is worth the trial.
        if (!(speed > 0.0) || mode.hamiltonian / speed > std::max(window, 1e-6) * 20.0) {
            return Passage::none;
        }
        step = 0.5 * mode.hamiltonian / speed;
    } else if (mode.hamiltonian > 1e-3 * last.field.norm()) {
        return Passage::none;
    }
    const FreeModes modes = modes_with_field_of(problem, last.field, mode);
    if (result.event_count + modes.count > max_events || mode.hamiltonian == 0.0) {
        return Passage::none;
    }
    FreeSpin spin{last.field, mode.vector / mode.hamiltonian, mode.hamiltonian};
    FreeSpin previous = spin;
    // |h| from which the mode can do without special care again.
    const double strong = std::max(1.001 * mode.hamiltonian, 1e-4 * last.field.norm());
    double s = last.s;
    double previous_s = s;
    for (int attempt = 0; attempt < 200 && result.iterations < max_iterations_; ++attempt) {
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
        if (!solve_free_spin(kernels_.full, problem, path_amplitude_.data(), modes, next, result.iterations) ||
            flavor::angle_between(next.n, predicted.n) > 0.05 || flavor::angle_between(next.n, spin.n) > 0.1 ||
            rotation_of_others(problem, modes, next.field, spin.field) > options_.step_rotation) {
            step *= 0.4;
            if (step < 1e-12) {
                return Passage::none;
            }
            continue;
        }
        previous = spin;
        previous_s = s;
        spin = next;
        s = next_s;
        if (spin.h < 0.0 && previous.h > 0.0) {
            result.end_s = event_place(path, problem, modes, previous, previous_s, spin, s, result.iterations);
            result.mode = mode.index;
        }
        if (std::abs(spin.h) >= strong || s >= 1.0) {
            beyond = {s, spin.field};
            if (spin.h > 0.0) {
                return Passage::resonance; // small but finite |H|: P followed, the label is kept
            }
            for (int i = 0; i < modes.count; ++i) {
                const std::size_t index = modes.mode[static_cast<std::size_t>(i)].index;
                result.event_mode[static_cast<std::size_t>(result.event_count++)] = index;
                flipped_[static_cast<std::size_t>(flipped_count_++)] = index;
            }
            return Passage::event;
        }
        step *= 1.5;
    }
    return Passage::none;
}

} // namespace miscid::equilibrium
