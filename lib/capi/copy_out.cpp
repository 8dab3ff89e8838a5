#include "capi/copy_out.hpp"

#include "capi/error.hpp"

#include <cstring>

namespace miscid::capi {

miscid_status copy_out(const char* where, const void* data, std::size_t size, void* buffer, std::size_t capacity,
                       std::size_t* needed) {
    if (needed != nullptr) {
        *needed = size;
    }
    if (buffer == nullptr) {
        return MISCID_OK;
    }
    if (capacity < size) {
        return set_error(MISCID_BUFFER_TOO_SMALL, "%s: %zu bytes are needed, %zu were given", where, size, capacity);
    }
    std::memcpy(buffer, data, size);
    return MISCID_OK;
}

} // namespace miscid::capi
