#include "setup.hpp"

#include "error.hpp"

#include <algorithm>

namespace miscid::adapters {

Json parameter(const Json& all, const char* section, const char* key) {
    const std::string dotted = std::string(section) + "." + key;
    return all.contains(dotted) ? all.at(dotted) : all.at(section).at(key);
}

void Section::refuse(const std::string& key, const std::string& why) const {
    throw StatusError(MISCID_BAD_VALUE, "parameter '" + name_ + "." + key + "' " + why);
}

int Section::choice(const std::string& key, const std::vector<std::string>& words, int otherwise) {
    const auto word = get<std::string>(key, words[static_cast<std::size_t>(otherwise)]);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        std::string list;
        for (const auto& one : words) {
            list += (list.empty() ? "" : "|") + one;
        }
        refuse(key, "is '" + word + "', expected one of " + list);
    }
    return static_cast<int>(found - words.begin());
}

double Section::positive(const std::string& key, double otherwise, double low) {
    const double value = get<double>(key, otherwise);
    if (!(value > low) || !(value < 1e300)) {
        refuse(key, "is " + std::to_string(value) + ", expected a number above " + std::to_string(low));
    }
    return value;
}

int Section::count(const std::string& key, int otherwise, int low, int high) {
    known_.insert(key);
    const Json value = values_.value(key, Json(otherwise));
    if (!value.is_number_integer() || value < low || value > high) {
        refuse(key, "is " + value.dump() + ", expected an integer in [" + std::to_string(low) + ", " +
                        std::to_string(high) + "]");
    }
    return value.get<int>();
}

void Section::finish() const {
    for (const auto& item : values_.items()) {
        if (known_.count(item.key()) == 0) {
            std::string list;
            for (const auto& key : known_) {
                list += (list.empty() ? "" : ", ") + key;
            }
            throw StatusError(MISCID_UNKNOWN_KEY,
                              "no parameter is called '" + name_ + "." + item.key() + "'; there are " + list);
        }
    }
}

SplitText split(const char* text, std::size_t length, const std::string& name) {
    Json json;
    try {
        json = Json::parse(text, text + length);
    } catch (const Json::parse_error& error) {
        throw StatusError(MISCID_BAD_JSON, std::string("not valid JSON: ") + error.what());
    }
    if (!json.is_object()) {
        throw StatusError(MISCID_BAD_JSON, "expected a JSON object");
    }
    Json own = json.value(name, Json::object());
    if (!own.is_object()) {
        throw StatusError(MISCID_BAD_VALUE, "'" + name + "' must be an object");
    }
    Json rest = Json::object();
    for (const auto& item : json.items()) {
        if (item.key().rfind(name + ".", 0) == 0) {
            own[item.key().substr(name.size() + 1)] = item.value();
        } else if (item.key() != name) {
            rest[item.key()] = item.value();
        }
    }
    const Json flat = rest.flatten();
    for (const auto& item : flat.items()) {
        if (item.key() == "/phase_space/form" || item.key() == "/phase_space.form") {
            throw StatusError(MISCID_BAD_VALUE, "phase_space.form is the adapter's to set; leave it out");
        }
    }
    miscid::Config config;
    const std::string given = rest.dump();
    require(miscid_config_read_json(config.get(), given.data(), given.size()));
    require(miscid_config_set_text(config.get(), "phase_space.form", "density"));
    const Json all = Json::parse(config.json());
    const int groups = parameter(all, "phase_space", "groups").get<int>();
    const int flavors = parameter(all, "phase_space", "flavors").get<int>();
    const bool invariant = parameter(all, "transport", "mode").get<std::string>() == "invariant";
    return {Section(name, own), std::move(config), groups, flavors, invariant};
}

SpeciesTable read_species(Section& section, int flavors) {
    const auto names = section.get<std::vector<std::string>>("species", {"nu_e", "nubar_e", "nu_x"});
    const auto degeneracy = section.get<std::vector<double>>("degeneracy", {});
    const bool each = section.choice("heavy", {"sum", "each"}, 0) == 1;
    return SpeciesTable(names, degeneracy, each, flavors);
}

OffSwitch read_off_switch(Section& section) {
    OffSwitch off;
    off.by_density = section.given("off_below_density") || section.given("off_above_density");
    off.by_radius = section.given("off_inside_radius") || section.given("off_outside_radius");
    off.density_low = section.get<double>("off_below_density", off.density_low);
    off.density_high = section.get<double>("off_above_density", off.density_high);
    off.radius_low = section.get<double>("off_inside_radius", off.radius_low);
    off.radius_high = section.get<double>("off_outside_radius", off.radius_high);
    return off;
}

} // namespace miscid::adapters
