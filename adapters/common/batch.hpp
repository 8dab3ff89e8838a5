/** @file batch.hpp  What the C interfaces of the adapters have in common: bound arrays, checks of a call, the loop over cells. */
#pragma once

#include "error.hpp"
#include "field_table.hpp"

/** Refuses a null argument of a function of the C interface, by name. */
#define MISCID_REQUIRE(argument)                                                                                       \
    do {                                                                                                               \
        if ((argument) == nullptr) {                                                                                   \
            return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", __func__, #argument);                  \
        }                                                                                                              \
    } while (false)

namespace miscid::adapters {

/** Highest id of a field of any adapter, plus one. */
inline constexpr int field_capacity = 20;

struct BoundArrays {
    std::array<HostView, field_capacity> views;
    std::vector<Diagnostic> diagnostics;
    Box box;

    const HostView& view(int field) const { return views[static_cast<std::size_t>(field)]; }
    bool bound(int field) const { return view(field).bound(); }
    /** Writes a number of a cell where somebody wants it. */
    void write(int field, const CellIndex& cell, double value) const {
        if (bound(field)) {
            write_number(view(field).cell(cell), view(field).dtype, value);
        }
    }
};

/** A view that fits the field replaces the one that was bound. */
inline miscid_status bind_view(const char* where, const FieldTable& table, int field, const FieldExtents& extents,
                               const miscid_view& view, BoundArrays& arrays) {
    HostView host;
    const auto status = fit_view(where, table, field, extents, view, host);
    if (status == MISCID_OK) {
        arrays.views[static_cast<std::size_t>(field)] = host;
    }
    return status;
}
/** May throw. */
miscid_status bind_diagnostic(const char* where, const miscid::Context& context, miscid_field field,
                              const miscid_view& view, BoundArrays& arrays);
/** Sets the cells from the arguments of the C interface. */
miscid_status set_cells(const char* where, const int64_t extent[4], const int64_t lower[4], const int64_t upper[4],
                        BoundArrays& arrays);
/** Refuses what no call can use: times that are not finite, a negative dt, a report without its size. */
miscid_status check_call(const char* where, double time, double dt, const miscid_report* report);
/** Sets what an out-pointer points to, where there is one. */
inline void put(int32_t* target, int value) {
    if (target != nullptr) {
        *target = value;
    }
}
/** The tally as the caller's report, if it wants one; the status of the call. */
miscid_status hand_over(const Tally& tally, miscid_report* report);
/** Says of the first refused cell where it is and `why`. */
void explain_first(const char* where, const Tally& tally, const CellIndex& cell, miscid_status status, const char* why);

/** Runs `treat(cell, report of one cell)` on all cells; `why()` tells why the last one was refused. */
template <typename Treat, typename Why>
miscid_status over_cells(const char* where, const Box& box, miscid_report* report, Treat&& treat, Why&& why) {
    Tally tally;
    const std::int64_t cells = box.count();
    for (std::int64_t number = 0; number < cells; ++number) {
        const CellIndex cell = box.cell(number);
        miscid_report one{};
        one.time_step_factor = 1.0;
        const miscid_status status = treat(cell, one);
        if (status < 0) {
            explain_first(where, tally, cell, status, why());
        }
        tally.add(cell, status, one);
    }
    return hand_over(tally, report);
}

} // namespace miscid::adapters
