#include "phase_space/mode_grid.hpp"

#include <algorithm>

namespace miscid::phase_space {

ModeGrid::ModeGrid(int directions, int slots)
    : directions_(directions), slots_(slots), blocks_((directions + lanes - 1) / lanes) {
    for (auto& component : component_) {
        component.assign(static_cast<std::size_t>(blocks_) * lanes, 0.0);
    }
    frequency_.assign(size(), 0.0);
}

void ModeGrid::set_direction(int direction, const Eigen::Vector3d& unit_vector) {
    for (int a = 0; a < 3; ++a) {
        component_[a][static_cast<std::size_t>(direction)] = unit_vector[a];
    }
}

Eigen::Vector3d ModeGrid::direction(int direction) const {
    const auto d = static_cast<std::size_t>(direction);
    return {component_[0][d], component_[1][d], component_[2][d]};
}

void ModeGrid::set_frequency(int direction, int slot, double signed_frequency) {
    frequency_[index(direction, slot)] = signed_frequency;
}

void ModeGrid::set_slot_frequency(int slot, double signed_frequency) {
    for (int block = 0; block < blocks_; ++block) { // in the padding as well, where it does no harm
        std::fill_n(&frequency_[index(block * lanes, slot)], lanes, signed_frequency);
    }
}

} // namespace miscid::phase_space
