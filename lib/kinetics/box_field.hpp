/** @file box_field.hpp  Flavor vectors of every mode in every cell, in the layout of box_kernels.hpp. */
#pragma once

#include "kinetics/box_kernels.hpp"

#include <Eigen/Core>

#include <cstdlib>
#include <memory>

namespace miscid::kinetics {

/** Doubles on cache-line boundaries. */
class AlignedArray {
public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size);
    AlignedArray(const AlignedArray& other);
    AlignedArray& operator=(const AlignedArray& other);
    AlignedArray(AlignedArray&&) = default;
    AlignedArray& operator=(AlignedArray&&) = default;
    double* data() { return data_.get(); }
    const double* data() const { return data_.get(); }
    std::size_t size() const { return size_; }

private:
    struct Free {
        void operator()(double* p) const { std::free(p); }
    };
    std::unique_ptr<double, Free> data_;
    std::size_t size_ = 0;
};

/** Per-mode numbers in blocks of eight lanes, [block][row][8], empty lanes zero. */
AlignedArray in_lanes(const Eigen::MatrixXd& rows_by_mode);

class BoxField {
public:
    BoxField(int modes, int components, int cells);

    int modes() const { return modes_; }
    int blocks() const { return (modes_ + lanes - 1) / lanes; }
    int components() const { return components_; }
    int cells() const { return cells_; }
    /** Cells from one component's array to the next. */
    int stride() const { return stride_; }
    double* data() { return array_.data(); }
    const double* data() const { return array_.data(); }
    std::size_t size() const { return array_.size(); }

    /** The array of one component of one block, [cell][lane]. */
    double* array(int block, int component) { return data() + offset(block, component); }
    const double* array(int block, int component) const { return data() + offset(block, component); }
    double& at(int component, int mode, int cell) {
        return array(mode / lanes,
                     component)[static_cast<std::size_t>(cell) * lanes + static_cast<std::size_t>(mode % lanes)];
    }
    double at(int component, int mode, int cell) const {
        return array(mode / lanes,
                     component)[static_cast<std::size_t>(cell) * lanes + static_cast<std::size_t>(mode % lanes)];
    }
    /** Average over cells, [component][mode]. */
    Eigen::MatrixXd mean() const;
    /** The field of one mode, [component][cell]. */
    Eigen::MatrixXd of_mode(int mode) const;
    /** False if any number is infinite or not a number. */
    bool finite() const;

private:
    std::size_t offset(int block, int component) const {
        return static_cast<std::size_t>(block * components_ + component) * static_cast<std::size_t>(stride_) * lanes;
    }
    int modes_, components_, cells_, stride_;
    AlignedArray array_;
};

} // namespace miscid::kinetics
