/** @file wave_transport.hpp
 *  Flavor waves on a slowly varying background move along rays (paper 002 Eqs. 84-90):
 *
 *      (d_t + v_g.d_r + F d_k) I = 2 Im(Omega) I,   v_g = d Re(Omega)/dk,   F = -d Re(Omega)/dr.
 *
 *  Both come from one Re(Omega)(r, k), so d_r.v_g + d_k F = 0 and the left side is the divergence form
 *  d_t I + d_r.(v_g I) + d_k (F I): what leaves a cell or a bin enters its neighbour, and sum V I dk is kept to round-off.
 *  Growth is the closure's business; here waves only move.
 */
#pragma once

#include <cstddef>
#include <vector>

namespace miscid::waves {

/** Cells with up to six neighbours: any structured mesh of one to three dimensions, or a block of one. */
struct WaveMesh {
    static constexpr long outside = -1; ///< waves that go there are gone; none come from there

    long cells = 0;
    int dimensions = 1;
    const double* volume = nullptr;   ///< of each cell
    const long* neighbour[3][2] = {}; ///< [dimension][0: lower, 1: upper], one entry per cell
    const double* area[3][2] = {};    ///< of the face towards that neighbour
};

/** Bins of wave number along the axis of the waves, the same in every cell: edges ascending, `bins` + 1 of them. */
struct WaveNumberBins {
    int bins = 0;
    const double* edge = nullptr;
};

/** How the waves move; arrays [cell * bins + bin]. A null pointer stands for zero. */
struct RayMotion {
    const double* group_velocity[3] = {nullptr, nullptr, nullptr}; ///< units of c
    const double* force = nullptr;                                 ///< d k/dt
};

/** Moves `content` (per unit volume, summed over the bin; [cell * bins + bin], none negative) over dt. `scratch` holds
 *  2 cells x bins numbers. No allocation, and the same bits for the same numbers.
 *
 *  Second order where the content is smooth, first order at fronts (van Leer's limiter), never negative. Rays stay
 *  inside the light cone: near the edge of an unstable band d Re(Omega)/dk may exceed one (flavor-waves.md 2), and
 *  speeds are cut there. Sub-steps keep the flow out of a cell or bin below a third of it.
 *
 *  Returns what left through `outside` and the ends of the wave-number axis: sum V content + that is conserved.
 *  A null array, a non-positive volume or a step of too many sub-steps: the content stays and NaN is returned. */
double move_waves(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion, double dt,
                  double* content, double* scratch, int& substeps);

/** The refractive force F = -d Re(Omega)/dr at fixed wave number (paper 002 Eq. 88), along the axis of the waves: from
 *  Re(Omega) of every cell and bin, by central differences over the neighbours, one-sided at the ends of the mesh.
 *  `axis`: components of that axis along the dimensions of the mesh. */
void refractive_force(const WaveMesh& mesh, int bins, const double* axis, const double* frequency, double* force);

/** move_waves with scratch of its own, which it allocates in reserve(). No history; one per thread. */
class RayMover {
public:
    void reserve(long cells, int bins);

    /** As move_waves; NaN also for more cells than reserved. */
    double move(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion, double dt,
                double* content);
    /** Sub-steps of the last call. */
    int substeps() const { return substeps_; }

private:
    std::size_t capacity_ = 0;
    int substeps_ = 0;
    std::vector<double> scratch_;
};

/** Content of bins moved to other bins of the same axis, constant within a bin; the sum over the common range is kept.
 *  Returns what lies outside the new bins. */
double rebin(const WaveNumberBins& from, const double* content, const WaveNumberBins& to, double* moved);

} // namespace miscid::waves
