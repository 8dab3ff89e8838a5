/** @file amrex.hpp
 *  Views of AMReX arrays for miscid: header only, compiled with the host's own AMReX. Nothing here includes AMReX: anything
 *  with the `begin`, `end` and `operator()(i, j, k, n)` of amrex::Array4 will do.
 */
#ifndef MISCID_AMREX_HPP
#define MISCID_AMREX_HPP

#include <miscid/moments.hpp>

#include <cstdint>
#include <initializer_list>

namespace miscid {

/** What a run of components of a MultiFab enumerates: an axis, its extent, and how many components lie between neighbours. */
struct ComponentAxis {
    miscid_axis axis;
    std::int64_t extent;
    std::int64_t step;
};

/** The components of `array` from `first` on as a view; cell (0, 0, 0) is the array's lowest corner, ghosts included.
 *  E.g. component = moment + 4 (group + groups species), the flux: view(array, 1, {{MISCID_AXIS_SPACE, 3, 1},
 *  {MISCID_AXIS_GROUP, groups, 4}, {MISCID_MOMENTS_AXIS_SPECIES, species, 4 * groups}}). */
template <class Array4>
View array4_view(const Array4& array, int first, std::initializer_list<ComponentAxis> components = {}) {
    const auto lo = array.begin;
    const auto hi = array.end;
    const auto bytes = [&](int i, int j, int k, int n) {
        const auto* from = reinterpret_cast<const char*>(&array(lo.x, lo.y, lo.z, first));
        return static_cast<std::int64_t>(
            reinterpret_cast<const char*>(&array(lo.x + i, lo.y + j, lo.z + k, first + n)) - from);
    };
    // Strides are asked of neighbours; an axis of one cell has none.
    View view(&array(lo.x, lo.y, lo.z, first));
    view.axis(MISCID_AXIS_I, hi.x - lo.x, hi.x - lo.x > 1 ? bytes(1, 0, 0, 0) : 0);
    view.axis(MISCID_AXIS_J, hi.y - lo.y, hi.y - lo.y > 1 ? bytes(0, 1, 0, 0) : 0);
    view.axis(MISCID_AXIS_K, hi.z - lo.z, hi.z - lo.z > 1 ? bytes(0, 0, 1, 0) : 0);
    for (const ComponentAxis& one : components)
        view.axis(one.axis, one.extent, one.extent > 1 ? bytes(0, 0, 0, static_cast<int>(one.step)) : 0);
    return view;
}

/** Cells of a batch = the valid box of `array`, which has `ghosts` cells around it (amrex::IntVect or anything with []). */
template <class Array4, class IntVect>
void set_valid_box(MomentsBatch& batch, const Array4& array, const IntVect& ghosts) {
    const Index extent = {array.end.x - array.begin.x, array.end.y - array.begin.y, array.end.z - array.begin.z, 1};
    const Index margin = {ghosts[0], ghosts[1], ghosts[2], 0};
    batch.set_box(extent, margin, margin);
}

} // namespace miscid
#endif
