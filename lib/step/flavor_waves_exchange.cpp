// What the answers of the closures do to the modes: one pair of eigenstates for two flavors, three for three.

#include "step/flavor_waves.hpp"

#include <algorithm>

namespace miscid::step {

namespace {

/** Parts of a step in which waves of all three pairs act side by side. */
constexpr int turns = 6;

/** Of what the waves of a pair would do alone, where those of another pair act at the same time: (r_e - r_x) of equal heavy
 *  states then changes as it does for two flavors. */
constexpr double share_of_pair = 2.0 / 3.0;

} // namespace

bool FlavorWaves::exchange(Cell& cell, const Question& question, Diagnostics& diagnostics) {
    if (!ask(cell, 0, 0, 1, question, cell.waves.data(), diagnostics)) {
        return false;
    }
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        cell.p[i] *= channels_.front().mode_factor[i];
    }
    return true;
}

bool FlavorWaves::exchange(CellFor<3>& cell, const Question& question, Diagnostics& diagnostics) {
    const std::size_t size = cell.grid->size();
    const auto place_of = [&](std::size_t mode, int label) {
        for (std::size_t k = 0; k < 3; ++k) {
            if (label_[k * size + mode] == label) {
                return k * size + mode;
            }
        }
        return mode;
    };
    if (heavy_states_equal(cell)) {
        // Equal nu_mu and nu_tau: the waves e-mu and e-tau are the same and grow alike, so r_e - r_x shrinks by one factor
        // while r_e + 2 r_x and the difference of the heavy states stay.
        if (!ask(cell, 0, 0, 1, question, cell.waves.data(), diagnostics)) {
            return false;
        }
        for (std::size_t i = 0; i < size; ++i) {
            if (carries(cell, i)) {
                double& e = cell.p[place_of(i, 0)];
                double& mu = cell.p[place_of(i, 1)];
                double& tau = cell.p[place_of(i, 2)];
                const double moved = (1.0 - channels_.front().mode_factor[i]) * (e - 0.5 * (mu + tau)) / 3.0;
                e -= 2.0 * moved;
                mu += moved;
                tau += moved;
            }
        }
        return true;
    }
    constexpr int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    const int numbers = closure_numbers_ + (follows_waves(kind_) ? CollisionalWaves::state_size : 0);
    Question part = question;
    part.length /= turns;
    for (int turn = 0; turn < turns; ++turn) {
        // All pairs look at the same state, so that none comes first.
        int active = 0;
        for (int c = 0; c < 3; ++c) {
            double* state = cell.waves.empty() ? nullptr : cell.waves.data() + c * numbers;
            if (!ask(cell, c, pairs[c][0], pairs[c][1], part, state, diagnostics)) {
                return false;
            }
            const auto& factor = channels_[static_cast<std::size_t>(c)].mode_factor;
            active += std::any_of(factor.begin(), factor.end(), [](double f) { return f != 1.0; });
        }
        if (active == 0) {
            continue;
        }
        // An occupation stays between those of its mode as long as it gives no more than it has to all others together.
        double most = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            const double given[3] = {1.0 - channels_[0].mode_factor[i], 1.0 - channels_[1].mode_factor[i],
                                     1.0 - channels_[2].mode_factor[i]};
            most = std::max({most, given[0] + given[1], given[0] + given[2], given[1] + given[2]});
        }
        const double share = std::min(active > 1 ? share_of_pair : 1.0, most > 0.0 ? 2.0 / most : 1.0);
        for (std::size_t i = 0; i < size; ++i) {
            if (!carries(cell, i)) {
                continue;
            }
            double moved[3];
            for (std::size_t c = 0; c < 3; ++c) {
                const double difference = cell.p[place_of(i, pairs[c][0])] - cell.p[place_of(i, pairs[c][1])];
                moved[c] = 0.5 * share * (1.0 - channels_[c].mode_factor[i]) * difference;
            }
            for (std::size_t c = 0; c < 3; ++c) {
                cell.p[place_of(i, pairs[c][0])] -= moved[c];
                cell.p[place_of(i, pairs[c][1])] += moved[c];
            }
        }
    }
    return true;
}

} // namespace miscid::step
