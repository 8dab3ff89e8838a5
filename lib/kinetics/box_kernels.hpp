/** @file box_kernels.hpp
 *  The inner loops of the resolved box, compiled once per instruction set; all of them give the same bits.
 *
 *  Layout of a field on the box: eight modes share a block, and a block holds one contiguous array per flavor component,
 *
 *      field[((block * components + component) * stride + cell) * 8 + lane],
 *
 *  so that Fourier transforms over cells and rotations at one cell both work on whole vectors of modes.
 */
#pragma once

#include "equilibrium/sweep.hpp"
#include "phase_space/lanes.hpp"

#include <vector>

namespace miscid::kinetics {

using equilibrium::DispatchLevel;
inline constexpr int lanes = phase_space::lanes;

/** Twiddle factors and the order of frequencies of a transform over `cells` cells (a power of two). */
class FourierPlan {
public:
    explicit FourierPlan(int cells);
    int cells() const { return cells_; }
    /** Signed frequency n (k = 2 pi n/L) that the forward transform leaves at a position. */
    int frequency(int position) const { return frequency_[static_cast<std::size_t>(position)]; }
    /** Position of the frequency -n. */
    const int* partner() const { return partner_.data(); }
    /** Factors of the stage of length `length`: w^j, w^2j, w^3j as re, im for every j. */
    const double* twiddles(int length) const;

private:
    int cells_;
    std::vector<int> frequency_;
    std::vector<int> partner_;
    std::vector<double> twiddles_;
};

/** Two real fields of one block, transformed together as re + i im and multiplied by re, im factors per position and lane:
 *  factor[(2 position) * 8 + lane] and the next row. Normalisation 1/N belongs into the factors. */
using SpectrumKernel = void (*)(const FourierPlan&, double* re, double* im, const double* factor);
/** The same where the two real fields have factors of their own. */
using SpectrumPairKernel = void (*)(const FourierPlan&, double* first, double* second, const double* first_factor,
                                    const double* second_factor);

/** Modes of a box as the local kernels see them. Per-mode arrays have blocks * 8 entries, empty lanes being zero. */
struct LocalInput {
    int blocks = 0;
    int cells = 0;
    int stride = 0;
    int components = 3;                                       ///< arrays per block
    int current_components = 1;                               ///< 1: directions (0, 0, v); 3: any
    const double* direction[3] = {nullptr, nullptr, nullptr}; ///< x, y, z; only z is read if current_components is 1
    const double* weight = nullptr;                           ///< w s
    const double* external = nullptr; ///< H without self-interaction, [block][generator][8]; or null
    double mu = 0.0;
    double* P = nullptr;
    double* scratch = nullptr; ///< blocks * 8 generators * 8
};

/** Rotates every P about H = external + mu (D_0 - v.D_1) at the middle of the step, by the implicit midpoint rule in `passes`
 *  fixed-point passes. Two flavors: Cayley's rotation of P; three: rho -> U rho U^dagger with Cayley's U. */
using RotationKernel = void (*)(const LocalInput&, double step, int passes);

/** rate += H x P. Returns sum over cells and modes of w s mu (D_0 - v.D_1).rate before the addition: with
 *  rate = -v dP/dz there, -1/2 of it times the cell size is dK/dt (Fiorillo, Raffelt & Sigl Eqs. 21, 22). */
using PrecessionKernel = double (*)(const LocalInput&, double* rate);

struct BoxKernels {
    SpectrumKernel spectrum;
    SpectrumPairKernel spectrum_pair;
    RotationKernel rotation[2];     ///< two, three flavors
    PrecessionKernel precession[2]; ///< two, three flavors
};

BoxKernels box_kernels(DispatchLevel level);

} // namespace miscid::kinetics
