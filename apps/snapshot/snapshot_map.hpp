/** @file snapshot_map.hpp
 *  The map of a simulation dump: which dataset holds which field, the order of its axes, and its unit
 *  (docs/snapshot-command.md lists the keys).
 */
#pragma once

#include "json_input.hpp"

#include <miscid/miscid.h>

#include <string>
#include <vector>

namespace miscid::apps {

/** Axes of miscid.h, and the one the adapters number species with. */
inline constexpr int axis_species = 16;

/** Number of an axis by its name in the map ("i", "group", ...); -1 for none. */
int axis_number(const std::string& name);
std::string axis_name(int axis);
inline bool is_cell_axis(int axis) {
    return axis >= MISCID_AXIS_I && axis <= MISCID_AXIS_K;
}

/** Where the numbers of one field come from. */
struct ArraySource {
    std::string field;                 ///< name in the interface of the treatment, lower case
    std::vector<std::string> datasets; ///< in the dump; several are the parts of a leading axis `species`
    std::vector<int> axes;             ///< of one dataset, slowest first
    std::vector<double> values;        ///< instead of a dataset: the numbers themselves, in the order of `axes`
    double factor = 1.0;               ///< number in the dump times this is the module's
    bool from_file() const { return !datasets.empty(); }
};

struct SnapshotMap {
    std::string treatment; ///< "density_matrices", "flavors", "moments" or "ordinates"
    Json configuration;    ///< of the module, and of the adapter
    double time_step = 0.0;
    std::vector<ArraySource> arrays;
    std::vector<std::string> species; ///< treatment "flavors": meaning of an axis `species`
    std::vector<std::string> diagnostics;
    std::vector<std::string> copies; ///< further datasets to be taken over as they are
    std::string text;                ///< the map in one canonical line, kept in the output

    const ArraySource* find(const std::string& field) const;
};

/** Reads and checks a map. Throws InputError. */
SnapshotMap read_snapshot_map(const std::string& path);

} // namespace miscid::apps
