/** @file gridded_case.hpp  A case on the solver's grid: modes of equal direction share it, each in a slot of its own. */
#pragma once

#include "equilibrium/case.hpp"

#include <array>
#include <map>

namespace miscid::apps {

template <int N_f>
class GriddedCase {
public:
    explicit GriddedCase(const EquilibriumCase<N_f>& c) : case_(c) {
        std::map<std::array<double, 3>, int> directions;
        std::vector<int> used;
        int slots = 0;
        for (std::size_t i = 0; i < c.modes(); ++i) {
            const std::array<double, 3> q = {c.direction[3 * i], c.direction[3 * i + 1], c.direction[3 * i + 2]};
            const auto inserted = directions.emplace(q, static_cast<int>(directions.size()));
            if (inserted.second) {
                used.push_back(0);
            }
            const int direction = inserted.first->second;
            place_.push_back({direction, used[static_cast<std::size_t>(direction)]++});
            slots = std::max(slots, used[static_cast<std::size_t>(direction)]);
        }
        grid_ = phase_space::ModeGrid(static_cast<int>(directions.size()), slots);
        for (const auto& [q, index] : directions) {
            grid_.set_direction(index, Eigen::Vector3d(q[0], q[1], q[2]));
        }
        for (std::size_t i = 0; i < c.modes(); ++i) {
            grid_.set_frequency(place_[i].first, place_[i].second, sign(i) * c.frequency[i]);
        }
    }

    const phase_space::ModeGrid& grid() const { return grid_; }
    double sign(std::size_t mode) const { return case_.antineutrino[mode] ? -1.0 : 1.0; }
    std::size_t index(std::size_t mode) const { return grid_.index(place_[mode].first, place_[mode].second); }
    int mode_at(std::size_t index_in_grid) const {
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            if (index(i) == index_in_grid) {
                return static_cast<int>(i);
            }
        }
        return -1;
    }
    /** Numbers per mode, or several arrays of them one behind the other, in the grid's layout. */
    phase_space::AlignedVector spread(const std::vector<double>& per_mode) const {
        const std::size_t planes = per_mode.size() / case_.modes();
        phase_space::AlignedVector result(planes * grid_.size(), 0.0);
        for (std::size_t k = 0; k < planes; ++k) {
            for (std::size_t i = 0; i < case_.modes(); ++i) {
                result[k * grid_.size() + index(i)] = per_mode[k * case_.modes() + i];
            }
        }
        return result;
    }
    flavor::FlavorVectorFor<N_f> hamiltonian(const equilibrium::FieldFor<N_f>& field, std::size_t mode) const {
        return equilibrium::hamiltonian<N_f>(field, grid_.direction(place_[mode].first),
                                             sign(mode) * case_.frequency[mode], case_.medium.B);
    }

private:
    const EquilibriumCase<N_f>& case_;
    phase_space::ModeGrid grid_;
    std::vector<std::pair<int, int>> place_;
};

} // namespace miscid::apps
