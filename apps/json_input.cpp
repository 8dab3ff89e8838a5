#include "json_input.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

namespace miscid::apps {

namespace {

constexpr const char* annotations[] = {"expected",    "verification", "tracking", "note",
                                       "description", "name",         "category"};

} // namespace

Json read_json_file(const std::string& path) {
    std::ifstream stream(path);
    if (!stream) {
        throw InputError(path + ": cannot be opened for reading");
    }
    try {
        return Json::parse(stream);
    } catch (const Json::parse_error& error) {
        throw InputError(path + ": not valid JSON: " + error.what());
    } catch (const std::ios_base::failure&) { // a folder, for one, opens but cannot be read
        throw InputError(path + ": cannot be read");
    }
}

void Section::fail(const std::string& key, const std::string& expected) const {
    const std::string place = place_.empty() ? key : place_ + "." + key;
    throw InputError(file_ + ": key '" + place + "': expected " + expected);
}

void Section::allow(std::initializer_list<const char*> keys) const {
    if (!json_.is_object()) {
        throw InputError(file_ + ": '" + place_ + "': expected an object");
    }
    for (const auto& item : json_.items()) {
        bool known = false;
        std::string list;
        for (const char* key : keys) {
            known = known || item.key() == key;
            list += (list.empty() ? "" : ", ") + std::string(key);
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
