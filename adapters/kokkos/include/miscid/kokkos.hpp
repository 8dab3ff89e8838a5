/** @file kokkos.hpp
 *  Views of Kokkos views for miscid: header only. Nothing here includes Kokkos: anything with the `data()`, `extent(r)` and
 *  `stride(r)` of Kokkos::View will do, padded, a subview, LayoutRight or LayoutLeft. The memory must be the host's
 *  (Kokkos::HostSpace, or CudaUVMSpace after a fence); make a mirror of device memory first.
 */
#ifndef MISCID_KOKKOS_HPP
#define MISCID_KOKKOS_HPP

#include <miscid/moments.hpp>

#include <cstdint>
#include <initializer_list>

namespace miscid {

/** A dimension of a Kokkos view that is fixed at an index instead of being an axis: a negative axis name. */
inline constexpr miscid_axis fixed_dimension = static_cast<miscid_axis>(0x7ffffffe);

/** One name per dimension of the view; `index` is where a dimension starts (or is fixed at), `count` how many entries it has (0: all),
 *  `step` how many lie between neighbours. One dimension may be named twice over, e.g. variable + variables * species:
 *  give it one entry here and add the other axis to the result. */
struct Dimension {
    miscid_axis axis;
    std::int64_t index = 0;
    std::int64_t count = 0;
    std::int64_t step = 1;
};

template <class KokkosView>
View kokkos_view(const KokkosView& array, std::initializer_list<Dimension> dimensions) {
    std::int64_t offset = 0;
    int r = 0;
    for (const Dimension& one : dimensions)
        offset += one.index * static_cast<std::int64_t>(array.stride(r++));
    View view(array.data() + offset);
    r = 0;
    for (const Dimension& one : dimensions) {
        const auto stride = static_cast<std::int64_t>(array.stride(r)) * one.step;
        const auto rest = (static_cast<std::int64_t>(array.extent(r)) - one.index + one.step - 1) / one.step;
        if (one.axis != fixed_dimension)
            view.axis(one.axis, one.count > 0 ? one.count : rest,
                      stride * static_cast<std::int64_t>(sizeof(*array.data())));
        ++r;
    }
    return view;
}

} // namespace miscid
#endif
