// Alignment events: |H| of a mode (three flavors: the gap between two of its eigenvalues) passes through zero on the tracked
// branch while every P stays continuous (equilibrium-solver.md section 1; theory.md 4.4).

#include "equilibrium/free_frame.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

/** The weakest mode and those that have the same H, as modes of mirrored directions do in a symmetric cell: they reach
 *  |H| = 0 together. */
template <int N_f>
FreeModesFor<N_f> modes_with_field_of(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field,
                                      const WeakestModeFor<N_f>& weakest) {
    FreeModesFor<N_f> modes;
    const auto& grid = *problem.grid;
    const double tolerance = 1e-12 * field.norm() + 1e-7 * weakest.hamiltonian;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t index = grid.index(direction, slot);
            const FlavorVectorFor<N_f> H =
                hamiltonian<N_f>(field, grid.direction(direction), grid.frequency(direction, slot), problem.medium.B);
            if (is_polarized(problem, index) && modes.count < max_events && (H - weakest.vector).norm() <= tolerance) {
                auto& mode = modes.mode[static_cast<std::size_t>(modes.count++)];
                mode = weakest;
                mode.index = index;
                mode.direction = direction;
                mode.slot = slot;
                mode.vector = H;
            }
        }
    }
    return modes;
}

} // namespace

template <int N_f>
double SolverFor<N_f>::event_place(const Path& path, Problem& problem, const FreeModes& modes, FreeFrame above,
                                   double s_above, FreeFrame below, double s_below, int& iterations) {
    double place = s_below;
    for (int attempt = 0; attempt < 8; ++attempt) { // secant on the gap, which is smooth through zero
        const double next = s_above + (s_below - s_above) * above.gap / (above.gap - below.gap);
        if (std::abs(next - place) <= 1e-14 * std::abs(next)) {
            break;
        }
        place = next;
        load(path, place, problem);
        FreeFrame frame = above;
        if (!solve_free_frame(kernels_.full, problem, path_amplitude_.data(), modes, frame, iterations) ||
            frame.gap == 0.0) {
            break;
        }
        (frame.gap > 0.0 ? above : below) = frame;
        (frame.gap > 0.0 ? s_above : s_below) = place;
    }
    return place;
}

template <int N_f>
double SolverFor<N_f>::rotation_of_others(const Problem& problem, const FreeModes& modes, const Field& a,
                                          const Field& b) {
    const SetAside<N_f> others_only(path_amplitude_.data(), problem.grid->size(), modes);
    return rotation_between(problem, a, b);
}

template <int N_f>
typename SolverFor<N_f>::Passage SolverFor<N_f>::pass_weak_field(const Path& path, Problem& problem, const Point& last,
                                                                 const Point& before, double window, Result& result,
                                                                 Point& beyond) {
    load(path, last.s, problem);
    const WeakestModeFor<N_f> mode = weakest_mode(problem, last.field);
    double step = 1e-3 * (1.0 - last.s);
    if (before.s >= 0.0) {
        WeakestModeFor<N_f> then = mode;
        then.vector = hamiltonian<N_f>(before.field, problem.grid->direction(mode.direction),
                                       problem.grid->frequency(mode.direction, mode.slot), problem.medium.B);
        measure_gap(problem, then);
        const double speed = (then.hamiltonian - mode.hamiltonian) / (last.s - before.s);
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
    FreeFrame frame(last.field, mode);
    if (!solve_free_frame(kernels_.full, problem, path_amplitude_.data(), modes, frame, result.iterations) ||
        frame.angle_to(FreeFrame(last.field, mode)) > 1e-3) {
        return Passage::none;
    }
    FreeFrame previous = frame;
    // |h| from which the mode can do without special care again, and where that is wanted at the latest.
    const double enough = 1.001 * mode.hamiltonian;
    const double strong = std::max(enough, 1e-4 * last.field.norm());
    double s = last.s;
    double previous_s = s;
    bool limited = false;
    constexpr int most_iterations = 300; // of one passage: what takes more is none
    const int last_iteration = std::min(max_iterations_, result.iterations + most_iterations);
    for (int attempt = 0; attempt < 200 && result.iterations < last_iteration; ++attempt) {
        const double next_s = std::min(1.0, s + step);
        load(path, next_s, problem);
        FreeFrame next = frame;
        if (previous_s < s) {
            next.extrapolate(previous, (next_s - s) / (s - previous_s));
        }
        const FreeFrame predicted = next;
        if (!solve_free_frame(kernels_.full, problem, path_amplitude_.data(), modes, next, result.iterations) ||
            next.inertia != frame.inertia || next.angle_to(predicted) > 0.05 || next.angle_to(frame) > 0.1 ||
            rotation_of_others(problem, modes, next.field, frame.field) > options_.step_rotation) {
            // Something else lies ahead (another event, a collective turn): not a matter of this mode any more.
            if (s == last.s || std::abs(frame.gap) < enough) {
                step *= 0.4;
                if (step < 1e-12) {
                    return Passage::none;
                }
                continue;
            }
            limited = true;
        } else {
            previous = frame;
            previous_s = s;
            frame = next;
            s = next_s;
        }
        if (frame.gap < 0.0 && previous.gap > 0.0) {
            result.end_s = event_place(path, problem, modes, previous, previous_s, frame, s, result.iterations);
            result.mode = mode.index;
        }
        if (std::abs(frame.gap) >= strong || s >= 1.0 || limited) {
            beyond = {s, frame.field};
            if (frame.gap > 0.0) {
                return Passage::resonance; // small but finite |H|: P followed, the label is kept
            }
            for (int i = 0; i < modes.count; ++i) {
                const auto& free = modes.mode[static_cast<std::size_t>(i)];
                const AlignmentEvent event{free.index, free.lower_state};
                result.event[static_cast<std::size_t>(result.event_count++)] = event;
                flipped_[static_cast<std::size_t>(flipped_count_++)] = event;
            }
            return Passage::event;
        }
        step *= 1.5;
    }
    return Passage::none;
}

#define MISCID_INSTANTIATE(N_f)                                                                                        \
    template SolverFor<N_f>::Passage SolverFor<N_f>::pass_weak_field(const Path&, Problem&, const Point&,              \
                                                                     const Point&, double, Result&, Point&);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
