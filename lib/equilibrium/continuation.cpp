// Continuation along the tracked branch (equilibrium-solver.md section 2, B and C).

#include "equilibrium/equivalent_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace miscid::equilibrium {

template <int N_f>
void SolverFor<N_f>::load(const Path& path, double s, Problem& problem) {
    path.at(s, problem, path_amplitude_.data());
    for (int i = 0; i < flipped_count_; ++i) {
        exchange_labels<N_f>(flipped_[static_cast<std::size_t>(i)], path_amplitude_.size() / amplitude_planes<N_f>,
                             path_amplitude_.data());
    }
    problem.amplitude = path_amplitude_.data();
}

template <int N_f>
ResultFor<N_f> SolverFor<N_f>::track(const Path& path, const phase_space::ModeGrid& grid, const Field& start,
                                     int expected_inertia, int max_iterations) {
    reserve(grid.size());
    max_iterations_ = max_iterations;
    flipped_count_ = 0;
    Result result;
    result.continued = true;
    Problem problem;
    problem.grid = &grid;
    load(path, 0.0, problem);

    Point last{0.0, start};
    Point before{-1.0, start};
    int inertia =
        expected_inertia != unknown_inertia ? expected_inertia : inertia_at<N_f>(kernels_.full, problem, start);
    double rotation = 0.0; // accumulated bound
    double softness = 1.0; // of the Jacobian at the last point
    double step = path.largest_step();
    while (last.s < 1.0) {
        if (result.iterations >= max_iterations_) {
            result.outcome = Outcome::not_converged;
            result.end_s = last.s;
            return result;
        }
        step = std::min({step, path.largest_step(), 1.0 - last.s});
        const double s = step == 1.0 - last.s ? 1.0 : last.s + step;
        load(path, s, problem);

        // Secant predictor; the very first step starts from the known solution.
        Field predicted = last.field;
        if (before.s >= 0.0) {
            predicted += (last.field - before.field) * ((s - last.s) / (last.s - before.s));
        }
        const double corrector = before.s >= 0.0 ? options_.corrector : options_.step_rotation;
        Result correction;
        correction.iterations = result.iterations;
        const bool converged = rotation_between(problem, predicted, last.field) <= 2.0 * options_.step_rotation &&
                               newton_loop(problem, predicted, inertia, corrector, corrector, correction);
        result.iterations = std::max(result.iterations, correction.iterations);
        const double turned = converged ? rotation_between(problem, correction.field, last.field)
                                        : std::numeric_limits<double>::infinity();
        // A direction that goes soft quickly is followed closely: behind its zero the branch may turn.
        const bool too_soft = correction.softness < options_.softening * softness && step > options_.closest_look;
        if (turned <= options_.step_rotation && !too_soft) {
            rotation += turned;
            const double falling = (softness - correction.softness) / (s - last.s);
            softness = correction.softness;
            const double room = std::min(options_.step_rotation / std::max(turned, 1e-12),
                                         corrector / std::max(correction.rotation, 1e-12));
            before = last;
            last = {s, correction.field};
            step *= std::clamp(0.7 * std::sqrt(room), 0.5, 2.5);
            if (falling >
                0.0) { // half way to where the softest eigenvalue would vanish, or a narrow turn is stepped over
                step = std::min(step, std::max(0.5 * softness / falling, options_.closest_look));
            }
            correction.continued = true;
            correction.rotation = rotation;
            correction.event_count = result.event_count;
            correction.event = result.event;
            result = correction;
            continue;
        }
        step *= 0.4;
        if (step > 1e-3 * (1.0 - last.s) && step > 1e-4) {
            continue;
        }
        // The branch resists. Is |H| of one mode about to pass through zero, or close by it?
        Point beyond;
        const Passage passage = pass_weak_field(path, problem, last, before, 50.0 * step, result, beyond);
        if (passage == Passage::event && !options_.cross_events) {
            result.outcome = Outcome::alignment_event;
            return result;
        }
        if (passage != Passage::none) {
            before = {-1.0, beyond.field};
            last = beyond;
            load(path, last.s, problem);
            inertia =
                inertia_at<N_f>(kernels_.full, problem, last.field); // an eigenvalue may have passed through infinity
            step = 1e-3;
            if (last.s >= 1.0) {
                const Result account = result;
                if (!newton_loop(problem, last.field, inertia, options_.step_rotation, options_.step_rotation,
                                 result)) {
                    result.outcome = Outcome::not_converged; // |H| of a mode is too small to say on which side it ends
                    result.end_s = 1.0;
                    return result;
                }
                result.continued = true;
                result.rotation += rotation;
                result.event_count = account.event_count;
                result.event = account.event;
            }
            continue;
        }
        if (step < options_.smallest_step) {
            result.end_s = last.s;
            if (before.s >= 0.0 && go_around(path, problem, before, last, result) == Turn::passed) {
                before = {-1.0, last.field};
                step = 1e3 * options_.smallest_step;
                continue;
            }
            result.outcome = Outcome::no_tracked_solution;
            result.field = last.field;
            return result;
        }
    }
    return result;
}

template <int N_f>
ResultFor<N_f> SolverFor<N_f>::solve(const Problem& problem, const Field& start, int expected_inertia,
                                     const medium::MediumFor<N_f>& start_medium, int max_iterations) {
    Result result = newton(problem, start, expected_inertia);
    if (result.outcome == Outcome::ok) {
        return result;
    }
    const int spent = result.iterations;
    reserve(problem.grid->size());
    const EquivalentPathFor<N_f> path(problem, start_medium, start, kernels_.moments, path_factor_.data(),
                                      path_amplitude_.data());
    result = track(path, *problem.grid, start, unknown_inertia, max_iterations - spent);
    result.iterations += spent;
    return result;
}

#define MISCID_INSTANTIATE(N_f)                                                                                        \
    template void SolverFor<N_f>::load(const PathFor<N_f>&, double, ProblemFor<N_f>&);                                 \
    template ResultFor<N_f> SolverFor<N_f>::track(const PathFor<N_f>&, const phase_space::ModeGrid&,                   \
                                                  const FieldFor<N_f>&, int, int);                                     \
    template ResultFor<N_f> SolverFor<N_f>::solve(const ProblemFor<N_f>&, const FieldFor<N_f>&, int,                   \
                                                  const medium::MediumFor<N_f>&, int);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
