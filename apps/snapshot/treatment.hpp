/** @file treatment.hpp
 *  What is done to a chunk of cells: the module, or one of its adapters, seen as fields that arrays can be bound to.
 */
#pragma once

#include "snapshot/snapshot_map.hpp"

#include <miscid/miscid.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace miscid::apps {

/** Deleter of a handle of the C interfaces. */
template <auto destroy>
struct Destroy {
    template <class T>
    void operator()(T* handle) const {
        destroy(handle);
    }
};

struct TreatmentField {
    int id = 0;
    bool per_cell = false;
    bool changed = false;  ///< read and written: what the output holds
    std::vector<int> axes; ///< inside a cell
    std::vector<std::int64_t> extents;
};

struct Counted {
    struct Axis {
        int axis = 0;
        int step = 0;
        std::int64_t limit = 0;
    };
    std::string field;
    std::vector<std::string> names;
    std::vector<Axis> axes;
};

class Treatment {
public:
    virtual ~Treatment() = default;
    /** Null if there is no such field. */
    const TreatmentField* field(const std::string& name) const {
        const auto found = fields_.find(name);
        return found == fields_.end() ? nullptr : &found->second;
    }
    /** Names, for complaints. */
    std::string field_names() const {
        std::string names;
        for (const auto& item : fields_) {
            names += (names.empty() ? "" : ", ") + item.first;
        }
        return names;
    }
    virtual const miscid_context* context() const = 0;
    virtual int state_doubles() const = 0;
    /** Changed fields: what is read and what is written are one array. */
    virtual bool in_place() const = 0;
    /** `in` is read; fields that are changed are written to `out`, which holds the same numbers before. */
    virtual void bind(const TreatmentField& field, const miscid_view& in, const miscid_view& out) = 0;
    virtual void bind_diagnostic(miscid_field field, const miscid_view& view) = 0;
    virtual void bind_state(const miscid_view& view) = 0;
    virtual void bind_status(const miscid_view& view) = 0;
    /** What flags of the cell beside its status (int32) say; empty where the treatment has none. */
    virtual std::string flags_meaning() const { return ""; }
    virtual void bind_flags(const miscid_view&) {}
    virtual void select(const std::array<std::int64_t, 4>& extent) = 0;
    /** One step of length dt on the selected cells; throws RunError if the call is refused. */
    virtual miscid_report apply(double dt) = 0;
    /** What the summary counts before and after: a changed field, and names such as "nu_e". An element's number in `names`
     *  is the sum of index * step over these axes; elements from `limit` on along one of them are not counted. */
    virtual Counted counted() const = 0;

protected:
    std::map<std::string, TreatmentField> fields_; ///< what a map may name, in lower case
};

/** Extents of the axes group and direction of the dump, where the map does not give them. */
struct PhaseSpaceExtents {
    std::int64_t groups = 0;
    std::int64_t directions = 0;
};

/** Throws InputError naming the map's file if its configuration cannot be used. */
std::unique_ptr<Treatment> make_treatment(const SnapshotMap& map, const std::string& map_path,
                                          const PhaseSpaceExtents& extents);

/** Places of nu_e, nubar_e, nu_x, nubar_x, ... on an axis `species` as strides of type and flavor. */
struct SpeciesOrder {
    int first = 0;  ///< place of nu_e
    int type = 0;   ///< steps from a neutrino to its antineutrino
    int flavor = 0; ///< steps from e to x (mu), and on to tau
};

/** Throws InputError unless the species are those of a regular order. */
SpeciesOrder order_of_species(const std::vector<std::string>& species, const std::string& map_path);

} // namespace miscid::apps
