/** @file kinetic_state.hpp
 *  What the closure `kinetic` keeps between steps, by name, in the numbers of Cell::state; and its waves by wave number, for
 *  hosts that carry them from cell to cell (paper 002 Eqs. 84-90).
 */
#pragma once

#include "closures/quasi_linear.hpp"
#include "closures/wave_content.hpp"

#include <vector>

namespace miscid::closures {

struct KineticState {
    static constexpr int header = 16;
    static constexpr int per_wave = 7;
    static constexpr int most_waves = 48;
    static int size(int directions) { return header + per_wave * most_waves + directions; }

    double e_folds = 0.0;
    double e_folds_large = 0.0; ///< growth since the waves are large
    double mesh = 0.0;          ///< distance of wave numbers
    double step = 0.0;          ///< what the last error allows for the next
    int cursor = 0;
    double search[QuasiLinear::search_record] = {}; ///< of the last scan
    double total = 0.0;                             ///< sum |e| at the end of the step
    double density = 0.0;                           ///< sum e: D_0 along the flavor axis
    double flux = 0.0;                              ///< sum e v: D_1 along the first line of wave vectors
    double drift = 0.0;                             ///< sum |e| v / sum |e|: velocity of what carries the waves
    std::vector<Wave> waves;
    WaveContent content;

    void reserve(int directions);
    void clear();
    /** `total_now`: sum |e| of the incoming cell. All zero: as after clear(). */
    void read(int directions, const double* numbers, double total_now);
    void write(int directions, double* numbers) const;
};

/** Bins of wave number along the axis of an axisymmetric cell, `bins` of equal width from -limit to limit. k is the wave's own,
 *  not k' = k - D_1. */
struct WaveSpectrumBins {
    int bins = 0;
    double limit = 0.0;

    double width() const { return 2.0 * limit / bins; }
    double middle(int bin) const { return -limit + (bin + 0.5) * width(); }
    /** The bin of k; waves beyond the ends count in the last ones. */
    int bin_of(double k) const;
};

/** Waves of a cell as its state holds them. Content is I sum |e|/2 summed over a bin: the lepton number that small waves hold,
 *  since <|s_i|^2> = p_i^2 R_i I with sum |e| R = sum |e|. Frequencies are Re Omega - lambda; bins without a wave have those of a
 *  wave that rides with the polarization, Re Omega' = k' sum |e| v/sum |e|. Any array may be null. Zeros where there is no state. */
void read_spectrum(const double* state, const WaveSpectrumBins& bins, double* content, double* frequency,
                   double* group_velocity);

/** Gives the waves of a cell the content a host has brought, in proportion where a bin holds waves, as a new wave where it holds
 *  none (or to the nearest one where no more fit). Bins with the content of read_spectrum leave every bit. `total`: sum |e| of
 *  the cell as it comes in; nothing is done where it is zero. */
void write_spectrum(double* state, const WaveSpectrumBins& bins, double total, const double* content);

} // namespace miscid::closures
