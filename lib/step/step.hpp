/** @file step.hpp
 *  The adiabatic miscidynamic step of one cell (design section 2; Johns, algorithm after Eq. 14):
 *  screen -> invariants -> collisions -> mixing equilibrium -> check.
 */
#pragma once

#include "equilibrium/solver.hpp"
#include "step/cell.hpp"

namespace miscid::step {

enum class Tilted { rotate, project };
enum class ColdStart { from_matter, from_incoming };
enum class Collisions { off, depolarization, full };

struct Settings {
    Transport transport = Transport::matrix;
    Form form = Form::occupation;
    Tilted tilted = Tilted::rotate;
    ColdStart cold_start = ColdStart::from_matter;
    Collisions collisions = Collisions::off;
    bool strict = false;
    double eigenvalue_tolerance = 1e-6;
    double state_marker = 1.0;       ///< first number of a state written by this configuration
    int max_cold_iterations = 40000; ///< of a cold start, which happens once per cell
    equilibrium::Options solver;
};

/** Field in which the polarizations of a cell lie along +-H: that of its state, in the rotating frame where the state has
 *  one, or H along z if it has no state. */
equilibrium::Field frame_of_state(const Cell& cell);

/** D_m = sum s w (1, v) P of the cell's polarization vectors. */
equilibrium::Field moments_of(const Cell& cell);

/** Scratch of the step; one per thread. */
class Stepper {
public:
    Stepper(const Settings& settings, equilibrium::SweepKernels kernels);

    /** Makes room for cells of this many modes; step() allocates nothing afterwards. */
    void reserve(std::size_t modes);

    /** Takes the cell one step of dt seconds further. On a refusal the arrays of the cell hold scratch: do not scatter. */
    CellStatus step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame);

    /** |H| of every mode after a step (cm^-1). */
    const AlignedVector& hamiltonian_norm() const { return norm_; }
    /** Upper eigenstate's electron content (1 + hhat_z)/2 of every mode in the frame of `field`. */
    static void electron_content(const Cell& cell, const equilibrium::Field& field, AlignedVector& content);

private:
    /** Where the branch of a cell goes on from. */
    struct Start {
        equilibrium::Field field = equilibrium::Field::Zero(); ///< for the solver
        equilibrium::Field frame = equilibrium::Field::Zero(); ///< in which the labels hold
        int inertia = equilibrium::unknown_inertia;
        bool from_matter = false;    ///< cold start from a large matter potential
        bool labels_along_z = false; ///< labels of a large matter potential instead of those of the frame
    };

    CellStatus screen(const Cell& cell, Blame& blame) const;
    Start begin(Cell& cell, const equilibrium::Problem& problem, Diagnostics& diagnostics);
    void take_frame(const Cell& cell, const Start& start);
    void signed_amplitudes(Cell& cell, Diagnostics& diagnostics) const;
    equilibrium::FlavorVector incoming_moment(const Cell& cell) const;
    void collide(Cell& cell, double dt, Diagnostics& diagnostics);
    void amplitudes(const Cell& cell);
    bool aligned_with(const Cell& cell, const equilibrium::FlavorVector& axis) const;
    equilibrium::Result keep_aligned(Cell& cell, const equilibrium::Problem& problem);
    bool merged_with_aligned(Cell& cell, const equilibrium::Problem& problem, const Start& start,
                             equilibrium::Result& result);
    static bool keeps_projection(const equilibrium::Problem& problem, const equilibrium::Result& result);
    equilibrium::Result project_on_axis(Cell& cell, equilibrium::Problem& problem);
    bool settle(Cell& cell, equilibrium::Problem& problem, equilibrium::Result& result);
    CellStatus follow_branch(Cell& cell, equilibrium::Problem& problem, const Start& start,
                             equilibrium::Result& result);
    equilibrium::Result cold_start(const equilibrium::Problem& problem, const Cell& cell);
    bool relax(Cell& cell, const equilibrium::Problem& problem, equilibrium::Result& result);
    void flip_events(Cell& cell, const equilibrium::Result& result);
    bool holds(const equilibrium::Problem& problem, const equilibrium::Result& result) const;
    void finish(Cell& cell, const equilibrium::Problem& problem, const equilibrium::Result& result,
                Diagnostics& diagnostics) const;
    void directions_of(const Cell& cell, const equilibrium::Field& field);
    void lay_along_field(Cell& cell) const;

    Settings settings_;
    equilibrium::SweepKernels kernels_;
    equilibrium::Solver solver_;
    equilibrium::FlavorVector collisional_change_ = equilibrium::FlavorVector::Zero(); ///< of D_0 in this step
    AlignedVector c_;                                                                  ///< w s p
    AlignedVector hhat_[3];                                                            ///< direction of H per mode
    AlignedVector norm_;                                                               ///< |H|
};

} // namespace miscid::step
