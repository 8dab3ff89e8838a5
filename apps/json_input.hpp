/** @file json_input.hpp
 *  Strict reading of JSON input: every error is one line that names the file, the key and what was expected.
 */
#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace miscid::apps {

using Json = nlohmann::json;

/** Unreadable file, unknown key or wrong type: exit code 2. */
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/** Physically unusable numbers (NaN, negative weight, ...): the input was read, the answer is `invalid_input`. */
class InvalidInput : public std::runtime_error {
public:
    InvalidInput(const std::string& reason, const std::string& where)
        : std::runtime_error(where + ": " + reason), reason_(reason) {}
    const std::string& reason() const { return reason_; }

private:
    std::string reason_;
};

/** Parses a text that stands in `file`: nested at most 64 deep. Throws InputError. */
Json parse_json(const std::string& text, const std::string& file);
/** Parses a file of at most 256 MiB. Throws InputError. */
Json read_json_file(const std::string& path);

/** A case of a file, and where it stands in it, for messages. */
struct CaseOfFile {
    const Json& json;
    std::string place; ///< empty: the file is the case
};
/** The cases of a file: one case, or {"cases": [..]}, beside which `schema`, `kind` and the keys `others` may stand. The
 *  parts of `json` are referred to, not copied. Throws InputError. */
std::vector<CaseOfFile> case_list(const Json& json, const std::string& file,
                                  std::initializer_list<const char*> others = {});
/** `kind` beside {"cases": [..]}, which holds for all of them; empty if there is none. Throws InputError. */
std::string kind_of_cases(const Json& json, const std::string& file);

/** A JSON object and its place in the file, for messages. */
class Section {
public:
    Section(const Json& json, std::string file, std::string place)
        : json_(json), file_(std::move(file)), place_(std::move(place)) {}

    const Json& json() const { return json_; }
    bool has(const char* key) const { return json_.contains(key); }
    /** Refuses keys that are neither in the list nor annotations (design section 5). */
    void allow(std::initializer_list<const char*> keys, std::initializer_list<const char*> others = {}) const;
    Section child(const char* key) const;
    double number(const char* key) const;
    double number(const char* key, double fallback) const { return has(key) ? number(key) : fallback; }
    int integer(const char* key) const;
    std::string text(const char* key) const;
    /** Array of numbers of any length (size < 0) or of a given one. */
    std::vector<double> numbers(const char* key, int size = -1) const;
    /** Array of rows of `columns` numbers, flattened. */
    std::vector<double> table(const char* key, int columns, int rows = -1) const;
    [[noreturn]] void fail(const std::string& key, const std::string& expected) const;

private:
    double to_number(const Json& value, const std::string& key) const;
    const Json& at(const char* key) const;

    const Json& json_;
    std::string file_;
    std::string place_;
};

} // namespace miscid::apps
