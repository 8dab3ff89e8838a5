/** @file mode_sums.hpp
 *  The only loops over modes of the dispersion determinants: pole fractions 1/x_i and their sums with real weights.
 *
 *  x_i = Omega - detuning_i + i damping_i. Every kernel is a table of such sums (flavor-waves.md 2). Compiled once per
 *  instruction set; eight lanes sum their own modes and are added in one order, so every set gives the same bits.
 */
#pragma once

#include "phase_space/lanes.hpp"

namespace miscid::waves {

/** Parts of 1/x and of its Omega derivative -1/x^2, each an array over padded modes. */
struct FractionPlanes {
    double* re = nullptr;
    double* im = nullptr;
    double* d_re = nullptr;
    double* d_im = nullptr;
};

struct ModeSums {
    /** Fills re, im and, if d_re is given, d_re, d_im. `size` is a multiple of phase_space::lanes. */
    void (*fractions)(int size, const double* detuning, const double* damping, double omega_re, double omega_im,
                      const FractionPlanes& planes);
    /** out[planes c + f] = sum_i weight[c stride + i] plane_f[i] for each column c; 2 planes or, if d_re is given, 4.
     * */
    void (*weighted)(int size, int columns, const double* weight, long stride, const FractionPlanes& planes,
                     double* out);
};

/** The widest set this machine has. */
const ModeSums& mode_sums();

/** One set by its level (0 baseline, 1 AVX2, 2 AVX-512), for tests. */
const ModeSums& mode_sums_of_level(int level);

/** Modes rounded up to whole blocks of lanes. */
inline int padded(int modes) {
    return (modes + phase_space::lanes - 1) / phase_space::lanes * phase_space::lanes;
}

} // namespace miscid::waves
