// Chunk by chunk: read, bind, mix, write.
#include "run/terminal.hpp"
#include "snapshot/snapshot_work.hpp"
#include "snapshot/summary.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

namespace miscid::apps {

miscid_view Snapshot::Work::cell_view(const CellBox& box, void* data, std::int64_t size, std::int64_t per_cell) const {
    miscid_view view;
    miscid_view_init(&view, data);
    std::int64_t stride = size * per_cell * box.cells();
    for (const int axis : cell_axes_) {
        stride /= std::max<std::int64_t>(1, box.count[axis]);
        miscid_view_add_axis(&view, static_cast<miscid_axis>(axis), box.count[axis], stride);
    }
    return view;
}

miscid_view Snapshot::Work::view(BoundArray& array, const CellBox& box, std::vector<double>& numbers) const {
    miscid_view view;
    if (array.file.empty()) {
        miscid_view_init(&view, numbers.data());
        auto stride = static_cast<std::int64_t>(sizeof(double) * numbers.size());
        for (std::size_t a = 0; a < array.field.axes.size(); ++a) {
            stride /= array.field.extents[a];
            miscid_view_add_axis(&view, static_cast<miscid_axis>(array.field.axes[a]), array.field.extents[a], stride);
        }
        return view;
    }
    view = array.file.front().view(box, numbers.data());
    if (map_.treatment != "flavors" || !array.file.front().has(axis_species)) {
        return view;
    }
    // One axis `species` stands for two, type and flavor.
    const SpeciesOrder order = order_of_species(map_.species, options_.map);
    const int flavors = static_cast<int>(map_.species.size()) / 2;
    for (int a = 0; a < view.axis_count; ++a) {
        if (view.axis[a] == axis_species) {
            const std::int64_t stride = view.stride[a];
            view.data = static_cast<char*>(view.data) + order.first * stride;
            view.axis[a] = MISCID_AXIS_TYPE;
            view.extent[a] = 2;
            view.stride[a] = order.type * stride;
            view.axis[view.axis_count] = MISCID_AXIS_FLAVOR;
            view.extent[view.axis_count] = flavors;
            view.stride[view.axis_count++] = order.flavor * stride;
            break;
        }
    }
    return view;
}

void Snapshot::Work::bind(const CellBox& box) {
    for (BoundArray& array : arrays_) {
        const miscid_view in = view(array, box, array.in);
        treatment_->bind(array.field, in, array.out.empty() ? in : view(array, box, array.out));
    }
    miscid_view state = cell_view(box, state_.data(), sizeof(double), treatment_->state_doubles());
    miscid_view_add_axis(&state, MISCID_AXIS_COMPONENT, treatment_->state_doubles(), sizeof(double));
    treatment_->bind_state(state);
    miscid_view status = cell_view(box, status_.data(), sizeof(std::int32_t), 1);
    status.dtype = MISCID_INT32;
    treatment_->bind_status(status);
    if (!flags_.empty()) {
        miscid_view flags = cell_view(box, flags_.data(), sizeof(std::int32_t), 1);
        flags.dtype = MISCID_INT32;
        treatment_->bind_flags(flags);
    }
    for (Diagnostic& diagnostic : diagnostics_) {
        std::int32_t count = 0;
        std::int32_t axis[MISCID_AXIS_COUNT];
        std::int64_t extent[MISCID_AXIS_COUNT];
        miscid_field_shape(treatment_->context(), diagnostic.id, &count, axis, extent);
        std::int64_t size = 1;
        for (const std::int64_t n : diagnostic.extents) {
            size *= n;
        }
        miscid_view numbers = cell_view(box, diagnostic.numbers.data(), sizeof(double), size);
        for (std::int32_t a = 0; a < count; ++a) {
            size /= extent[a];
            miscid_view_add_axis(&numbers, static_cast<miscid_axis>(axis[a]), extent[a],
                                 size * std::int64_t{sizeof(double)});
        }
        treatment_->bind_diagnostic(diagnostic.id, numbers);
    }
    treatment_->select({box.count[0], box.count[1], box.count[2], 1});
}

void Snapshot::Work::treat(std::int64_t chunk, Output& output) {
    const CellBox box = chunks_->box(chunk);
    for (BoundArray& array : arrays_) {
        if (array.per_chunk) {
            array.file.front().read(box, array.in.data());
            if (!array.out.empty()) {
                std::copy(array.in.begin(), array.in.end(), array.out.begin());
            }
        }
    }
    // Every cell makes a cold start, and what a refused cell does not write is told from numbers.
    std::fill(state_.begin(), state_.end(), 0.0);
    std::fill(status_.begin(), status_.end(), MISCID_OK);
    std::fill(flags_.begin(), flags_.end(), 0);
    for (Diagnostic& diagnostic : diagnostics_) {
        std::fill(diagnostic.numbers.begin(), diagnostic.numbers.end(), std::numeric_limits<double>::quiet_NaN());
    }
    bind(box);
    const Counted counted = treatment_->counted();
    BoundArray* main = nullptr;
    for (BoundArray& array : arrays_) {
        main = array.source.field == counted.field ? &array : main;
    }
    ChunkNotes notes(counted.names.size());
    notes.before = count_species(view(*main, box, main->in), counted);
    notes.count(treatment_->apply(map_.time_step), box);
    notes.after = count_species(view(*main, box, main->out.empty() ? main->in : main->out), counted);

    for (BoundArray& array : arrays_) {
        if (!array.field.changed) {
            continue;
        }
        double* next = array.out.empty() ? array.in.data() : array.out.data();
        for (const Dataset& part : array.file.front().parts()) {
            const std::size_t size = part.size(box);
            if (array.source.factor != 1.0) {
                std::for_each(next, next + size, [&](double& number) { number /= array.source.factor; });
            }
            output.dataset(part.name()).write(box, next);
            next += size;
        }
    }
    output.dataset("/miscid/status").write(box, status_.data());
    if (!flags_.empty()) {
        output.dataset("/miscid/flags").write(box, flags_.data());
    }
    for (const Diagnostic& diagnostic : diagnostics_) {
        output.dataset(diagnostic.name).write(box, diagnostic.numbers.data());
    }
    output.finish_chunk(chunk, notes.row());
}

Json Snapshot::Work::run() {
    OutputIdentity identity;
    identity.map = map_.text;
    identity.input = std::filesystem::path(options_.input).filename().string() + " of " +
                     std::to_string(std::filesystem::file_size(options_.input)) + " bytes";
    miscid_context_fingerprint(treatment_->context(), &identity.fingerprint);
    identity.chunk_cells = chunks_->largest();
    const Counted counted = treatment_->counted();
    Output output(options_.output, identity, output_datasets(), map_.copies, options_.input, chunks_->count(),
                  static_cast<std::int64_t>(ChunkNotes::length(counted.names.size())), options_.fresh, ranks_);
    const std::int64_t taken_over = output.chunks_taken_over();

    const auto start = std::chrono::steady_clock::now();
    std::int64_t cells = 0;
    {
        // Chunks are dealt in turn; each rank shows its share, the first one for all.
        const auto mine = static_cast<int>((chunks_->count() - ranks_.rank() + ranks_.size() - 1) / ranks_.size());
        ProgressBar progress("miscid snapshot", mine, ranks_.first() && !options_.quiet);
        int shown = 0;
        for (std::int64_t chunk = ranks_.rank(); chunk < chunks_->count(); chunk += ranks_.size()) {
            if (!output.done(chunk)) {
                treat(chunk, output);
                cells += chunks_->box(chunk).cells();
            }
            progress.show(++shown);
        }
    }
    const std::vector<double> rows = output.finish();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    double all_cells = 0.0;
    for (const double one : ranks_.gather({static_cast<double>(cells)})) {
        all_cells += one;
    }
    if (!ranks_.first()) {
        return {};
    }
    Json summary = summarise(rows, counted);
    summary["input"] = options_.input;
    summary["output"] = options_.output;
    summary["treatment"] = map_.treatment;
    summary["chunk"] = {{"cells", chunks_->largest()}, {"count", chunks_->count()}, {"taken_over", taken_over}};
    summary["ranks"] = ranks_.size();
    summary["seconds"] = seconds;
    summary["cells_per_second"] = seconds > 0.0 ? all_cells / seconds : 0.0;
    return summary;
}

Snapshot::Snapshot(const SnapshotOptions& options, const Ranks& ranks)
    : work_(std::make_unique<Work>(options, ranks)) {}

Snapshot::~Snapshot() = default;

Json Snapshot::run() {
    return work_->run();
}

} // namespace miscid::apps
