#include "capi/transfer.hpp"

#include "capi/error.hpp"

#include <algorithm>
#include <cstdio>

namespace miscid::capi {

void explain(const char* where, miscid_status status, const CellIndex& cell, const Complaint& complaint) {
    char place[160] = "";
    int used = 0;
    const auto append = [&](const char* format, auto value) {
        const int written = std::snprintf(place + used, sizeof place - static_cast<std::size_t>(used), format, value);
        used = std::min(used + std::max(written, 0), static_cast<int>(sizeof place) - 1);
    };
    if (complaint.field != 0) {
        append(": field '%s'", find_field(complaint.field)->name);
    }
    if (complaint.type >= 0) {
        append(", %s", complaint.type == 0 ? "neutrino" : "antineutrino");
    }
    if (complaint.group >= 0) {
        append(", group %d", complaint.group);
    }
    if (complaint.direction >= 0) {
        append(", direction %d", complaint.direction);
    }
    if (complaint.component >= 0) {
        append(", component %d", complaint.component);
    }
    if (complaint.has_value) {
        append(", value %.9g", complaint.value);
    }
    set_error(status, "%s: cell (%lld, %lld, %lld, %lld)%s: %s", where, static_cast<long long>(cell[0]),
              static_cast<long long>(cell[1]), static_cast<long long>(cell[2]), static_cast<long long>(cell[3]), place,
              miscid_status_text(status));
}

} // namespace miscid::capi
