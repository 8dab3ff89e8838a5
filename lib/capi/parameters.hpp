/** @file parameters.hpp
 *  Every configuration parameter, once: name, type, default, range, unit, meaning, source of the default.
 */
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace miscid::capi {

using Json = nlohmann::json;

/** Throws StatusError(MISCID_BAD_JSON) that says where the text is wrong. */
Json parse(const std::string& text);

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
    /** Sets from nested or dotted JSON. */
    void merge(const Json& object);
    double number(const char* name) const { return values_.at(name).get<double>(); }
    int integer(const char* name) const { return values_.at(name).get<int>(); }
    bool boolean(const char* name) const { return values_.at(name).get<bool>(); }
    std::string text(const char* name) const { return values_.at(name).get<std::string>(); }
    /** Nested JSON of all parameters. */
    Json json() const;
    /** The same without what does not change any answer. */
    Json json_for_fingerprint() const;

private:
    void merge(const Json& object, const std::string& prefix);
    std::map<std::string, Json> values_;
};

} // namespace miscid::capi
