// A host's array with any memory layout, for the tests of the C interface.
#ifndef MISCID_TESTS_HOST_ARRAY_HPP
#define MISCID_TESTS_HOST_ARRAY_HPP

#include <miscid/miscid.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

namespace host {

/** One axis of an array in memory. */
struct Axis {
    miscid_axis name;
    std::int64_t extent;
    std::int64_t padding = 0; ///< unused elements after the last one
    bool reversed = false;    ///< the last element comes first in memory: a negative stride
};

/** Where an element is: axes that are not named have index 0. */
using Position = std::map<miscid_axis, std::int64_t>;

/** An array that owns its memory. Axes are given in the order of memory, the fastest first. */
template <class T>
class Array {
public:
    Array(std::vector<Axis> axes, T fill) : axes_(std::move(axes)) {
        std::int64_t elements = 1;
        for (const Axis& axis : axes_) {
            strides_.push_back(axis.reversed ? -elements : elements);
            if (axis.reversed)
                origin_ += (axis.extent - 1) * elements;
            elements *= axis.extent + axis.padding;
        }
        memory_.assign(static_cast<std::size_t>(elements), fill);
    }

    /** Axes the array lacks are broadcast, as in a view. */
    T& at(const Position& position) {
        std::int64_t offset = origin_;
        for (std::size_t n = 0; n < axes_.size(); ++n) {
            const auto found = position.find(axes_[n].name);
            offset += (found == position.end() ? 0 : found->second) * strides_[n];
        }
        return memory_[static_cast<std::size_t>(offset)];
    }

    miscid::View view() {
        miscid::View view(memory_.data() + origin_);
        for (std::size_t n = 0; n < axes_.size(); ++n)
            view.axis(axes_[n].name, axes_[n].extent, strides_[n] * static_cast<std::int64_t>(sizeof(T)));
        return view;
    }

    /** Calls `use(position)` for every element, padding excluded. */
    template <class Use>
    void for_each(Use use) {
        Position position;
        visit(0, position, use);
    }

    std::vector<T>& memory() { return memory_; }

private:
    template <class Use>
    void visit(std::size_t n, Position& position, Use& use) {
        if (n == axes_.size())
            return use(static_cast<const Position&>(position));
        for (std::int64_t i = 0; i < axes_[n].extent; ++i) {
            position[axes_[n].name] = i;
            visit(n + 1, position, use);
        }
    }

    std::vector<Axis> axes_;
    std::vector<std::int64_t> strides_;
    std::int64_t origin_ = 0;
    std::vector<T> memory_;
};

/** Equal as memory: also where there are NaNs, and telling -0 from 0. */
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

} // namespace host
#endif
