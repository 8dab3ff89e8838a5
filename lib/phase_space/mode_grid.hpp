/** @file mode_grid.hpp
 *  The momenta of one cell: directions times slots, a slot being an energy of one type (nu or nubar).
 *
 *  Directions fill SIMD lanes in blocks of eight, slots run inside: everything H needs per direction is computed once and
 *  shared by all energies. The last block is padded with directions of zero amplitude.
 */
#pragma once

#include "phase_space/lanes.hpp"

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace miscid::phase_space {

/** 64-byte aligned numbers. */
using AlignedVector = std::vector<double, Eigen::aligned_allocator<double>>;

class ModeGrid {
public:
    ModeGrid() = default;
    ModeGrid(int directions, int slots);

    int directions() const { return directions_; }
    int slots() const { return slots_; }
    int blocks() const { return blocks_; }
    /** Length of an array with one number per mode, padding included. */
    std::size_t size() const { return static_cast<std::size_t>(blocks_) * slots_ * lanes; }
    /** Place of a mode in such an array. */
    std::size_t index(int direction, int slot) const {
        return (static_cast<std::size_t>(direction / lanes) * slots_ + slot) * lanes + direction % lanes;
    }

    void set_direction(int direction, const Eigen::Vector3d& unit_vector);
    Eigen::Vector3d direction(int direction) const;
    /** s omega: signed vacuum frequency times the sign of the type, cm^-1. */
    void set_frequency(int direction, int slot, double signed_frequency);
    /** The same for all directions. */
    void set_slot_frequency(int slot, double signed_frequency);
    double frequency(int direction, int slot) const { return frequency_[index(direction, slot)]; }

    /** Component a (x, y, z) of the directions, [block][lane]. */
    const double* component(int a) const { return component_[a].data(); }
    /** s omega, [block][slot][lane]. */
    const double* frequencies() const { return frequency_.data(); }

private:
    int directions_ = 0;
    int slots_ = 0;
    int blocks_ = 0;
    AlignedVector component_[3];
    AlignedVector frequency_;
};

} // namespace miscid::phase_space
