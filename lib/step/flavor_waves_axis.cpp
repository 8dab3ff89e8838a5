// Which eigenstate of a mode is which state of the basis all modes of a cell share, if they share one.

#include "flavor/three_flavor.hpp"
#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** Part of a polarization, as the sine of its angle, that may point off the common axis. The amplitudes a closure sees are
 *  right to the square of it. */
constexpr double largest_tilt = 0.03;

/** Heavy states count as equal if they differ by less than this part of what is exchanged with the electron flavor. */
constexpr double equal_heavy_states = 1e-3;

} // namespace

bool FlavorWaves::share_axis(const Cell& cell, const FrameFor<2>& frame) {
    const std::size_t size = cell.grid->size();
    std::size_t strongest = 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (std::abs(cell.sign_weight[i] * cell.p[i]) > std::abs(cell.sign_weight[strongest] * cell.p[strongest])) {
            strongest = i;
        }
    }
    equilibrium::FlavorVector axis = frame.direction(strongest);
    if (axis.z() < 0.0) {
        axis = -axis;
    }
    for (std::size_t i = 0; i < size; ++i) {
        const double cosine = axis.dot(frame.direction(i));
        if (carries(cell, i) && !(1.0 - cosine * cosine <= largest_tilt * largest_tilt)) {
            return false;
        }
        label_[size + i] = cosine > 0.0 ? 0 : 1; // of the upper eigenstate; 0 is along the axis
    }
    return true;
}

bool FlavorWaves::share_axis(const CellFor<3>& cell, const FrameFor<3>& frame) {
    const std::size_t size = cell.grid->size();
    std::size_t reference = size;
    double most = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const auto [low, high] = std::minmax({cell.p[i], cell.p[size + i], cell.p[2 * size + i]});
        if (std::abs(cell.sign_weight[i]) * (high - low) > most) {
            most = std::abs(cell.sign_weight[i]) * (high - low);
            reference = i;
        }
    }
    if (reference == size) {
        return true; // nothing is polarized
    }
    flavor::FlavorVectorFor<3> basis[3];
    for (int a = 0; a < 3; ++a) {
        basis[a] = frame.polarization_of_state(reference, a);
    }
    // The state with most electron flavor comes first, then that with more mu: the pairs keep their names from step to step.
    int electron = 0;
    for (int a = 1; a < 3; ++a) {
        electron = basis[a][1] > basis[electron][1] ? a : electron;
    }
    std::swap(basis[0], basis[electron]);
    const int component =
        std::abs(basis[1][0] - basis[2][0]) > 1e-6 ? 0 : 6; // mu against tau, or their sum and difference
    if (basis[1][component] < basis[2][component]) {
        std::swap(basis[1], basis[2]);
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (!carries(cell, i)) {
            continue;
        }
        int taken = 0;
        for (int k = 0; k < 3; ++k) {
            const flavor::FlavorVectorFor<3> state = frame.polarization_of_state(i, k);
            int best = -1;
            for (int a = 0; a < 3; ++a) {
                const double overlap = 1.0 / 3.0 + 0.5 * state.dot(basis[a]); // |<a|k>|^2
                if (overlap >= 1.0 - largest_tilt * largest_tilt) {
                    best = a;
                }
            }
            if (best < 0 || (taken >> best & 1) != 0) {
                return false;
            }
            taken |= 1 << best;
            label_[static_cast<std::size_t>(k) * size + i] = static_cast<std::int8_t>(best);
        }
    }
    return true;
}

double FlavorWaves::amplitude(const Cell& cell, std::size_t mode, int upper, int) const {
    return label_[cell.grid->size() + mode] == upper ? cell.p[mode] : -cell.p[mode];
}

double FlavorWaves::amplitude(const CellFor<3>& cell, std::size_t mode, int upper, int lower) const {
    const std::size_t size = cell.grid->size();
    double difference = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
        const int label = label_[k * size + mode];
        difference += label == upper ? cell.p[k * size + mode] : (label == lower ? -cell.p[k * size + mode] : 0.0);
    }
    return difference;
}

bool FlavorWaves::heavy_states_equal(const CellFor<3>& cell) const {
    double heavy = 0.0;
    double electron = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.sign_weight[i] != 0.0) {
            const double weight = std::abs(cell.sign_weight[i]);
            heavy += weight * std::abs(amplitude(cell, i, 1, 2));
            electron += weight * (std::abs(amplitude(cell, i, 0, 1)) + std::abs(amplitude(cell, i, 0, 2)));
        }
    }
    return heavy <= equal_heavy_states * electron;
}

} // namespace miscid::step
