/** @file solver.hpp
 *  Mixing equilibrium on the tracked branch: certified Newton, continuation where the certificate refuses, and an honest
 *  account of how a branch ends (equilibrium-solver.md sections 1-3, theory.md 5.1).
 */
#pragma once

#include "equilibrium/problem.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace miscid::equilibrium {

enum class Outcome {
    ok,
    no_tracked_solution, ///< the branch turns back in a fold
    alignment_event,     ///< |H| of a mode reaches zero on the branch and events are not to be crossed
    not_converged,       ///< the cap on work was reached
    bifurcation,         ///< eigenvalues of g J pass zero, yet the branch goes on: a symmetry breaks there (pitchfork)
    lost,                ///< no step along the branch succeeds, and no fold could be shown either
};

/** Limits of the certificate and of the continuation. Defaults: the strict settings of equilibrium-solver.md section 3,
 *  which never left the branch in the study. */
struct Options {
    double first_rotation = 0.3;  ///< rad, largest rotation of any H in the first Newton step
    double contraction = 0.3;     ///< largest ratio of successive Newton steps
    double total_rotation = 0.5;  ///< rad, largest rotation from the start that is certified without continuation
    double step_rotation = 0.1;   ///< rad, per continuation step
    double corrector = 0.01;      ///< rad, largest change from predicted to corrected field
    double softening = 0.2;       ///< smallest ratio of the softest eigenvalues of successive points,
    double weakening = 0.3;       ///< and of the smallest |H|, either way,
    double closest_look = 1e-7;   ///< unless the step is as small as this
    double smallest_step = 1e-12; ///< of the continuation parameter s in [0, 1]
    int max_iterations = 4000;    ///< Newton iterations per call, continuation included: bounds the cost of a cell
    bool cross_events = true;     ///< flip the label of a mode whose |H| passes through zero and go on
};

inline constexpr int max_events = 64;
inline constexpr int unknown_inertia = -1;

/** Two neighbouring eigenvalues of H of one mode met: its label was flipped (two flavors), or the labels `lower_state` and
 *  the next were exchanged (three). */
struct AlignmentEvent {
    std::size_t mode = 0; ///< place in the grid
    int lower_state = 0;
};

template <int N_f>
struct ResultFor {
    Outcome outcome = Outcome::not_converged;
    FieldFor<N_f> field = FieldFor<N_f>::Zero();
    FieldFor<N_f> moments = FieldFor<N_f>::Zero(); ///< D_m = F_m(G)
    int inertia = unknown_inertia;                 ///< negative eigenvalues of g J
    double residual = 0.0;                         ///< |D - F(D)| / sum |w s p|
    double min_hamiltonian = 0.0;                  ///< smallest |H| (gap) of a mode with c != 0
    double softness = 1.0;                         ///< softest eigenvalue of g J over the stiffest, roughly
    double rotation = 0.0;                         ///< bound on the rotation of any H from the start (rad)
    double rotation_frequency = 0.0;               ///< Omega_c about the first symmetry axis
    /** sum Omega_c e */
    FlavorVectorFor<N_f> rotation_vector = FlavorVectorFor<N_f>::Zero();
    int iterations = 0;
    bool continued = false; ///< continuation was needed
    int event_count = 0;    ///< labels flipped
    std::array<AlignmentEvent, max_events> event{};
    std::size_t mode = 0; ///< mode of an alignment event or degenerate mode that ended the branch
    double end_s = 0.0;   ///< where on the path a fold or event ended it
};
using Result = ResultFor<2>;

/** How a problem changes from s = 0 (known solution) to s = 1 (the problem to solve). */
template <int N_f>
class PathFor {
public:
    virtual ~PathFor() = default;
    /** Medium, symmetry and offset at s, and the amplitudes c. */
    virtual void at(double s, ProblemFor<N_f>& problem, double* amplitude) const = 0;
    /** Steps in s do not exceed it, however little seems to happen. */
    virtual double largest_step() const { return 0.1; }
};
using Path = PathFor<2>;

/** The polarized mode whose |H| (gap between eigenvalues that hold different occupations) is smallest. */
template <int N_f>
struct WeakestModeFor {
    std::size_t index = 0;
    int direction = 0;
    int slot = 0;
    double hamiltonian = 0.0; ///< |H| or gap
    FlavorVectorFor<N_f> vector = FlavorVectorFor<N_f>::Zero();
    int lower_state = 0; ///< lower of the two eigenstates
};
/** Sets |H| of a mode from its vector (three flavors: its smallest gap between eigenvalues that hold different occupations;
 *  infinite if there is none). */
void measure_gap(const Problem& problem, WeakestModeFor<2>& mode);
void measure_gap(const ProblemFor<3>& problem, WeakestModeFor<3>& mode);

template <int N_f>
WeakestModeFor<N_f> weakest_mode(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);
inline WeakestModeFor<2> weakest_mode(const Problem& problem, const Field& field) {
    return weakest_mode<2>(problem, field);
}

template <int N_f>
struct FreeModesFor;
template <int N_f>
struct FreeFrameFor;

/** Solver with its scratch; one per thread. No call allocates once reserve() has been called for the grid. */
template <int N_f>
class SolverFor {
public:
    using Problem = ProblemFor<N_f>;
    using Field = FieldFor<N_f>;
    using Path = PathFor<N_f>;
    using Result = ResultFor<N_f>;

    explicit SolverFor(SweepKernelsFor<N_f> kernels, Options options = {}) : kernels_(kernels), options_(options) {}

    const Options& options() const { return options_; }
    Options& options() { return options_; }
    void reserve(std::size_t modes) {
        path_amplitude_.resize(amplitude_planes<N_f> * modes);
        path_factor_.resize(modes);
    }

    /** Newton from `start` with certificate: contraction, bounded rotation of every H, and the given inertia. */
    Result newton(const Problem& problem, const Field& start, int expected_inertia);

    /** Newton; where the certificate refuses, continuation from `start`, the equilibrium of some amplitudes in
     *  `start_medium`, along the paths there are from it (EquivalentPathFor, ResidualPathFor). */
    Result solve(const Problem& problem, const Field& start, int expected_inertia,
                 const medium::MediumFor<N_f>& start_medium, int max_iterations);
    Result solve(const Problem& problem, const Field& start, int expected_inertia,
                 const medium::MediumFor<N_f>& start_medium) {
        return solve(problem, start, expected_inertia, start_medium, options_.max_iterations);
    }
    /** The same from a field in the medium of the problem itself. */
    Result solve(const Problem& problem, const Field& start, int expected_inertia) {
        return solve(problem, start, expected_inertia, problem.medium, options_.max_iterations);
    }

    /** Continuation along a path from its solution `start` at s = 0 to s = 1. Unknown inertia: that of the start. */
    Result track(const Path& path, const phase_space::ModeGrid& grid, const Field& start, int expected_inertia) {
        return track(path, grid, start, expected_inertia, options_.max_iterations);
    }
    Result track(const Path& path, const phase_space::ModeGrid& grid, const Field& start, int expected_inertia,
                 int max_iterations);

private:
    struct Point { ///< an accepted point of a continuation
        double s;
        Field field;
    };
    using FreeModes = FreeModesFor<N_f>;
    using FreeFrame = FreeFrameFor<N_f>;

    bool newton_loop(const Problem& problem, const Field& start, int expected_inertia, double first_rotation,
                     double total_rotation, Result& result);
    double rotation_between(const Problem& problem, const Field& a, const Field& b);
    void load(const Path& path, double s, Problem& problem);
    static Field step_ahead(double s, const Point& last, const Point& before, const Point& earlier);
    enum class Passage { none, resonance, event };
    Passage pass(const Path& path, Problem& problem, const Point& last, const Point& before, double window,
                 int& inertia, Result& result, Point& beyond);
    Passage pass_weak_field(const Path& path, Problem& problem, const Point& last, const Point& before, double window,
                            Result& result, Point& beyond);
    double rotation_of_others(const Problem& problem, const FreeModes& modes, const Field& a, const Field& b);
    double event_place(const Path& path, Problem& problem, const FreeModes& modes, FreeFrame above, double s_above,
                       FreeFrame below, double s_below, int& iterations);
    bool goes_on(const Path& path, Problem& problem, const Point& before, const Point& last, int inertia,
                 Result& result);
    enum class Turn { fold, passed, unknown };
    Turn go_around(const Path& path, Problem& problem, const Point& before, Point& last, Result& result);

    SweepKernelsFor<N_f> kernels_;
    Options options_;
    phase_space::AlignedVector path_amplitude_;
    phase_space::AlignedVector path_factor_;
    std::array<AlignmentEvent, max_events> flipped_{};
    int flipped_count_ = 0;
    int max_iterations_ = 0; ///< of the call under way
};
using Solver = SolverFor<2>;

/** Flips the label of a mode (two flavors) or exchanges the amplitudes of two neighbouring eigenstates (three). */
template <int N_f>
void exchange_labels(const AlignmentEvent& event, std::size_t modes, double* amplitude) {
    if constexpr (N_f == 2) {
        amplitude[event.mode] = -amplitude[event.mode];
    } else {
        double* lower = amplitude + static_cast<std::size_t>(event.lower_state) * modes + event.mode;
        std::swap(lower[0], lower[modes]);
    }
}

/** What the eigenvalues of g J at a field say about its branch. */
struct Certificate {
    int inertia = unknown_inertia; ///< number of negative ones
    double softness = 1.0;         ///< softest over stiffest, roughly
    double min_hamiltonian = 0.0;  ///< smallest |H| (gap) of a mode with c != 0
};
template <int N_f>
Certificate certificate_at(SweepKernelFor<N_f> full, const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);

/** Inertia of g J at a field. */
template <int N_f>
int inertia_at(SweepKernelFor<N_f> full, const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    return certificate_at<N_f>(full, problem, field).inertia;
}
inline int inertia_at(SweepKernel full, const Problem& problem, const Field& field) {
    return inertia_at<2>(full, problem, field);
}

} // namespace miscid::equilibrium
