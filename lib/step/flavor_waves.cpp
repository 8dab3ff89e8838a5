#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** Fluctuations of N = 1e36 neutrinos in a coherence volume (paper 004 Eqs. 20-25): no seed is smaller. */
constexpr double smallest_seed = 1e-18;

/** Modes that tilted cells may be merged to: at most this, or as many as there are directions. */
constexpr int most_tilted_modes = 512;

template <int N_f>
constexpr int channels_of = N_f*(N_f - 1) / 2;

} // namespace

bool FlavorWaves::follows_waves(closures::Kind kind) {
    return closures::follows_waves(kind);
}

int FlavorWaves::channel_numbers(closures::Kind kind, int directions) {
    return closures::make_closure(kind)->state_size(directions) +
           (follows_waves(kind) ? CollisionalWaves::state_size : 0);
}

int FlavorWaves::state_size(closures::Kind kind, int directions, int flavors) {
    const int channels = flavors == 2 ? channels_of<2> : channels_of<3>;
    return channels * channel_numbers(kind, directions) +
           (flavors == 2 && follows_waves(kind) ? TiltedWaves::state_size : 0);
}

void FlavorWaves::reserve(const phase_space::ModeGrid& grid, int flavors) {
    if (!active()) {
        return;
    }
    const auto directions = static_cast<std::size_t>(grid.directions());
    channels_.resize(static_cast<std::size_t>(flavors == 2 ? channels_of<2> : channels_of<3>));
    for (Channel& channel : channels_) {
        channel.closure = closures::make_closure(kind_);
        channel.closure->reserve(grid.directions());
        channel.e.assign(directions, 0.0);
        channel.factor.assign(directions, 1.0);
        channel.mode_factor.assign(grid.size(), 1.0);
    }
    closure_numbers_ = channels_.front().closure->state_size(grid.directions());
    label_.assign(static_cast<std::size_t>(flavors) * grid.size(), 0);
    for (std::vector<double>* array :
         {&damping_, &weight_, &unit_[0], &unit_[1], &unit_[2], &ring_v_, &ring_e_, &ring_damping_, &ring_weight_,
          &answer_e_, &answer_factor_, &bound_, &ring_bound_, &gauss_v_, &gauss_weight_}) {
        array->assign(directions, 0.0);
    }
    order_.assign(directions, 0);
    ring_.assign(directions, 0);
    if (!follows_waves(kind_)) {
        return;
    }
    for (std::vector<double>* array :
         {&mode_direction_[0], &mode_direction_[1], &mode_direction_[2], &mode_e_, &mode_damping_, &mode_answer_}) {
        array->assign(grid.size(), 0.0);
    }
    if (collisions_ != Collisions::off) {
        collisional_.reserve(static_cast<int>(grid.size()));
    }
    if (flavors == 2) {
        most_merged_ = std::min(static_cast<int>(grid.size()), std::max(most_tilted_modes, grid.directions()));
        tilted_.reserve(most_merged_);
        merged_.reserve(most_merged_);
        merged_weight_.assign(static_cast<std::size_t>(most_merged_), 0.0);
        merged_of_.assign(grid.size(), -1);
    }
}

/** Tilt of P by mass mixing, omega sin(2 theta)/|H| (theory.md 5.11): what waves start from. */
template <int N_f>
double FlavorWaves::seed(const CellFor<N_f>& cell, const FrameFor<N_f>& frame) const {
    double transverse = 0.0;
    double gap = 0.0;
    const auto& B = cell.medium.B;
    double mixing2 = B.squaredNorm();
    if constexpr (N_f == 2) {
        mixing2 -= B.z() * B.z();
    } else {
        mixing2 -= B[0] * B[0] + B[1] * B[1];
    }
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (carries(cell, i)) {
            transverse += std::abs(cell.grid->frequencies()[i]);
            gap += frame.gap()[i];
        }
    }
    const double tilt = gap > 0.0 ? transverse * std::sqrt(std::max(mixing2, 0.0)) / gap : 0.0;
    return std::clamp(tilt, smallest_seed, 0.1);
}

template <int N_f>
bool FlavorWaves::apply(CellFor<N_f>& cell, const FrameFor<N_f>& frame, double dt, Diagnostics& diagnostics) {
    const Question question = {dt * speed_of_light_, seed(cell, frame)};
    if (!share_axis(cell, frame)) {
        diagnostics.closure_flags |= tilted;
        if constexpr (N_f == 2) {
            if (follows_waves(kind_)) {
                relax_tilted(cell, frame, question, diagnostics);
            }
        }
        return true;
    }
    sum_weights(cell);
    return exchange(cell, question, diagnostics);
}

template bool FlavorWaves::apply(Cell&, const FrameFor<2>&, double, Diagnostics&);
template bool FlavorWaves::apply(CellFor<3>&, const FrameFor<3>&, double, Diagnostics&);

} // namespace miscid::step
