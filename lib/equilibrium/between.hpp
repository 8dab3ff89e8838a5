/** @file between.hpp  Potentials on the way from one medium to another. */
#pragma once

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

/** In equal ratios where both are positive and their ratio is a number, linear otherwise; `to` itself at s = 1. */
inline double between(double from, double to, double s) {
    constexpr double smallest_ratio = 1e-150;
    if (s == 1.0) {
        return to;
    }
    return std::min(from, to) > smallest_ratio * std::max(from, to) ? from * std::pow(to / from, s)
                                                                    : from + s * (to - from);
}

} // namespace miscid::equilibrium
