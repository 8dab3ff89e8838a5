/** @file cell_box.hpp  Boxes of cells, and how a dump is cut into chunks. */
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace miscid::apps {

/** Cells first .. first + count - 1 along i, j, k. */
struct CellBox {
    std::array<std::int64_t, 3> first{0, 0, 0};
    std::array<std::int64_t, 3> count{1, 1, 1};
    std::int64_t cells() const { return count[0] * count[1] * count[2]; }
};

/** The cells of a dump in boxes of at most `largest` cells, each of them contiguous along the fastest axes. */
class Chunks {
public:
    /** extent: cells along i, j, k; order: the axes (0, 1, 2) of the dump, slowest first. */
    Chunks(const std::array<std::int64_t, 3>& extent, const std::vector<int>& order, std::int64_t largest)
        : extent_(extent), order_(order) {
        std::int64_t room = std::max<std::int64_t>(1, largest);
        for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
            size_[*axis] = std::min(room, extent[*axis]);
            room = size_[*axis] == extent[*axis] ? room / std::max<std::int64_t>(1, extent[*axis]) : 1;
            room = std::max<std::int64_t>(1, room);
        }
        for (int axis : order) {
            count_ *= blocks(axis);
        }
    }
    std::int64_t count() const { return count_; }
    /** Cells of the largest chunk. */
    std::int64_t largest() const { return size_[0] * size_[1] * size_[2]; }
    CellBox box(std::int64_t number) const {
        CellBox box;
        for (auto axis = order_.rbegin(); axis != order_.rend(); ++axis) {
            box.first[*axis] = number % blocks(*axis) * size_[*axis];
            box.count[*axis] = std::min(size_[*axis], extent_[*axis] - box.first[*axis]);
            number /= blocks(*axis);
        }
        return box;
    }

private:
    std::int64_t blocks(int axis) const {
        return size_[axis] == 0 ? 0 : (extent_[axis] + size_[axis] - 1) / size_[axis];
    }

    std::array<std::int64_t, 3> extent_;
    std::vector<int> order_;
    std::array<std::int64_t, 3> size_{1, 1, 1};
    std::int64_t count_ = 1;
};

} // namespace miscid::apps
