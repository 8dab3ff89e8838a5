// Configuration: by name, by JSON text and file, and the list of parameters.
#include "catch.hpp"
#include "small_host.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <fstream>
#include <set>

using miscid::Config;

namespace {

/** Status of reading `text`; the message must hold every one of `words`, and the configuration stay what it was. */
void refuses(const std::string& text, miscid_status expected, std::initializer_list<const char*> words) {
    INFO(text);
    Config config = Config::from_json(host::configuration());
    const std::string before = config.json();
    CHECK(miscid_config_read_json(config.get(), text.data(), text.size()) == expected);
    const std::string message = miscid::last_error();
    CHECK_FALSE(message.empty());
    for (const char* word : words) {
        INFO(message);
        CHECK(message.find(word) != std::string::npos);
    }
    CHECK(config.json() == before);
}

nlohmann::json find(const nlohmann::json& object, const std::string& dotted) {
    if (object.contains(dotted))
        return object.at(dotted);
    const std::size_t dot = dotted.find('.');
    if (dot == std::string::npos || !object.contains(dotted.substr(0, dot)))
        return nullptr;
    return find(object.at(dotted.substr(0, dot)), dotted.substr(dot + 1));
}

} // namespace

TEST_CASE("nested and dotted names mean the same", "[config]") {
    CHECK(Config::from_json(R"({"phase_space": {"groups": 12}})").json() ==
          Config::from_json(R"({"phase_space.groups": 12})").json());
    CHECK(Config().set("phase_space.groups", 12).json() == Config::from_json(R"({"phase_space.groups": 12})").json());
}

TEST_CASE("every kind of parameter can be set by name", "[config]") {
    const std::string by_name = Config()
                                    .set("vacuum.mixing_angle", 0.2)
                                    .set("phase_space.groups", 7)
                                    .set("equilibrium.strict", true)
                                    .set("vacuum.ordering", "inverted")
                                    .json();
    CHECK(by_name == Config::from_json(R"({"vacuum": {"mixing_angle": 0.2, "ordering": "inverted"},
                                           "phase_space": {"groups": 7}, "equilibrium": {"strict": true}})")
                         .json());
}

TEST_CASE("a refused text names the key, says what was wrong, and changes nothing", "[config]") {
    refuses(R"({"phase_space": {"gropus": 12}})", MISCID_UNKNOWN_KEY, {"phase_space.gropus"});
    refuses(R"({"phase_space.gropus": 12})", MISCID_UNKNOWN_KEY, {"phase_space.gropus"});
    refuses(R"({"nonsense": {}})", MISCID_UNKNOWN_KEY, {"nonsense"});
    refuses(R"({"phase_space": {"groups": 5, "directions": "many"}})", MISCID_BAD_VALUE, {"phase_space.directions"});
    refuses(R"({"phase_space": {"groups": 12.5}})", MISCID_BAD_VALUE, {"phase_space.groups"});
    refuses(R"({"phase_space": {"groups": -3}})", MISCID_BAD_VALUE, {"phase_space.groups"});
    refuses(R"({"phase_space": {"groups": null}})", MISCID_BAD_VALUE, {"phase_space.groups"});
    refuses(R"({"phase_space": 12})", MISCID_UNKNOWN_KEY, {"phase_space"});
    refuses(R"({"phase_space": {"groups": {"number": 12}}})", MISCID_BAD_VALUE, {"phase_space.groups"});
    refuses(R"({"vacuum": {"mass_squared_difference": -1}})", MISCID_BAD_VALUE, {"vacuum.mass_squared_difference"});
    refuses(R"({"vacuum": {"mixing_angle": true}})", MISCID_BAD_VALUE, {"vacuum.mixing_angle"});
    refuses(R"({"vacuum": {"ordering": "sideways"}})", MISCID_BAD_VALUE, {"vacuum.ordering", "normal", "inverted"});
    refuses(R"({"equilibrium": {"strict": "yes"}})", MISCID_BAD_VALUE, {"equilibrium.strict"});
}

TEST_CASE("malformed JSON is refused with its place", "[config]") {
    for (const std::string text : {R"({"phase_space": {"groups": 12})", R"({"phase_space" "groups"})", "", "not json",
                                   "{} trailing", "{\xff}"}) {
        INFO(text);
        Config config;
        CHECK(miscid_config_read_json(config.get(), text.data(), text.size()) == MISCID_BAD_JSON);
        CHECK(miscid::last_error().find_first_of("0123456789") != std::string::npos);
    }
    refuses("[1, 2]", MISCID_BAD_JSON, {});
}

TEST_CASE("a host's locale with decimal commas changes nothing", "[config]") {
    const char* const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR"};
    if (std::none_of(std::begin(locales), std::end(locales),
                     [](const char* name) { return std::setlocale(LC_ALL, name) != nullptr; })) {
        WARN("no locale with decimal commas is installed; nothing was checked");
        return;
    }
    Config config;
    for (const miscid::Parameter& parameter : miscid::parameters()) {
        INFO(parameter.name);
        const std::string text = "{\"" + parameter.name + "\": " + parameter.default_value + "}";
        CHECK(miscid_config_read_json(config.get(), text.data(), text.size()) == MISCID_OK);
    }
    CHECK(miscid_config_set_number(config.get(), "equilibrium.step_rotation", 0.05) == MISCID_OK);
    const std::string with_commas = config.json();
    std::setlocale(LC_ALL, "C");
    CHECK(config.json() == with_commas);
}

TEST_CASE("only `length` bytes of the text are read", "[config]") {
    const std::string text = R"({"phase_space.groups": 9})";
    const std::string longer = text + " and what else lies in the buffer";
    Config config;
    REQUIRE(miscid_config_read_json(config.get(), longer.data(), text.size()) == MISCID_OK);
    CHECK(config.json() == Config::from_json(text).json());
}

TEST_CASE("setters by name refuse unknown names, wrong types and values out of range", "[config]") {
    Config config;
    const auto message_has = [](const char* word) { return miscid::last_error().find(word) != std::string::npos; };
    CHECK(miscid_config_set_integer(config.get(), "phase_space.gropus", 1) == MISCID_UNKNOWN_KEY);
    CHECK(message_has("phase_space.gropus"));
    CHECK(miscid_config_set_integer(config.get(), "phase_space.groups", -1) == MISCID_BAD_VALUE);
    CHECK(message_has("phase_space.groups"));
    CHECK(miscid_config_set_number(config.get(), "phase_space.groups", 1.5) == MISCID_BAD_VALUE);
    CHECK(message_has("phase_space.groups"));
    CHECK(miscid_config_set_text(config.get(), "vacuum.ordering", "sideways") == MISCID_BAD_VALUE);
    CHECK(message_has("vacuum.ordering"));
    CHECK(miscid_config_set_text(config.get(), "vacuum.ordering", "\xff\xfe") == MISCID_BAD_VALUE); // no UTF-8
    CHECK(message_has("vacuum.ordering"));
    CHECK(miscid_config_set_boolean(config.get(), "vacuum.ordering", 1) == MISCID_BAD_VALUE);
    CHECK(message_has("vacuum.ordering"));
    CHECK(miscid_config_set_number(config.get(), "vacuum.mixing_angle", std::numeric_limits<double>::quiet_NaN()) ==
          MISCID_BAD_VALUE);
    CHECK(message_has("vacuum.mixing_angle"));
    CHECK(miscid_config_set_unit(config.get(), "furlongs", 1.0) < 0);
    CHECK(message_has("furlongs"));
    CHECK(miscid_config_set_unit(config.get(), "energy", 0.0) < 0);
    CHECK(message_has("energy"));
    CHECK(config.json() == Config().json());
}

TEST_CASE("a file is read like a text, a missing one is named", "[config]") {
    const std::string path = "miscid_test_config.json";
    std::ofstream(path) << host::configuration();
    CHECK(Config::from_file(path).json() == Config::from_json(host::configuration()).json());

    std::ofstream(path) << R"({"phase_space": {"gropus": 1}})";
    Config config;
    CHECK(miscid_config_read_file(config.get(), path.c_str()) == MISCID_UNKNOWN_KEY);
    CHECK(miscid::last_error().find(path) != std::string::npos);
    CHECK(miscid::last_error().find("phase_space.gropus") != std::string::npos);
    std::remove(path.c_str());

    CHECK(miscid_config_read_file(config.get(), path.c_str()) == MISCID_FILE_ERROR);
    CHECK(miscid::last_error().find(path) != std::string::npos);
}

TEST_CASE("the written configuration holds every parameter and reads back", "[config]") {
    const Config config = Config::from_json(host::configuration());
    const std::string text = config.json();
    CHECK(Config::from_json(text).json() == text);
    const nlohmann::json written = nlohmann::json::parse(text);
    for (const miscid::Parameter& parameter : miscid::parameters()) {
        INFO(parameter.name);
        CHECK_FALSE(find(written, parameter.name).is_null());
    }
    CHECK(find(written, "phase_space.groups") == 2);

    char small[4];
    std::size_t needed = 0;
    CHECK(miscid_config_write_json(config.get(), small, sizeof small, &needed) == MISCID_BUFFER_TOO_SMALL);
    CHECK(needed == text.size() + 1);
}

TEST_CASE("every parameter is listed with what a user needs to set it", "[config]") {
    const std::set<std::string> types = {"number", "integer", "boolean", "choice", "text"};
    std::set<std::string> names;
    for (const miscid::Parameter& parameter : miscid::parameters()) {
        INFO(parameter.name);
        CHECK(names.insert(parameter.name).second);
        CHECK(types.count(parameter.type) == 1);
        CHECK_FALSE(parameter.doc.empty());
        CHECK((parameter.type == "boolean" || !parameter.range.empty()));
    }
    for (const char* name : {"phase_space.groups", "phase_space.directions", "phase_space.form", "transport.mode",
                             "vacuum.mass_squared_difference", "vacuum.ordering", "collisions.mode"}) {
        INFO(name);
        CHECK(names.count(name) == 1);
    }
    CHECK(miscid_parameter_text(-1, MISCID_PARAMETER_NAME) == nullptr);
    CHECK(miscid_parameter_text(miscid_parameter_count(), MISCID_PARAMETER_NAME) == nullptr);
    CHECK(miscid_parameter_text(0, static_cast<miscid_parameter_property>(99)) == nullptr);
}
