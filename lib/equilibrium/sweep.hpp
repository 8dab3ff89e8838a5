/** @file sweep.hpp
 *  One pass over all modes of a cell: the sums that Newton's method on the field needs.
 *
 *  Field (equilibrium-solver.md section 1): G_m, m = 0, x, y, z, each a flavor vector; nu = (1, v), g = diag(1,-1,-1,-1),
 *      H_q = G_0 - v.G + s omega_q B,      c_q = w s p (signed amplitude p = P.hhat, so no |P| and no label)
 *      F_m = sum_q c_q nu^m hhat_q                                     (Johns & Kost Eq. 16)
 *      A_mn = sum_q (c_q/|H_q|) nu^m nu^n (1 - hhat hhat^T)            (derivative of F)
 *      T = sum_q c_q h_q x hhat_q,  h_q = s omega B + lambda (1 - v_m.v) z   (torque of the one-body field)
 *
 *  All energies of a direction share H up to their component along B. With H = h_perp + t B the pass needs one square
 *  root and one division per mode, and |H|^2 = h_perp^2 + t^2 never cancels.
 */
#pragma once

namespace miscid::equilibrium {

/** What a sweep reads. Arrays are laid out as in ModeGrid. Vectors of the field are contiguous: field[3 m + component]. */
struct SweepInput {
    int blocks = 0;
    int slots = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr};
    const double* frequency = nullptr; ///< s omega
    const double* amplitude = nullptr; ///< c = w s p
    double field[12] = {};
    double previous_field[12] = {}; ///< for the rotation of every H since then
    double B[3] = {};
    double matter_current[4] = {}; ///< lambda_m
};

/** Sums of one sweep. */
struct SweepSums {
    double F[12];     ///< F[3 m + component]
    double A[60];     ///< [pair of m <= n: 00 0x 0y 0z xx xy xz yy yz zz][xx xy xz yy yz zz]
    double torque[3]; ///< T
    double min_h2;    ///< smallest |H|^2 among modes with c != 0; infinite if there are none
    double max_tan2;  ///< largest tan^2 of the rotation of any H with c != 0 since previous_field
    bool turned_over; ///< some H has turned by more than 90 degrees
};

/** Sums and derivative; the rotation against previous_field as well. */
using SweepKernel = void (*)(const SweepInput&, SweepSums&);

/** Unit vector and length of every H, in the grid's layout (a vanishing H has direction 0). Reads the grid, field and B. */
using DirectionKernel = void (*)(const SweepInput&, double* const (&hhat)[3], double* norm);

/** The instruction sets a sweep is compiled for. All of them give the same bits. */
enum class DispatchLevel { baseline = 0, avx2 = 1, avx512 = 2 };

struct SweepKernels {
    SweepKernel full;    ///< F, A, T, |H|, rotation
    SweepKernel moments; ///< F, T, |H|, rotation; A is left untouched
    DirectionKernel directions;
};

/** Best level this machine can run. */
DispatchLevel best_dispatch_level();
const char* dispatch_level_name(DispatchLevel level);
/** Kernels of a level; the level must be one that this machine can run. */
SweepKernels sweep_kernels(DispatchLevel level);

} // namespace miscid::equilibrium
