/** @file collisional_waves.hpp
 *  Collisional instability in the step: waves of an aligned cell that grow because modes of opposite lepton number lose
 *  coherence at different rates (theory.md F11, flavor-waves.md 2).
 *
 *  The closures see one number per direction, in which neutrinos and antineutrinos are added up; here every mode counts
 *  with its own damping. Waves at k' = 0 (waves/rest_kernel.hpp) are relaxed like those of the closure `marginal`: once
 *  growth has used up the e-folds to the seed, amplitudes go along gamma_i = I R_i (Im Omega + D_i), which keeps
 *  sum e, until nothing grows.
 */
#pragma once

#include "closures/closure.hpp"
#include "waves/rest_kernel.hpp"

#include <vector>

namespace miscid::step {

class CollisionalWaves {
public:
    /** Numbers in the cell's state; all zero: none yet. */
    static constexpr int state_size = 6;

    void reserve(int modes);

    /** True if modes of opposite e are damped differently: only then can collisions make waves grow. */
    static bool possible(const waves::AlignedBackground& background);

    /** Factors by which the p of every mode shrink within dt (lengths, c = 1). Growth below `floor` is left alone.
     *  `state` may be null. Reports growth, roots and viscosity; false if waves still grow at the cap on work. */
    bool relax(const waves::AlignedBackground& background, double dt, double seed, double floor, double* state,
               double* factor, closures::Diagnostics& diagnostics);

private:
    static constexpr int most_waves = 8;

    int find(const waves::AlignedBackground& background, double floor);
    int follow(const waves::AlignedBackground& background, double floor);
    void shares(const waves::AlignedBackground& background, int count);

    waves::RestKernel kernel_;
    waves::RootFinder<waves::RestKernel> finder_;
    waves::Complex omega_[most_waves];
    bool certified_ = true;
    std::vector<double> e_, share_, trial_, R_;
};

} // namespace miscid::step
