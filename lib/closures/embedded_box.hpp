/** @file embedded_box.hpp
 *  The embedded box: the kinetic equation itself, in a small periodic box inside the cell, as a closure of the flavor
 *  viscosity (docs/embedded-box.md).
 */
#pragma once

#include "closures/closure.hpp"
#include "equilibrium/sweep.hpp"

namespace miscid::closures {

/** Beams (cosines to the axis of the box) and markers on each. */
struct BoxSize {
    int beams = 16;
    int markers = 32;
};

namespace box_sizes {
inline constexpr BoxSize D{10, 20}; ///< least memory
inline constexpr BoxSize S{16, 32};
inline constexpr BoxSize M{32, 48};
inline constexpr BoxSize L{32, 104};
} // namespace box_sizes

/** Lengths and times in units of 1/sum |e|. */
struct EmbeddedBoxOptions {
    BoxSize size = box_sizes::S;
    double marker_distance = 0.9; ///< length of the box over the number of markers
    double step = 0.3;
    double growth_times = 60.0;      ///< a first saturation lasts so many, and at least
    double least_saturation = 300.0; ///< this, and at most
    double most_saturation = 4000.0; ///< this
    double time_per_change = 900.0;  ///< pseudo-time per relative change of the lepton numbers by the host
    double averaging = 0.4;          ///< last part of a run that the answer is the mean of
    double smoothing = 4.0;          ///< short runs: time in which the answer follows the box
    double sudden_seed = 0.05;       ///< rms tilt of the seeds when the step holds a whole saturation
    equilibrium::DispatchLevel level = equilibrium::best_dispatch_level();
};

/** A closure whose state is the markers: state_size is 16 + 4 beams + 3/4 beams x markers. */
std::unique_ptr<Closure> make_embedded_box(const EmbeddedBoxOptions& box = {}, const Options& options = {});

} // namespace miscid::closures
