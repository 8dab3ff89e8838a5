// Datasets from and to raw numbers, so that the tests need nothing but HDF5 itself.
//   hdf5_tool write FILE (DATASET f8|f4 SHAPE RAWFILE)...   SHAPE like 3x4x5; RAWFILE holds doubles
//   hdf5_tool read FILE DATASET                             doubles on standard output
#include "hdf5_handle.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

using miscid::apps::Hdf5Handle;

namespace {

std::vector<double> raw_numbers(const std::string& path, std::size_t count) {
    std::vector<double> numbers(count);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(count * sizeof(double)))) {
        throw std::runtime_error(path + ": too short");
    }
    return numbers;
}

void write(const std::string& path, const std::vector<std::string>& words) {
    const Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, path);
    const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, path);
    H5Pset_create_intermediate_group(links, 1);
    for (std::size_t w = 0; w + 3 < words.size(); w += 4) {
        std::vector<hsize_t> shape;
        std::size_t count = 1;
        std::istringstream extents(words[w + 2]);
        for (std::string extent; std::getline(extents, extent, 'x');) {
            shape.push_back(std::stoull(extent));
            count *= shape.back();
        }
        const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, path);
        const hid_t type = words[w + 1] == "f4" ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
        const Hdf5Handle set(H5Dcreate2(file, words[w].c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                             words[w]);
        const auto numbers = raw_numbers(words[w + 3], count);
        if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0) {
            throw std::runtime_error(words[w] + ": cannot be written");
        }
    }
}

void read(const std::string& path, const std::string& name) {
    const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path);
    const Hdf5Handle set(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, name);
    const Hdf5Handle space(H5Dget_space(set), H5Sclose, name);
    std::vector<double> numbers(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
    std::fwrite(numbers.data(), sizeof(double), numbers.size(), stdout);
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        if (words.size() >= 2 && words[0] == "write") {
            write(words[1], {words.begin() + 2, words.end()});
        } else if (words.size() == 3 && words[0] == "read") {
            read(words[1], words[2]);
        } else {
            std::cerr << "usage: hdf5_tool write FILE (DATASET f8|f4 SHAPE RAWFILE)... | read FILE DATASET\n";
            return 2;
        }
    } catch (const std::exception& error) {
        std::cerr << "hdf5_tool: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
