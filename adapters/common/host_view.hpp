/** @file host_view.hpp
 *  A host's strided array: address of an element, and numbers read and written without a trap.
 */
#pragma once

#include <miscid/miscid.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

namespace miscid::adapters {

using CellIndex = std::array<std::int64_t, 4>;

/** Axes of miscid_axis and those the adapters add. */
inline constexpr int axis_capacity = 24;
inline constexpr int axis_species = 16;
inline constexpr int axis_energy_node = 17;

struct HostView {
    char* data = nullptr;
    int dtype = MISCID_FLOAT64;
    std::array<bool, axis_capacity> named{};
    std::array<std::int64_t, axis_capacity> extent{};
    std::array<std::int64_t, axis_capacity> stride{}; ///< bytes; 0 where not named

    bool bound() const { return data != nullptr; }
    std::int64_t stride_of(int axis) const { return stride[static_cast<std::size_t>(axis)]; }
    std::int64_t extent_of(int axis) const { return extent[static_cast<std::size_t>(axis)]; }
    bool has(int axis) const { return named[static_cast<std::size_t>(axis)]; }
    char* cell(const CellIndex& index) const {
        char* address = data;
        for (std::size_t a = 0; a < 4; ++a) {
            address += index[a] * stride[a];
        }
        return address;
    }
    /** Bytes from group 0 to `group`, energy nodes being fastest. */
    std::int64_t group_offset(int group) const {
        const std::int64_t nodes = has(axis_energy_node) ? extent_of(axis_energy_node) : 1;
        return group / nodes * stride_of(MISCID_AXIS_GROUP) + group % nodes * stride_of(axis_energy_node);
    }
};

/** Reads a number; false if it is not finite, which is asked of the bits: a signalling NaN must not trap. */
inline bool read_number(const char* address, int dtype, double& value) {
    if (dtype == MISCID_FLOAT32) {
        std::uint32_t bits;
        std::memcpy(&bits, address, sizeof bits);
        if ((bits & 0x7f800000u) == 0x7f800000u) {
            return false;
        }
        float number;
        std::memcpy(&number, &bits, sizeof number);
        value = static_cast<double>(number);
        return true;
    }
    std::uint64_t bits;
    std::memcpy(&bits, address, sizeof bits);
    if ((bits & 0x7ff0000000000000ull) == 0x7ff0000000000000ull) {
        return false;
    }
    std::memcpy(&value, &bits, sizeof value);
    return true;
}

inline void write_number(char* address, int dtype, double value) {
    if (dtype == MISCID_FLOAT32) {
        constexpr double largest = std::numeric_limits<float>::max();
        const auto number = static_cast<float>(std::clamp(value, -largest, largest));
        std::memcpy(address, &number, sizeof number);
    } else if (dtype == MISCID_INT32) {
        const auto number = static_cast<std::int32_t>(value);
        std::memcpy(address, &number, sizeof number);
    } else {
        std::memcpy(address, &value, sizeof value);
    }
}

/** A box of cells with ghost margins. */
struct Box {
    CellIndex extent{1, 1, 1, 1};
    CellIndex lower{};
    CellIndex upper{};

    std::int64_t count() const {
        std::int64_t cells = 1;
        for (std::size_t a = 0; a < 4; ++a) {
            cells *= std::max<std::int64_t>(0, extent[a] - lower[a] - upper[a]);
        }
        return cells;
    }
    CellIndex cell(std::int64_t number) const {
        CellIndex index;
        for (std::size_t a = 0; a < 4; ++a) {
            const std::int64_t interior = extent[a] - lower[a] - upper[a];
            index[a] = lower[a] + number % interior;
            number /= interior;
        }
        return index;
    }
};

} // namespace miscid::adapters
