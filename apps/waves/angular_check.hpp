/** @file angular_check.hpp
 *  `miscid waves --refine N`: is a wave physics, or does it live on the discrete angles? E(v) is carried by a cubic
 *  spline to N times as many Gauss-Legendre angles. A wave of the distribution moves by less than a per cent, one of
 *  the grid goes (flavor-waves.md 2).
 */
#pragma once

#include "waves/wave_answer.hpp"

namespace miscid::apps {

/** Keys: modes, roots of the fine grid, and for the most unstable wave of the case its omega there, the relative change
 * and `physical`. Axisymmetric cases of at least four angles only. */
Json refined_angles(const WaveCase& c, int factor, const Json& answer);

} // namespace miscid::apps
