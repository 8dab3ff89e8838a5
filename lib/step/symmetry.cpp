// Flavor axes that are symmetries: the rotating frame of a stored field, and states that lie along the axis (theory.md F4, 5.4).

#include "equilibrium/symmetry_axes.hpp"
#include "step/step.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Field;
using equilibrium::FlavorVector;
using equilibrium::Outcome;
using equilibrium::Problem;
using equilibrium::Result;

Field frame_of_state(const Cell& cell) {
    if (cell.state[state::marker] == 0.0) {
        Field along_z = Field::Zero();
        along_z(2, 0) = 1.0; // only the direction of H is asked for: that of a large matter potential
        return along_z;
    }
    medium::Medium then = cell.medium;
    then.lambda = cell.state[state::lambda];
    Field frame = Eigen::Map<const Field>(cell.state + state::field);
    if (const auto symmetry = equilibrium::symmetry_axes(*cell.grid, then)) {
        frame.col(0) -= cell.state[state::rotation_frequency] * symmetry->axis;
    }
    return frame;
}

void Stepper::take_frame(const Cell& cell, const Start& start) {
    directions_of(cell, start.frame);
    if (start.labels_along_z) {
        for (std::size_t i = 0; i < cell.grid->size(); ++i) {
            hhat_[0][i] = 0.0;
            hhat_[1][i] = 0.0;
            hhat_[2][i] = 1.0;
        }
    }
}

bool Stepper::aligned_with(const Cell& cell, const FlavorVector& axis) const {
    constexpr double tolerance = 1e-14;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
        if (cell.sign_weight[i] * cell.p[i] != 0.0 && axis.cross(h).norm() > tolerance) {
            return false;
        }
    }
    return true;
}

Result Stepper::keep_aligned(Cell& cell, const Problem& problem) {
    // Everything lies along the symmetry axis: an equilibrium as it is, nothing to rotate. Only labels follow the sign of H.
    const FlavorVector& axis = problem.symmetry->axis;
    const auto side = [&](std::size_t i) {
        return axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i])) >= 0.0 ? 1.0 : -1.0;
    };
    const std::size_t n = cell.grid->size();
    for (std::size_t i = 0; i < n; ++i) {
        const double along = cell.p[i] * side(i);
        for (int a = 0; a < 3; ++a) {
            cell.P[a][i] = along * axis[a];
        }
    }
    Result result;
    result.outcome = Outcome::ok;
    result.moments = moments_of(cell);
    result.field = equilibrium::field_of_moments(problem, result.moments);
    directions_of(cell, result.field);
    for (std::size_t i = 0; i < n; ++i) {
        const double sign = side(i);
        const double p = sign * axis.dot(FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]));
        result.event_count += c_[i] != 0.0 && std::signbit(p) != std::signbit(cell.p[i]);
        cell.p[i] = p;
        for (int a = 0; a < 3; ++a) {
            hhat_[a][i] = sign * axis[a];
        }
    }
    amplitudes(cell);
    result.min_hamiltonian = equilibrium::weakest_mode(problem, result.field).hamiltonian;
    return result;
}

bool Stepper::merged_with_aligned(Cell& cell, const Problem& problem, const Start& start, Result& result) {
    // A rotating equilibrium may end by laying every P along the axis (a spectral swap that is complete, D_perp = 0). It
    // has if the aligned polarizations alone make up the conserved a.D_0.
    const FlavorVector& axis = problem.symmetry->axis;
    flip_events(cell, result);
    directions_of(cell, result.field);
    double aligned = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const double side = axis.dot(FlavorVector(hhat_[0][i], hhat_[1][i], hhat_[2][i]));
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

Result Stepper::project_on_axis(Cell& cell, Problem& problem) {
    // No equilibrium with the conserved a.D_0 is reached by turning P: each keeps its part along the axis (kinematic
    // decoherence), which is what oscillations about the axis leave of it, plus what collisions did.
    const FlavorVector& axis = problem.symmetry->axis;
    const bool matrix = settings_.transport == Transport::matrix;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
        const FlavorVector P = matrix ? FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]) : cell.p[i] * h;
        double before = cell.p[i];
        if (matrix) {
            before = settings_.tilted == Tilted::rotate ? std::copysign(P.norm(), P.dot(h)) : P.dot(h);
        }
        const double along = axis.dot(P + (cell.p[i] - before) * h);
        const double side = axis.dot(h) >= 0.0 ? 1.0 : -1.0;
        cell.p[i] = side * along;
        for (int a = 0; a < 3; ++a) {
            hhat_[a][i] = side * axis[a];
        }
    }
    amplitudes(cell);
    Result result = keep_aligned(cell, problem);
    result.event_count = 0;
    result.continued = true;
    problem.symmetry->conserved_projection = axis.dot(FlavorVector(result.moments.col(0)));
    return result;
}

} // namespace miscid::step
