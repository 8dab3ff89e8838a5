// States along the axes of a symmetry: the rotating frame of a stored field, and what is done with cells whose polarizations
// all lie along the axes (theory.md F4, 5.4).

#include "step/step.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Outcome;
using equilibrium::ResultFor;

template <int N_f>
void StepperFor<N_f>::take_frame(const Cell& cell, const Start& start) {
    if (start.labels_of_matter) {
        frame_.at_large_matter(*cell.grid, cell.medium, start.frame);
    } else {
        frame_.at(*cell.grid, cell.medium, start.frame);
    }
}

template <int N_f>
const FrameFor<N_f>& StepperFor<N_f>::take_frame_of(const Cell& cell) {
    Start start;
    start.frame = frame_of_state(cell);
    start.labels_of_matter = cell.state[state::marker] == 0.0;
    take_frame(cell, start);
    return frame_;
}

template void StepperFor<2>::take_frame(const Cell&, const Start&);
template void StepperFor<3>::take_frame(const Cell&, const Start&);
template const FrameFor<2>& StepperFor<2>::take_frame_of(const Cell&);
template const FrameFor<3>& StepperFor<3>::take_frame_of(const Cell&);

template <>
ResultFor<2> StepperFor<2>::keep_aligned(Cell& cell, const Problem& problem) {
    // Everything lies along the symmetry axis: an equilibrium as it is, nothing to rotate. Only labels follow the sign of H.
    const FlavorVector& axis = problem.symmetry->axis;
    const auto side = [&](std::size_t i) { return axis.dot(frame_.direction(i)) >= 0.0 ? 1.0 : -1.0; };
    const std::size_t n = cell.grid->size();
    for (std::size_t i = 0; i < n; ++i) {
        const double along = cell.p[i] * side(i);
        cell.set_polarization(i, along * axis);
    }
    Result result;
    result.outcome = Outcome::ok;
    result.moments = moments_of(cell);
    result.field = equilibrium::field_of_moments(problem, result.moments);
    frame_.at(*cell.grid, cell.medium, result.field);
    for (std::size_t i = 0; i < n; ++i) {
        const double sign = side(i);
        const double p = sign * axis.dot(cell.polarization(i));
        result.event_count += c_[i] != 0.0 && std::signbit(p) != std::signbit(cell.p[i]);
        cell.p[i] = p;
        frame_.set_direction(i, sign * axis);
    }
    amplitudes(cell);
    result.min_hamiltonian = equilibrium::weakest_mode(problem, result.field).hamiltonian;
    return result;
}

template <>
bool StepperFor<2>::merged_with_aligned(Cell& cell, const Problem& problem, const Start& start, Result& result) {
    // A rotating equilibrium may end by laying every P along the axis (a spectral swap that is complete, D_perp = 0). It
    // has if the aligned polarizations alone make up the conserved a.D_0.
    const FlavorVector& axis = problem.symmetry->axis;
    flip_events(cell, result);
    frame_.at(*cell.grid, cell.medium, result.field);
    double aligned = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const double side = axis.dot(frame_.direction(i));
        aligned += std::copysign(c_[i], c_[i] * side);
    }
    const double total = equilibrium::total_amplitude(problem);
    if (std::abs(aligned - problem.symmetry->conserved_projection) <= 1e-10 * total) {
        const int events = result.event_count;
        const int iterations = result.iterations;
        result = keep_aligned(cell, problem); // labels move from the rotating to the flavor frame: no events
        result.event_count = events;
        result.iterations = iterations;
        result.continued = true;
        return true;
    }
    flip_events(cell, result); // back to what came in
    take_frame(cell, start);
    return false;
}

template <>
ResultFor<2> StepperFor<2>::project_on_axes(Cell& cell, Problem& problem) {
    // No equilibrium with the conserved a.D_0 is reached by turning P: each keeps its part along the axis (kinematic
    // decoherence), which is what oscillations about the axis leave of it, plus what collisions did.
    const FlavorVector& axis = problem.symmetry->axis;
    const bool matrix = settings_.transport == Transport::matrix;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const FlavorVector h = frame_.direction(i);
        const FlavorVector P = matrix ? cell.polarization(i) : FlavorVector(cell.p[i] * h);
        double before = cell.p[i];
        if (matrix) {
            before = settings_.tilted == Tilted::rotate ? std::copysign(P.norm(), P.dot(h)) : P.dot(h);
        }
        const double along = axis.dot(P + (cell.p[i] - before) * h);
        const double side = axis.dot(h) >= 0.0 ? 1.0 : -1.0;
        cell.p[i] = side * along;
        frame_.set_direction(i, side * axis);
    }
    amplitudes(cell);
    Result result = keep_aligned(cell, problem);
    result.event_count = 0;
    result.continued = true;
    problem.symmetry->conserved_projection = axis.dot(FlavorVector(result.moments.col(0)));
    return result;
}

template <>
ResultFor<3> StepperFor<3>::keep_aligned(Cell& cell, const Problem& problem) {
    // The axes are the diagonal matrices of one basis: an equilibrium as it is, nothing to rotate. Only the labels follow
    // the order of the eigenvalues.
    const std::size_t size = cell.grid->size();
    frame_.lay(cell);
    for (std::size_t i = 0; i < size; ++i) {
        FlavorVector along = FlavorVector::Zero();
        for (const auto& [axis, projection] : problem.symmetry) {
            along += axis.dot(cell.polarization(i)) * axis;
        }
        cell.set_polarization(i, along);
    }
    Result result;
    result.outcome = Outcome::ok;
    result.moments = moments_of(cell);
    result.field = equilibrium::field_of_moments<3>(problem, result.moments, FlavorVector::Zero());
    const AlignedVector& before = c_;
    Diagnostics ignored;
    frame_.at(*cell.grid, cell.medium, result.field);
    frame_.read_invariants(cell, Tilted::project, ignored);
    for (std::size_t i = 0; i < size; ++i) {
        bool moved = false;
        for (std::size_t k = 0; k < 3; ++k) {
            const double c = cell.sign_weight[i] * cell.p[k * size + i];
            moved = moved || std::abs(c - before[k * size + i]) > 1e-12 * std::abs(cell.sign_weight[i] * cell.trace[i]);
        }
        result.event_count += moved;
    }
    amplitudes(cell);
    result.min_hamiltonian = equilibrium::weakest_mode<3>(problem, result.field).hamiltonian;
    return result;
}

template <>
bool StepperFor<3>::merged_with_aligned(Cell&, const Problem&, const Start&, Result&) {
    return false; // a complete swap of two of three flavors is found as any other end of a branch
}

template <>
ResultFor<3> StepperFor<3>::project_on_axes(Cell& cell, Problem& problem) {
    // No equilibrium with the conserved projections is reached: what oscillations about the axes leave of every P is its
    // part along them (kinematic decoherence).
    Result result = keep_aligned(cell, problem);
    result.event_count = 0;
    result.continued = true;
    for (auto& axis : problem.symmetry) {
        axis.conserved_projection = axis.axis.dot(result.moments.col(0));
    }
    return result;
}

} // namespace miscid::step
