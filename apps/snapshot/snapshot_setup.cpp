// Reading a map against a dump: which arrays there are, how many cells, and what the output will hold.
#include "snapshot/snapshot_work.hpp"
#include "snapshot/summary.hpp"

#include <algorithm>

namespace miscid::apps {

namespace {

constexpr std::int64_t usual_chunk_bytes = 32 << 20;

} // namespace

Snapshot::Work::Work(const SnapshotOptions& options, const Ranks& ranks)
    : options_(options), ranks_(ranks), map_(read_snapshot_map(options.map)) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // errors are reported once, by us
    dump_ = open_file(options.input, false, ranks);
    open_arrays();
    find_cells();
    prepare_chunks();
}

void Snapshot::Work::fail(const std::string& key, const std::string& expected) const {
    throw InputError(options_.map + ": key '" + key + "': expected " + expected);
}

void Snapshot::Work::open_arrays() {
    PhaseSpaceExtents extents;
    std::vector<std::vector<FieldArray>> files;
    for (const ArraySource& source : map_.arrays) {
        files.emplace_back();
        if (source.from_file()) {
            files.back().emplace_back(source, dump_, options_.input);
            const FieldArray& array = files.back().front();
            extents.groups = array.has(MISCID_AXIS_GROUP) ? array.extent(MISCID_AXIS_GROUP) : extents.groups;
            extents.directions =
                array.has(MISCID_AXIS_DIRECTION) ? array.extent(MISCID_AXIS_DIRECTION) : extents.directions;
        }
    }
    treatment_ = make_treatment(map_, options_.map, extents);
    for (std::size_t n = 0; n < files.size(); ++n) {
        add_array(map_.arrays[n], std::move(files[n]));
    }
    for (const std::string& name : map_.diagnostics) {
        Diagnostic diagnostic;
        for (int id = 1; id < 256 && diagnostic.name.empty(); ++id) {
            const char* known = miscid_field_name(static_cast<miscid_field>(id));
            if (known != nullptr && name == known) {
                diagnostic.id = static_cast<miscid_field>(id);
                diagnostic.name = "/miscid/" + name;
            }
        }
        std::int32_t count = 0;
        std::int32_t axis[MISCID_AXIS_COUNT];
        std::int64_t extent[MISCID_AXIS_COUNT];
        if (diagnostic.name.empty() ||
            miscid_field_shape(treatment_->context(), diagnostic.id, &count, axis, extent) < 0) {
            fail("diagnostics", "names of output fields of field_list.h in lower case; got \"" + name + "\"");
        }
        diagnostic.extents.assign(extent, extent + count);
        diagnostics_.push_back(diagnostic);
    }
}

void Snapshot::Work::add_array(const ArraySource& source, std::vector<FieldArray> file) {
    const TreatmentField* field = treatment_->field(source.field);
    if (field == nullptr) {
        fail("arrays." + source.field, "one of " + treatment_->field_names());
    }
    BoundArray array{*field, source, std::move(file), {}, {}, false};
    if (array.file.empty()) {
        if (field->changed) {
            fail("arrays." + source.field, "'dataset' and 'axes': what mixing changes cannot stand in the map");
        }
        std::int64_t size = 1;
        for (const std::int64_t extent : field->extents) {
            size *= extent;
        }
        if (static_cast<std::int64_t>(source.values.size()) != size) {
            fail("arrays." + source.field + ".values",
                 std::to_string(size) + " numbers, got " + std::to_string(source.values.size()));
        }
        array.in = source.values;
    } else {
        const auto& axes = source.axes;
        array.per_chunk = std::any_of(axes.begin(), axes.end(), is_cell_axis);
        if (!array.per_chunk) {
            array.in.resize(array.file.front().size(CellBox{}));
            array.file.front().read(CellBox{}, array.in.data());
        }
    }
    arrays_.push_back(std::move(array));
}

void Snapshot::Work::find_cells() {
    const BoundArray* main = nullptr;
    for (const BoundArray& array : arrays_) {
        if (array.field.changed && main == nullptr) {
            main = &array;
        }
    }
    const std::string wanted = treatment_->counted().field;
    if (main == nullptr) {
        fail("arrays." + wanted, "a dataset for '" + wanted + "': without it there is nothing to mix");
    }
    for (const int axis : main->source.axes) {
        if (is_cell_axis(axis)) {
            cell_axes_.push_back(axis);
            extent_[axis] = main->file.front().extent(axis);
        }
    }
    for (const BoundArray& array : arrays_) {
        for (const int axis : {MISCID_AXIS_I, MISCID_AXIS_J, MISCID_AXIS_K}) {
            const bool has = !array.file.empty() && array.file.front().has(axis);
            if ((has && array.file.front().extent(axis) != extent_[axis]) ||
                (array.field.changed && !has && extent_[axis] > 1)) {
                throw InputError(options_.input + ": the arrays '" + array.source.field + "' and '" +
                                 main->source.field + "' differ along the axis " + axis_name(axis));
            }
        }
    }
}

void Snapshot::Work::prepare_chunks() {
    const CellBox one{};
    std::int64_t bytes = treatment_->state_doubles() * std::int64_t{sizeof(double)};
    for (const BoundArray& array : arrays_) {
        if (array.per_chunk) {
            bytes += static_cast<std::int64_t>(array.file.front().size(one) * sizeof(double)) *
                     (array.field.changed && !treatment_->in_place() ? 2 : 1);
        }
    }
    const std::int64_t cells = options_.chunk_cells > 0 ? options_.chunk_cells : usual_chunk_bytes / bytes;
    chunks_ = std::make_unique<Chunks>(extent_, cell_axes_, std::max<std::int64_t>(1, cells));
    const auto largest = static_cast<std::size_t>(chunks_->largest());
    const CellBox box = chunks_->count() > 0 ? chunks_->box(0) : CellBox{{0, 0, 0}, {0, 0, 0}};
    for (BoundArray& array : arrays_) {
        if (array.per_chunk) {
            array.in.resize(array.file.front().size(box));
            array.out.resize(array.field.changed && !treatment_->in_place() ? array.in.size() : 0);
        }
    }
    state_.resize(largest * static_cast<std::size_t>(treatment_->state_doubles()));
    status_.resize(largest);
    flags_.resize(treatment_->flags_meaning().empty() ? 0 : largest);
    for (Diagnostic& diagnostic : diagnostics_) {
        std::size_t size = largest;
        for (const std::int64_t extent : diagnostic.extents) {
            size *= static_cast<std::size_t>(extent);
        }
        diagnostic.numbers.resize(size);
    }
}

std::string Snapshot::Work::unit_of(miscid_field field) const {
    const char* unit = nullptr;
    double factor = 1.0;
    miscid_field_unit(treatment_->context(), field, &unit, &factor);
    return unit == nullptr ? "" : unit;
}

OutputDataset Snapshot::Work::output_like(const FieldArray& array, const Dataset& part) const {
    const Hdf5Handle type(H5Dget_type(part.id()), H5Tclose, part.name());
    // Numbers that were whole in the dump are not after mixing.
    const bool small = H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) <= 4;
    return {part.name(), array.source().axes,           part.shape(), small ? H5T_IEEE_F32LE : H5T_IEEE_F64LE,
            "",          "after mixing; as in the dump"};
}

std::vector<OutputDataset> Snapshot::Work::output_datasets() const {
    std::vector<OutputDataset> datasets;
    for (const BoundArray& array : arrays_) {
        if (array.field.changed) {
            for (const Dataset& part : array.file.front().parts()) {
                datasets.push_back(output_like(array.file.front(), part));
            }
        }
    }
    std::vector<hsize_t> shape;
    for (const int axis : cell_axes_) {
        shape.push_back(static_cast<hsize_t>(extent_[axis]));
    }
    datasets.push_back({"/miscid/status", cell_axes_, shape, H5T_STD_I32LE, "",
                        "status of the cell (status_list.h): 0 ok, > 0 usable, < 0 refused and as in the dump"});
    if (!treatment_->flags_meaning().empty()) {
        datasets.push_back({"/miscid/flags", cell_axes_, shape, H5T_STD_I32LE, "",
                            "what to know about the cell: " + treatment_->flags_meaning()});
    }
    for (const Diagnostic& diagnostic : diagnostics_) {
        std::int32_t count = 0;
        std::int32_t axis[MISCID_AXIS_COUNT];
        std::int64_t extent[MISCID_AXIS_COUNT];
        miscid_field_shape(treatment_->context(), diagnostic.id, &count, axis, extent);
        std::vector<int> axes = cell_axes_;
        axes.insert(axes.end(), axis, axis + count);
        std::vector<hsize_t> whole = shape;
        whole.insert(whole.end(), extent, extent + count);
        datasets.push_back(
            {diagnostic.name, axes, whole, H5T_IEEE_F64LE, unit_of(diagnostic.id), miscid_field_text(diagnostic.id)});
    }
    return datasets;
}

} // namespace miscid::apps
