#include "box/hdf5_output.hpp"

#include <stdexcept>

#ifdef MISCID_HDF5

#include "hdf5_handle.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace miscid::apps {

namespace {

/** Shape of a rectangular array of numbers; empty if it is none. null counts as a number that is not one. */
std::vector<hsize_t> shape_of(const Json& value) {
    std::vector<hsize_t> shape;
    const Json* level = &value;
    while (level->is_array() && !level->empty()) {
        shape.push_back(level->size());
        level = &level->front();
    }
    const std::function<bool(const Json&, std::size_t)> fits = [&](const Json& part, std::size_t depth) {
        if (depth == shape.size()) {
            return part.is_number() || part.is_null();
        }
        return part.is_array() && part.size() == shape[depth] &&
               std::all_of(part.begin(), part.end(), [&](const Json& inner) { return fits(inner, depth + 1); });
    };
    return fits(value, 0) ? shape : std::vector<hsize_t>{};
}

void flatten(const Json& value, std::vector<double>& out) {
    if (value.is_array()) {
        for (const auto& part : value) {
            flatten(part, out);
        }
    } else {
        out.push_back(value.is_number() ? value.get<double>() : std::nan(""));
    }
}

Hdf5Handle handle(hid_t id, Hdf5Handle::Close close, const std::string& what) {
    return {id, close, what + ": cannot be written as HDF5"};
}

void write_attribute(hid_t group, const std::string& name, const Json& value) {
    const Hdf5Handle space = handle(H5Screate(H5S_SCALAR), H5Sclose, name);
    if (value.is_number() || value.is_boolean()) {
        const double number = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
        const Hdf5Handle attribute =
            handle(H5Acreate2(group, name.c_str(), H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
        H5Awrite(attribute, H5T_NATIVE_DOUBLE, &number);
    } else if (value.is_string()) {
        const auto text = value.get<std::string>();
        const Hdf5Handle type = handle(H5Tcopy(H5T_C_S1), H5Tclose, name);
        H5Tset_size(type, text.size() + 1);
        const Hdf5Handle attribute =
            handle(H5Acreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
        H5Awrite(attribute, type, text.c_str());
    }
}

void write_value(hid_t group, const std::string& name, const Json& value);

void write_group(hid_t parent, const std::string& name, const Json& value) {
    const Hdf5Handle group =
        handle(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, name);
    if (value.is_object()) {
        for (const auto& item : value.items()) {
            write_value(group, item.key(), item.value());
        }
    } else {
        for (std::size_t i = 0; i < value.size(); ++i) {
            write_value(group, std::to_string(i), value[i]);
        }
    }
}

void write_value(hid_t group, const std::string& name, const Json& value) {
    if (!value.is_structured()) {
        write_attribute(group, name, value);
        return;
    }
    const auto shape = value.is_array() ? shape_of(value) : std::vector<hsize_t>{};
    if (shape.empty()) {
        write_group(group, name, value);
        return;
    }
    std::vector<double> numbers;
    flatten(value, numbers);
    const Hdf5Handle space =
        handle(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, name);
    const Hdf5Handle set = handle(
        H5Dcreate2(group, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose, name);
    if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0) {
        throw std::runtime_error(name + ": cannot be written as HDF5");
    }
}

} // namespace

bool hdf5_available() {
    return true;
}

void write_hdf5(const Json& answer, const std::string& path) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // errors are reported once, by us
    const Hdf5Handle file = handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, path);
    for (const auto& item : answer.items()) {
        write_value(file, item.key(), item.value());
    }
}

} // namespace miscid::apps

#else

namespace miscid::apps {

bool hdf5_available() {
    return false;
}

void write_hdf5(const Json&, const std::string& path) {
    throw std::runtime_error(path + ": this miscid was built without HDF5 (Debian: libhdf5-dev; then configure again)");
}

} // namespace miscid::apps

#endif
