// Any bytes as a packed context: first as they are, then as the text of a pack whose checksum is right, so that what lies
// behind it is reached too.
#include <miscid/miscid.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void unpack(const std::string& bytes) {
    miscid_context* context = nullptr;
    const miscid_status status = miscid_context_unpack(bytes.data(), bytes.size(), &context);
    if ((status == MISCID_OK) != (context != nullptr) || status == MISCID_INTERNAL_ERROR)
        std::abort();
    miscid_context_destroy(context);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    unpack(text);
    std::uint64_t checksum = 1469598103934665603ull; // FNV-1a, as lib/capi/context.cpp
    for (const char letter : text)
        checksum = (checksum ^ static_cast<unsigned char>(letter)) * 1099511628211ull;
    std::string pack = "miscid01";
    pack.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    unpack(pack + text);
    return 0;
}
