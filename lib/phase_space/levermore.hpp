/** @file levermore.hpp
 *  Angular distribution that is isotropic for some moving observer (Levermore 1984, the M1 closure):
 *      f(n) = 3 (1 - b^2)^3 / (4 pi (3 + b^2) (1 - b n.Fhat)^4),   |F|/E = 4 b/(3 + b^2).
 */
#pragma once

#include <cmath>

namespace miscid::phase_space {

/** Velocity b of that observer for a flux factor in [0, 1]. */
inline double levermore_parameter(double flux_factor) {
    return 3.0 * flux_factor / (2.0 + std::sqrt(4.0 - 3.0 * flux_factor * flux_factor));
}

/** Eddington factor (3 + 4 f^2)/(5 + 2 sqrt(4 - 3 f^2)) (Levermore 1984 Eq. 33). */
inline double levermore_eddington_factor(double flux_factor) {
    const double f2 = flux_factor * flux_factor;
    return (3.0 + 4.0 * f2) / (5.0 + 2.0 * std::sqrt(4.0 - 3.0 * f2));
}

} // namespace miscid::phase_space
