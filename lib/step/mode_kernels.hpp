/** @file mode_kernels.hpp
 *  What a step does to every mode around the equilibrium solver: one text (mode_kernels.inc) compiled once per instruction
 *  set, all of which give the same bits.
 */
#pragma once

#include "equilibrium/sweep.hpp"

#include <cstddef>

namespace miscid::step {

/** Arrays of a cell in the grid's layout, padding included; names as in Cell. */
struct ModeArrays {
    std::size_t size = 0;
    const double* sign_weight = nullptr;
    const double* trace = nullptr;
    const double* P[3] = {nullptr, nullptr, nullptr};
    const double* p = nullptr;
    const double* hhat[3] = {nullptr, nullptr, nullptr}; ///< direction of H
    const double* norm = nullptr;                        ///< |H|
};

/** What eigenvalues of a density matrix are allowed. */
struct EigenvalueRange {
    bool invariant = false;  ///< (P0 +- p)/2 instead of (P0 +- |P|)/2
    bool occupation = false; ///< 1 is the largest
    double tolerance = 0.0;
    double scale = 1.0; ///< of the tolerance
};

struct Tilt {
    double tan2 = 0.0; ///< largest tan^2 of the angle between P and +-H
    double heat = 0.0; ///< sum (1/2) w s |H| (p - P.hhat)
};

/** The numbers of one slot (energy and type) in a host's array of float64: number c of direction d is at
 *  first + c component_stride + d direction_stride (bytes). */
struct HostSlot {
    char* first = nullptr;
    std::ptrdiff_t component_stride = 0;
    std::ptrdiff_t direction_stride = 0;
    int directions = 0;
};

/** The same slot in the grid's layout: blocks of lanes, this many numbers from one block to the next. */
struct GridSlot {
    std::size_t first = 0;
    std::size_t block_stride = 0;
};

struct ModeKernels {
    /** Largest of the traces. */
    double (*largest_trace)(const ModeArrays&);
    bool (*eigenvalues_allowed)(const ModeArrays&, const EigenvalueRange&);
    /** Signed amplitudes p of polarizations P: |P| with the sign of P.hhat (rotate) or P.hhat. */
    void (*signed_amplitudes)(const ModeArrays&, bool rotate, double* p, Tilt&);
    /** p exp(-rate dt), and the change of D_0. */
    void (*depolarize)(const ModeArrays&, const double* rate, double dt, double* p, double (&change)[3]);
    void (*lay_along_field)(const ModeArrays&, double* const (&P)[3]); ///< P = p hhat
    double (*energy)(const ModeArrays&);                               ///< sum (1/2) w s p |H|

    // Both readers refuse (false) as soon as a number is not finite or its size exceeds `largest`, judged by its bits; the
    // caller finds out which one, and whether it is one. `not_negative` refuses a sign bit as well.
    bool (*read_density_matrices)(const HostSlot&, const GridSlot&, double factor, double largest, double sign_of_im,
                                  double* trace, double* const (&P)[3]);
    bool (*read_numbers)(const HostSlot&, const GridSlot&, double factor, double largest, bool not_negative,
                         double* numbers);
    /** Adds s w (ee - xx) of the slot to sum[direction]; false as soon as a density matrix is not diagonal, finite and with
     *  eigenvalues in [0, largest]: then it leaves the sums unfinished. */
    bool (*sum_diagonal)(const HostSlot&, const GridSlot&, double factor, double largest, const double* sign_weight,
                         double* sum);
    void (*write_density_matrices)(const HostSlot&, const GridSlot&, double factor, double sign_of_im,
                                   const double* trace, const double* const (&P)[3]);
};

/** Kernels of a level; the level must be one that this machine can run. */
const ModeKernels& mode_kernels(equilibrium::DispatchLevel level);

} // namespace miscid::step
