/** @file marker_kernels.hpp
 *  The inner loops of the marker box, compiled once per instruction set; all of them give the same bits.
 */
#pragma once

#include "equilibrium/sweep.hpp"

namespace miscid::kinetics {

/** What the kernels read and write. Rings repeat with period `markers`, so that shifted reads need no modulo. */
struct MarkerArrays {
    int beams = 0;
    int markers = 0;
    int stride = 0;          ///< markers rounded up to whole vectors; what is beyond `markers` repeats
    int ring = 0;            ///< length of one component of a beam, and of a field
    float* u = nullptr;      ///< [beam][x, y, z][ring]
    float* middle = nullptr; ///< u in the middle of the step
    float* field = nullptr;  ///< [moment 0..2][x, y, z][ring], node i at i dz
    const float* v = nullptr;
    const float* amplitude = nullptr;
    const float* tap = nullptr;   ///< [beam][4] weights of the nodes n-1 .. n+2
    const int* gather = nullptr;  ///< [beam][4] (n + k) mod N, k = -1 .. 2
    const int* deposit = nullptr; ///< [beam][4] (-n - k) mod N
};

struct MarkerKernels {
    /** field = sum_v a_v v^n of u (or of `middle`); moments 0, 1 and, if asked for, 2. */
    void (*deposit)(const MarkerArrays&, const float* from, int moments);
    /** Rotates u by the gathered field over the step h. The first pass leaves u alone, (u + u')/2 goes to `middle`. */
    void (*rotate)(const MarkerArrays&, float h, bool first_pass);
    /** D_0 and D_1 advanced by h by their own equations, in the gauge (Omega_0, K_0); adds the gauge to the field. */
    void (*predict)(const MarkerArrays&, float h, float omega, float k);
    void (*add_gauge)(const MarkerArrays&, float omega, float k);
};

MarkerKernels marker_kernels(equilibrium::DispatchLevel level);

} // namespace miscid::kinetics
