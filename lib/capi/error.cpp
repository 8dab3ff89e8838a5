#include "capi/error.hpp"

#include <algorithm>
#include <cstring>

namespace miscid::capi {

namespace {

thread_local char last_message[1024] = "";

struct StatusEntry {
    int32_t value;
    const char* name;
    const char* text;
};

constexpr StatusEntry statuses[] = {
#define MISCID_STATUS(name, value, text) {value, #name, text},
#include <miscid/status_list.h>
#undef MISCID_STATUS
};

const StatusEntry* find_status(int32_t status) {
    for (const auto& entry : statuses) {
        if (entry.value == status) {
            return &entry;
        }
    }
    return nullptr;
}

} // namespace

void clear_error() noexcept {
    last_message[0] = '\0';
}

miscid_status set_error(miscid_status status, const char* format, ...) noexcept {
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(last_message, sizeof last_message, format, arguments);
    va_end(arguments);
    return status;
}

} // namespace miscid::capi

using namespace miscid::capi;

miscid_status miscid_version(int32_t* major, int32_t* minor, int32_t* patch) {
    clear_error();
    const auto put = [](int32_t* target, int32_t value) {
        if (target != nullptr) {
            *target = value;
        }
    };
    put(major, MISCID_VERSION_MAJOR);
    put(minor, MISCID_VERSION_MINOR);
    put(patch, MISCID_VERSION_PATCH);
    return MISCID_OK;
}

int32_t miscid_abi_number(void) {
    return MISCID_ABI;
}

const char* miscid_status_text(int32_t status) {
    const auto* entry = find_status(status);
    return entry != nullptr ? entry->text : "unknown status";
}

const char* miscid_status_name(int32_t status) {
    const auto* entry = find_status(status);
    return entry != nullptr ? entry->name : "UNKNOWN";
}

size_t miscid_last_error(char* buffer, size_t capacity) {
    const size_t length = std::strlen(last_message);
    if (buffer != nullptr && capacity > 0) {
        const size_t copied = std::min(length, capacity - 1);
        std::memcpy(buffer, last_message, copied);
        buffer[copied] = '\0';
    }
    return length;
}
