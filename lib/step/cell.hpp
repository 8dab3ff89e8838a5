/** @file cell.hpp
 *  One cell as the step sees it: contiguous arrays in the grid's layout, filled by whoever owns the host's data.
 *  Names without `For` are those of two flavors.
 */
#pragma once

#include "closures/closure.hpp"
#include "equilibrium/problem.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace miscid::step {

using phase_space::AlignedVector;

/** Numbers the module keeps per cell between steps; stored by the host. */
template <int N_f>
struct StateFor {
    static constexpr int marker = 0; ///< Settings::state_marker if the cell has a state, 0 if not
    static constexpr int field = 1;  ///< G_0, G_x, G_y, G_z in the flavor frame, cm^-1
    static constexpr int lambda = field + equilibrium::unknowns<N_f>; ///< matter potential it was solved with, cm^-1
    static constexpr int velocity = lambda + 1;                       ///< matter velocity it was solved with
    static constexpr int inertia = velocity + 3;
    static constexpr int rotation_frequency = inertia + 1; ///< Omega_c about each symmetry axis, cm^-1
    /** Potentials of the mu and tau flavor (three flavors), cm^-1. */
    static constexpr int heavy_potentials = rotation_frequency + (N_f - 1);
    static constexpr int size = heavy_potentials + (N_f == 3 ? 2 : 0);
};

/** Which numbers the host transports (design section 2). */
enum class Transport { matrix, invariant };

/** Density matrices as occupations (eigenvalues in [0, 1]) or as densities (weight times occupation). */
enum class Form { occupation, density };

enum class Collisions { off, depolarization, full };

/** Where the viscosity of flavor waves comes from: nowhere, the host's rates, or a closure of the waves themselves. */
enum class Viscosity { none, host, waves };

/** Input and output of a step. All per-mode arrays have ModeGrid::size() entries; padding is zero. */
template <int N_f>
struct CellFor {
    const phase_space::ModeGrid* grid = nullptr;
    AlignedVector sign_weight; ///< s w (density form: s); 0 in the padding
    AlignedVector trace;       ///< P0
    /** What oscillations leave invariant; input in invariant mode, output always. Two flavors: signed amplitude p. Three:
     *  occupations r_k of the eigenstates of H by ascending eigenvalue, one array behind the other. */
    AlignedVector p;
    std::array<AlignedVector, flavor::generators<N_f>> P;   ///< polarization vector; in and out in matrix mode
    AlignedVector depolarization;                           ///< Gamma, s^-1
    AlignedVector viscosity;                                ///< gamma of the host, s^-1
    std::array<AlignedVector, N_f> absorption, equilibrium; ///< kappa (s^-1) and f of every flavor
    medium::MediumFor<N_f> medium;
    double state[StateFor<N_f>::size] = {};
    std::vector<double> waves; ///< what the closure of the flavor waves keeps between steps, behind `state`

    /** Room for cells of this many modes, with this many numbers of the closure. */
    void reserve(std::size_t modes, std::size_t closure_numbers = 0) {
        waves.assign(closure_numbers, 0.0);
        sign_weight.assign(modes, 0.0);
        trace.assign(modes, 0.0);
        p.assign(equilibrium::amplitude_planes<N_f> * modes, 0.0);
        depolarization.assign(modes, 0.0);
        viscosity.assign(modes, 0.0);
        for (auto& array : P) {
            array.assign(modes, 0.0);
        }
        for (std::size_t flavor = 0; flavor < N_f; ++flavor) {
            absorption[flavor].assign(modes, 0.0);
            equilibrium[flavor].assign(modes, 0.0);
        }
    }

    /** Number s of the state as the host keeps it. */
    double& state_number(std::size_t s) {
        return s < static_cast<std::size_t>(StateFor<N_f>::size) ? state[s] : waves[s - StateFor<N_f>::size];
    }
    double state_number(std::size_t s) const { return const_cast<CellFor*>(this)->state_number(s); }

    /** Occupation of eigenstate k of a mode, by ascending eigenvalue. */
    double occupation(std::size_t i, std::size_t k) const {
        if constexpr (N_f == 2) {
            return 0.5 * (k == 0 ? trace[i] - p[i] : trace[i] + p[i]);
        } else {
            return p[k * grid->size() + i];
        }
    }
    flavor::FlavorVectorFor<N_f> polarization(std::size_t i) const {
        flavor::FlavorVectorFor<N_f> vector;
        for (std::size_t a = 0; a < P.size(); ++a) {
            vector[static_cast<int>(a)] = P[a][i];
        }
        return vector;
    }
    void set_polarization(std::size_t i, const flavor::FlavorVectorFor<N_f>& vector) {
        for (std::size_t a = 0; a < P.size(); ++a) {
            P[a][i] = vector[static_cast<int>(a)];
        }
    }
};
using Cell = CellFor<2>;

/** What became of the branch that was followed (field `branch_end`). */
enum class BranchEnd {
    followed,        ///< it leads to the cell
    fold,            ///< it turns back
    bifurcation,     ///< it goes on, unstable, where a symmetry breaks (pitchfork)
    lost,            ///< no step along it succeeds
    cap,             ///< the cap on work was reached
    charge_not_kept, ///< it leads to the cell, but not with the lepton number that oscillations conserve
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
    double D[32] = {};           ///< D_0, D_x, D_y, D_z (12 numbers for two flavors)
    double source[2][3] = {};    ///< [type][flavor] number added by collisions
    closures::Diagnostics waves; ///< rates in cm^-1
    int closure_flags = 0;       ///< step::ClosureFlag
    double time_step_factor = 1.0;
    int iterations = 0;
    int inertia = 0;
    int stability = 0; ///< equilibrium::Stability as a number
    BranchEnd branch_end = BranchEnd::followed;
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
    waves_refused,
};

/** Where a refused value sits, for messages. */
struct Blame {
    int direction = -1;
    int slot = -1;
    double value = 0.0;
};

} // namespace miscid::step
