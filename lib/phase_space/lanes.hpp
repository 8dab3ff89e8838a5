/** @file lanes.hpp  Width of a SIMD block of directions. */
#pragma once

namespace miscid::phase_space {

/** Directions that share one SIMD block. The same on every machine, so that sums have one order everywhere. */
inline constexpr int lanes = 8;

} // namespace miscid::phase_space
