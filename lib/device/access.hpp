/** @file access.hpp  Cells and numbers of a host's arrays, as a device sees them. */
#pragma once

#include "device/team.hpp"

namespace miscid::device {

MISCID_DEVICE void cell_of(const CellRange& cells, std::int64_t number, std::int64_t (&index)[4]) {
    for (int a = 0; a < 4; ++a) {
        if (cells.listed) {
            index[a] = cells.listed[4 * number + a];
        } else {
            index[a] = cells.lower[a] + number % cells.interior[a];
            number /= cells.interior[a];
        }
    }
}

MISCID_DEVICE char* at_cell(const View& view, const std::int64_t (&cell)[4]) {
    return view.data +
           (cell[0] * view.stride[0] + cell[1] * view.stride[1] + cell[2] * view.stride[2] + cell[3] * view.stride[3]);
}

MISCID_DEVICE double read_number(const char* address, int type) {
    return type == float64 ? *reinterpret_cast<const double*>(address)
                           : static_cast<double>(*reinterpret_cast<const float*>(address));
}

MISCID_DEVICE void write_number(char* address, int type, double value) {
    if (type == float64) {
        *reinterpret_cast<double*>(address) = value;
    } else if (type == float32) {
        constexpr double largest = 3.40282346638528859812e38; // out of range: the nearest number there is
        const double bounded = value > largest ? largest : (value < -largest ? -largest : value);
        *reinterpret_cast<float*>(address) = static_cast<float>(bounded);
    } else if (type == int32) {
        *reinterpret_cast<std::int32_t*>(address) = static_cast<std::int32_t>(value);
    } else {
        *reinterpret_cast<std::int64_t*>(address) = static_cast<std::int64_t>(value);
    }
}

} // namespace miscid::device
