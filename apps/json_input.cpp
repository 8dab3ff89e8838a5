#include "json_input.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

namespace miscid::apps {

namespace {

constexpr const char* annotations[] = {"expected",    "verification", "tracking", "note",
                                       "description", "name",         "category"};

constexpr std::size_t largest_file = std::size_t{1} << 28;
constexpr int deepest_nesting = 64;

bool nested_too_deep(const std::string& text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (quoted) {
            i += letter == '\\';
            quoted = letter != '"';
        } else if (letter == '"') {
            quoted = true;
        } else if (letter == '[' || letter == '{') {
            if (++depth > deepest_nesting) {
                return true;
            }
        } else if (letter == ']' || letter == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace

Json parse_json(const std::string& text, const std::string& file) {
    if (nested_too_deep(text)) { // the parser would follow, and whoever walks through the answer run out of stack
        throw InputError(file + ": nested more than " + std::to_string(deepest_nesting) + " deep");
    }
    try {
        return Json::parse(text);
    } catch (const Json::exception& error) { // no JSON, or a number that no double holds
        throw InputError(file + ": not valid JSON: " + error.what());
    }
}

Json read_json_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw InputError(path + ": cannot be opened for reading");
    }
    std::string text;
    std::vector<char> part(1 << 16);
    while (stream.read(part.data(), static_cast<std::streamsize>(part.size())) || stream.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
        if (text.size() > largest_file) { // a device or a pipe may never end
            throw InputError(path + ": longer than " + std::to_string(largest_file) + " bytes");
        }
    }
    if (stream.bad()) { // a folder, for one, opens but cannot be read
        throw InputError(path + ": cannot be read");
    }
    return parse_json(text, path);
}

std::vector<CaseOfFile> case_list(const Json& json, const std::string& file,
                                  std::initializer_list<const char*> others) {
    if (!json.is_object()) {
        throw InputError(file + ": expected a JSON object: one case, or {\"cases\": [..]}");
    }
    if (!json.contains("cases")) {
        return {{json, ""}};
    }
    const Section section(json, file, "");
    section.allow({"schema", "kind", "cases"}, others);
    if (!json["cases"].is_array()) {
        section.fail("cases", "an array of cases");
    }
    std::vector<CaseOfFile> cases;
    for (std::size_t i = 0; i < json["cases"].size(); ++i) {
        cases.push_back({json["cases"][i], "cases[" + std::to_string(i) + "]"});
    }
    return cases;
}

std::string kind_of_cases(const Json& json, const std::string& file) {
    return json.contains("cases") && json.contains("kind") ? Section(json, file, "").text("kind") : "";
}

void Section::fail(const std::string& key, const std::string& expected) const {
    const std::string place = place_.empty() ? key : place_ + "." + key;
    throw InputError(file_ + ": key '" + place + "': expected " + expected);
}

void Section::allow(std::initializer_list<const char*> keys, std::initializer_list<const char*> others) const {
    if (!json_.is_object()) {
        throw InputError(file_ + ": '" + place_ + "': expected an object");
    }
    for (const auto& item : json_.items()) {
        bool known = false;
        std::string list;
        for (const auto& some : {keys, others}) {
            for (const char* key : some) {
                known = known || item.key() == key;
                list += (list.empty() ? "" : ", ") + std::string(key);
            }
        }
        for (const char* key : annotations) {
            known = known || item.key() == key;
        }
        if (!known) {
            const std::string place = place_.empty() ? item.key() : place_ + "." + item.key();
            throw InputError(file_ + ": unknown key '" + place + "'; known keys here: " + list);
        }
    }
}

const Json& Section::at(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) {
        fail(key, "a value, but the key is missing");
    }
    return *found;
}

Section Section::child(const char* key) const {
    const Json& value = at(key);
    if (!value.is_object()) {
        fail(key, "an object");
    }
    return {value, file_, place_.empty() ? key : place_ + "." + key};
}

double Section::to_number(const Json& value, const std::string& key) const {
    if (value.is_number()) {
        return value.get<double>();
    }
    if (value.is_string() && (value == "NaN" || value == "Infinity" || value == "-Infinity")) {
        return std::numeric_limits<double>::quiet_NaN(); // read, and refused by the physical checks
    }
    fail(key, "a number, got " + std::string(value.type_name()));
}

double Section::number(const char* key) const {
    return to_number(at(key), key);
}

int Section::integer(const char* key) const {
    const Json& value = at(key);
    if (!value.is_number_integer()) {
        fail(key, "an integer");
    }
    const auto number = value.get<double>();
    if (std::abs(number) > std::numeric_limits<int>::max()) {
        fail(key, "an integer of at most " + std::to_string(std::numeric_limits<int>::max()));
    }
    return value.get<int>();
}

std::string Section::text(const char* key) const {
    const Json& value = at(key);
    if (!value.is_string()) {
        fail(key, "text");
    }
    return value.get<std::string>();
}

std::vector<double> Section::numbers(const char* key, int size) const {
    const Json& value = at(key);
    if (!value.is_array() || (size >= 0 && static_cast<int>(value.size()) != size)) {
        fail(key, size >= 0 ? "an array of " + std::to_string(size) + " numbers" : "an array of numbers");
    }
    std::vector<double> result;
    for (std::size_t i = 0; i < value.size(); ++i) {
        result.push_back(to_number(value[i], std::string(key) + "[" + std::to_string(i) + "]"));
    }
    return result;
}

std::vector<double> Section::table(const char* key, int columns, int rows) const {
    const Json& value = at(key);
    if (!value.is_array() || (rows >= 0 && static_cast<int>(value.size()) != rows)) {
        fail(key, "an array of " + (rows >= 0 ? std::to_string(rows) + " " : "") + "rows");
    }
    std::vector<double> result;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string place = std::string(key) + "[" + std::to_string(i) + "]";
        if (!value[i].is_array() || static_cast<int>(value[i].size()) != columns) {
            fail(place, std::to_string(columns) + " numbers");
        }
        for (const auto& entry : value[i]) {
            result.push_back(to_number(entry, place));
        }
    }
    return result;
}

} // namespace miscid::apps
