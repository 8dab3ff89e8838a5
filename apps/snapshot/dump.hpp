/** @file dump.hpp
 *  Files of a snapshot: the dump that is read, and the output beside it, by boxes of cells (HDF5).
 */
#pragma once

#include "hdf5_handle.hpp"
#include "ranks.hpp"
#include "snapshot/cell_box.hpp"
#include "snapshot/snapshot_map.hpp"

#include <miscid/miscid.h>

#include <string>
#include <vector>

namespace miscid::apps {

/** Opens a file; all ranks together where there are several. Throws InputError. */
Hdf5Handle open_file(const std::string& path, bool write, const Ranks& ranks);

/** A dataset whose axes are known: one part of an array of the map. */
class Dataset {
public:
    /** Throws InputError if the file has no such dataset or its shape is not that of the axes. */
    Dataset(hid_t file, const std::string& file_path, const std::string& name, const std::vector<int>& axes);

    const std::string& name() const { return name_; }
    const std::vector<hsize_t>& shape() const { return shape_; }
    std::int64_t extent(int axis) const; ///< 1 where the dataset has no such axis
    /** Numbers of a box of cells, in the order of the dataset. */
    std::size_t size(const CellBox& box) const;
    void read(const CellBox& box, double* numbers) const;
    void write(const CellBox& box, const double* numbers) const;
    void write(const CellBox& box, const std::int32_t* numbers) const;
    hid_t id() const { return set_; }

private:
    Hdf5Handle select(const CellBox& box, Hdf5Handle& memory) const;

    std::string name_;
    std::vector<int> axes_;
    Hdf5Handle set_;
    std::vector<hsize_t> shape_;
};

/** All numbers of one field for a box of cells, and how they lie in memory. */
class FieldArray {
public:
    FieldArray(const ArraySource& source, hid_t file, const std::string& file_path);

    const ArraySource& source() const { return source_; }
    const std::vector<Dataset>& parts() const { return parts_; }
    bool has(int axis) const;
    std::int64_t extent(int axis) const;
    std::size_t size(const CellBox& box) const { return parts_.size() * parts_.front().size(box); }
    /** In the module's unit. */
    void read(const CellBox& box, double* numbers) const;
    /** Strides of numbers read for this box. */
    miscid_view view(const CellBox& box, double* numbers) const;

private:
    ArraySource source_;
    std::vector<Dataset> parts_;
};

} // namespace miscid::apps
