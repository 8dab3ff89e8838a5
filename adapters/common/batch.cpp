#include "batch.hpp"

#include <algorithm>

namespace miscid::adapters {

miscid_status bind_diagnostic(const char* where, const miscid::Context& context, miscid_field field,
                              const miscid_view& view, BoundArrays& arrays) {
    Diagnostic diagnostic;
    if (const auto status = fit_diagnostic(where, context, field, view, diagnostic)) {
        return status;
    }
    auto& all = arrays.diagnostics;
    all.erase(std::remove_if(all.begin(), all.end(), [&](const Diagnostic& one) { return one.field == field; }),
              all.end());
    all.push_back(diagnostic);
    return MISCID_OK;
}

miscid_status set_cells(const char* where, const int64_t extent[4], const int64_t lower[4], const int64_t upper[4],
                        BoundArrays& arrays) {
    Box box;
    const auto status = make_box(where, extent, lower, upper, box);
    if (status == MISCID_OK) {
        arrays.box = box;
    }
    return status;
}

miscid_status check_call(const char* where, double time, double dt, const miscid_report* report) {
    double checked;
    if (!read_number(reinterpret_cast<const char*>(&dt), MISCID_FLOAT64, checked) || !(checked >= 0.0) ||
        !read_number(reinterpret_cast<const char*>(&time), MISCID_FLOAT64, checked)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: time or dt is not finite, or dt is negative", where);
    }
    if (report != nullptr && report->struct_size < sizeof(miscid_report)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: report->struct_size is not set", where);
    }
    return MISCID_OK;
}

miscid_status hand_over(const Tally& tally, miscid_report* report) {
    if (report != nullptr) {
        const std::size_t size = report->struct_size;
        *report = tally.report;
        report->struct_size = size;
    }
    return tally.status();
}

void explain_first(const char* where, const Tally& tally, const CellIndex& cell, miscid_status status,
                   const char* why) {
    if (tally.report.refused == 0) {
        set_error(status, "%s: cell (%lld, %lld, %lld, %lld): %s", where, static_cast<long long>(cell[0]),
                  static_cast<long long>(cell[1]), static_cast<long long>(cell[2]), static_cast<long long>(cell[3]),
                  why);
    }
}

} // namespace miscid::adapters
