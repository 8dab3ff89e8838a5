/** @file snapshot_work.hpp  Inside of a snapshot: the arrays of a dump bound to what treats them. */
#pragma once

#include "snapshot/dump.hpp"
#include "snapshot/output.hpp"
#include "snapshot/snapshot_run.hpp"
#include "snapshot/treatment.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace miscid::apps {

/** A field of the treatment and the numbers behind it. */
struct BoundArray {
    TreatmentField field;
    ArraySource source;
    std::vector<FieldArray> file; ///< one, or none where the map holds the numbers
    std::vector<double> in, out;  ///< of a chunk; `out` only for changed fields that are not changed in place
    bool per_chunk = false;
};

/** A diagnostic of the library: what it is and the numbers of a chunk. */
struct Diagnostic {
    miscid_field id{};
    std::string name; ///< dataset
    std::vector<std::int64_t> extents;
    std::vector<double> numbers;
};

class Snapshot::Work {
public:
    Work(const SnapshotOptions& options, const Ranks& ranks);

    Json run();

private:
    void open_arrays();
    void add_array(const ArraySource& source, std::vector<FieldArray> file);
    void find_cells();
    void prepare_chunks();
    std::vector<OutputDataset> output_datasets() const;
    OutputDataset output_like(const FieldArray& array, const Dataset& part) const;
    std::string unit_of(miscid_field field) const;
    void treat(std::int64_t chunk, Output& output);
    void bind(const CellBox& box);
    miscid_view view(BoundArray& array, const CellBox& box, std::vector<double>& numbers) const;
    miscid_view cell_view(const CellBox& box, void* data, std::int64_t size, std::int64_t per_cell) const;
    [[noreturn]] void fail(const std::string& key, const std::string& expected) const;

    const SnapshotOptions& options_;
    const Ranks& ranks_;
    SnapshotMap map_;
    Hdf5Handle dump_;
    std::unique_ptr<Treatment> treatment_;
    std::vector<BoundArray> arrays_;
    std::vector<Diagnostic> diagnostics_;
    std::vector<int> cell_axes_; ///< of the dump, slowest first
    std::array<std::int64_t, 3> extent_{1, 1, 1};
    std::unique_ptr<Chunks> chunks_;
    std::vector<double> state_;
    std::vector<std::int32_t> status_;
    std::vector<std::int32_t> flags_; ///< empty where the treatment has none
};

} // namespace miscid::apps
