// Two flavors, polarizations that share no axis: modes merged where waves cannot tell them apart, relaxed in tilted_waves.

#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** H of one direction that differ by less than this part of mu sum w |p| are one: growth below it counts as none. */
constexpr double same_hamiltonian = 2e-3;

} // namespace

/** False if that makes more modes than there is room for. */
bool FlavorWaves::merge_modes(const Cell& cell, const FrameFor<2>& frame, double tolerance) {
    const auto& grid = *cell.grid;
    TiltedModes& m = merged_;
    m.count = 0;
    std::fill(merged_of_.begin(), merged_of_.end(), -1);
    for (int d = 0; d < grid.directions(); ++d) {
        const int first = m.count;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            if (!carries(cell, i)) {
                continue;
            }
            const equilibrium::FlavorVector hhat = frame.direction(i);
            const double length = frame.gap()[i];
            int to = first;
            for (; to < m.count; ++to) {
                const auto n = static_cast<std::size_t>(to);
                const equilibrium::FlavorVector axis(m.axis[0][n], m.axis[1][n], m.axis[2][n]);
                if ((length * hhat - m.H[n] * axis).norm() <= tolerance && std::abs(axis.dot(hhat)) > 0.5) {
                    break;
                }
            }
            if (to == m.count) {
                if (to == most_merged_) {
                    return false;
                }
                ++m.count;
                const auto n = static_cast<std::size_t>(to);
                for (int a = 0; a < 3; ++a) {
                    m.direction[a][n] = grid.component(a)[d];
                    m.axis[a][n] = hhat[a];
                }
                m.e[n] = m.damping[n] = merged_weight_[n] = 0.0;
                m.H[n] = length;
            }
            const auto n = static_cast<std::size_t>(to);
            const equilibrium::FlavorVector axis(m.axis[0][n], m.axis[1][n], m.axis[2][n]);
            const double cosine = axis.dot(hhat);
            const double e = cell.medium.mu * cell.sign_weight[i] * cell.p[i] * cosine;
            const double share = std::abs(e) / (merged_weight_[n] + std::abs(e));
            m.e[n] += e;
            m.H[n] += share * (length * cosine - m.H[n]);
            m.damping[n] += share * (damping_of(cell, i, 0, 1) - m.damping[n]);
            merged_weight_[n] += std::abs(e);
            merged_of_[i] = to;
        }
    }
    return true;
}

void FlavorWaves::merge_modes(const Cell& cell, const FrameFor<2>& frame) {
    double total = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        total += std::abs(cell.sign_weight[i] * cell.p[i]);
    }
    double tolerance = same_hamiltonian * cell.medium.mu * total;
    for (int coarser = 0; coarser < 20 && !merge_modes(cell, frame, tolerance); ++coarser) {
        tolerance *= 2.0;
    }
}

void FlavorWaves::relax_tilted(Cell& cell, const FrameFor<2>& frame, const Question& question,
                               Diagnostics& diagnostics) {
    merge_modes(cell, frame);
    double* state = cell.waves.empty() ? nullptr : cell.waves.data() + cell.waves.size() - TiltedWaves::state_size;
    closures::Diagnostics& waves = diagnostics.waves;
    if (!tilted_.relax(merged_, question.length, question.seed, state, mode_answer_.data(), waves)) {
        diagnostics.closure_flags |= not_converged;
    }
    diagnostics.closure_flags |= waves.certified ? 0 : not_certified;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (merged_of_[i] >= 0) {
            cell.p[i] *= mode_answer_[static_cast<std::size_t>(merged_of_[i])];
        }
    }
}

} // namespace miscid::step
