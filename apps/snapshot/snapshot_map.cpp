#include "snapshot/snapshot_map.hpp"

#include <algorithm>
#include <iterator>

namespace miscid::apps {

namespace {

/** In the order of miscid_axis. */
constexpr const char* axis_names[] = {"i",         "j",         "k",          "node",   "type",  "group",
                                      "direction", "component", "eigenstate", "flavor", "space", "vector"};
static_assert(std::size(axis_names) == MISCID_AXIS_COUNT);

std::vector<std::string> strings(const Section& section, const char* key) {
    const Json& json = section.json()[key];
    std::vector<std::string> result;
    for (const Json& item : json.is_array() ? json : Json::array({json})) {
        if (!item.is_string()) {
            section.fail(key, "a text or an array of texts");
        }
        result.push_back(item.get<std::string>());
    }
    return result;
}

void flatten(const Section& section, const Json& json, std::vector<double>& numbers) {
    if (json.is_array()) {
        for (const Json& part : json) {
            flatten(section, part, numbers);
        }
    } else if (json.is_number()) {
        numbers.push_back(json.get<double>());
    } else {
        section.fail("values", "a number or a (nested) array of numbers");
    }
}

ArraySource read_array(const std::string& field, const Section& section) {
    section.allow({"dataset", "axes", "values", "factor"});
    ArraySource array;
    array.field = field;
    array.factor = section.number("factor", 1.0);
    if (section.has("dataset") == section.has("values")) {
        section.fail("dataset", "either 'dataset' or 'values'");
    }
    if (section.has("values")) {
        flatten(section, section.json()["values"], array.values);
        for (double& number : array.values) {
            number *= array.factor;
        }
        array.factor = 1.0;
        return array;
    }
    array.datasets = strings(section, "dataset");
    if (!section.has("axes")) {
        section.fail("axes", "names of the dataset's axes, slowest first (as h5dump lists them)");
    }
    for (const std::string& name : strings(section, "axes")) {
        const int axis = axis_number(name);
        if (axis < 0 || std::count(array.axes.begin(), array.axes.end(), axis) > 0) {
            section.fail("axes", "each axis once, of i, j, k, type, group, direction, component, flavor, space, "
                                 "species; got \"" +
                                     name + "\"");
        }
        array.axes.push_back(axis);
    }
    return array;
}

} // namespace

int axis_number(const std::string& name) {
    if (name == "species") {
        return axis_species;
    }
    const auto* found = std::find(std::begin(axis_names), std::end(axis_names), name);
    return found == std::end(axis_names) ? -1 : static_cast<int>(found - std::begin(axis_names));
}

std::string axis_name(int axis) {
    return axis == axis_species ? "species" : axis_names[axis];
}

const ArraySource* SnapshotMap::find(const std::string& field) const {
    const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const auto& a) { return a.field == field; });
    return found == arrays.end() ? nullptr : &*found;
}

SnapshotMap read_snapshot_map(const std::string& path) {
    const Json json = read_json_file(path);
    if (!json.is_object()) {
        throw InputError(path + ": expected a JSON object");
    }
    const Section section(json, path, "");
    section.allow({"treatment", "configuration", "time_step", "arrays", "species", "diagnostics", "copy"});
    SnapshotMap map;
    map.text = json.dump();
    map.treatment = section.text("treatment");
    map.time_step = section.number("time_step", 0.0);
    map.configuration = section.has("configuration") ? json["configuration"] : Json::object();
    if (!map.configuration.is_object()) {
        section.fail("configuration", "an object of module parameters");
    }
    if (!section.has("arrays") || !json["arrays"].is_object()) {
        section.fail("arrays", "an object: field name to dataset");
    }
    for (const auto& item : json["arrays"].items()) {
        if (!item.value().is_object()) {
            section.fail("arrays." + item.key(), "an object with 'dataset' and 'axes', or 'values'");
        }
        map.arrays.push_back(read_array(item.key(), Section(item.value(), path, "arrays." + item.key())));
    }
    map.species = section.has("species") ? strings(section, "species") : std::vector<std::string>{};
    if (section.has("diagnostics")) {
        map.diagnostics = strings(section, "diagnostics");
    } else if (map.treatment != "moments") { // whose cells need no step where nothing mixes, unless somebody asks
        map.diagnostics = {"d0", "residual", "min_hamiltonian"};
    }
    map.copies = section.has("copy") ? strings(section, "copy") : std::vector<std::string>{};
    return map;
}

} // namespace miscid::apps
