// What a closure is asked about a cell, pair of eigenstates by pair of eigenstates, and what it answers mode by mode.

#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** Fewer directions than this are beams, not a grid: a closure sees no angles between them. */
constexpr int few_beams = 5;

/** The largest and the number of all: what the waves of several pairs have to say together. */
void merge(const closures::Diagnostics& one, closures::Diagnostics& all) {
    if (one.max_growth_before >= all.max_growth_before) {
        all.band_low = one.band_low;
        all.band_high = one.band_high;
    }
    all.max_growth_before = std::max(all.max_growth_before, one.max_growth_before);
    all.max_growth_after = std::max(all.max_growth_after, one.max_growth_after);
    all.growth_floor = std::max(all.growth_floor, one.growth_floor);
    all.roots += one.roots;
    all.certified = all.certified && one.certified;
    all.gamma_min = std::min(all.gamma_min, one.gamma_min);
    all.gamma_max = std::max(all.gamma_max, one.gamma_max);
    all.wave_content = std::max(all.wave_content, one.wave_content);
    all.e_folds = std::max(all.e_folds, one.e_folds);
    all.iterations += one.iterations;
    all.crossings = std::max(all.crossings, one.crossings);
    all.area_ratio = std::max(all.area_ratio, one.area_ratio);
    all.used = one.used;
}

int flags_of(const closures::Diagnostics& waves) {
    return (waves.more_than_one_crossing ? more_than_one_crossing : 0) |
           (waves.large_area_ratio ? large_area_ratio : 0) | (waves.unstable_homogeneous ? unstable_homogeneous : 0) |
           (waves.undefined ? undefined_here : 0) | (waves.certified ? 0 : not_certified);
}

/** All of one sign: no wave can grow (theory.md F9). */
bool one_sign(const std::vector<double>& e) {
    double low = 0.0;
    double high = 0.0;
    for (const double x : e) {
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    return !(low < 0.0 && high > 0.0) && std::isfinite(low + high);
}

bool no_state(const double* numbers, int count) {
    return !numbers || std::all_of(numbers, numbers + count, [](double x) { return x == 0.0; });
}

} // namespace

template <int N_f>
void FlavorWaves::sum_directions(const CellFor<N_f>& cell, int upper, int lower, std::vector<double>& e) const {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        double sum = 0.0;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            if (cell.sign_weight[i] != 0.0) {
                sum += cell.sign_weight[i] * amplitude(cell, i, upper, lower);
            }
        }
        e[static_cast<std::size_t>(d)] = cell.medium.mu * sum;
    }
}

/** Rate at which a mode loses coherence between two eigenstates, 1/length. */
template <int N_f>
double FlavorWaves::damping_of(const CellFor<N_f>& cell, std::size_t i, int upper, int lower) const {
    double rate = 0.0;
    if (collisions_ == Collisions::depolarization) {
        rate = cell.depolarization[i];
    } else if (collisions_ == Collisions::full) {
        rate = 0.5 * (cell.absorption[static_cast<std::size_t>(upper)][i] +
                      cell.absorption[static_cast<std::size_t>(lower)][i]);
    }
    return rate / speed_of_light_;
}

template <int N_f>
void FlavorWaves::average_damping(const CellFor<N_f>& cell, int upper, int lower) {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        double rate = 0.0;
        double total = 0.0;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            const double number = std::abs(cell.sign_weight[i]) * cell.trace[i];
            rate += number * damping_of(cell, i, upper, lower);
            total += number;
        }
        damping_[static_cast<std::size_t>(d)] = total > 0.0 ? rate / total : 0.0;
    }
}

/** Weights of the angular grid: those of the neutrinos, all energies. */
template <int N_f>
void FlavorWaves::sum_weights(const CellFor<N_f>& cell) {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        double weight = 0.0;
        for (int slot = 0; slot < grid.slots() / 2; ++slot) {
            weight += std::abs(cell.sign_weight[grid.index(d, slot)]);
        }
        weight_[static_cast<std::size_t>(d)] = weight;
    }
}

/** Few beams exchange lepton number to and fro, and past zero polarization p grows again, up to what the modes hold
 * (closures::Cell::largest_factor). Three flavors: pairs share occupations, nothing grows. */
template <int N_f>
void FlavorWaves::bound_growth(const CellFor<N_f>& cell) {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        constexpr double any = 1e300; // of a p so small that the ratio would be no number
        double bound = N_f == 2 ? any : 1.0;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            if constexpr (N_f == 2) {
                const double p = std::abs(cell.p[i]);
                if (cell.sign_weight[i] != 0.0 && p > cell.trace[i] / any) {
                    bound = std::min(bound, std::max(1.0, cell.trace[i] / p));
                }
            }
        }
        bound_[static_cast<std::size_t>(d)] = bound;
    }
}

bool FlavorWaves::ask_closure(const phase_space::ModeGrid& grid, Channel& channel, const Question& asked, double* state,
                              Diagnostics& diagnostics) {
    closures::Cell question;
    question.dt = asked.length;
    question.seed = asked.seed;
    question.state = state;
    closures::Answer answer;
    answer.e = answer_e_.data();
    const bool rings = find_rings(grid, channel.e);
    if (rings) {
        question.directions = rings_;
        question.v = ring_v_.data();
        question.e = ring_e_.data();
        question.damping = ring_damping_.data();
        if (form_ == Form::occupation) {
            question.weight = ring_weight_.data();
        } else if (rings_are_gauss_nodes()) {
            question.weight = gauss_weight_.data();
        }
        answer.factor = answer_factor_.data();
        if (grid.directions() < few_beams && rings_ == grid.directions()) {
            for (std::size_t d = 0; d < channel.factor.size(); ++d) {
                ring_bound_[static_cast<std::size_t>(ring_[d])] = bound_[d];
            }
            question.largest_factor = ring_bound_.data();
        }
    } else {
        question.directions = grid.directions();
        for (std::size_t a = 0; a < 3; ++a) {
            std::copy_n(grid.component(static_cast<int>(a)), grid.directions(), unit_[a].begin());
            question.direction[a] = unit_[a].data();
        }
        question.e = channel.e.data();
        question.damping = damping_.data();
        question.weight = form_ == Form::occupation ? weight_.data() : nullptr;
        answer.factor = channel.factor.data();
    }
    const closures::Outcome outcome = channel.closure->apply(question, answer);
    if (outcome == closures::Outcome::refused) {
        return false;
    }
    if (rings) {
        for (std::size_t d = 0; d < channel.factor.size(); ++d) {
            channel.factor[d] = answer_factor_[static_cast<std::size_t>(ring_[d])];
        }
    }
    merge(answer.diagnostics, diagnostics.waves);
    diagnostics.closure_flags |= flags_of(answer.diagnostics);
    if (outcome == closures::Outcome::not_converged) {
        diagnostics.closure_flags |= not_converged;
    }
    return true;
}

template <int N_f>
void FlavorWaves::ask_collisional(const CellFor<N_f>& cell, Channel& channel, int upper, int lower,
                                  const Question& question, double* state, Diagnostics& diagnostics) {
    const auto& grid = *cell.grid;
    int modes = 0;
    for (int d = 0; d < grid.directions(); ++d) {
        for (int slot = 0; slot < grid.slots(); ++slot, ++modes) {
            const std::size_t i = grid.index(d, slot);
            const auto n = static_cast<std::size_t>(modes);
            for (int a = 0; a < 3; ++a) {
                mode_direction_[a][n] = grid.component(a)[d];
            }
            const double p = cell.sign_weight[i] != 0.0 ? amplitude(cell, i, upper, lower) : 0.0;
            mode_e_[n] = cell.medium.mu * cell.sign_weight[i] * p * channel.factor[static_cast<std::size_t>(d)];
            mode_damping_[n] = damping_of(cell, i, upper, lower);
        }
    }
    const waves::AlignedBackground background = {
        modes,
        {mode_direction_[0].data(), mode_direction_[1].data(), mode_direction_[2].data()},
        mode_e_.data(),
        mode_damping_.data(),
        nullptr};
    // Where lepton number crosses zero, growth below the floor of the closure is what it left.
    const double floor = one_sign(channel.e) ? 0.0 : diagnostics.waves.growth_floor;
    closures::Diagnostics found;
    found.used = kind_;
    if (!collisional_.relax(background, question.length, question.seed, floor, state, mode_answer_.data(), found)) {
        diagnostics.closure_flags |= not_converged;
    }
    if (found.max_growth_before > 0.0) {
        diagnostics.closure_flags |= collisional | (found.certified ? 0 : not_certified);
        found.growth_floor = std::max(found.growth_floor, diagnostics.waves.growth_floor);
        merge(found, diagnostics.waves);
    }
    modes = 0;
    for (int d = 0; d < grid.directions(); ++d) {
        for (int slot = 0; slot < grid.slots(); ++slot, ++modes) {
            channel.mode_factor[grid.index(d, slot)] *= mode_answer_[static_cast<std::size_t>(modes)];
        }
    }
}

template <int N_f>
bool FlavorWaves::ask(const CellFor<N_f>& cell, int number, int upper, int lower, const Question& question,
                      double* state, Diagnostics& diagnostics) {
    const auto& grid = *cell.grid;
    Channel& channel = channels_[static_cast<std::size_t>(number)];
    sum_directions(cell, upper, lower, channel.e);
    std::fill(channel.factor.begin(), channel.factor.end(), 1.0);
    if (one_sign(channel.e) && no_state(state, closure_numbers_)) {
        diagnostics.waves.used = kind_; // nothing can grow and nothing is left of what grew before
    } else {
        average_damping(cell, upper, lower);
        if (grid.directions() < few_beams) {
            bound_growth(cell);
        }
        if (!ask_closure(grid, channel, question, state, diagnostics)) {
            return false;
        }
    }
    for (int d = 0; d < grid.directions(); ++d) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            channel.mode_factor[grid.index(d, slot)] = channel.factor[static_cast<std::size_t>(d)];
        }
    }
    if (follows_waves(kind_) && collisions_ != Collisions::off) {
        ask_collisional(cell, channel, upper, lower, question, state ? state + closure_numbers_ : nullptr, diagnostics);
    }
    return true;
}

template void FlavorWaves::sum_weights(const Cell&);
template void FlavorWaves::sum_weights(const CellFor<3>&);
template double FlavorWaves::damping_of(const Cell&, std::size_t, int, int) const;
template bool FlavorWaves::ask(const Cell&, int, int, int, const Question&, double*, Diagnostics&);
template bool FlavorWaves::ask(const CellFor<3>&, int, int, int, const Question&, double*, Diagnostics&);

} // namespace miscid::step
