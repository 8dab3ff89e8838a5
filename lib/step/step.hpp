/** @file step.hpp
 *  The adiabatic miscidynamic step of one cell (design section 2; Johns, algorithm after Eq. 14):
 *  screen -> invariants -> collisions -> flavor waves -> mixing equilibrium -> check.
 */
#pragma once

#include "equilibrium/solver.hpp"
#include "step/flavor_waves.hpp"
#include "step/frame.hpp"

namespace miscid::step {

enum class ColdStart { from_matter, from_incoming };
/** What becomes of a mode that passes a minimum of |H|: it follows, or as fast as the time step says. */
enum class Crossing { adiabatic, landau_zener };

struct Settings {
    Transport transport = Transport::matrix;
    Form form = Form::occupation;
    Tilted tilted = Tilted::rotate;
    ColdStart cold_start = ColdStart::from_matter;
    Collisions collisions = Collisions::off;
    Crossing crossing = Crossing::adiabatic;
    Viscosity viscosity = Viscosity::none;
    closures::Kind closure = closures::Kind::none; ///< with Viscosity::waves
    double speed_of_light = 1.0;                   ///< lengths of H^-1 per unit of dt
    bool strict = false;
    double eigenvalue_tolerance = 1e-6;
    double state_marker = 1.0;       ///< first number of a state written by this configuration
    int max_cold_iterations = 40000; ///< of a cold start, which happens once per cell
    equilibrium::Options solver;
};

/** Field in which the polarizations of a cell lie along +-H: that of its state, in the rotating frame where the state has
 *  one, or H along the electron axis if it has no state. */
template <int N_f>
equilibrium::FieldFor<N_f> frame_of_state(const CellFor<N_f>& cell);

/** The medium the cell was last solved in. */
template <int N_f>
medium::MediumFor<N_f> medium_of_state(const CellFor<N_f>& cell);

/** D_m = sum s w (1, v) P of the cell's polarization vectors. */
template <int N_f>
equilibrium::FieldFor<N_f> moments_of(const CellFor<N_f>& cell);

/** Scratch of the step; one per thread. */
template <int N_f>
class StepperFor {
public:
    using Cell = CellFor<N_f>;
    using Field = equilibrium::FieldFor<N_f>;
    using FlavorVector = flavor::FlavorVectorFor<N_f>;
    using Problem = equilibrium::ProblemFor<N_f>;
    using Result = equilibrium::ResultFor<N_f>;

    StepperFor(const Settings& settings, equilibrium::DispatchLevel level);

    /** Makes room for cells of this grid; step() allocates nothing afterwards. */
    void reserve(const phase_space::ModeGrid& grid);

    /** Takes the cell one step of dt seconds further. On a refusal the arrays of the cell hold scratch: do not scatter. */
    CellStatus step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame);

    /** The local equilibrium frame of the last step. */
    const FrameFor<N_f>& frame() const { return frame_; }
    /** The frame in which the labels of a cell hold that comes in: that of its state, or of dense matter. */
    const FrameFor<N_f>& take_frame_of(const Cell& cell);

private:
    using state = StateFor<N_f>;

    /** Where the branch of a cell goes on from. */
    struct Start {
        Field field = Field::Zero();   ///< for the solver
        Field frame = Field::Zero();   ///< in which the labels hold
        medium::MediumFor<N_f> medium; ///< in which `field` was an equilibrium
        int inertia = equilibrium::unknown_inertia;
        bool from_matter = false;      ///< cold start from a large matter potential
        bool labels_of_matter = false; ///< labels of a large matter potential instead of those of the frame
    };

    CellStatus screen(const Cell& cell, Blame& blame) const;
    Start begin(Cell& cell, const Problem& problem, Diagnostics& diagnostics);
    void take_frame(const Cell& cell, const Start& start);
    void collide(Cell& cell, double dt, Diagnostics& diagnostics);
    bool dissipate(Cell& cell, double dt, Diagnostics& diagnostics);
    void amplitudes(const Cell& cell);
    Result keep_aligned(Cell& cell, const Problem& problem);
    bool merged_with_aligned(Cell& cell, const Problem& problem, const Start& start, Result& result);
    static bool keeps_projection(const Problem& problem, const Result& result);
    Result project_on_axes(Cell& cell, Problem& problem);
    bool settle(Cell& cell, Problem& problem, Result& result);
    CellStatus follow_branch(Cell& cell, Problem& problem, const Start& start, Result& result,
                             Diagnostics& diagnostics);
    bool pass_fast(Cell& cell, const Problem& problem, const Start& start, double dt, Result& result);
    Result cold_start(const Problem& problem, Cell& cell);
    bool relax(Cell& cell, const Problem& problem, Result& result);
    void flip_events(Cell& cell, const Result& result);
    bool holds(const Problem& problem, const Result& result) const;
    void finish(Cell& cell, const Problem& problem, const Result& result, Diagnostics& diagnostics) const;

    Settings settings_;
    equilibrium::SweepKernelsFor<N_f> kernels_;
    equilibrium::SolverFor<N_f> solver_;
    FrameFor<N_f> frame_;
    FlavorWaves waves_;
    FlavorVector collisional_change_ = FlavorVector::Zero(); ///< of D_0 in this step
    AlignedVector c_;                                        ///< w s p
    AlignedVector spectrum_;                                 ///< occupations kept aside during a relaxation
};
using Stepper = StepperFor<2>;

// What differs between two and three flavors.
template <>
CellStatus StepperFor<2>::screen(const Cell& cell, Blame& blame) const;
template <>
CellStatus StepperFor<3>::screen(const Cell& cell, Blame& blame) const;
template <>
equilibrium::ResultFor<2> StepperFor<2>::keep_aligned(Cell& cell, const Problem& problem);
template <>
equilibrium::ResultFor<3> StepperFor<3>::keep_aligned(Cell& cell, const Problem& problem);
template <>
bool StepperFor<2>::merged_with_aligned(Cell& cell, const Problem& problem, const Start& start, Result& result);
template <>
bool StepperFor<3>::merged_with_aligned(Cell& cell, const Problem& problem, const Start& start, Result& result);
template <>
equilibrium::ResultFor<2> StepperFor<2>::project_on_axes(Cell& cell, Problem& problem);
template <>
equilibrium::ResultFor<3> StepperFor<3>::project_on_axes(Cell& cell, Problem& problem);
template <>
bool StepperFor<2>::relax(Cell& cell, const Problem& problem, Result& result);
template <>
bool StepperFor<3>::relax(Cell& cell, const Problem& problem, Result& result);

} // namespace miscid::step
