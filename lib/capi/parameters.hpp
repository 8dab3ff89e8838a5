/** @file parameters.hpp
 *  Every configuration parameter, once: name, type, default, range, unit, meaning, source of the default.
 */
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace miscid::capi {

using Json = nlohmann::json;

/** Parameters by dotted name, in the order of a text. */
using NamedValues = std::vector<std::pair<std::string, Json>>;

/** Bytes of the longest text that is read as a configuration. */
inline constexpr std::size_t largest_configuration_text = 1 << 20;

/** Parameters of a JSON text, nested or dotted; names and values are not checked here. Throws StatusError(MISCID_BAD_JSON)
 *  that says where the text is wrong, or that it is longer or nested deeper than any configuration. */
NamedValues parse(const std::string& text);

struct Parameter {
    const char* name;
    const char* type;          ///< "number", "integer", "boolean", "choice"
    const char* default_value; ///< as JSON text
    const char* range;         ///< choices separated by '|', or an interval such as "[0, 1]", "(0, inf)"
    const char* unit;
    const char* doc;
    const char* source;
};

const std::vector<Parameter>& parameters();
/** Null if there is none of this name. */
const Parameter* find_parameter(const std::string& name);

/** Values by dotted name; always complete and valid. */
class Values {
public:
    Values();
    /** Sets one value after checking type and range. Throws StatusError naming the key. */
    void set(const std::string& name, const Json& value);
    /** Sets all of them, or none: throws as set does. */
    void merge(const NamedValues& values);
    double number(const char* name) const { return values_.at(name).get<double>(); }
    int integer(const char* name) const { return values_.at(name).get<int>(); }
    bool boolean(const char* name) const { return values_.at(name).get<bool>(); }
    std::string text(const char* name) const { return values_.at(name).get<std::string>(); }
    /** Nested JSON of all parameters. */
    Json json() const;
    /** The same as text. */
    std::string json_text(bool indented = false) const;
    /** The same without what does not change any answer. */
    std::string text_for_fingerprint() const;
    /** One section of it. */
    std::string section_text(const std::string& section) const;

private:
    std::map<std::string, Json> values_;
};

} // namespace miscid::capi
