/** @file random_numbers.hpp
 *  Random seeds that are the same with every compiler and machine (the distributions of the standard library are not).
 */
#pragma once

#include "medium/constants.hpp"

#include <cmath>
#include <cstdint>

namespace miscid::kinetics {

/** SplitMix64 (Steele, Lea & Flood 2014). All seeds walk one circle; mixing the seed puts neighbours far apart on it. */
class RandomNumbers {
public:
    explicit RandomNumbers(std::uint64_t seed) : state_(mixed(mixed(seed) + 0x632be59bd9b4e019ull)) {}
    std::uint64_t bits() { return mixed(state_ += 0x9e3779b97f4a7c15ull); }
    /** Uniform in (0, 1). */
    double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
    /** Normal with variance 1 (Box and Muller). */
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(uniform()));
        return radius * std::cos(2.0 * medium::constants::pi * uniform());
    }

private:
    static std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

} // namespace miscid::kinetics
