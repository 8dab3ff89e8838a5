#include "error.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace miscid::adapters {

namespace {
thread_local char last_message[1024] = "";
}

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

std::size_t last_error(char* buffer, std::size_t capacity) noexcept {
    const std::size_t length = std::strlen(last_message);
    if (buffer != nullptr && capacity > 0) {
        const std::size_t copied = std::min(length, capacity - 1);
        std::memcpy(buffer, last_message, copied);
        buffer[copied] = '\0';
    }
    return length;
}

std::string library_error() {
    std::string text(miscid_last_error(nullptr, 0), '\0');
    miscid_last_error(text.data(), text.size() + 1);
    return text;
}

} // namespace miscid::adapters
