/** @file random.hpp
 *  Random numbers of the campaign: the same on every machine and for any number of threads. Each cell has a stream of its
 *  own, so one cell can be drawn again alone. (SplitMix64, Steele, Lea and Flood 2014.)
 */
#pragma once

#include <cmath>
#include <cstdint>

namespace miscid::campaign {

class Random {
public:
    /** Stream `number` of campaign `seed`. */
    Random(std::uint64_t seed, std::uint64_t number)
        : state_(mixed(seed) ^ mixed(0x9e3779b97f4a7c15u * (number + 1))) {}

    std::uint64_t bits() { return mixed(state_ += 0x9e3779b97f4a7c15u); }
    /** Uniform in [0, 1). */
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double log_uniform(double low, double high) { return low * std::pow(high / low, uniform()); }
    bool chance(double probability) { return uniform() < probability; }
    int integer(int count) { return static_cast<int>(bits() % static_cast<std::uint64_t>(count)); }

private:
    static std::uint64_t mixed(std::uint64_t x) {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }
    std::uint64_t state_;
};

} // namespace miscid::campaign
