#include "kinetics/box_field.hpp"

#include <algorithm>
#include <cmath>
#include <new>

namespace miscid::kinetics {

AlignedArray::AlignedArray(std::size_t size) : size_(size) {
    const std::size_t bytes = (size * sizeof(double) + 63) / 64 * 64;
    data_.reset(static_cast<double*>(std::aligned_alloc(64, std::max<std::size_t>(bytes, 64))));
    if (!data_) {
        throw std::bad_alloc();
    }
    std::fill_n(data_.get(), size, 0.0);
}

AlignedArray::AlignedArray(const AlignedArray& other) : AlignedArray(other.size_) {
    std::copy_n(other.data(), size_, data());
}

AlignedArray& AlignedArray::operator=(const AlignedArray& other) {
    if (this != &other) {
        *this = AlignedArray(other);
    }
    return *this;
}

AlignedArray in_lanes(const Eigen::MatrixXd& rows_by_mode) {
    const auto rows = rows_by_mode.rows(), modes = rows_by_mode.cols();
    const auto blocks = (modes + lanes - 1) / lanes;
    AlignedArray result(static_cast<std::size_t>(blocks * rows * lanes));
    for (Eigen::Index mode = 0; mode < modes; ++mode) {
        for (Eigen::Index row = 0; row < rows; ++row) {
            result.data()[(mode / lanes * rows + row) * lanes + mode % lanes] = rows_by_mode(row, mode);
        }
    }
    return result;
}

namespace {
// Transforms read four quarters of an array and rotations many arrays at one cell: an odd distance between arrays keeps
// them out of each other's cache lines.
constexpr int padding = 5;
} // namespace

BoxField::BoxField(int modes, int components, int cells)
    : modes_(modes), components_(components), cells_(cells), stride_(cells + padding),
      array_(static_cast<std::size_t>((modes + lanes - 1) / lanes * components) *
             static_cast<std::size_t>(cells + padding) * lanes) {}

Eigen::MatrixXd BoxField::mean() const {
    Eigen::MatrixXd result(components_, modes_);
    for (int mode = 0; mode < modes_; ++mode) {
        for (int component = 0; component < components_; ++component) {
            const double* numbers = array(mode / lanes, component) + mode % lanes;
            double sum = 0.0;
            for (int cell = 0; cell < cells_; ++cell) {
                sum += numbers[cell * lanes];
            }
            result(component, mode) = sum / cells_;
        }
    }
    return result;
}

Eigen::MatrixXd BoxField::of_mode(int mode) const {
    Eigen::MatrixXd result(components_, cells_);
    for (int component = 0; component < components_; ++component) {
        const double* numbers = array(mode / lanes, component) + mode % lanes;
        for (int cell = 0; cell < cells_; ++cell) {
            result(component, cell) = numbers[cell * lanes];
        }
    }
    return result;
}

bool BoxField::finite() const {
    return std::all_of(data(), data() + size(), [](double x) { return std::isfinite(x); });
}

} // namespace miscid::kinetics
