/** @file setup.hpp
 *  What every adapter is made from: JSON text with the parameters of miscid_config and a section of the adapter's own.
 */
#pragma once

#include "species.hpp"

#include <miscid/miscid.hpp>
#include <nlohmann/json.hpp>

#include <limits>
#include <set>
#include <string>

namespace miscid::adapters {

using Json = nlohmann::json;

/** A parameter of miscid by section and name, nested or dotted as it may stand there. */
Json parameter(const Json& all, const char* section, const char* key);

/** The adapter's own section; every key must be asked for once, so that a misspelt one is found. */
class Section {
public:
    Section(std::string name, Json values) : name_(std::move(name)), values_(std::move(values)) {}

    template <class T>
    T get(const std::string& key, const T& otherwise) {
        known_.insert(key);
        if (!values_.contains(key)) {
            return otherwise;
        }
        try {
            return checked<T>(values_.at(key));
        } catch (const Json::exception&) {
            refuse(key, "has a value of the wrong type: " + values_.at(key).dump());
        }
    }
    /** One of a list of words; the answer is its number. */
    int choice(const std::string& key, const std::vector<std::string>& words, int otherwise);
    /** A number above `low`. */
    double positive(const std::string& key, double otherwise, double low = 0.0);
    int count(const std::string& key, int otherwise, int low, int high);
    bool given(const std::string& key) const { return values_.contains(key); }
    /** Refuses keys nobody asked for. */
    void finish() const;
    [[noreturn]] void refuse(const std::string& key, const std::string& why) const;

private:
    template <class T>
    static T checked(const Json& value) {
        // nlohmann converts numbers to booleans and back; a host's typing error should be told instead.
        if (std::is_same_v<T, bool> != value.is_boolean()) {
            throw Json::type_error::create(302, "type", nullptr);
        }
        return value.get<T>();
    }
    std::string name_;
    Json values_;
    std::set<std::string> known_;
};

/** Where nothing is done. */
struct OffSwitch {
    double density_low = 0, density_high = std::numeric_limits<double>::infinity(); ///< mass density, host's unit
    double radius_low = 0, radius_high = std::numeric_limits<double>::infinity();
    bool by_density = false, by_radius = false;

    bool off(double density, double radius) const {
        return (by_density && !(density >= density_low && density <= density_high)) ||
               (by_radius && !(radius >= radius_low && radius <= radius_high));
    }
};

/** Text split into the adapter's section and the configuration of miscid. */
struct SplitText {
    Section section;
    miscid::Config config;
    int groups, flavors;
    bool invariant;
};
/** `directions` = 0: the adapter's section sets the directions, and the caller puts them into config. Throws StatusError. */
SplitText split(const char* text, std::size_t length, const std::string& section);

SpeciesTable read_species(Section& section, int flavors);
OffSwitch read_off_switch(Section& section);

} // namespace miscid::adapters
