// Reports for languages that cannot see the struct.

#include "capi/error.hpp"
#include "capi/transfer.hpp"

#include <algorithm>
#include <cstring>

using namespace miscid::capi;

void miscid::capi::give_report(const miscid_report& tally, miscid_report* report) {
    const std::size_t size = std::min(report->struct_size, sizeof(miscid_report));
    const std::size_t given = report->struct_size;
    std::memcpy(report, &tally, size);
    report->struct_size = given;
}

size_t miscid_report_size(void) {
    return sizeof(miscid_report);
}
size_t miscid_view_size(void) {
    return sizeof(miscid_view);
}

miscid_status miscid_report_create(miscid_report** report) {
    MISCID_REQUIRE(report);
    return guarded(__func__, [&] {
        *report = new miscid_report{};
        (*report)->struct_size = sizeof(miscid_report);
        (*report)->time_step_factor = 1.0;
        return MISCID_OK;
    });
}

void miscid_report_destroy(miscid_report* report) {
    delete report;
}

miscid_status miscid_report_get(const miscid_report* report, const char* name, double* value) {
    clear_error();
    MISCID_REQUIRE(report);
    MISCID_REQUIRE(name);
    MISCID_REQUIRE(value);
    const miscid_report& r = *report;
    const struct {
        const char* name;
        double value;
    } numbers[] = {
        {"cells", static_cast<double>(r.cells)},
        {"ok", static_cast<double>(r.ok)},
        {"events", static_cast<double>(r.events)},
        {"relaxed", static_cast<double>(r.relaxed)},
        {"reduce_time_step", static_cast<double>(r.reduce_time_step)},
        {"refused", static_cast<double>(r.refused)},
        {"first_refused_i", static_cast<double>(r.first_refused[0])},
        {"first_refused_j", static_cast<double>(r.first_refused[1])},
        {"first_refused_k", static_cast<double>(r.first_refused[2])},
        {"first_refused_node", static_cast<double>(r.first_refused[3])},
        {"first_refused_status", static_cast<double>(r.first_refused_status)},
        {"max_iterations", static_cast<double>(r.max_iterations)},
        {"iterations", static_cast<double>(r.iterations)},
        {"continued", static_cast<double>(r.continued)},
        {"cold_starts", static_cast<double>(r.cold_starts)},
        {"max_residual", r.max_residual},
        {"max_rotation", r.max_rotation},
        {"max_tilt", r.max_tilt},
        {"time_step_factor", r.time_step_factor},
    };
    for (const auto& number : numbers) {
        if (std::strcmp(number.name, name) == 0) {
            *value = number.value;
            return MISCID_OK;
        }
    }
    return set_error(MISCID_BAD_ARGUMENT, "%s: a report has no number '%s'", __func__, name);
}
