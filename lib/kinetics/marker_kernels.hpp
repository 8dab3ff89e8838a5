/** @file marker_kernels.hpp
 *  The inner loops of marker boxes, compiled once per instruction set; all of them give the same bits.
 *
 *  Markers are stored by the node they stand behind: slot i of a beam holds the marker at (i + f) dz, 0 <= f < 1. So every
 *  beam is deposited on and gathered from the same neighbours, i-1 .. i+2, and nothing moves in memory until a beam passes
 *  a node; then its markers go on by one slot.
 *
 *  A row has 16 lanes, and a lane belongs to one beam of one box:
 *  - one box: lane l B + b holds beam g B + b of group g and its slots l R .. l R + R - 1, one per row, for N = R (16/B)
 *    markers, B = 16/gcd(N, 16). The slot after the last row of a lane is the first of the lane B further on.
 *  - boxes side by side: lane b is box b, a group is one beam, and the rows are all N slots.
 *  Arithmetic and its order are the same in both, so are the bits.
 */
#pragma once

#include "equilibrium/sweep.hpp"

namespace miscid::kinetics {

inline constexpr int marker_lanes = 16;

struct MarkerArrays {
    int groups = 0; ///< rows of beams
    int rows = 0;   ///< slots of a lane
    int turn = 0;   ///< lanes from a lane to the one with the next slots; 16: to itself
    int entries =
        0; ///< numbers of beams: one per group where all its lanes are one beam (and rounded up to 16), else one per lane
    int partial_sums =
        1; ///< side by side: beams g, g + partial_sums, .. are summed first, as one box does in its lanes
    bool side_by_side = false;
    bool uniform() const { return turn == 1; }

    float* u = nullptr;      ///< [row][group][x, y, z][lane]
    float* middle = nullptr; ///< u in the middle of the step
    float* field = nullptr;  ///< [row][moment 0..2][x, y, z][lane]
    float* stencil =
        nullptr; ///< [row][F(0), F(-1) - F(0), F(1) - F(0), F(2) - F(0)][D_0, D_1][x, y, z][lane], F = h/2 field
    double* shift = nullptr;      ///< f, [entry]
    const double* rate = nullptr; ///< nodes per time, [entry]
    const float* v = nullptr;     ///< [entry]
    const float* amplitude = nullptr;
    float* tap = nullptr;         ///< [0..3][entry], weights of the nodes i-1 .. i+2
    float* share = nullptr;       ///< the same times the amplitude of the beam
    const float* step = nullptr;  ///< [lane], of a box that has finished: 0
    const float* omega = nullptr; ///< [lane], gauge
    const float* k = nullptr;
};

struct MarkerKernels {
    /** Beams go on by their rate times `time` [lane], at most by one node, and get new taps. `passed` [entry] says which
     * passed a node, +-1; false if none did. */
    bool (*drift)(const MarkerArrays&, const double* time, int* passed);
    /** field = sum_v a_v v^n of u (or of `middle`); moments 0, 1 and, if asked for, 2. */
    void (*deposit)(const MarkerArrays&, const float* from, int moments);
    /** D_0 and D_1 advanced by half a step by their own equations, in the gauge (Omega_0, K_0). */
    void (*predict)(const MarkerArrays&);
    /** The gauge added to the field as it is. */
    void (*add_gauge)(const MarkerArrays&);
    /** Rotates u by the gathered field over the step. The first pass leaves u alone, (u + u')/2 goes to `middle`. */
    void (*rotate)(const MarkerArrays&, bool first_pass);
    /** Markers of a group go on by one slot (`ahead`) or back by one, in the lanes whose mask is not zero. */
    void (*pass_node)(const MarkerArrays&, int group, const int* mask, bool ahead);
    /** u_z += added, S *= left, [entry] both. */
    void (*add)(const MarkerArrays&, const float* added, const float* left);
    /** Sums over slots of u_z and |S|^2, [group][lane]. Side by side: with the partial sums of one box. */
    void (*sums)(const MarkerArrays&, double* along, double* across);
    /** u_z -= tilt |S|^2, |u| kept; tilt is [entry]. */
    void (*correct)(const MarkerArrays&, const float* tilt);
};

MarkerKernels marker_kernels(equilibrium::DispatchLevel level);

} // namespace miscid::kinetics
