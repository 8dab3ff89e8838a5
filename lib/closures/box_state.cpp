#include "closures/box_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace miscid::closures {

namespace {

constexpr int per_beam = 4;
constexpr int bits = 13;
constexpr int per_double = 4;
constexpr std::int64_t largest_number = (1 << (bits - 1)) - 1;
constexpr std::int64_t offset = 1 << (bits - 1);
constexpr std::uint64_t mask = (1u << bits) - 1;

} // namespace

bool BoxHeader::usable() const {
    double numbers[size];
    std::memcpy(numbers, static_cast<const void*>(this), sizeof numbers);
    return std::all_of(numbers, numbers + size, [](double x) { return std::isfinite(x); }) && unit >= 0.0 &&
           steps >= 0.0;
}

int box_state_size(int beams, int markers) {
    return BoxHeader::size + per_beam * beams + (3 * beams * markers + per_double - 1) / per_double;
}

void store_markers(const kinetics::MarkerBox& box, double* after_header) {
    const int beams = box.beams();
    double* packed = after_header + per_beam * beams;
    std::uint64_t word = 0;
    int filled = 0;
    for (int b = 0; b < beams; ++b) {
        float largest[3] = {};
        for (int c = 0; c < 3; ++c) {
            for (int j = 0; j < box.markers(); ++j) {
                largest[c] = std::max(largest[c], std::abs(box.u(b, c, j)));
            }
        }
        const float along = largest[2] > 0.0f ? largest[2] : 1.0f;
        const float across = std::max(largest[0], largest[1]);
        after_header[beams + b] = box.amplitude(b) * along;
        after_header[2 * beams + b] = across / along;
        after_header[3 * beams + b] = box.shift(b);
        for (int c = 0; c < 3; ++c) {
            const float size = c < 2 ? across : along;
            const double scale = size > 0.0f ? static_cast<double>(largest_number) / size : 0.0;
            for (int j = 0; j < box.markers(); ++j) {
                const auto n = static_cast<std::int64_t>(std::nearbyint(box.u(b, c, j) * scale));
                word |= (static_cast<std::uint64_t>(n + offset) & mask) << (bits * filled);
                if (++filled == per_double) {
                    *packed++ = static_cast<double>(word);
                    word = 0;
                    filled = 0;
                }
            }
        }
    }
    if (filled > 0) {
        *packed = static_cast<double>(word);
    }
}

void load_markers(const double* after_header, kinetics::MarkerBox& box) {
    const int beams = box.beams();
    const double* packed = after_header + per_beam * beams;
    std::uint64_t word = 0;
    int left = 0;
    for (int b = 0; b < beams; ++b) {
        box.set_shift(b, after_header[3 * beams + b]);
        for (int c = 0; c < 3; ++c) {
            const double scale = (c < 2 ? after_header[2 * beams + b] : 1.0) / static_cast<double>(largest_number);
            for (int j = 0; j < box.markers(); ++j) {
                if (left == 0) {
                    word = static_cast<std::uint64_t>(*packed++);
                    left = per_double;
                }
                const std::int64_t n = static_cast<std::int64_t>(word & mask) - offset;
                box.u(b, c, j) = static_cast<float>(static_cast<double>(n) * scale);
                word >>= bits;
                --left;
            }
        }
    }
}

} // namespace miscid::closures
