// Packed contexts and configurations that were cut short, damaged or made up: refused with a status, never half believed.
#include "catch.hpp"

#include <miscid/miscid.hpp>

#include <random>

namespace {

std::vector<unsigned char> good_pack() {
    return miscid::Context(miscid::Config::from_json(R"({"phase_space.groups": 3, "vacuum.ordering": "inverted"})"))
        .pack();
}

/** The status of unpacking; a context that comes out is complete. */
miscid_status unpack(const std::vector<unsigned char>& bytes) {
    miscid_context* context = nullptr;
    const miscid_status status = miscid_context_unpack(
        bytes.empty() ? reinterpret_cast<const unsigned char*>("") : bytes.data(), bytes.size(), &context);
    CHECK((status == MISCID_OK) == (context != nullptr));
    if (context != nullptr) {
        std::int32_t count = 0;
        CHECK(miscid_state_doubles_per_cell(context, &count) == MISCID_OK);
        CHECK(count > 0);
    }
    miscid_context_destroy(context);
    return status;
}

} // namespace

TEST_CASE("a pack that was cut short anywhere is refused") {
    const auto pack = good_pack();
    REQUIRE(unpack(pack) == MISCID_OK);
    for (std::size_t length = 0; length < pack.size(); ++length)
        if (unpack({pack.begin(), pack.begin() + static_cast<std::ptrdiff_t>(length)}) != MISCID_CONTEXT_MISMATCH)
            FAIL("a pack of " << pack.size() << " bytes is believed after " << length);
}

TEST_CASE("a pack with one bit changed anywhere is refused") {
    const auto pack = good_pack();
    for (std::size_t byte = 0; byte < pack.size(); ++byte)
        for (int bit = 0; bit < 8; ++bit) {
            auto damaged = pack;
            damaged[byte] = static_cast<unsigned char>(damaged[byte] ^ (1 << bit));
            if (unpack(damaged) != MISCID_CONTEXT_MISMATCH)
                FAIL("bit " << bit << " of byte " << byte << " may change");
        }
}

TEST_CASE("random bytes are no pack") {
    std::mt19937 engine(4);
    for (int trial = 0; trial < 2000; ++trial) {
        std::vector<unsigned char> bytes(engine() % 200);
        for (auto& byte : bytes)
            byte = static_cast<unsigned char>(engine());
        CHECK(unpack(bytes) == MISCID_CONTEXT_MISMATCH);
    }
}

TEST_CASE("configuration text nested a million deep, or a hundred megabytes long, is refused, not followed") {
    miscid_config* config = nullptr;
    REQUIRE(miscid_config_create(&config) == MISCID_OK);
    const std::string deep = std::string(1000000, '[') + std::string(1000000, ']');
    std::string objects;
    for (int i = 0; i < 200000; ++i)
        objects += R"({"vacuum":)";
    for (const std::string& text : {deep, R"({"vacuum": )" + deep + "}", objects, std::string(100000000, ' ') + "{}"}) {
        CHECK(miscid_config_read_json(config, text.data(), text.size()) == MISCID_BAD_JSON);
        CHECK(miscid_last_error(nullptr, 0) > 20);
    }
    const std::string good = R"({"vacuum": {"mixing_angle": 0.2}})";
    CHECK(miscid_config_read_json(config, good.data(), good.size()) == MISCID_OK);
    miscid_config_destroy(config);
}
