/** @file fingerprint.hpp  64-bit FNV-1a: equal bits, equal number. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace miscid::apps {

inline constexpr std::uint64_t fnv1a_start = 14695981039346656037ull;

/** Continues `hash` with these bytes. */
inline std::uint64_t fnv1a(const void* bytes, std::size_t count, std::uint64_t hash = fnv1a_start) {
    const auto* next = static_cast<const unsigned char*>(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        hash = (hash ^ next[i]) * 1099511628211ull;
    }
    return hash;
}

inline std::string hexadecimal(std::uint64_t number) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
    return text;
}

} // namespace miscid::apps
