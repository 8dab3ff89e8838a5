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
 *
 *  Three flavors (theory.md F3): rho = sum_k r_k |k><k| with |k> the eigenstates of H by ascending eigenvalue, so
 *      F_m = sum_q nu^m sum_k c_k <k|Lambda|k>,     A_mn = sum_q nu^m nu^n sum_{i<j} L_ij Re(u_ij^* u_ij^T),
 *      L_ij = (c_i - c_j)/(E_i - E_j),  u_ij = <i|Lambda|j>.
 */
#pragma once

namespace miscid::equilibrium {

/** What a sweep reads. Arrays are laid out as in ModeGrid. Vectors of the field are contiguous: field[n m + component],
 *  n = N_f^2 - 1. */
template <int N_f>
struct SweepInputFor {
    static constexpr int n = N_f * N_f - 1;
    int blocks = 0;
    int slots = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr};
    const double* frequency = nullptr; ///< s omega
    /** Two flavors: c = w s p. Three flavors: c_k = w s r_k, an array for each eigenstate of H by ascending eigenvalue,
     *  one behind the other. */
    const double* amplitude = nullptr;
    double field[4 * n] = {};
    double previous_field[4 * n] = {}; ///< for the rotation of every H since then
    double B[n] = {};
    double matter_field[4 * n] = {}; ///< lambda_m z
};

/** Sums of one sweep. */
template <int N_f>
struct SweepSumsFor {
    static constexpr int n = N_f * N_f - 1;
    double F[4 * n];                ///< F[n m + component]
    double A[10 * n * (n + 1) / 2]; ///< [pair of m <= n: 00 0x 0y 0z xx xy xz yy yz zz][upper triangle by rows]
    double torque[n];               ///< T
    double min_gap2;  ///< smallest |H|^2 (three flavors: squared gap) of states with different c; infinite if none
    double max_tan2;  ///< largest tan^2 of the rotation of any H with c != 0 since previous_field
    bool turned_over; ///< some H has turned by more than 90 degrees
};

/** Sums and derivative; the rotation against previous_field as well. */
template <int N_f>
using SweepKernelFor = void (*)(const SweepInputFor<N_f>&, SweepSumsFor<N_f>&);

using SweepInput = SweepInputFor<2>;
using SweepSums = SweepSumsFor<2>;
using SweepKernel = SweepKernelFor<2>;

/** Unit vector and length of every H, in the grid's layout (a vanishing H has direction 0). Reads the grid, field and B. */
using DirectionKernel = void (*)(const SweepInput&, double* const (&hhat)[3], double* norm);

/** Eigenstates of every H by ascending eigenvalue and its three eigenvalues, up to a common constant, in the grid's layout:
 *  states[6 k + 2 flavor] and the next hold the real and imaginary part of flavor e, mu, tau of eigenstate k. */
using EigenstateKernel = void (*)(const SweepInputFor<3>&, double* const (&states)[18], double* const (&energy)[3]);

/** Density matrices and the eigenstates of their H, arrays of `size` numbers (a multiple of 8). */
struct SpectrumInput {
    long size = 0;
    const double* states[18] = {};
    const double* polarization[8] = {};
    const double* trace = nullptr;
};

/** Diagonal elements <k|rho|k>; the eigenvalues of rho in the same order of size; and the largest tan^2 of the tilt of rho
 *  against H between two eigenstates. */
using SpectrumKernel = void (*)(const SpectrumInput&, double* const (&diagonal)[3], double* const (&spectrum)[3],
                                double* tan2);

/** Polarization vectors of rho = sum_k r_k |k><k|. */
using PolarizationKernel = void (*)(long size, const double* const (&states)[18], const double* const (&occupation)[3],
                                    double* const (&polarization)[8]);

/** The instruction sets a sweep is compiled for. All of them give the same bits. */
enum class DispatchLevel { baseline = 0, avx2 = 1, avx512 = 2 };

template <int N_f>
struct SweepKernelsFor;

template <>
struct SweepKernelsFor<2> {
    SweepKernel full;    ///< F, A, T, |H|, rotation
    SweepKernel moments; ///< F, T, |H|, rotation; A is left untouched
    DirectionKernel directions;
};

template <>
struct SweepKernelsFor<3> {
    SweepKernelFor<3> full;
    SweepKernelFor<3> moments;
    EigenstateKernel eigenstates;
    SpectrumKernel spectra;
    PolarizationKernel polarizations;
};

using SweepKernels = SweepKernelsFor<2>;

/** Best level this machine can run. */
DispatchLevel best_dispatch_level();
const char* dispatch_level_name(DispatchLevel level);
/** Kernels of a level; the level must be one that this machine can run. */
template <int N_f>
SweepKernelsFor<N_f> sweep_kernels_for(DispatchLevel level);
template <>
SweepKernelsFor<2> sweep_kernels_for<2>(DispatchLevel level);
template <>
SweepKernelsFor<3> sweep_kernels_for<3>(DispatchLevel level);
inline SweepKernels sweep_kernels(DispatchLevel level) {
    return sweep_kernels_for<2>(level);
}

} // namespace miscid::equilibrium
