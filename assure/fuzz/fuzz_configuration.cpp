// Any bytes as the configuration of a host: read whole or refused whole, with a message; what is read makes a context or
// is refused with a reason, and comes back from its own text.
#include <miscid/miscid.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::string text_of(const miscid_config* config) {
    std::size_t needed = 0;
    miscid_config_write_json(config, nullptr, 0, &needed);
    std::string text(needed, '\0');
    miscid_config_write_json(config, text.data(), text.size(), &needed);
    return text;
}

void require(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    miscid_config* config = nullptr;
    require(miscid_config_create(&config) == MISCID_OK);
    const std::string before = text_of(config);
    const miscid_status status = miscid_config_read_json(config, reinterpret_cast<const char*>(data), size);
    require(status == MISCID_OK || status == MISCID_BAD_JSON || status == MISCID_UNKNOWN_KEY ||
            status == MISCID_BAD_VALUE);
    if (status != MISCID_OK) {
        require(miscid_last_error(nullptr, 0) > 0);
        require(text_of(config) == before);
    } else {
        const std::string after = text_of(config);
        miscid_config* again = nullptr;
        require(miscid_config_create(&again) == MISCID_OK);
        require(miscid_config_read_json(again, after.data(), after.size() - 1) == MISCID_OK);
        require(text_of(again) == after);
        miscid_config_destroy(again);
        miscid_context* context = nullptr;
        const miscid_status made = miscid_context_create(config, &context);
        require((made == MISCID_OK) == (context != nullptr));
        miscid_context_destroy(context);
    }
    miscid_config_destroy(config);
    return 0;
}
