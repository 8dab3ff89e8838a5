// JSON text of a configuration to names and values, and back. No document tree is built: its destructor takes memory, and
// where there is none left it would end the process.

#include "capi/error.hpp"
#include "capi/parameters.hpp"

namespace miscid::capi {

namespace {

constexpr std::size_t deepest_nesting = 8;

bool is_section(const std::string& name) {
    for (const auto& parameter : parameters()) {
        if (std::string(parameter.name).rfind(name + ".", 0) == 0) {
            return true;
        }
    }
    return false;
}

/** Events of the parser (nlohmann SAX interface). What is nested in a value that is no section is passed over: the value
 *  itself is of the wrong type and will be refused by its name. */
class Reader {
public:
    explicit Reader(NamedValues& values) : values_(values) {}

    bool null() { return value(nullptr); }
    bool boolean(bool x) { return value(x); }
    bool number_integer(Json::number_integer_t x) { return value(x); }
    bool number_unsigned(Json::number_unsigned_t x) { return value(x); }
    bool number_float(Json::number_float_t x, const std::string&) { return value(x); }
    bool string(std::string& x) { return value(x); }
    bool binary(Json::binary_t&) { return value(nullptr); }
    bool key(std::string& key) {
        key_ = key;
        return true;
    }
    bool start_object(std::size_t) {
        descend();
        if (depth_ == 1) {
            return true;
        }
        const std::string name = name_of_key();
        if (passed_over_ == 0 && is_section(name)) {
            sections_.push_back(name);
            return true;
        }
        if (passed_over_++ == 0) {
            values_.emplace_back(name, Json::object());
        }
        return true;
    }
    bool end_object() {
        --depth_;
        if (passed_over_ > 0) {
            --passed_over_;
        } else if (!sections_.empty()) {
            sections_.pop_back();
        }
        return true;
    }
    bool start_array(std::size_t) {
        descend();
        if (depth_ == 1) {
            not_an_object();
        }
        if (passed_over_++ == 0) {
            values_.emplace_back(name_of_key(), Json::array());
        }
        return true;
    }
    bool end_array() {
        --depth_;
        --passed_over_;
        return true;
    }
    template <typename Exception>
    bool parse_error(std::size_t, const std::string&, const Exception& error) {
        throw StatusError(MISCID_BAD_JSON, std::string("not valid JSON: ") + error.what());
    }

private:
    void descend() {
        if (++depth_ > deepest_nesting) {
            throw StatusError(MISCID_BAD_JSON,
                              "nested more than " + std::to_string(deepest_nesting) + " deep; no parameter is");
        }
    }
    [[noreturn]] static void not_an_object() {
        throw StatusError(MISCID_BAD_JSON, "expected a JSON object of parameters");
    }
    std::string name_of_key() const { return sections_.empty() ? key_ : sections_.back() + "." + key_; }
    template <typename T>
    bool value(const T& x) {
        if (depth_ == 0) {
            not_an_object();
        }
        if (passed_over_ == 0) {
            values_.emplace_back(name_of_key(), x);
        }
        return true;
    }

    NamedValues& values_;
    std::vector<std::string> sections_;
    std::string key_;
    std::size_t depth_ = 0;
    std::size_t passed_over_ = 0; ///< levels inside a value that is no section
};

/** {"section": {"name": value, ...}, ...}, as the JSON library writes it. */
class Writer {
public:
    explicit Writer(bool indented) : indented_(indented) {}
    void add(const std::string& name, const Json& value) {
        const auto dot = name.find('.');
        const std::string section = name.substr(0, dot);
        if (section != section_) {
            text_ += section_.empty() ? "{" : line(1) + "},";
            text_ += line(1) + quoted(section) + "{";
            section_ = section;
        } else {
            text_ += ",";
        }
        text_ += line(2) + quoted(name.substr(dot + 1)) + value.dump();
    }
    std::string text() const { return text_ + line(1) + "}" + line(0) + "}"; }

private:
    std::string line(std::size_t level) const { return indented_ ? "\n" + std::string(2 * level, ' ') : ""; }
    std::string quoted(const std::string& key) const { return "\"" + key + (indented_ ? "\": " : "\":"); }

    bool indented_;
    std::string section_;
    std::string text_;
};

} // namespace

NamedValues parse(const std::string& text) {
    if (text.size() > largest_configuration_text) {
        throw StatusError(MISCID_BAD_JSON, "the text has " + std::to_string(text.size()) + " bytes, more than the " +
                                               std::to_string(largest_configuration_text) + " that are read");
    }
    NamedValues values;
    Reader reader(values);
    Json::sax_parse(text, &reader);
    return values;
}

std::string Values::json_text(bool indented) const {
    Writer writer(indented);
    for (const auto& [name, value] : values_) {
        writer.add(name, value);
    }
    return writer.text();
}

std::string Values::text_for_fingerprint() const {
    Writer writer(false);
    for (const auto& [name, value] : values_) {
        if (name.rfind("dispatch.", 0) != 0) { // every level gives the same bits
            writer.add(name, value);
        }
    }
    return writer.text();
}

std::string Values::section_text(const std::string& section) const {
    std::string text;
    for (const auto& [name, value] : values_) {
        if (name.rfind(section + ".", 0) == 0) {
            text += (text.empty() ? "{\"" : ",\"") + name.substr(section.size() + 1) + "\":" + value.dump();
        }
    }
    return text + "}";
}

} // namespace miscid::capi
