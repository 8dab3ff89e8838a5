/** @file cell.hpp
 *  One cell as the step sees it: contiguous arrays in the grid's layout, filled by whoever owns the host's data.
 */
#pragma once

#include "medium/medium.hpp"
#include "phase_space/mode_grid.hpp"

#include <cstddef>
#include <limits>

namespace miscid::step {

using phase_space::AlignedVector;

/** Numbers the module keeps per cell between steps; stored by the host. */
namespace state {
enum Component : int {
    marker = 0,    ///< Settings::state_marker if the cell has a state, 0 if not
    field = 1,     ///< 12 numbers: G_0, G_x, G_y, G_z in the flavor frame, cm^-1
    lambda = 13,   ///< matter potential it was solved with, cm^-1
    velocity = 14, ///< matter velocity it was solved with
    inertia = 17,
    rotation_frequency = 18, ///< Omega_c, cm^-1
    size = 19
};
} // namespace state

/** Which numbers the host transports (design section 2). */
enum class Transport { matrix, invariant };

/** Density matrices as occupations (eigenvalues in [0, 1]) or as densities (weight times occupation). */
enum class Form { occupation, density };

/** Input and output of a step. All per-mode arrays have ModeGrid::size() entries; padding is zero. */
struct Cell {
    const phase_space::ModeGrid* grid = nullptr;
    AlignedVector sign_weight;                   ///< s w (density form: s); 0 in the padding
    AlignedVector trace;                         ///< P0
    AlignedVector p;                             ///< signed amplitude; input in invariant mode, output always
    AlignedVector P[3];                          ///< polarization vector; input and output in matrix mode
    AlignedVector depolarization;                ///< Gamma, s^-1
    AlignedVector absorption[2], equilibrium[2]; ///< kappa (s^-1) and f of flavor e, x
    medium::Medium medium;
    double state[state::size] = {};

    void reserve(std::size_t modes) {
        for (AlignedVector* array : {&sign_weight, &trace, &p, &P[0], &P[1], &P[2], &depolarization, &absorption[0],
                                     &absorption[1], &equilibrium[0], &equilibrium[1]}) {
            array->assign(modes, 0.0);
        }
    }
};

/** Numbers a step reports for its cell. */
struct Diagnostics {
    double residual = 0.0;
    double min_hamiltonian = 0.0;
    double rotation = 0.0;
    double tilt = 0.0;
    double kinematic_heat = 0.0;
    double polarization_energy = 0.0;
    double rotation_frequency = 0.0;
    double D[12] = {};
    double source[2][2] = {}; ///< [type][flavor] number added by collisions
    double time_step_factor = 1.0;
    int iterations = 0;
    int inertia = 0;
    int events = 0;
    bool continued = false;
    bool cold_start = false;
};

/** Outcome of a step for its cell; what a host is told is made of it in lib/capi. */
enum class CellStatus {
    ok,
    event,
    relaxed,
    reduce_time_step,
    eigenvalue_range,
    bad_state,
    no_tracked_solution,
    alignment_event,
    degenerate_mode,
    not_converged,
    not_conserved,
};

/** Where a refused value sits, for messages. */
struct Blame {
    int direction = -1;
    int slot = -1;
    double value = 0.0;
};

} // namespace miscid::step
