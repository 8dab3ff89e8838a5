/** @file box_state.hpp
 *  What an embedded box leaves in Cell::state: plain finite numbers that survive any copy, also as text.
 *
 *  A header, then per beam its lepton number in the last answer, amplitude, largest transverse part and shift, then
 *  every component of u as a whole number of 13 bits, four of them in one double. Transverse parts have a scale of
 *  their own, so that seeds of any size are kept as well as grown waves.
 */
#pragma once

#include "kinetics/marker_box.hpp"

namespace miscid::closures {

/** Names of Cell::state's first numbers. Times and lengths are in 1/unit; unit is sum |e| when the box was made. */
struct BoxHeader {
    static constexpr double none = 0.0, searched = 1.0, running = 2.0; ///< stages
    static constexpr int size = 16;

    double stage = none;
    double activations = 0.0; ///< boxes made here so far; with the cell's numbers, the seed of the next
    double unit = 0.0;
    double owed = 0.0;    ///< pseudo-time still to come
    double waiting = 0.0; ///< host's time too short for a step of the box
    double grown = 0.0;
    double change = 0.0;     ///< relative change of the lepton numbers since waves at their seeds got time to grow
    double saturation = 0.0; ///< length of a first saturation
    double omega = 0.0;
    double wave_number = 0.0;
    double steps = 0.0;
    double beams = 0.0;
    double axis[3] = {0.0, 0.0, 1.0};
    double growth = 0.0;

    bool usable() const;
};
static_assert(sizeof(BoxHeader) == BoxHeader::size * sizeof(double), "plain numbers");

/** Length of a state. */
int box_state_size(int beams, int markers);
void store_markers(const kinetics::MarkerBox& box, double* after_header);
/** Shifts and markers of a box that was started with the amplitudes of `stored_amplitudes`. */
void load_markers(const double* after_header, kinetics::MarkerBox& box);
inline const double* stored_lepton_numbers(const double* after_header) {
    return after_header;
}
inline const double* stored_amplitudes(const double* after_header, int beams) {
    return after_header + beams;
}

} // namespace miscid::closures
