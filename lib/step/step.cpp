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

namespace {

/** |H| of a mode below this fraction of the field has no direction left in double precision. */
constexpr double smallest_hamiltonian = 1e-14;

/** Part of the way along a path below which a capped continuation counts as stuck. */
constexpr double least_progress = 0.1;

} // namespace

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
    const bool invariant = settings_.transport == Transport::invariant;
    const bool occupation = settings_.form == Form::occupation;
    std::size_t outside = 0;
    for (std::size_t i = 0; i < grid.size(); ++i) { // P0 - |P| >= 0 and P0 + |P| <= 2, without the square root
        const double length2 =
            invariant ? cell.p[i] * cell.p[i]
                      : cell.P[0][i] * cell.P[0][i] + cell.P[1][i] * cell.P[1][i] + cell.P[2][i] * cell.P[2][i];
        const double down = cell.trace[i] + 2.0 * tolerance * scale;
        const double up = occupation ? 2.0 + 2.0 * tolerance - cell.trace[i] : down;
        const double room = std::min(down, up);
        outside += static_cast<std::size_t>(room < 0.0) | static_cast<std::size_t>(length2 > room * room);
    }
    if (outside == 0) {
        return CellStatus::ok;
    }
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double length =
            invariant ? std::abs(cell.p[i]) : FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]).norm();
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
    collisional_change_.setZero();
    if (settings_.collisions == Collisions::off || dt == 0.0) {
        return;
    }
    if (settings_.collisions == Collisions::depolarization) {
        for (std::size_t i = 0; i < grid.size(); ++i) {
            const double p = collisions::depolarize(cell.p[i], cell.depolarization[i], dt);
            collisional_change_ +=
                cell.sign_weight[i] * (p - cell.p[i]) * FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
            cell.p[i] = p;
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
            const auto upper_rates = collisions::project(rates, content);
            const auto lower_rates = collisions::project(rates, 1.0 - content);
            const double d_upper = collisions::relax(upper, upper_rates, dt) - upper;
            const double d_lower = collisions::relax(lower, lower_rates, dt) - lower;
            collisional_change_ +=
                cell.sign_weight[i] * collisions::change(rates, FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]),
                                                         collisions::time_integral(upper, upper_rates, dt),
                                                         collisions::time_integral(lower, lower_rates, dt), dt);
            cell.trace[i] += d_upper + d_lower;
            cell.p[i] += d_upper - d_lower;
            const double weight = std::abs(cell.sign_weight[i]);
            const int type = slot / (grid.slots() / 2);
            diagnostics.source[type][0] += weight * (content * d_upper + (1.0 - content) * d_lower);
            diagnostics.source[type][1] += weight * ((1.0 - content) * d_upper + content * d_lower);
        }
    }
}

bool Stepper::starts_from_matter(const Cell& cell, const Problem& problem) const {
    // Where a flavor axis is a symmetry its lepton number is conserved, so no history of large matter can be assumed:
    // the equilibrium nearest to the incoming state is taken.
    return cell.state[state::marker] == 0.0 && settings_.cold_start == ColdStart::from_matter && !problem.symmetry;
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

Result Stepper::keep_aligned(Cell& cell, const Problem& problem) {
    // Everything lies along the symmetry axis: an equilibrium as it is, nothing to rotate (theory.md 5.4). Only the
    // labels follow the sign of H.
    const FlavorVector& axis = problem.symmetry->axis;
    const auto side = [&](std::size_t i) {
        return axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i])) >= 0.0 ? 1.0 : -1.0;
    };
    const std::size_t n = cell.grid->size();
    for (std::size_t i = 0; i < n; ++i) {
        cell.p[i] *= side(i);
        for (int a = 0; a < 3; ++a) {
            cell.P[a][i] = cell.p[i] * axis[a];
        }
    }
    Result result;
    result.outcome = Outcome::ok;
    result.moments = moments_of(cell);
    result.field = equilibrium::field_of_moments(problem, result.moments);
    directions_of(cell, result.field);
    for (std::size_t i = 0; i < n; ++i) {
        const double sign = side(i);
        cell.p[i] *= sign;
        for (int a = 0; a < 3; ++a) {
            hhat_[a][i] = sign * axis[a];
        }
    }
    result.min_hamiltonian = equilibrium::weakest_mode(problem, result.field).hamiltonian;
    return result;
}

bool Stepper::merged_with_aligned(const Cell& cell, const Problem& problem, const Result& result) {
    // A rotating equilibrium may end by laying every P along the axis (a spectral swap that is complete, D_perp = 0).
    // It has if the aligned polarizations alone make up the conserved a.D_0.
    const FlavorVector& axis = problem.symmetry->axis;
    directions_of(cell, result.field);
    double aligned = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const double side = axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]));
        aligned += std::copysign(c_[i], c_[i] * side);
    }
    return std::abs(aligned - problem.symmetry->conserved_projection) <= 1e-10 * equilibrium::total_amplitude(problem);
}

CellStatus Stepper::follow_branch(Cell& cell, Problem& problem, const Field& frame, Result& result) {
    const bool has_state = cell.state[state::marker] != 0.0;
    if (problem.symmetry) {
        // a.D_0 of the polarizations as they come in, plus what collisions did to it, is what oscillations conserve. A
        // tilt that is laid along H does not change it (theory.md F8).
        const FlavorVector& axis = problem.symmetry->axis;
        double& projection = problem.symmetry->conserved_projection;
        if (settings_.transport == Transport::matrix) {
            projection = axis.dot(moments_of(cell).col(0) + collisional_change_);
        } else {
            for (std::size_t i = 0; i < cell.grid->size(); ++i) {
                projection += c_[i] * axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]));
            }
        }
    }
    if (has_state) {
        Field stored = Eigen::Map<const Field>(cell.state + state::field);
        const double omega_c = cell.state[state::rotation_frequency];
        if (problem.symmetry) {
            stored.col(0) -= omega_c * problem.symmetry->axis;
        }
        const bool same_frame = !problem.symmetry && omega_c == 0.0;
        result = solver_.solve(
            problem, stored, same_frame ? static_cast<int>(cell.state[state::inertia]) : equilibrium::unknown_inertia);
    } else if (starts_from_matter(cell, problem)) {
        result = cold_start(problem, cell);
    } else {
        result = solver_.solve(problem, frame, equilibrium::unknown_inertia);
    }

    CellStatus status = CellStatus::ok;
    switch (result.outcome) {
    case Outcome::ok:
        break;
    case Outcome::degenerate_mode:
        return CellStatus::degenerate_mode;
    case Outcome::alignment_event:
        return CellStatus::alignment_event;
    case Outcome::no_tracked_solution:
        if (problem.symmetry && merged_with_aligned(cell, problem, result)) {
            result = keep_aligned(cell, problem);
            return CellStatus::ok;
        }
        if (settings_.strict || !relax(cell, problem, result)) {
            return CellStatus::no_tracked_solution;
        }
        status = CellStatus::relaxed;
        break;
    default:
        // Hardly any way made for all the work: a smaller time step would not help, the branch is as good as lost.
        if (settings_.strict || result.end_s >= least_progress || !relax(cell, problem, result)) {
            return CellStatus::not_converged;
        }
        status = CellStatus::relaxed;
    }
    for (int i = 0; i < std::min(result.event_count, equilibrium::max_events); ++i) {
        const std::size_t mode = result.event_mode[static_cast<std::size_t>(i)];
        cell.p[mode] = -cell.p[mode];
        status = CellStatus::event;
    }
    directions_of(cell, result.field);
    return status;
}

bool Stepper::holds(const Problem& problem, const Result& result) const {
    if (!std::isfinite(result.field.sum()) || !std::isfinite(result.moments.sum())) {
        return false;
    }
    if (problem.symmetry) {
        const double drift = problem.symmetry->axis.dot(result.moments.col(0)) - problem.symmetry->conserved_projection;
        return std::abs(drift) <= 1e-10 * equilibrium::total_amplitude(problem);
    }
    return true;
}

void Stepper::finish(Cell& cell, const Problem& problem, const Result& result, Diagnostics& diagnostics) const {
    const auto& grid = *cell.grid;
    const auto& medium = cell.medium;
    // U = (1/2) sum w s Hext.P + (mu/4)(D_0^2 - D_1^2), and Hext = H - mu (D_0 - v.D_1) summed over modes (theory.md
    // section 1).
    double energy = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        energy += 0.5 * cell.sign_weight[i] * cell.p[i] * norm_[i];
    }
    if (problem.symmetry) { // H of the rotating frame lacks Omega_c
        energy += 0.5 * result.rotation_frequency * problem.symmetry->axis.dot(result.moments.col(0));
    }
    energy -= 0.25 * medium.mu * (result.moments.col(0).squaredNorm() - result.moments.rightCols<3>().squaredNorm());

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
    cell.state[state::lambda] = medium.lambda;
    Eigen::Map<Eigen::Vector3d>(cell.state + state::velocity) = medium.velocity;
    cell.state[state::inertia] = result.inertia;
    cell.state[state::rotation_frequency] = result.rotation_frequency;
}

CellStatus Stepper::step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame) {
    if (const CellStatus status = screen(cell, blame); status != CellStatus::ok) {
        return status;
    }
    Field frame;
    if (!stored_field(cell, frame)) {
        return CellStatus::bad_state;
    }
    const bool has_state = cell.state[state::marker] != 0.0;
    diagnostics.cold_start = !has_state;

    Problem problem;
    problem.grid = cell.grid;
    problem.amplitude = c_.data();
    problem.medium = cell.medium;
    choose_symmetry(cell, problem);

    if (settings_.transport == Transport::matrix) {
        frame = frame_of_input(cell, problem, diagnostics);
    } else {
        directions_of(cell, frame);
        if (!has_state) {
            label_by_matter(cell);
        }
    }
    collide(cell, dt, diagnostics);
    amplitudes(cell);

    CellStatus status = CellStatus::ok;
    Result result;
    if (problem.symmetry && aligned_with(cell, problem.symmetry->axis)) {
        result = keep_aligned(cell, problem);
    } else {
        status = follow_branch(cell, problem, frame, result);
        diagnostics.iterations = result.iterations;
        if (status == CellStatus::not_converged && has_state && dt > 0.0) {
            diagnostics.time_step_factor = std::clamp(result.end_s, 0.1, 0.5);
            return CellStatus::reduce_time_step; // a smaller step asks for a shorter way along the branch
        }
        if (status != CellStatus::ok && status != CellStatus::event && status != CellStatus::relaxed) {
            return status;
        }
        if (!holds(problem, result)) {
            return CellStatus::not_conserved;
        }
        if (result.min_hamiltonian < smallest_hamiltonian * result.field.norm()) {
            return CellStatus::degenerate_mode;
        }
    }
    if (settings_.transport == Transport::matrix) {
        lay_along_field(cell);
    }
    finish(cell, problem, result, diagnostics);
    return status;
}

} // namespace miscid::step
