/** @file onset.hpp
 *  When amplified fluctuations make an unstable state depart from where it starts (Johns, many-body correlations, Eqs.
 *  20-25). Departure by mass mixing is in pendulum.hpp.
 */
#pragma once

#include <cmath>

namespace miscid::validity {

/** Relative size c/sqrt(N) of the fluctuations of N neutrinos (Eq. 21). */
inline double fluctuation_seed(double number, double c = 1.0) {
    return c / std::sqrt(number);
}

/** Time for growth exp(Omega t) to raise a seed to a part f (Eq. 24); 0 if it is there already. */
inline double growth_time(double growth_rate, double seed, double part) {
    return seed < part ? std::log(part / seed) / growth_rate : 0.0;
}

/** Time at which fluctuations of N neutrinos have grown to the part f of the density (Eq. 24). */
inline double fluctuation_onset(double growth_rate, double number, double part = 0.1, double c = 1.0) {
    return growth_time(growth_rate, fluctuation_seed(number, c), part);
}

} // namespace miscid::validity
