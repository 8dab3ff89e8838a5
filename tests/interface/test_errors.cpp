// Statuses and the last error of a thread.
#include "catch.hpp"

#include <miscid/miscid.hpp>

#include <string>
#include <thread>

TEST_CASE("every status has its name and text, other numbers are unknown", "[errors]") {
#define MISCID_STATUS(name, value, text)                                                                               \
    CHECK(std::string(miscid_status_name(value)) == #name);                                                            \
    CHECK(std::string(miscid_status_text(value)) == text);
#include <miscid/status_list.h>
#undef MISCID_STATUS
    CHECK(std::string(miscid_status_text(12345)) == "unknown status");
    CHECK(miscid_status_name(12345) != nullptr);
}

TEST_CASE("version and ABI of the library are those of the header", "[errors]") {
    std::int32_t major = -1, minor = -1, patch = -1;
    REQUIRE(miscid_version(&major, &minor, &patch) == MISCID_OK);
    CHECK(major == MISCID_VERSION_MAJOR);
    CHECK(minor == MISCID_VERSION_MINOR);
    CHECK(patch == MISCID_VERSION_PATCH);
    CHECK(miscid_version(nullptr, nullptr, nullptr) == MISCID_OK);
    CHECK(miscid_abi_number() == MISCID_ABI);
}

TEST_CASE("the last error is copied out, cut if need be, and empty after a success", "[errors]") {
    miscid_config* config = nullptr;
    REQUIRE(miscid_config_create(&config) == MISCID_OK);
    CHECK(miscid::last_error().empty());

    REQUIRE(miscid_config_set_number(config, "no.such.parameter", 1.0) == MISCID_UNKNOWN_KEY);
    const std::string text = miscid::last_error();
    CHECK(text.find("no.such.parameter") != std::string::npos);
    CHECK(miscid::last_error() == text); // reading it does not clear it

    char cut[6] = {'#', '#', '#', '#', '#', '#'};
    CHECK(miscid_last_error(cut, 5) == text.size());
    CHECK(std::string(cut) == text.substr(0, 4));
    CHECK(cut[5] == '#');
    CHECK(miscid_last_error(nullptr, 0) == text.size());

    REQUIRE(miscid_config_set_unit(config, "energy", 1.0) == MISCID_OK);
    CHECK(miscid::last_error().empty());
    miscid_config_destroy(config);
}

TEST_CASE("the last error belongs to the thread whose call was refused", "[errors][threads]") {
    REQUIRE(miscid_config_create(nullptr) == MISCID_NULL_ARGUMENT);
    const std::string here = miscid::last_error();
    REQUIRE_FALSE(here.empty());

    std::string there_before = "not asked", there_after;
    std::thread other([&] {
        there_before = miscid::last_error();
        miscid_config* own = nullptr;
        miscid_config_create(&own);
        miscid_config_set_integer(own, "another.parameter", 1);
        there_after = miscid::last_error();
        miscid_config_destroy(own);
    });
    other.join();
    CHECK(there_before.empty());
    CHECK(there_after.find("another.parameter") != std::string::npos);
    CHECK(miscid::last_error() == here);
}

TEST_CASE("the C++ wrapper throws what the library said", "[errors]") {
    try {
        miscid::Config().set("no.such.parameter", 1.0);
        FAIL("the call was not refused");
    } catch (const miscid::Error& error) {
        CHECK(error.status() == MISCID_UNKNOWN_KEY);
        CHECK(std::string(error.what()).find("UNKNOWN_KEY") != std::string::npos);
        CHECK(std::string(error.what()).find("no.such.parameter") != std::string::npos);
    }
}
