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
    int max_cold_iterations = 40000; ///< of a cold start, which happens once per cell
    equilibrium::Options solver;
};

/** D_m = sum s w (1, v) P of the cell's polarization vectors. */
equilibrium::Field moments_of(const Cell& cell);

/** Scratch of the step; one per thread. */
class Stepper {
public:
    Stepper(const Settings& settings, equilibrium::SweepKernels kernels);

    /** Makes room for cells of this many modes; step() allocates nothing afterwards. */
    void reserve(std::size_t modes);

    /** Takes the cell one step of dt seconds further. On a refusal the arrays of the cell hold scratch: do not scatter.
     */
    CellStatus step(Cell& cell, double dt, Diagnostics& diagnostics, Blame& blame);

    /** |H| of every mode after a step (cm^-1). */
    const AlignedVector& hamiltonian_norm() const { return norm_; }
    /** Upper eigenstate's electron content (1 + hhat_z)/2 of every mode in the frame of `field`. */
    static void electron_content(const Cell& cell, const equilibrium::Field& field, AlignedVector& content);
    /** Field of the cell's state, or that of a large matter potential if it has none. False if the state is no state.
     */
    static bool stored_field(const Cell& cell, equilibrium::Field& field);

private:
    CellStatus screen(const Cell& cell, Blame& blame) const;
    void choose_symmetry(const Cell& cell, equilibrium::Problem& problem) const;
    equilibrium::Field frame_of_input(Cell& cell, const equilibrium::Problem& problem, Diagnostics& diagnostics);
    bool starts_from_matter(const Cell& cell, const equilibrium::Problem& problem) const;
    void label_by_matter(const Cell& cell);
    void signed_amplitudes(Cell& cell, Diagnostics& diagnostics) const;
    void collide(Cell& cell, double dt, Diagnostics& diagnostics);
    bool aligned_with(const Cell& cell, const equilibrium::FlavorVector& axis) const;
    bool merged_with_aligned(const Cell& cell, const equilibrium::Problem& problem, const equilibrium::Result& result);
    equilibrium::Result keep_aligned(Cell& cell, const equilibrium::Problem& problem);
    CellStatus follow_branch(Cell& cell, equilibrium::Problem& problem, const equilibrium::Field& frame,
                             equilibrium::Result& result);
    equilibrium::Result cold_start(const equilibrium::Problem& problem, const Cell& cell);
    bool relax(Cell& cell, const equilibrium::Problem& problem, equilibrium::Result& result);
    bool holds(const equilibrium::Problem& problem, const equilibrium::Result& result) const;
    void finish(Cell& cell, const equilibrium::Problem& problem, const equilibrium::Result& result,
                Diagnostics& diagnostics) const;
    void directions_of(const Cell& cell, const equilibrium::Field& field);
    void lay_along_field(Cell& cell) const;
    void amplitudes(const Cell& cell);

    Settings settings_;
    equilibrium::SweepKernels kernels_;
    equilibrium::Solver solver_;
    equilibrium::FlavorVector collisional_change_ = equilibrium::FlavorVector::Zero(); ///< of D_0 in this step
    AlignedVector c_;                                                                  ///< w s p
    AlignedVector hhat_[3];                                                            ///< direction of H per mode
    AlignedVector norm_;                                                               ///< |H|
};

} // namespace miscid::step
