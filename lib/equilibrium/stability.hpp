/** @file stability.hpp
 *  Homogeneous (n = 0) stability of a mixing equilibrium, as far as the inertia of g J tells it at no further cost
 *  (theory.md 5.5; equilibrium-solver.md section 1).
 *
 *  With E2 the second variation of the energy at fixed |P| (fixed spectra), c the amplitude of each pair of eigenstates and
 *  K = mu g J the Hessian of the potential:   In(E2) + In(-g) = In(-c |H|, twice) + In(-K).
 */
#pragma once

#include "equilibrium/problem.hpp"

namespace miscid::equilibrium {

enum class Stability {
    unstable = -1, ///< det J < 0: an odd number of purely growing homogeneous modes
    undecided = 0, ///< neither; pairs of growing modes and overstable ones do not show in the inertia
    stable = 1,    ///< E2 is definite: stable to every homogeneous perturbation (Lyapunov)
};

/** Not for rotating frames, where perturbations must keep e.D_0: undecided. */
template <int N_f>
Stability homogeneous_stability(const ProblemFor<N_f>& problem, int inertia) {
    if (problem.symmetry || inertia < 0) {
        return Stability::undecided;
    }
    constexpr int positive_of_g = generators<N_f>;
    constexpr int negative_of_g = 3 * generators<N_f>;
    const std::size_t size = problem.grid->size();
    long positive = 0; // transitions with c > 0
    long negative = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const double* c = problem.amplitude + i;
        if constexpr (N_f == 2) {
            positive += *c > 0.0;
            negative += *c < 0.0;
        } else {
            for (const auto& [lower, upper] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
                const double difference = c[upper * size] - c[lower * size];
                positive += difference > 0.0;
                negative += difference < 0.0;
            }
        }
    }
    const long positive_of_E2 = 2 * negative + inertia - negative_of_g;
    const long negative_of_E2 = 2 * positive + (unknowns<N_f> - inertia) - positive_of_g;
    if (positive_of_E2 == 0 || negative_of_E2 == 0) {
        return Stability::stable;
    }
    return (inertia - negative_of_g) % 2 != 0 ? Stability::unstable : Stability::undecided;
}

} // namespace miscid::equilibrium
