#include "step/flavor_waves.hpp"

#include "closures/refinement.hpp"
#include "flavor/three_flavor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace miscid::step {

namespace {

/** Part of a polarization, as the sine of its angle, that may point off the common axis. The amplitudes a closure sees are
 *  right to the square of it. */
constexpr double largest_tilt = 0.03;

/** Cosines closer than this are those of one ring. */
constexpr double same_cosine = 1e-9;

/** A grid is Gauss-Legendre's if its cosines are that close to the nodes. */
constexpr double same_node = 1e-6;

/** Azimuths a ring needs to stand for a symmetric distribution. */
constexpr int least_azimuths = 3;

/** Heavy states count as equal if they differ by less than this part of what is exchanged with the electron flavor. */
constexpr double equal_heavy_states = 1e-3;

/** Parts of a step in which the three pairs of eigenstates take turns. */
constexpr int turns = 6;

/** Fluctuations of N = 1e36 neutrinos in a coherence volume (paper 004 Eqs. 20-25): no seed is smaller. */
constexpr double smallest_seed = 1e-18;

template <int N_f>
constexpr int channels_of = N_f*(N_f - 1) / 2;

bool carries(const Cell& cell, std::size_t i) {
    return cell.sign_weight[i] * cell.p[i] != 0.0;
}
bool carries(const CellFor<3>& cell, std::size_t i) {
    const std::size_t size = cell.grid->size();
    return cell.sign_weight[i] != 0.0 && !(cell.p[i] == cell.p[size + i] && cell.p[i] == cell.p[2 * size + i]);
}

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

} // namespace

int FlavorWaves::state_size(closures::Kind kind, int directions, int flavors) {
    const int channels = flavors == 2 ? channels_of<2> : channels_of<3>;
    return channels * closures::make_closure(kind)->state_size(directions);
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
}

// ---- which eigenstate of a mode is which state of the basis all modes share

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

// ---- what the closures see

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

template <int N_f>
void FlavorWaves::average_damping(const CellFor<N_f>& cell) {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        double rate = 0.0;
        double total = 0.0;
        double weight = 0.0;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            double here = 0.0;
            if (collisions_ == Collisions::depolarization) {
                here = cell.depolarization[i];
            } else if (collisions_ == Collisions::full) {
                here = 0.5 * (cell.absorption[0][i] + cell.absorption[1][i]);
            }
            const double number = std::abs(cell.sign_weight[i]) * cell.trace[i];
            rate += number * here;
            total += number;
            weight += slot < grid.slots() / 2 ? std::abs(cell.sign_weight[i]) : 0.0;
        }
        damping_[static_cast<std::size_t>(d)] = total > 0.0 ? rate / total / speed_of_light_ : 0.0;
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

/** Directions that form rings of equal e about a coordinate axis: the cell is axisymmetric, which makes waves far cheaper. */
bool FlavorWaves::find_rings(const phase_space::ModeGrid& grid, const std::vector<double>& e) {
    const int n = grid.directions();
    double total = 0.0;
    for (int d = 0; d < n; ++d) {
        total += std::abs(e[static_cast<std::size_t>(d)]);
    }
    for (const int axis : {2, 0, 1}) {
        const double* cosine = grid.component(axis);
        const double* side[2] = {grid.component((axis + 1) % 3), grid.component((axis + 2) % 3)};
        std::iota(order_.begin(), order_.end(), 0);
        std::sort(order_.begin(), order_.end(), [cosine](int a, int b) { return cosine[a] < cosine[b]; });
        rings_ = 0;
        bool symmetric = true;
        for (int first = 0; first < n && symmetric;) {
            const int leader = order_[static_cast<std::size_t>(first)];
            double sum = 0.0, damping = 0.0, weight = 0.0, x = 0.0, y = 0.0;
            int end = first;
            for (; end < n; ++end) {
                const int d = order_[static_cast<std::size_t>(end)];
                const auto at = static_cast<std::size_t>(d);
                if (cosine[d] - cosine[leader] > same_cosine) {
                    break;
                }
                symmetric = symmetric && std::abs(e[at] - e[static_cast<std::size_t>(leader)]) <= 1e-10 * total;
                sum += e[at];
                damping += damping_[at];
                weight += weight_[at];
                x += side[0][d];
                y += side[1][d];
                ring_[at] = rings_;
            }
            const bool pole = std::abs(cosine[leader]) > 1.0 - same_cosine;
            const int azimuths = end - first;
            symmetric = symmetric && (pole || (azimuths >= least_azimuths && std::hypot(x, y) < 1e-6 * azimuths));
            const auto at = static_cast<std::size_t>(rings_++);
            ring_v_[at] = cosine[leader];
            ring_e_[at] = sum;
            ring_damping_[at] = damping / azimuths;
            ring_weight_[at] = weight;
            first = end;
        }
        if (symmetric) {
            return true;
        }
    }
    return false;
}

/** Densities in bins do not tell the weights of an angular grid; the nodes of the usual quadrature do. */
bool FlavorWaves::rings_are_gauss_nodes() {
    if (gauss_nodes_ != rings_) {
        closures::gauss_legendre(rings_, gauss_v_.data(), gauss_weight_.data());
        gauss_nodes_ = rings_;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(rings_); ++i) {
        if (!(std::abs(gauss_v_[i] - ring_v_[i]) < same_node)) {
            return false;
        }
    }
    return true;
}

bool FlavorWaves::ask(const phase_space::ModeGrid& grid, Channel& channel, double length, double seed, double* state,
                      Diagnostics& diagnostics) {
    closures::Cell question;
    question.dt = length;
    question.seed = seed;
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

// ---- what their answers do to the modes

bool FlavorWaves::exchange(Cell& cell, double length, double seed, Diagnostics& diagnostics) {
    Channel& channel = channels_.front();
    sum_directions(cell, 0, 1, channel.e);
    if (!ask(*cell.grid, channel, length, seed, cell.waves.data(), diagnostics)) {
        return false;
    }
    for (int d = 0; d < cell.grid->directions(); ++d) {
        for (int slot = 0; slot < cell.grid->slots(); ++slot) {
            cell.p[cell.grid->index(d, slot)] *= channel.factor[static_cast<std::size_t>(d)];
        }
    }
    return true;
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

bool FlavorWaves::exchange(CellFor<3>& cell, double length, double seed, Diagnostics& diagnostics) {
    const auto& grid = *cell.grid;
    const std::size_t size = grid.size();
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
        Channel& channel = channels_.front();
        sum_directions(cell, 0, 1, channel.e);
        if (!ask(grid, channel, length, seed, cell.waves.data(), diagnostics)) {
            return false;
        }
        for (int d = 0; d < grid.directions(); ++d) {
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const std::size_t i = grid.index(d, slot);
                if (!carries(cell, i)) {
                    continue;
                }
                double& e = cell.p[place_of(i, 0)];
                double& mu = cell.p[place_of(i, 1)];
                double& tau = cell.p[place_of(i, 2)];
                const double moved = (1.0 - channel.factor[static_cast<std::size_t>(d)]) * (e - 0.5 * (mu + tau)) / 3.0;
                e -= 2.0 * moved;
                mu += moved;
                tau += moved;
            }
        }
        return true;
    }
    constexpr int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    for (int turn = 0; turn < turns; ++turn) {
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const std::size_t c = turn % 2 == 0 ? pair : 2 - pair; // there and back, so that no pair is always first
            Channel& channel = channels_[c];
            const int upper = pairs[c][0];
            const int lower = pairs[c][1];
            sum_directions(cell, upper, lower, channel.e);
            double* state = cell.waves.data() + c * static_cast<std::size_t>(closure_numbers_);
            if (!ask(grid, channel, length / turns, seed, state, diagnostics)) {
                return false;
            }
            for (int d = 0; d < grid.directions(); ++d) {
                const double share = 0.5 * (1.0 - channel.factor[static_cast<std::size_t>(d)]);
                for (int slot = 0; slot < grid.slots(); ++slot) {
                    const std::size_t i = grid.index(d, slot);
                    if (carries(cell, i)) {
                        double& a = cell.p[place_of(i, upper)];
                        double& b = cell.p[place_of(i, lower)];
                        const double moved = share * (a - b);
                        a -= moved;
                        b += moved;
                    }
                }
            }
        }
    }
    return true;
}

template <int N_f>
bool FlavorWaves::apply(CellFor<N_f>& cell, const FrameFor<N_f>& frame, double dt, Diagnostics& diagnostics) {
    if (!share_axis(cell, frame)) {
        diagnostics.closure_flags |= tilted;
        return true;
    }
    average_damping(cell);
    return exchange(cell, dt * speed_of_light_, seed(cell, frame), diagnostics);
}

template bool FlavorWaves::apply(Cell&, const FrameFor<2>&, double, Diagnostics&);
template bool FlavorWaves::apply(CellFor<3>&, const FrameFor<3>&, double, Diagnostics&);

} // namespace miscid::step
