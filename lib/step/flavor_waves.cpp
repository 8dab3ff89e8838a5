#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** Parts of a step in which waves of all three pairs act side by side. */
constexpr int turns = 6;

/** Of what the waves of a pair would do alone, where those of another pair act at the same time: (r_e - r_x) of equal heavy
 *  states then changes as it does for two flavors. */
constexpr double share_of_pair = 2.0 / 3.0;

/** Fluctuations of N = 1e36 neutrinos in a coherence volume (paper 004 Eqs. 20-25): no seed is smaller. */
constexpr double smallest_seed = 1e-18;

/** Modes that tilted cells may be merged to: at most this, or as many as there are directions. */
constexpr int most_tilted_modes = 512;

template <int N_f>
constexpr int channels_of = N_f*(N_f - 1) / 2;

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
          &answer_e_, &answer_factor_, &gauss_v_, &gauss_weight_}) {
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

// ---- what the closures see

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

// ---- what their answers do to the modes

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
template double FlavorWaves::damping_of(const Cell&, std::size_t, int, int) const;

} // namespace miscid::step
