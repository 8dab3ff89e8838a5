/** @file access.hpp
 *  Reading and writing numbers behind a view. Whether a number is finite is asked of its bits, before it is ever used:
 *  a signalling NaN would raise a trap the host may have set.
 */
#pragma once

#include "capi/handles.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace miscid::capi {

inline char* cell_address(const BoundView& view, const CellIndex& cell) {
    char* address = view.data;
    for (std::size_t a = 0; a < 4; ++a) {
        address += cell[a] * view.stride[a];
    }
    return address;
}

/** Reads a number; false if it is not finite (value is then 0). */
inline bool read_number(const char* address, int dtype, double& value) {
    value = 0.0;
    switch (dtype) {
    case MISCID_FLOAT64: {
        std::uint64_t bits;
        std::memcpy(&bits, address, sizeof bits);
        if ((bits & 0x7ff0000000000000ull) == 0x7ff0000000000000ull) {
            return false;
        }
        std::memcpy(&value, &bits, sizeof value);
        return true;
    }
    case MISCID_FLOAT32: {
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
    case MISCID_INT32: {
        std::int32_t number;
        std::memcpy(&number, address, sizeof number);
        value = static_cast<double>(number);
        return true;
    }
    default: {
        std::int64_t number;
        std::memcpy(&number, address, sizeof number);
        value = static_cast<double>(number);
        return true;
    }
    }
}

inline void write_number(char* address, int dtype, double value) {
    switch (dtype) {
    case MISCID_FLOAT64:
        std::memcpy(address, &value, sizeof value);
        break;
    case MISCID_FLOAT32: {
        // Out of a float's range: the nearest number, not an overflow trap in the host.
        constexpr double largest = std::numeric_limits<float>::max();
        const auto number = static_cast<float>(std::clamp(value, -largest, largest));
        std::memcpy(address, &number, sizeof number);
        break;
    }
    case MISCID_INT32: {
        const auto number = static_cast<std::int32_t>(value);
        std::memcpy(address, &number, sizeof number);
        break;
    }
    default: {
        const auto number = static_cast<std::int64_t>(value);
        std::memcpy(address, &number, sizeof number);
    }
    }
}

/** A view at one cell: element(i, ...) by named axes. */
class CellView {
public:
    CellView(const BoundView& view, const CellIndex& cell)
        : view_(view), address_(view.bound() ? cell_address(view, cell) : nullptr) {}

    bool bound() const { return address_ != nullptr; }
    int dtype() const { return view_.dtype; }
    std::int64_t stride(int axis) const { return view_.stride[static_cast<std::size_t>(axis)]; }
    char* base() const { return address_; }
    char* at(int axis, std::int64_t i) const { return address_ + i * stride(axis); }
    char* mode(int type, int group, int direction) const {
        return address_ + type * stride(MISCID_AXIS_TYPE) + group * stride(MISCID_AXIS_GROUP) +
               direction * stride(MISCID_AXIS_DIRECTION);
    }

private:
    const BoundView& view_;
    char* address_;
};

} // namespace miscid::capi
