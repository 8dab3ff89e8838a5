#include "step/step.hpp"

#include "collisions/collisions.hpp"
#include "equilibrium/symmetry_axes.hpp"

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

/** Tilt of the incoming P (rad) up to which a state along a symmetry axis is taken for aligned. */
constexpr double aligned_tilt = 1e-12;

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
            const FlavorVector change = collisions::change(rates, FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]),
                                                           collisions::time_integral(upper, upper_rates, dt),
                                                           collisions::time_integral(lower, lower_rates, dt), dt);
            collisional_change_ += cell.sign_weight[i] * change;
            cell.trace[i] += d_upper + d_lower;
            cell.p[i] += d_upper - d_lower;
            // Exchange with matter: C_ee and C_xx integrated over dt, whose sum is the change of the trace.
            const double weight = 0.5 * std::abs(cell.sign_weight[i]);
            const int type = slot / (grid.slots() / 2);
            diagnostics.source[type][0] += weight * (d_upper + d_lower + change.z());
            diagnostics.source[type][1] += weight * (d_upper + d_lower - change.z());
        }
    }
}

void Stepper::flip_events(Cell& cell, const Result& result) {
    for (int i = 0; i < std::min(result.event_count, equilibrium::max_events); ++i) {
        double& p = cell.p[result.event[static_cast<std::size_t>(i)].mode];
        p = -p;
    }
    amplitudes(cell);
}

bool Stepper::keeps_projection(const Problem& problem, const Result& result) {
    if (!problem.symmetry) {
        return true;
    }
    const double drift = problem.symmetry->axis.dot(result.moments.col(0)) - problem.symmetry->conserved_projection;
    return std::abs(drift) <= 1e-10 * equilibrium::total_amplitude(problem);
}

bool Stepper::settle(Cell& cell, Problem& problem, Result& result) {
    if (problem.symmetry) { // relaxation would not keep the conserved a.D_0
        result = project_on_axis(cell, problem);
        return true;
    }
    return relax(cell, problem, result);
}

CellStatus Stepper::follow_branch(Cell& cell, Problem& problem, const Start& start, Result& result) {
    if (start.from_matter) {
        result = cold_start(problem, cell);
    } else {
        result = solver_.solve(problem, start.field, start.inertia);
    }
    CellStatus status = CellStatus::ok;
    switch (result.outcome) {
    case Outcome::ok:
        if (problem.symmetry && !settings_.strict && !keeps_projection(problem, result)) {
            // The neutrinos are too few to turn the field: whatever solves the equations, a.D_0 is what counts.
            settle(cell, problem, result);
            status = CellStatus::relaxed;
        }
        break;
    case Outcome::alignment_event:
        return CellStatus::alignment_event;
    case Outcome::no_tracked_solution:
        if (problem.symmetry && merged_with_aligned(cell, problem, start, result)) {
            return result.event_count > 0 ? CellStatus::event : CellStatus::ok;
        }
        if (settings_.strict || !settle(cell, problem, result)) {
            return CellStatus::no_tracked_solution;
        }
        status = CellStatus::relaxed;
        break;
    default:
        // Hardly any way made for all the work: a smaller time step would not help, the branch is as good as lost.
        if (settings_.strict || result.end_s >= least_progress || !settle(cell, problem, result)) {
            return CellStatus::not_converged;
        }
        status = CellStatus::relaxed;
    }
    if (problem.symmetry && status == CellStatus::relaxed) {
        return status; // already along the axis, with its labels
    }
    flip_events(cell, result);
    directions_of(cell, result.field);
    return status == CellStatus::ok && result.event_count > 0 ? CellStatus::event : status;
}

bool Stepper::holds(const Problem& problem, const Result& result) const {
    if (!std::isfinite(result.field.sum()) || !std::isfinite(result.moments.sum())) {
        return false;
    }
    // The conditions themselves, R = G - lambda z - mu F (+ Omega_c e): whatever path led here, the answer solves them.
    const double scale = problem.medium.mu * equilibrium::total_amplitude(problem);
    Field R = result.field - problem.medium.mu * result.moments;
    R.row(2) -= problem.medium.current().transpose();
    if (problem.symmetry) {
        R.col(0) += result.rotation_frequency * problem.symmetry->axis;
    }
    if (!(R.norm() <= 1e-9 * scale + 1e-12 * result.field.norm())) {
        return false;
    }
    return keeps_projection(problem, result);
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

    Field flavor_frame = result.field;
    if (problem.symmetry) {
        flavor_frame.col(0) += result.rotation_frequency * problem.symmetry->axis;
    }
    cell.state[state::marker] = settings_.state_marker;
    Eigen::Map<Field>(cell.state + state::field) = flavor_frame;
    cell.state[state::lambda] = medium.lambda;
    Eigen::Map<Eigen::Vector3d>(cell.state + state::velocity) = medium.velocity;
    cell.state[state::inertia] = result.inertia;
    cell.state[state::rotation_frequency] = result.rotation_frequency;
}

Stepper::Start Stepper::begin(Cell& cell, const Problem& problem, Diagnostics& diagnostics) {
    const bool matrix = settings_.transport == Transport::matrix;
    const bool has_state = cell.state[state::marker] != 0.0;
    Start start;
    if (has_state) {
        // The branch goes on from the field the cell was last solved with, and its labels hold there (decisions/0002).
        start.field = Eigen::Map<const Field>(cell.state + state::field);
        const double omega_c = cell.state[state::rotation_frequency];
        if (problem.symmetry) {
            start.field.col(0) -= omega_c * problem.symmetry->axis;
        } else if (omega_c == 0.0) {
            start.inertia = static_cast<int>(cell.state[state::inertia]);
        }
        start.frame = frame_of_state(cell);
    } else {
        if (!matrix) { // amplitudes without a state are those of a large matter potential: everything along z
            for (std::size_t i = 0; i < cell.grid->size(); ++i) {
                cell.P[0][i] = 0.0;
                cell.P[1][i] = 0.0;
                cell.P[2][i] = cell.p[i];
            }
        }
        start.field = equilibrium::field_of_moments(problem, moments_of(cell));
        start.frame = start.field;
        // Where a flavor axis is a symmetry its lepton number is conserved, so no history of large matter can be
        // assumed: the equilibrium nearest to the incoming state is taken.
        start.from_matter = settings_.cold_start == ColdStart::from_matter && !problem.symmetry;
        start.labels_along_z = start.from_matter || !matrix;
    }
    take_frame(cell, start);
    if (matrix) {
        signed_amplitudes(cell, diagnostics);
        if (problem.symmetry && diagnostics.tilt > aligned_tilt && aligned_with(cell, problem.symmetry->axis)) {
            // A state along the axis knows nothing of the tilt that comes in: take H of what comes in.
            start = Start{};
            start.field = equilibrium::field_of_moments(problem, moments_of(cell));
            start.frame = start.field;
            take_frame(cell, start);
            signed_amplitudes(cell, diagnostics);
        }
    }
    return start;
}

FlavorVector Stepper::incoming_moment(const Cell& cell) const {
    if (settings_.transport == Transport::matrix) {
        return moments_of(cell).col(0);
    }
    FlavorVector D0 = FlavorVector::Zero();
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        D0 += cell.sign_weight[i] * cell.p[i] * FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
    }
    return D0;
}

CellStatus Stepper::step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame) {
    if (const CellStatus status = screen(cell, blame); status != CellStatus::ok) {
        return status;
    }
    const double marker = cell.state[state::marker];
    if (marker != 0.0 && marker != settings_.state_marker) {
        return CellStatus::bad_state;
    }
    const bool has_state = marker != 0.0;
    diagnostics.cold_start = !has_state;

    Problem problem;
    problem.grid = cell.grid;
    problem.amplitude = c_.data();
    problem.medium = cell.medium;
    problem.symmetry = equilibrium::symmetry_axes(*cell.grid, cell.medium);

    const Start start = begin(cell, problem, diagnostics);
    const FlavorVector D0 = incoming_moment(cell);
    collide(cell, dt, diagnostics);
    amplitudes(cell);
    if (problem.symmetry) {
        // a.D_0 of the polarizations as they come in, plus what collisions did to it, is what oscillations conserve. A
        // tilt that is laid along H does not change it (theory.md F8).
        problem.symmetry->conserved_projection = problem.symmetry->axis.dot(D0 + collisional_change_);
    }

    CellStatus status = CellStatus::ok;
    Result result;
    if (problem.symmetry && diagnostics.tilt <= aligned_tilt && aligned_with(cell, problem.symmetry->axis)) {
        result = keep_aligned(cell, problem);
        status = result.event_count > 0 ? CellStatus::event : CellStatus::ok;
    } else {
        status = follow_branch(cell, problem, start, result);
        diagnostics.iterations = result.iterations;
        diagnostics.continued = result.continued;
        if (status == CellStatus::not_converged && has_state && dt > 0.0) {
            diagnostics.time_step_factor = std::clamp(result.end_s, 0.1, 0.5);
            return CellStatus::reduce_time_step; // a smaller step asks for a shorter way along the branch
        }
        if (status != CellStatus::ok && status != CellStatus::event && status != CellStatus::relaxed) {
            return status;
        }
        if (result.min_hamiltonian < smallest_hamiltonian * result.field.norm()) {
            return CellStatus::degenerate_mode;
        }
    }
    if (!holds(problem, result)) {
        return CellStatus::not_conserved;
    }
    if (settings_.transport == Transport::matrix) {
        lay_along_field(cell);
    }
    finish(cell, problem, result, diagnostics);
    return status;
}

} // namespace miscid::step
