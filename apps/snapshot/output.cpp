#include "snapshot/output.hpp"

#include "fingerprint.hpp"

#include <filesystem>

namespace miscid::apps {

namespace {

constexpr const char* done_name = "/miscid/chunk_done";
constexpr const char* summary_name = "/miscid/chunk_summary";
/** Chunks are numbered along the axis i of these two. */
const std::vector<int> chunk_axes = {MISCID_AXIS_I};
const std::vector<int> summary_axes = {MISCID_AXIS_I, MISCID_AXIS_VECTOR};

void write_text(hid_t object, const char* name, const std::string& text) {
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, name);
    H5Tset_size(type, text.size() + 1);
    const Hdf5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                               std::string(name) + ": cannot be written as HDF5");
    H5Awrite(attribute, type, text.c_str());
}

/** Text of an attribute; empty if there is none. */
std::string read_text(hid_t object, const char* name) {
    if (H5Aexists(object, name) <= 0) {
        return "";
    }
    const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
    const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, name);
    std::string text(H5Tget_size(type), '\0');
    H5Aread(attribute, type, text.data());
    return text.c_str();
}

/** The map is too long for an attribute and so is a dataset of characters. */
void write_long_text(hid_t file, const char* name, const std::string& text) {
    const hsize_t length = text.size();
    const Hdf5Handle space(H5Screate_simple(1, &length, nullptr), H5Sclose, name);
    const Hdf5Handle set(H5Dcreate2(file, name, H5T_NATIVE_CHAR, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose, std::string(name) + ": cannot be written as HDF5");
    H5Dwrite(set, H5T_NATIVE_CHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data());
}

std::string identity_text(const OutputIdentity& identity) {
    return identity.input + ", map " + hexadecimal(fnv1a(identity.map.data(), identity.map.size())) +
           ", configuration " + hexadecimal(identity.fingerprint) + ", chunks of " +
           std::to_string(identity.chunk_cells) + " cells, miscid " MISCID_VERSION_STRING;
}

void create_dataset(hid_t file, const OutputDataset& wanted, bool zeros) {
    const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, wanted.name);
    H5Pset_create_intermediate_group(links, 1);
    // All space is taken at once and nothing about the datasets changes later: a killed run leaves a whole file.
    const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, wanted.name);
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(creation, zeros ? H5D_FILL_TIME_ALLOC : H5D_FILL_TIME_NEVER);
    H5Pset_obj_track_times(creation, false);
    const Hdf5Handle space(H5Screate_simple(static_cast<int>(wanted.shape.size()), wanted.shape.data(), nullptr),
                           H5Sclose, wanted.name);
    const Hdf5Handle set(H5Dcreate2(file, wanted.name.c_str(), wanted.type, space, links, creation, H5P_DEFAULT),
                         H5Dclose, "dataset '" + wanted.name + "' cannot be created in the output");
    if (!wanted.unit.empty()) {
        write_text(set, "unit", wanted.unit);
    }
    if (!wanted.meaning.empty()) {
        write_text(set, "meaning", wanted.meaning);
    }
    std::string axes;
    for (const int axis : wanted.axes) {
        axes += (axes.empty() ? "" : " ") + axis_name(axis);
    }
    write_text(set, "axes", axes);
}

} // namespace

Output::Output(const std::string& path, const OutputIdentity& identity, const std::vector<OutputDataset>& datasets,
               const std::vector<std::string>& copies, const std::string& dump_path, std::int64_t chunks,
               std::int64_t summary_length, bool fresh, const Ranks& ranks)
    : path_(path), part_(path + ".part"), chunks_(chunks), summary_length_(summary_length), ranks_(ranks) {
    if (ranks.first()) {
        const std::string why = fresh ? "no" : why_not_continued(identity);
        if (why == "no") {
            create(identity, datasets, copies, dump_path);
        } else if (!why.empty()) {
            throw InputError(part_ + ": " + why + "; remove it, or use --fresh to begin again");
        }
    }
    ranks.barrier();
    file_ = open_file(part_, true, ranks);
    for (const OutputDataset& wanted : datasets) {
        sets_.emplace(wanted.name, Dataset(file_, part_, wanted.name, wanted.axes));
    }
    sets_.emplace(done_name, Dataset(file_, part_, done_name, chunk_axes));
    sets_.emplace(summary_name, Dataset(file_, part_, summary_name, summary_axes));
    std::vector<double> done(static_cast<std::size_t>(chunks));
    sets_.at(done_name).read({{0, 0, 0}, {chunks, 1, 1}}, done.data());
    done_.assign(done.begin(), done.end());
    ranks.barrier(); // nobody may finish a chunk before all know which were done
}

std::string Output::why_not_continued(const OutputIdentity& identity) const {
    if (!std::filesystem::exists(part_)) {
        return "no";
    }
    const hid_t id = H5Fopen(part_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0) {
        return "no"; // killed while it was made
    }
    const Hdf5Handle file(id, H5Fclose, part_);
    const std::string found = read_text(file, "run");
    if (found.empty()) {
        return "no";
    }
    const std::string wanted = identity_text(identity);
    return found == wanted ? "" : "was begun by another run (there: " + found + "; now: " + wanted + ")";
}

void Output::create(const OutputIdentity& identity, const std::vector<OutputDataset>& datasets,
                    const std::vector<std::string>& copies, const std::string& dump_path) const {
    const hid_t id = H5Fcreate(part_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0) {
        throw InputError(part_ + ": cannot be created");
    }
    const Hdf5Handle file(id, H5Fclose, part_);
    for (const OutputDataset& wanted : datasets) {
        create_dataset(file, wanted, false);
    }
    create_dataset(
        file, {done_name, chunk_axes, {static_cast<hsize_t>(chunks_)}, H5T_STD_I32LE, "", "1: chunk is done"}, true);
    create_dataset(file,
                   {summary_name,
                    summary_axes,
                    {static_cast<hsize_t>(chunks_), static_cast<hsize_t>(summary_length_)},
                    H5T_IEEE_F64LE,
                    "",
                    "what the summary is made of"},
                   true);
    write_long_text(file, "/miscid/map", identity.map);
    if (!copies.empty()) {
        const Hdf5Handle dump(H5Fopen(dump_path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                              dump_path + ": cannot be opened as HDF5");
        const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, part_);
        H5Pset_create_intermediate_group(links, 1);
        for (const std::string& name : copies) {
            if (H5Ocopy(dump, name.c_str(), file, name.c_str(), H5P_DEFAULT, links) < 0) {
                throw InputError(dump_path + ": '" + name + "' of key 'copy' cannot be copied; is it there?");
            }
        }
    }
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    write_text(file, "run", identity_text(identity)); // last: a file without it is not taken up
}

std::int64_t Output::chunks_taken_over() const {
    std::int64_t count = 0;
    for (const auto flag : done_) {
        count += flag != 0;
    }
    return count;
}

void Output::finish_chunk(std::int64_t chunk, const std::vector<double>& summary) {
    const CellBox one{{chunk, 0, 0}, {1, 1, 1}};
    const std::int32_t flag = 1;
    sets_.at(summary_name).write(one, summary.data());
    sets_.at(done_name).write(one, &flag);
}

std::vector<double> Output::finish() {
    sets_.clear();
    file_ = Hdf5Handle();
    ranks_.barrier();
    std::vector<double> summaries;
    if (ranks_.first()) {
        summaries.resize(static_cast<std::size_t>(chunks_ * summary_length_));
        {
            const Hdf5Handle file(H5Fopen(part_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                                  part_ + ": cannot be opened again");
            Dataset(file, part_, summary_name, summary_axes).read({{0, 0, 0}, {chunks_, 1, 1}}, summaries.data());
        }
        std::filesystem::rename(part_, path_);
    }
    ranks_.barrier();
    return summaries;
}

} // namespace miscid::apps
