#include "step/step.hpp"

#include "collisions/collisions.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Field;
using equilibrium::FlavorVector;
using equilibrium::Outcome;
using equilibrium::Problem;
using equilibrium::Result;

Stepper::Stepper(const Settings& settings, equilibrium::SweepKernels kernels)
    : settings_(settings), kernels_(kernels), solver_(kernels, settings.solver) {
    solver_.options().cross_events = !settings.strict;
}

void Stepper::reserve(std::size_t modes) {
    for (AlignedVector* array : {&c_, &hhat_[0], &hhat_[1], &hhat_[2], &norm_}) {
        array->assign(modes, 0.0);
    }
    solver_.reserve(modes);
}

CellStatus Stepper::screen(const Cell& cell, Blame& blame) const {
    const auto& grid = *cell.grid;
    const double tolerance = settings_.eigenvalue_tolerance;
    const auto refuse = [&](std::size_t i, double value) {
        const auto lanes = static_cast<std::size_t>(phase_space::lanes);
        const std::size_t row = i / lanes;
        blame.direction = static_cast<int>(row / static_cast<std::size_t>(grid.slots()) * lanes + i % lanes);
        blame.slot = static_cast<int>(row % static_cast<std::size_t>(grid.slots()));
        blame.value = value;
        return CellStatus::eigenvalue_range;
    };
    double scale = 1.0;
    if (settings_.form == Form::density) {
        scale = 0.0;
        for (std::size_t i = 0; i < grid.size(); ++i) {
            scale = std::max(scale, cell.trace[i]);
        }
    }
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double length = settings_.transport == Transport::invariant
                                  ? std::abs(cell.p[i])
                                  : FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]).norm();
        const double lower = 0.5 * (cell.trace[i] - length);
        const double upper = 0.5 * (cell.trace[i] + length);
        if (lower < -tolerance * scale) {
            return refuse(i, lower);
        }
        if (settings_.form == Form::occupation && upper > 1.0 + tolerance) {
            return refuse(i, upper);
        }
    }
    return CellStatus::ok;
}

void Stepper::choose_symmetry(const Cell& cell, Problem& problem) const {
    // theory.md F4: an axis along which every external field lies.
    const FlavorVector z(0.0, 0.0, 1.0);
    const FlavorVector& B = cell.medium.B;
    if (B.x() == 0.0 && B.y() == 0.0) {
        problem.symmetry = equilibrium::SymmetryAxis{z, 0.0};
    } else if (cell.medium.lambda == 0.0) {
        problem.symmetry = equilibrium::SymmetryAxis{B, 0.0};
    }
}

void Stepper::amplitudes(const Cell& cell) {
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        c_[i] = cell.sign_weight[i] * cell.p[i];
    }
}

void Stepper::collide(Cell& cell, double dt, Diagnostics& diagnostics) {
    const auto& grid = *cell.grid;
    if (settings_.collisions == Collisions::off || dt == 0.0) {
        return;
    }
    if (settings_.collisions == Collisions::depolarization) {
        for (std::size_t i = 0; i < grid.size(); ++i) {
            cell.p[i] = collisions::depolarize(cell.p[i], cell.depolarization[i], dt);
        }
        return;
    }
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(direction, slot);
            const collisions::FlavorRates rates{cell.absorption[0][i], cell.absorption[1][i], cell.equilibrium[0][i],
                                                cell.equilibrium[1][i]};
            const double content = std::clamp(0.5 + 0.5 * hhat_[2][i], 0.0, 1.0); // |U_e,upper|^2
            const double upper = 0.5 * (cell.trace[i] + cell.p[i]);
            const double lower = 0.5 * (cell.trace[i] - cell.p[i]);
            const double d_upper = collisions::relax(upper, collisions::project(rates, content), dt) - upper;
            const double d_lower = collisions::relax(lower, collisions::project(rates, 1.0 - content), dt) - lower;
            cell.trace[i] += d_upper + d_lower;
            cell.p[i] += d_upper - d_lower;
            const double weight = std::abs(cell.sign_weight[i]);
            const int type = slot / (grid.slots() / 2);
            diagnostics.source[type][0] += weight * (content * d_upper + (1.0 - content) * d_lower);
            diagnostics.source[type][1] += weight * ((1.0 - content) * d_upper + content * d_lower);
        }
    }
}

bool Stepper::aligned_with(const Cell& cell, const FlavorVector& axis) const {
    constexpr double tolerance = 1e-14;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
        if (c_[i] != 0.0 && axis.cross(h).norm() > tolerance) {
            return false;
        }
    }
    return true;
}

CellStatus Stepper::step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame) {
    const auto& grid = *cell.grid;
    const bool matrix = settings_.transport == Transport::matrix;
    if (const CellStatus status = screen(cell, blame); status != CellStatus::ok) {
        return status;
    }
    Field stored;
    if (!stored_field(cell, stored)) {
        return CellStatus::bad_state;
    }
    const bool has_state = cell.state[state::marker] != 0.0;
    diagnostics.cold_start = !has_state;

    Problem problem;
    problem.grid = &grid;
    problem.amplitude = c_.data();
    problem.medium = cell.medium;
    choose_symmetry(cell, problem);
    const bool from_matter = !has_state && settings_.cold_start == ColdStart::from_matter &&
                             !(problem.symmetry && cell.medium.lambda == 0.0);
    const double stored_omega = has_state ? cell.state[state::rotation_frequency] : 0.0;

    // Invariants, in the frame of the incoming state: its own D in the medium it was last solved with.
    Field frame = stored;
    if (matrix) {
        Problem incoming = problem;
        if (has_state) {
            incoming.medium.lambda = cell.state[state::lambda];
            incoming.medium.velocity = Eigen::Map<const Eigen::Vector3d>(cell.state + state::velocity);
        }
        Field D = Field::Zero();
        for (int direction = 0; direction < grid.directions(); ++direction) {
            FlavorVector sum = FlavorVector::Zero();
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const std::size_t i = grid.index(direction, slot);
                sum += cell.sign_weight[i] * FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]);
            }
            const Eigen::Vector3d v = grid.direction(direction);
            D += sum * Eigen::RowVector4d(1.0, v.x(), v.y(), v.z());
        }
        frame = equilibrium::field_of_moments(incoming, D, stored_omega);
        invariants(cell, frame, from_matter, diagnostics);
    } else {
        directions_of(cell, frame);
        if (from_matter || !has_state) {
            for (std::size_t i = 0; i < grid.size(); ++i) {
                hhat_[0][i] = hhat_[1][i] = 0.0;
                hhat_[2][i] = 1.0;
            }
        }
    }

    collide(cell, dt, diagnostics);
    amplitudes(cell);

    CellStatus status = CellStatus::ok;
    Result result;
    if (problem.symmetry && aligned_with(cell, problem.symmetry->axis)) {
        // Everything lies along the symmetry axis: an equilibrium as it is, nothing to rotate (theory.md 5.4).
        const FlavorVector axis = problem.symmetry->axis;
        Field D = Field::Zero();
        for (int direction = 0; direction < grid.directions(); ++direction) {
            double sum = 0.0;
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const std::size_t i = grid.index(direction, slot);
                cell.p[i] *= axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i])) >= 0.0 ? 1.0 : -1.0;
                sum += cell.sign_weight[i] * cell.p[i];
            }
            const Eigen::Vector3d v = grid.direction(direction);
            D += axis * (sum * Eigen::RowVector4d(1.0, v.x(), v.y(), v.z()));
        }
        result.outcome = Outcome::ok;
        result.moments = D;
        result.field = equilibrium::field_of_moments(problem, D);
        directions_of(cell, result.field);
        for (std::size_t i = 0; i < grid.size(); ++i) {
            const double along = axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]));
            cell.p[i] *= along >= 0.0 ? 1.0 : -1.0;
            for (int a = 0; a < 3; ++a) {
                hhat_[a][i] = along >= 0.0 ? axis[a] : -axis[a];
            }
        }
        amplitudes(cell);
        const auto weakest = equilibrium::weakest_mode(problem, result.field);
        result.min_hamiltonian = weakest.hamiltonian;
    } else {
        if (problem.symmetry) {
            // a.D_0 of the polarizations before they are laid along the new H is what oscillations conserve.
            const FlavorVector& axis = problem.symmetry->axis;
            double projection = 0.0;
            for (std::size_t i = 0; i < grid.size(); ++i) {
                projection += c_[i] * axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]));
            }
            problem.symmetry->conserved_projection = projection;
        }
        if (has_state) {
            if (problem.symmetry) {
                stored.col(0) -= stored_omega * problem.symmetry->axis;
            }
            const bool same_kind = !problem.symmetry && stored_omega == 0.0;
            const int inertia = same_kind ? static_cast<int>(cell.state[state::inertia]) : equilibrium::unknown_inertia;
            result = solver_.solve(problem, stored, inertia);
        } else if (from_matter) {
            result = cold_start(problem, cell);
        } else {
            result = solver_.solve(problem, frame, equilibrium::unknown_inertia);
        }
        switch (result.outcome) {
        case Outcome::ok:
            break;
        case Outcome::degenerate_mode:
            status = CellStatus::degenerate_mode;
            break;
        case Outcome::alignment_event:
            status = CellStatus::alignment_event;
            break;
        case Outcome::no_tracked_solution:
            if (settings_.strict || !relax(cell, problem, result)) {
                status = CellStatus::no_tracked_solution;
            } else {
                status = CellStatus::relaxed;
            }
            break;
        default:
            status = has_state && dt > 0.0 ? CellStatus::reduce_time_step : CellStatus::not_converged;
            diagnostics.time_step_factor = std::clamp(result.end_s, 0.1, 0.5);
        }
        diagnostics.iterations = result.iterations;
        if (status != CellStatus::ok && status != CellStatus::relaxed) {
            blame.value = result.end_s;
            return status;
        }
        for (int i = 0; i < std::min(result.event_count, equilibrium::max_events); ++i) {
            const std::size_t mode = result.event_mode[static_cast<std::size_t>(i)];
            cell.p[mode] = -cell.p[mode];
            status = status == CellStatus::ok ? CellStatus::event : status;
        }
        directions_of(cell, result.field);
    }

    // Check before anything reaches the host.
    if (!std::isfinite(result.field.sum()) || !std::isfinite(result.moments.sum()) ||
        (std::isfinite(result.min_hamiltonian) && result.min_hamiltonian < 1e-14 * result.field.norm() &&
         !problem.symmetry)) {
        return CellStatus::degenerate_mode;
    }
    if (problem.symmetry && problem.medium.mu > 0.0) {
        const double drift = problem.symmetry->axis.dot(result.moments.col(0)) - problem.symmetry->conserved_projection;
        const bool aligned = problem.symmetry->conserved_projection == 0.0 && result.inertia == equilibrium::unknown_inertia;
        if (!aligned && std::abs(drift) > 1e-10 * equilibrium::total_amplitude(problem)) {
            return CellStatus::not_conserved;
        }
    }

    double energy = 0.25 * cell.medium.mu *
                    (result.moments.col(0).squaredNorm() - result.moments.rightCols<3>().squaredNorm());
    for (int direction = 0; direction < grid.directions(); ++direction) {
        const double lambda = cell.medium.lambda * (1.0 - cell.medium.velocity.dot(grid.direction(direction)));
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(direction, slot);
            const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
            energy += 0.5 * cell.sign_weight[i] * cell.p[i] *
                      (grid.frequency(direction, slot) * cell.medium.B.dot(h) + lambda * h.z());
        }
    }
    if (matrix) {
        for (int a = 0; a < 3; ++a) {
            for (std::size_t i = 0; i < grid.size(); ++i) {
                cell.P[a][i] = cell.p[i] * hhat_[a][i];
            }
        }
    }

    diagnostics.residual = result.residual;
    diagnostics.min_hamiltonian = std::isfinite(result.min_hamiltonian) ? result.min_hamiltonian : 0.0;
    diagnostics.rotation = result.rotation;
    diagnostics.polarization_energy = energy;
    diagnostics.rotation_frequency = result.rotation_frequency;
    Eigen::Map<Field>(diagnostics.D) = result.moments;
    diagnostics.inertia = result.inertia;
    diagnostics.events = result.event_count;
    diagnostics.continued = result.continued;

    Field flavor_frame = result.field;
    if (problem.symmetry) {
        flavor_frame.col(0) += result.rotation_frequency * problem.symmetry->axis;
    }
    cell.state[state::marker] = state::state_marker;
    Eigen::Map<Field>(cell.state + state::field) = flavor_frame;
    cell.state[state::lambda] = cell.medium.lambda;
    Eigen::Map<Eigen::Vector3d>(cell.state + state::velocity) = cell.medium.velocity;
    cell.state[state::inertia] = result.inertia;
    cell.state[state::rotation_frequency] = result.rotation_frequency;
    return status;
}

} // namespace miscid::step
