// Continuation along the tracked branch (equilibrium-solver.md section 2, B and C).

#include "equilibrium/equivalent_path.hpp"
#include "equilibrium/real_basis.hpp"
#include "equilibrium/residual_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace miscid::equilibrium {

namespace {

/** Labels of a mode that were exchanged and exchanged back are as they were: only what is left of the events counts. */
template <int N_f>
void cancel_pairs(ResultFor<N_f>& result) {
    const auto of_same_mode = [](const AlignmentEvent& a, const AlignmentEvent& b) { return a.mode == b.mode; };
    for (int i = 0; i < result.event_count; ++i) {
        auto* const first = result.event.data() + i;
        auto* const end = result.event.data() + result.event_count;
        auto* const next = std::find_if(first + 1, end, [&](const auto& event) { return of_same_mode(*first, event); });
        if (next != end && next->lower_state == first->lower_state) {
            std::copy(next + 1, end, next);
            std::copy(first + 1, end - 1, first);
            result.event_count -= 2;
            i = -1; // what was apart may have become a pair
        }
    }
}

} // namespace

template <int N_f>
void SolverFor<N_f>::load(const Path& path, double s, Problem& problem) {
    path.at(s, problem, path_amplitude_.data());
    for (int i = 0; i < flipped_count_; ++i) {
        exchange_labels<N_f>(flipped_[static_cast<std::size_t>(i)], path_amplitude_.size() / amplitude_planes<N_f>,
                             path_amplitude_.data());
    }
    problem.amplitude = path_amplitude_.data();
}

/** How far the field moves on the way to s, extrapolated from the last two points, or three where these lie on a smooth curve. */
template <int N_f>
FieldFor<N_f> SolverFor<N_f>::step_ahead(double s, const Point& last, const Point& before, const Point& earlier) {
    const double ahead = s - last.s;
    const Field slope = (last.field - before.field) / (last.s - before.s);
    if (earlier.s >= 0.0) {
        const Field bend = (slope - (before.field - earlier.field) / (before.s - earlier.s)) / (last.s - earlier.s);
        const Field second = (ahead * (s - before.s)) * bend;
        if (second.squaredNorm() <= 0.25 * (ahead * ahead) * slope.squaredNorm()) {
            return ahead * slope + second;
        }
    }
    return ahead * slope;
}

/** Passes the weak field of a mode, with the certificate that goes with it. With E2 the second variation of the energy at fixed
 *  |P|, which is smooth through |H| = 0, In(E2) + In(-g) = In(-c |H|, twice) + In(-g J) (equilibrium-solver.md section 1): each
 *  c that turns negative takes two negative eigenvalues away from g J, each that turns positive adds two. */
template <int N_f>
typename SolverFor<N_f>::Passage SolverFor<N_f>::pass(const Path& path, Problem& problem, const Point& last,
                                                      const Point& before, double window, int& inertia, Result& result,
                                                      Point& beyond) {
    const int events = result.event_count;
    const int flipped = flipped_count_;
    const Passage passage = pass_weak_field(path, problem, last, before, window, result, beyond);
    if (passage == Passage::none) {
        return passage;
    }
    load(path, beyond.s, problem);
    int expected = inertia;
    for (int i = flipped; i < flipped_count_; ++i) {
        const AlignmentEvent& event = flipped_[static_cast<std::size_t>(i)];
        const double* c = path_amplitude_.data() + event.mode;
        double now = *c;
        if constexpr (N_f == 3) {
            const std::size_t plane = path_amplitude_.size() / amplitude_planes<N_f>;
            const std::size_t lower = static_cast<std::size_t>(event.lower_state) * plane;
            now = c[lower + plane] - c[lower];
        }
        expected -= now < 0.0 ? 2 : -2;
    }
    const int found = inertia_at<N_f>(kernels_.full, problem, beyond.field);
    if (found != expected && !problem.symmetry) { // something else happened in between
        flipped_count_ = flipped;
        result.event_count = events;
        return Passage::none;
    }
    inertia = found;
    return passage;
}

/** True if the branch goes on in its direction although eigenvalues of g J change sign: at a fold it would turn there, with
 *  ever larger steps of the field for those in s (equilibrium-solver.md section 2). */
template <int N_f>
bool SolverFor<N_f>::goes_on(const Path& path, Problem& problem, const Point& before, const Point& last, int inertia,
                             Result& result) {
    constexpr double straight = 0.05; // bend of the branch over a step, of the step
    if (!(before.s >= 0.0)) {
        return false;
    }
    const double step = last.s - before.s;
    const Field moved = last.field - before.field;
    Field field = last.field;
    int there = inertia;
    for (int n = 1; n <= 8 && there == inertia && last.s + n * step <= 1.0; ++n) { // the zero is within a few steps
        load(path, last.s + n * step, problem);
        Result next;
        next.iterations = result.iterations;
        const bool found =
            newton_loop(problem, field + moved, unknown_inertia, options_.corrector, options_.corrector, next);
        result.iterations = std::max(result.iterations, next.iterations);
        const double bend = (next.field - field - moved).norm();
        if (!found || !(bend <= straight * moved.norm() + 1e-13 * field.norm())) {
            return false;
        }
        there = next.inertia;
        field = next.field;
    }
    return there != inertia;
}

template <int N_f>
ResultFor<N_f> SolverFor<N_f>::track(const Path& path, const phase_space::ModeGrid& grid, const Field& start,
                                     int expected_inertia, int max_iterations) {
    reserve(grid.size());
    if constexpr (N_f == 3) {
        Problem end;
        path.at(1.0, end, path_amplitude_.data());
        const auto basis = RealBasis::of(end.medium);
        path.at(0.0, end, path_amplitude_.data());
        if (basis && RealBasis::of(end.medium)) {
            return basis->leave(
                track(RealPath(path, *basis), grid, basis->enter(start), expected_inertia, max_iterations));
        }
    }
    max_iterations_ = max_iterations;
    flipped_count_ = 0;
    Result result;
    result.continued = true;
    Problem problem;
    problem.grid = &grid;
    load(path, 0.0, problem);

    Point last{0.0, start};
    Point before{-1.0, start};
    Point earlier = before;
    double too_long = 1.0; // a step that failed not long ago
    const Certificate certificate = certificate_at<N_f>(kernels_.full, problem, start);
    int inertia = expected_inertia != unknown_inertia ? expected_inertia : certificate.inertia;
    double rotation = 0.0;                  // accumulated bound
    double softness = certificate.softness; // of the Jacobian at the last point
    double weakest = certificate.min_hamiltonian;
    double tried_at = -1.0;  // where a passage was tried in vain
    double looked_at = -1.0; // and where it was not seen how the branch ends
    int looks = 0;
    constexpr int early_looks = 2;
    constexpr double forgetting = 1.2; // growth per step of the length that is avoided
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

        // The very first step starts from the known solution.
        Field predicted = last.field;
        if (before.s >= 0.0) {
            predicted += step_ahead(s, last, before, earlier);
        }
        const double corrector = before.s >= 0.0 ? options_.corrector : options_.step_rotation;
        Result correction;
        correction.iterations = result.iterations;
        const bool converged = rotation_between(problem, predicted, last.field) <= 2.0 * options_.step_rotation &&
                               newton_loop(problem, predicted, inertia, corrector, corrector, correction);
        result.iterations = std::max(result.iterations, correction.iterations);
        const double turned = converged ? rotation_between(problem, correction.field, last.field)
                                        : std::numeric_limits<double>::infinity();
        // A direction that goes soft, or a mode whose |H| does, quickly is followed closely: behind its zero the branch may
        // turn, and there are other branches close by.
        const bool too_soft = correction.softness < options_.softening * softness && step > options_.closest_look;
        const bool too_weak = (correction.min_hamiltonian < options_.weakening * weakest ||
                               options_.weakening * correction.min_hamiltonian > weakest) &&
                              step > options_.closest_look;
        if (turned <= options_.step_rotation && !too_soft && !too_weak) {
            rotation += turned;
            const double falling = (softness - correction.softness) / (s - last.s);
            softness = correction.softness;
            const double room = std::min(options_.step_rotation / std::max(turned, 1e-12),
                                         corrector / std::max(correction.rotation, 1e-12));
            earlier = before;
            before = last;
            last = {s, correction.field};
            step = std::min(step * std::clamp(0.7 * std::sqrt(room), 0.5, 2.5), 0.7 * too_long);
            too_long *= forgetting;
            if (falling >
                0.0) { // half way to where the softest eigenvalue would vanish, or a narrow turn is stepped over
                step = std::min(step, std::max(0.5 * softness / falling, options_.closest_look));
            }
            if (correction.min_hamiltonian < weakest) { // and not to where |H| of a mode would
                const double weakening = (weakest - correction.min_hamiltonian) / (last.s - before.s);
                step = std::min(step, std::max(0.6 * correction.min_hamiltonian / weakening, options_.closest_look));
            }
            weakest = correction.min_hamiltonian;
            correction.continued = true;
            correction.rotation = rotation;
            correction.event_count = result.event_count;
            correction.event = result.event;
            result = correction;
            continue;
        }
        too_long = step;
        step *= 0.4;
        if (step > 1e-3 * (1.0 - last.s) && step > 1e-4) {
            continue;
        }
        // The branch resists. Is |H| of one mode about to pass through zero, or close by it?
        Point beyond;
        const bool worth_it = last.s != tried_at;
        const Passage passage =
            worth_it ? pass(path, problem, last, before, 50.0 * step, inertia, result, beyond) : Passage::none;
        tried_at = last.s;
        if (passage == Passage::event && !options_.cross_events) {
            result.outcome = Outcome::alignment_event;
            return result;
        }
        if (passage != Passage::none) {
            step = std::clamp(0.5 * (beyond.s - last.s), options_.closest_look, 1e-3);
            earlier = before = {-1.0, beyond.field};
            too_long = 1.0;
            last = beyond;
            const Certificate there = certificate_at<N_f>(kernels_.full, problem, last.field);
            softness = there.softness;
            weakest = there.min_hamiltonian;
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
        // Does it turn back, or go on with another inertia? Asked twice from not too close, where rounding is far, and at last.
        const bool last_step = step < options_.smallest_step;
        const bool close = step < options_.closest_look && last.s != looked_at && looks < early_looks;
        if (close || last_step) {
            looked_at = last.s;
            ++looks;
            result.end_s = last.s;
            if (goes_on(path, problem, before, last, inertia, result)) {
                result.outcome = Outcome::bifurcation;
                result.field = last.field;
                return result;
            }
            const Turn turn = before.s >= 0.0 ? go_around(path, problem, before, last, result) : Turn::unknown;
            if (turn == Turn::passed) {
                earlier = before = {-1.0, last.field};
                too_long = 1.0;
                step = 1e3 * options_.smallest_step;
                continue;
            }
            if (turn == Turn::fold || last_step) {
                result.outcome = turn == Turn::fold ? Outcome::no_tracked_solution : Outcome::lost;
                result.field = last.field;
                return result;
            }
        }
    }
    cancel_pairs(result);
    return result;
}

template <int N_f>
ResultFor<N_f> SolverFor<N_f>::solve(const Problem& problem, const Field& start, int expected_inertia,
                                     const medium::MediumFor<N_f>& start_medium, int max_iterations) {
    if constexpr (N_f == 3) {
        if (const auto basis = RealBasis::of(problem.medium); basis && RealBasis::of(start_medium)) {
            return basis->leave(solve(basis->enter(problem), basis->enter(start), expected_inertia,
                                      basis->enter(start_medium), max_iterations));
        }
    }
    Result result = newton(problem, start, expected_inertia);
    if (result.outcome == Outcome::ok) {
        return result;
    }
    int spent = result.iterations;
    reserve(problem.grid->size());
    // The old amplitudes and energies are not known any more, so there is no telling which path the cell took. Each of these
    // connects it to its last equilibrium by small changes; on the tracked branch is what one of them leads to, with the
    // inertia of that equilibrium from the start (docs/decisions/0011).
    const EquivalentPathFor<N_f> equivalent(problem, start_medium, start, kernels_.moments, path_factor_.data(),
                                            path_amplitude_.data());
    const ResidualPathFor<N_f> fading(problem, start, kernels_.moments);
    bool tried = false;
    for (const Path* path : {static_cast<const Path*>(&equivalent), static_cast<const Path*>(&fading)}) {
        Problem at_start;
        at_start.grid = problem.grid;
        flipped_count_ = 0;
        load(*path, 0.0, at_start);
        const int inertia = inertia_at<N_f>(kernels_.full, at_start, start);
        const bool last_chance = path == &fading && !tried;
        if (expected_inertia != unknown_inertia && inertia != expected_inertia && !last_chance) {
            continue;
        }
        // Half of the work for the first, if there is a certificate that speaks for the second.
        const bool half = path == &equivalent && expected_inertia != unknown_inertia;
        const int budget = half ? (max_iterations - spent) / 2 : max_iterations - spent;
        const Result tracked = track(*path, *problem.grid, start, inertia, budget);
        spent += tracked.iterations;
        const bool shown = tracked.outcome == Outcome::no_tracked_solution || tracked.outcome == Outcome::bifurcation;
        const bool open = result.outcome == Outcome::lost || result.outcome == Outcome::not_converged;
        if (!tried || tracked.outcome == Outcome::ok || (open && shown)) {
            result = tracked;
        }
        tried = true;
        if (result.outcome == Outcome::ok || result.outcome == Outcome::alignment_event) {
            break;
        }
    }
    result.iterations = spent;
    return result;
}

#define MISCID_INSTANTIATE(N_f)                                                                                        \
    template void SolverFor<N_f>::load(const PathFor<N_f>&, double, ProblemFor<N_f>&);                                 \
    template FieldFor<N_f> SolverFor<N_f>::step_ahead(double, const Point&, const Point&, const Point&);               \
    template bool SolverFor<N_f>::goes_on(const PathFor<N_f>&, ProblemFor<N_f>&, const Point&, const Point&, int,      \
                                          ResultFor<N_f>&);                                                            \
    template SolverFor<N_f>::Passage SolverFor<N_f>::pass(const PathFor<N_f>&, ProblemFor<N_f>&, const Point&,         \
                                                          const Point&, double, int&, ResultFor<N_f>&, Point&);        \
    template ResultFor<N_f> SolverFor<N_f>::track(const PathFor<N_f>&, const phase_space::ModeGrid&,                   \
                                                  const FieldFor<N_f>&, int, int);                                     \
    template ResultFor<N_f> SolverFor<N_f>::solve(const ProblemFor<N_f>&, const FieldFor<N_f>&, int,                   \
                                                  const medium::MediumFor<N_f>&, int);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
