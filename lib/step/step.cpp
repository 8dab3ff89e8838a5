#include "step/step.hpp"

#include "equilibrium/stability.hpp"
#include "equilibrium/symmetry_axes.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Outcome;

namespace {

BranchEnd end_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::no_tracked_solution:
        return BranchEnd::fold;
    case Outcome::bifurcation:
        return BranchEnd::bifurcation;
    case Outcome::lost:
        return BranchEnd::lost;
    case Outcome::not_converged:
        return BranchEnd::cap;
    case Outcome::ok:
    case Outcome::alignment_event:
        break;
    }
    return BranchEnd::followed;
}

/** |H| of a mode below this fraction of the field has no direction left in double precision. */
constexpr double smallest_hamiltonian = 1e-14;

/** Tilt of the incoming P (rad) up to which a state along a symmetry axis is taken for aligned. */
constexpr double aligned_tilt = 1e-12;

/** Part of the way along a path below which a capped continuation counts as stuck. */
constexpr double least_progress = 0.1;

} // namespace

template <int N_f>
StepperFor<N_f>::StepperFor(const Settings& settings, equilibrium::DispatchLevel level)
    : settings_(settings), kernels_(equilibrium::sweep_kernels_for<N_f>(level)), solver_(kernels_, settings.solver),
      frame_(level), waves_(settings.closure, settings.form, settings.collisions, settings.speed_of_light) {
    solver_.options().cross_events = !settings.strict;
}

template <int N_f>
void StepperFor<N_f>::reserve(const phase_space::ModeGrid& grid) {
    const std::size_t modes = grid.size();
    c_.assign(equilibrium::amplitude_planes<N_f> * modes, 0.0);
    spectrum_.assign(N_f == 3 ? equilibrium::amplitude_planes<N_f> * modes : 0, 0.0);
    frame_.reserve(modes);
    solver_.reserve(modes);
    waves_.reserve(grid, N_f);
}

template <int N_f>
void StepperFor<N_f>::amplitudes(const Cell& cell) {
    const std::size_t size = cell.grid->size();
    for (std::size_t plane = 0; plane < c_.size(); plane += size) {
        for (std::size_t i = 0; i < size; ++i) {
            c_[plane + i] = cell.sign_weight[i] * cell.p[plane + i];
        }
    }
}

template <int N_f>
void StepperFor<N_f>::collide(Cell& cell, double dt, Diagnostics& diagnostics) {
    collisional_change_.setZero();
    if (settings_.collisions == Collisions::off || dt == 0.0) {
        return;
    }
    if (settings_.collisions == Collisions::depolarization) {
        frame_.depolarize(cell, dt, collisional_change_);
    } else {
        frame_.collide(cell, dt, collisional_change_, diagnostics);
    }
}

template <int N_f>
bool StepperFor<N_f>::dissipate(Cell& cell, double dt, Diagnostics& diagnostics) {
    if (settings_.viscosity == Viscosity::host && dt > 0.0) {
        frame_.dissipate(cell, dt, collisional_change_);
    }
    return settings_.viscosity != Viscosity::waves || waves_.apply(cell, frame_, dt, diagnostics);
}

template <int N_f>
void StepperFor<N_f>::flip_events(Cell& cell, const Result& result) {
    for (int i = 0; i < std::min(result.event_count, equilibrium::max_events); ++i) {
        equilibrium::exchange_labels<N_f>(result.event[static_cast<std::size_t>(i)], cell.grid->size(), cell.p.data());
    }
    amplitudes(cell);
}

template <int N_f>
bool StepperFor<N_f>::keeps_projection(const Problem& problem, const Result& result) {
    for (const auto& [axis, projection] : problem.symmetry) {
        if (!(std::abs(axis.dot(result.moments.col(0)) - projection) <=
              1e-10 * equilibrium::total_amplitude(problem))) {
            return false;
        }
    }
    return true;
}

template <int N_f>
bool StepperFor<N_f>::settle(Cell& cell, Problem& problem, Result& result) {
    if (problem.symmetry) { // relaxation would not keep the conserved a.D_0
        result = project_on_axes(cell, problem);
        return true;
    }
    return relax(cell, problem, result);
}

template <int N_f>
CellStatus StepperFor<N_f>::follow_branch(Cell& cell, Problem& problem, const Start& start, Result& result,
                                          Diagnostics& diagnostics) {
    if (start.from_matter) {
        result = cold_start(problem, cell);
    } else {
        result = solver_.solve(problem, start.field, start.inertia, start.medium);
    }
    CellStatus status = CellStatus::ok;
    diagnostics.branch_end = end_of(result.outcome);
    switch (result.outcome) {
    case Outcome::ok:
        if (problem.symmetry && !settings_.strict && !keeps_projection(problem, result)) {
            // The neutrinos are too few to turn the field: whatever solves the equations, a.D_0 is what counts.
            diagnostics.branch_end = BranchEnd::charge_not_kept;
            settle(cell, problem, result);
            status = CellStatus::relaxed;
        }
        break;
    case Outcome::alignment_event:
        return CellStatus::alignment_event;
    case Outcome::no_tracked_solution:
    case Outcome::bifurcation:
    case Outcome::lost: {
        const bool shown = result.outcome != Outcome::lost; // that the branch ends
        if (problem.symmetry && merged_with_aligned(cell, problem, start, result)) {
            diagnostics.branch_end = BranchEnd::followed;
            return result.event_count > 0 ? CellStatus::event : CellStatus::ok;
        }
        if (settings_.strict || !settle(cell, problem, result)) {
            return shown ? CellStatus::no_tracked_solution : CellStatus::not_converged;
        }
        status = CellStatus::relaxed;
        break;
    }
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
    frame_.at(*cell.grid, cell.medium, result.field);
    return status == CellStatus::ok && result.event_count > 0 ? CellStatus::event : status;
}

template <int N_f>
bool StepperFor<N_f>::holds(const Problem& problem, const Result& result) const {
    if (!std::isfinite(result.field.sum()) || !std::isfinite(result.moments.sum())) {
        return false;
    }
    // The conditions themselves, R = G - lambda z - mu F (+ Omega_c e): whatever path led here, the answer solves them.
    const double scale = problem.medium.mu * equilibrium::total_amplitude(problem);
    Field R = result.field - problem.medium.mu * result.moments - problem.medium.field();
    R.col(0) += result.rotation_vector;
    if (!(R.norm() <= 1e-9 * scale + 1e-12 * result.field.norm())) {
        return false;
    }
    return keeps_projection(problem, result);
}

template <int N_f>
void StepperFor<N_f>::finish(Cell& cell, const Problem& problem, const Result& result, Diagnostics& diagnostics) const {
    const auto& medium = cell.medium;
    // U = (1/2) sum w s Hext.P + (mu/4)(D_0^2 - D_1^2), and Hext = H - mu (D_0 - v.D_1) summed over modes (theory.md
    // section 1). H of the rotating frame lacks Omega_c.
    double energy = frame_.energy(cell) + 0.5 * result.rotation_vector.dot(result.moments.col(0));
    energy -=
        0.25 * medium.mu * (result.moments.col(0).squaredNorm() - result.moments.template rightCols<3>().squaredNorm());

    diagnostics.residual = result.residual;
    diagnostics.min_hamiltonian = std::isfinite(result.min_hamiltonian) ? result.min_hamiltonian : 0.0;
    diagnostics.rotation = result.rotation;
    diagnostics.polarization_energy = energy;
    diagnostics.rotation_frequency = result.rotation_frequency;
    Eigen::Map<Field>(diagnostics.D) = result.moments;
    diagnostics.inertia = result.inertia;
    diagnostics.stability = static_cast<int>(equilibrium::homogeneous_stability(problem, result.inertia));
    diagnostics.events = result.event_count;

    std::fill(std::begin(cell.state), std::end(cell.state), 0.0);
    cell.state[state::marker] = settings_.state_marker;
    Eigen::Map<Field> flavor_frame(cell.state + state::field);
    flavor_frame = result.field;
    flavor_frame.col(0) += result.rotation_vector;
    cell.state[state::lambda] = medium.lambda;
    Eigen::Map<Eigen::Vector3d>(cell.state + state::velocity) = medium.velocity;
    cell.state[state::inertia] = result.inertia;
    double* omega_c = cell.state + state::rotation_frequency;
    for (const auto& [axis, projection] : problem.symmetry) {
        *omega_c++ = axis.dot(result.rotation_vector);
    }
    if constexpr (N_f == 3) {
        cell.state[state::heavy_potentials] = medium.lambda_mu;
        cell.state[state::heavy_potentials + 1] = medium.lambda_tau;
    }
}

/** Whether a solver can have left these numbers: an inertia, and potentials whose powers do not overflow. */
template <int N_f>
bool could_be_written(const double* numbers) {
    constexpr double largest = 1e60; // the eigenvalues of three flavors take cubes of H
    const double inertia = numbers[StateFor<N_f>::inertia];
    return inertia >= equilibrium::unknown_inertia && inertia <= equilibrium::unknowns<N_f> &&
           std::all_of(numbers, numbers + StateFor<N_f>::size, [](double x) { return std::abs(x) <= largest; });
}

template <int N_f>
typename StepperFor<N_f>::Start StepperFor<N_f>::begin(Cell& cell, const Problem& problem, Diagnostics& diagnostics) {
    const bool matrix = settings_.transport == Transport::matrix;
    const bool has_state = cell.state[state::marker] != 0.0;
    Start start;
    start.medium = cell.medium;
    if (has_state) {
        // The branch goes on from the field the cell was last solved with, and its labels hold there (decisions/0002).
        start.field = Eigen::Map<const Field>(cell.state + state::field);
        const Eigen::Map<const Eigen::Matrix<double, N_f - 1, 1>> omega_c(cell.state + state::rotation_frequency);
        if (problem.symmetry) {
            int i = 0;
            for (const auto& [axis, projection] : problem.symmetry) {
                start.field.col(0) -= omega_c[i++] * axis;
            }
        } else if (omega_c.isZero(0.0)) {
            start.inertia = static_cast<int>(cell.state[state::inertia]);
        }
        start.frame = frame_of_state(cell);
        start.medium = medium_of_state(cell);
    } else {
        if (!matrix) { // amplitudes without a state are those of a large matter potential
            frame_.at_large_matter(*cell.grid, cell.medium, problem.medium.field());
            frame_.lay(cell);
        }
        start.field = equilibrium::field_of_moments<N_f>(problem, moments_of(cell), FlavorVector::Zero());
        start.frame = start.field;
        // Where a flavor axis is a symmetry its lepton number is conserved, so no history of large matter can be
        // assumed: the equilibrium nearest to the incoming state is taken.
        start.from_matter = settings_.cold_start == ColdStart::from_matter && !problem.symmetry;
        start.labels_of_matter = start.from_matter || !matrix;
    }
    take_frame(cell, start);
    if (matrix) {
        frame_.read_invariants(cell, settings_.tilted, diagnostics);
        if (problem.symmetry && diagnostics.tilt > aligned_tilt && frame_.lies_along(cell, problem.symmetry)) {
            // A state along the axis knows nothing of the tilt that comes in: take H of what comes in.
            start = Start{};
            start.medium = cell.medium;
            start.field = equilibrium::field_of_moments<N_f>(problem, moments_of(cell), FlavorVector::Zero());
            start.frame = start.field;
            take_frame(cell, start);
            frame_.read_invariants(cell, settings_.tilted, diagnostics);
        }
    }
    return start;
}

template <int N_f>
CellStatus StepperFor<N_f>::step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame) {
    // Two flavors tell eigenvalues from traces and lengths; of three the spectrum must be known first.
    const bool spectrum_first = N_f == 3 && settings_.transport == Transport::matrix;
    if (!spectrum_first) {
        if (const CellStatus status = screen(cell, blame); status != CellStatus::ok) {
            return status;
        }
    }
    const double marker = cell.state[state::marker];
    if (marker != 0.0 &&
        !could_be_written<N_f>(cell.state)) { // whose state it is, the reader of the host's memory asks
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
    if (spectrum_first) {
        if (const CellStatus status = screen(cell, blame); status != CellStatus::ok) {
            return status;
        }
    }
    FlavorVector D0 = FlavorVector::Zero();
    if (problem.symmetry) {
        if (settings_.transport == Transport::invariant) {
            frame_.lay(cell);
        }
        D0 = moments_of(cell).col(0);
    }
    collide(cell, dt, diagnostics);
    if (!dissipate(cell, dt, diagnostics)) {
        return CellStatus::waves_refused;
    }
    amplitudes(cell);
    for (auto& axis : problem.symmetry) {
        // a.D_0 of the polarizations as they come in, plus what collisions did to it, is what oscillations conserve. A
        // tilt that is laid along H does not change it (theory.md F8).
        axis.conserved_projection = axis.axis.dot(D0 + collisional_change_);
    }

    CellStatus status = CellStatus::ok;
    Result result;
    // What has been projected on the axes lies along them, whatever its tilt was.
    const bool untilted = diagnostics.tilt <= aligned_tilt || settings_.tilted == Tilted::project;
    if (problem.symmetry && untilted && frame_.lies_along(cell, problem.symmetry)) {
        result = keep_aligned(cell, problem);
        status = result.event_count > 0 ? CellStatus::event : CellStatus::ok;
    } else {
        status = follow_branch(cell, problem, start, result, diagnostics);
        diagnostics.iterations = result.iterations;
        diagnostics.continued = result.continued;
        if (status == CellStatus::not_converged && has_state && dt > 0.0) {
            diagnostics.time_step_factor = std::clamp(result.end_s, 0.1, 0.5);
            return CellStatus::reduce_time_step; // a smaller step asks for a shorter way along the branch
        }
        if (status != CellStatus::ok && status != CellStatus::event && status != CellStatus::relaxed) {
            return status;
        }
        if (settings_.crossing == Crossing::landau_zener && has_state && dt > 0.0 && !problem.symmetry &&
            status != CellStatus::relaxed) {
            if (!pass_fast(cell, problem, start, dt, result)) {
                return CellStatus::not_converged;
            }
            status = result.event_count > 0 ? CellStatus::event : status;
        }
        if (result.min_hamiltonian < smallest_hamiltonian * result.field.norm()) {
            return CellStatus::degenerate_mode;
        }
    }
    if (!holds(problem, result)) {
        return CellStatus::not_conserved;
    }
    if (settings_.transport == Transport::matrix) {
        frame_.lay(cell);
    }
    finish(cell, problem, result, diagnostics);
    return status;
}

template class StepperFor<2>;
template class StepperFor<3>;

} // namespace miscid::step
