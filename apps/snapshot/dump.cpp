#include "snapshot/dump.hpp"

#include <algorithm>

#ifdef MISCID_MPI
#include <mpi.h>
#endif

namespace miscid::apps {

Hdf5Handle open_file(const std::string& path, bool write, const Ranks& ranks) {
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, path + ": no access list");
    // What is written must be in the file when the call returns, so that a killed run can be continued.
    H5Pset_sieve_buf_size(access, 0);
#ifdef MISCID_MPI
    if (ranks.size() > 1) {
        H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
    }
#else
    static_cast<void>(ranks);
#endif
    const hid_t id = H5Fopen(path.c_str(), write ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access);
    if (id < 0) {
        throw InputError(path + ": cannot be opened as HDF5");
    }
    return {id, H5Fclose, path};
}

Dataset::Dataset(hid_t file, const std::string& file_path, const std::string& name, const std::vector<int>& axes)
    : name_(name), axes_(axes) {
    const hid_t id = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
    if (id < 0) {
        throw InputError(file_path + ": there is no dataset '" + name + "'");
    }
    set_ = Hdf5Handle(id, H5Dclose, name);
    const Hdf5Handle space(H5Dget_space(set_), H5Sclose, file_path + ": dataset '" + name + "' cannot be read");
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank != static_cast<int>(axes.size())) {
        throw InputError(file_path + ": dataset '" + name + "' has " + std::to_string(rank) + " axes, the map names " +
                         std::to_string(axes.size()));
    }
    shape_.resize(axes.size());
    H5Sget_simple_extent_dims(space, shape_.data(), nullptr);
    const Hdf5Handle type(H5Dget_type(set_), H5Tclose, name);
    const H5T_class_t kind = H5Tget_class(type);
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
        throw InputError(file_path + ": dataset '" + name + "' does not hold numbers");
    }
}

std::int64_t Dataset::extent(int axis) const {
    const auto found = std::find(axes_.begin(), axes_.end(), axis);
    return found == axes_.end() ? 1 : static_cast<std::int64_t>(shape_[found - axes_.begin()]);
}

std::size_t Dataset::size(const CellBox& box) const {
    std::size_t size = 1;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        size *= is_cell_axis(axes_[a]) ? static_cast<std::size_t>(box.count[axes_[a]]) : shape_[a];
    }
    return size;
}

Hdf5Handle Dataset::select(const CellBox& box, Hdf5Handle& memory) const {
    std::vector<hsize_t> start(axes_.size(), 0);
    std::vector<hsize_t> count = shape_;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        if (is_cell_axis(axes_[a])) {
            start[a] = static_cast<hsize_t>(box.first[axes_[a]]);
            count[a] = static_cast<hsize_t>(box.count[axes_[a]]);
        }
    }
    Hdf5Handle file(H5Dget_space(set_), H5Sclose, name_);
    if (axes_.empty()) {
        memory = Hdf5Handle(H5Screate(H5S_SCALAR), H5Sclose, name_);
        return file;
    }
    H5Sselect_hyperslab(file, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    memory = Hdf5Handle(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, name_);
    return file;
}

void Dataset::read(const CellBox& box, double* numbers) const {
    Hdf5Handle memory;
    const Hdf5Handle file = select(box, memory);
    if (H5Dread(set_, H5T_NATIVE_DOUBLE, memory, file, H5P_DEFAULT, numbers) < 0) {
        throw std::runtime_error("dataset '" + name_ + "' cannot be read");
    }
}

void Dataset::write(const CellBox& box, const double* numbers) const {
    Hdf5Handle memory;
    const Hdf5Handle file = select(box, memory);
    if (H5Dwrite(set_, H5T_NATIVE_DOUBLE, memory, file, H5P_DEFAULT, numbers) < 0) {
        throw std::runtime_error("dataset '" + name_ + "' cannot be written; is the disk full?");
    }
}

void Dataset::write(const CellBox& box, const std::int32_t* numbers) const {
    Hdf5Handle memory;
    const Hdf5Handle file = select(box, memory);
    if (H5Dwrite(set_, H5T_NATIVE_INT32, memory, file, H5P_DEFAULT, numbers) < 0) {
        throw std::runtime_error("dataset '" + name_ + "' cannot be written; is the disk full?");
    }
}

FieldArray::FieldArray(const ArraySource& source, hid_t file, const std::string& file_path) : source_(source) {
    for (const std::string& name : source.datasets) {
        parts_.emplace_back(file, file_path, name, source.axes);
        if (parts_.back().shape() != parts_.front().shape()) {
            throw InputError(file_path + ": datasets '" + name + "' and '" + parts_.front().name() +
                             "' differ in shape");
        }
    }
}

bool FieldArray::has(int axis) const {
    return (axis == axis_species && parts_.size() > 1) ||
           std::find(source_.axes.begin(), source_.axes.end(), axis) != source_.axes.end();
}

std::int64_t FieldArray::extent(int axis) const {
    return axis == axis_species && parts_.size() > 1 ? static_cast<std::int64_t>(parts_.size())
                                                     : parts_.front().extent(axis);
}

void FieldArray::read(const CellBox& box, double* numbers) const {
    double* next = numbers;
    for (const Dataset& part : parts_) {
        part.read(box, next);
        next += part.size(box);
    }
    if (source_.factor != 1.0) {
        std::for_each(numbers, next, [&](double& number) { number *= source_.factor; });
    }
}

miscid_view FieldArray::view(const CellBox& box, double* numbers) const {
    miscid_view view;
    miscid_view_init(&view, numbers);
    auto stride = static_cast<std::int64_t>(sizeof(double) * size(box));
    const auto add = [&](int axis, std::int64_t extent) {
        stride /= std::max<std::int64_t>(1, extent);
        view.axis[view.axis_count] = axis;
        view.extent[view.axis_count] = extent;
        view.stride[view.axis_count++] = stride;
    };
    if (parts_.size() > 1) {
        add(axis_species, extent(axis_species));
    }
    for (const int axis : source_.axes) {
        add(axis, is_cell_axis(axis) ? box.count[axis] : parts_.front().extent(axis));
    }
    return view;
}

} // namespace miscid::apps
