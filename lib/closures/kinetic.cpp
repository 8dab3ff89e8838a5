#include "closures/kinetic_state.hpp"
#include "closures/lepton_number.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

/** Flavor-wave kinetics (paper 002 Eqs. 64-66 and 78-81 in the form of theory.md F7 and F10): an intensity I per wave number,
 *
 *      dI/dt = 2 Im Omega I,     de_i/dt = - e_i sum_k R_ik I_k Im Omega_k + source,
 *
 * so that |P_i|^2 and what the waves take from it change together (F8). A wave keeps its k while D_1 moves. Steps are implicit
 * in Im Omega, with its derivative along every exchange in closed form: while waves are small they grow by exact
 * exponentials, and where they are large the step becomes the active-set problem of theory.md 5.13 (transfers >= 0 that
 * leave no growing wave). Three-wave terms (flavor-waves.md 3 and 4): large waves broaden the resonances of those that follow,
 * and scatter into other wave numbers, so that what comes into a moving band need not grow out of mass mixing. */
class Kinetic final : public Closure {
public:
    explicit Kinetic(const Options& options) : options_(options), waves_(options) {}

    void reserve(int directions) override {
        waves_.reserve(directions);
        state_.reserve(directions);
        stored_.reserve(QuasiLinear::most_waves);
        coupling_.assign(QuasiLinear::most_waves * QuasiLinear::most_waves, 0.0);
    }
    int state_size(int directions) const override { return KineticState::size(directions); }
    Outcome apply(const Cell& cell, Answer& answer) override;

private:
    static constexpr double mesh = 0.08;          ///< distance of wave numbers over sum |e|
    static constexpr double large_content = 0.02; ///< share of sum |e| in waves that are large
    static constexpr double first_growth = 3.0;   ///< e-folds of large waves after which they broaden resonances
    static constexpr double scattered =
        0.05;                             ///< intensity that scattering of large waves leaves in others, over theirs
    static constexpr double damped = 0.1; ///< decay rate of waves over sum |e| where nothing can grow

    void describe_carrier(const Cell& cell, const double* e);
    void place_waves();
    void add_wave(int line, double lab_k, Complex omega);
    bool look_around();
    void put_at_shifted_places();
    double follow();
    void let_die(const Cell& cell);
    double advance(const Cell& cell, Answer& answer, double growth, double step);
    bool finish_at_margin(const Cell& cell, Answer& answer, double left);
    void keep_amplitudes(double total_before);
    void solve_transfers(double h, double implicitness, const double* source_growth);

    Options options_;
    QuasiLinear waves_;
    KineticState state_;
    std::vector<Wave> stored_;
    std::vector<double> coupling_;
    double transfer_[QuasiLinear::most_waves] = {};
    double predicted_[QuasiLinear::most_waves] = {};
    double seed_ = 0.0;
    int looks_ = 0;
};

/** What carries the waves of a cell as it is left. */
void Kinetic::describe_carrier(const Cell& cell, const double* e) {
    const LeptonAreas areas = lepton_areas(cell, e);
    state_.total = areas.total();
    state_.density = areas.positive - areas.negative;
    state_.flux = 0.0;
    double drift = 0.0;
    Eigen::Vector3d flux = Eigen::Vector3d::Zero();
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    for (int i = 0; i < cell.directions; ++i) {
        if (cell.v) {
            state_.flux += e[i] * cell.v[i];
            drift += std::abs(e[i]) * cell.v[i];
        } else { // the first line of wave vectors lies along the flux
            const Eigen::Vector3d n(cell.direction[0][i], cell.direction[1][i], cell.direction[2][i]);
            flux += e[i] * n;
            mean += std::abs(e[i]) * n;
        }
    }
    if (!cell.v) {
        state_.flux = flux.norm();
        drift = state_.flux > 0.0 ? mean.dot(flux) / state_.flux : 0.0;
    }
    state_.drift = state_.total > 0.0 ? drift / state_.total : 0.0;
}

void Kinetic::add_wave(int line, double lab_k, Complex omega) {
    auto& waves = waves_.waves();
    for (Wave& wave : waves) {
        if (wave.line == line && std::abs(wave.lab_k - lab_k) < 0.5 * state_.mesh) {
            if (!wave.growing) { // another branch at the same k: the intensity there feeds it
                wave.omega = omega;
            }
            return;
        }
    }
    if (static_cast<int>(waves.size()) >= KineticState::most_waves) { // the weakest one that does not grow makes room
        auto weakest = waves.end();
        for (auto wave = waves.begin(); wave != waves.end(); ++wave) {
            if (!wave->growing && (weakest == waves.end() || wave->intensity < weakest->intensity)) {
                weakest = wave;
            }
        }
        if (weakest == waves.end()) {
            return;
        }
        waves.erase(weakest);
    }
    Wave wave;
    wave.line = line;
    wave.lab_k = lab_k;
    wave.k = lab_k - waves_.flux(line);
    wave.width = state_.mesh;
    wave.omega = omega;
    waves.push_back(wave);
}

/** k' of every wave, from the k it keeps. */
void Kinetic::put_at_shifted_places() {
    double flux[WaveLines::most_lines];
    for (int line = 0; line < waves_.lines(); ++line) {
        flux[line] = waves_.flux(line);
    }
    for (Wave& wave : waves_.waves()) {
        wave.k = wave.lab_k - flux[wave.line];
    }
}

/** Waves on the mesh wherever the scan saw growth. */
void Kinetic::place_waves() {
    stored_.assign(waves_.waves().begin(), waves_.waves().end());
    waves_.record_search(state_.search);
    if (!waves_.scan()) {
        waves_.waves().assign(stored_.begin(), stored_.end());
        return;
    }
    if (state_.mesh == 0.0) {
        state_.mesh = mesh * waves_.total();
        for (Wave& wave : stored_) { // brought by the host before this cell had a mesh
            wave.width = state_.mesh;
        }
    }
    Wave seen[QuasiLinear::most_waves];
    const int count = static_cast<int>(waves_.waves().size());
    std::copy(waves_.waves().begin(), waves_.waves().end(), seen);
    waves_.waves().assign(stored_.begin(), stored_.end());
    for (int i = 0; i < count; ++i) {
        if (!seen[i].growing) {
            continue;
        }
        const double lab_k = seen[i].k + waves_.flux(seen[i].line);
        const double reach = 0.5 * seen[i].width;
        for (double n = std::floor((lab_k - reach) / state_.mesh); n * state_.mesh <= lab_k + reach; n += 1.0) {
            add_wave(seen[i].line, (n + 0.5) * state_.mesh, seen[i].omega);
        }
    }
}

/** Neighbours of growing waves that grow as well. */
bool Kinetic::look_around() {
    bool found = false;
    const std::size_t count = waves_.waves().size();
    for (std::size_t i = 0; i < count && i < waves_.waves().size(); ++i) {
        const Wave wave = waves_.waves()[i];
        if (!wave.growing) {
            continue;
        }
        for (const double side : {-1.0, 1.0}) {
            const double lab_k = wave.lab_k + side * state_.mesh;
            bool known = false;
            for (const Wave& other : waves_.waves()) {
                known = known || (other.line == wave.line && std::abs(other.lab_k - lab_k) < 0.5 * state_.mesh);
            }
            Complex omega = wave.omega;
            if (!known && waves_.grows(wave.line, lab_k - waves_.flux(wave.line), omega)) {
                add_wave(wave.line, lab_k, omega);
                found = true;
            }
        }
    }
    return found;
}

double Kinetic::follow() {
    put_at_shifted_places();
    double growth = waves_.follow();
    if (growth > 0.0 && looks_++ % 3 == 0 && look_around()) {
        growth = waves_.follow();
    }
    return growth;
}

/** No crossing: waves are Landau damped. What they held stays depolarized. */
void Kinetic::let_die(const Cell& cell) {
    if (!cell.state || cell.state[0] == 0.0) {
        return;
    }
    const double total = lepton_areas(cell, cell.e).total();
    state_.read(cell.directions, cell.state, total);
    for (Wave& wave : state_.waves) {
        wave.intensity *= std::exp(-damped * total * cell.dt);
    }
    state_.e_folds = std::max(0.0, state_.e_folds - 0.5 * damped * total * cell.dt);
    state_.e_folds_large = state_.e_folds > 0.0 ? state_.e_folds_large : 0.0;
    describe_carrier(cell, cell.e);
    state_.write(cell.directions, cell.state);
}

/** Transfers T_w >= 0 of one step h: ln(1 + 2 T_w/I_w)/2 = h (Im Omega_w + implicitness (h source_w + sum_v M_wv T_v)), or zero where
 * that is negative, by projected Gauss-Seidel. */
void Kinetic::solve_transfers(double h, double implicitness, const double* source_growth) {
    const auto& waves = waves_.waves();
    const int count = static_cast<int>(waves.size());
    constexpr int sweeps = 60;
    constexpr double most_e_folds = 300.0; // of a trial step; shorter ones follow
    std::fill(transfer_, transfer_ + count, 0.0);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        double change = 0.0;
        double size = 0.0;
        for (int w = 0; w < count; ++w) {
            const Wave& wave = waves[static_cast<std::size_t>(w)];
            if (!wave.growing) {
                continue;
            }
            const double* row = &coupling_[static_cast<std::size_t>(w * QuasiLinear::most_waves)];
            double rest = h * source_growth[w];
            for (int v = 0; v < count; ++v) {
                rest += v == w ? 0.0 : row[v] * transfer_[v];
            }
            const double drive = std::min(h * (wave.omega.imag() + implicitness * rest), most_e_folds);
            const double own = implicitness * h * std::min(row[w], 0.0);
            double t = transfer_[w];
            if (drive <= 0.0) {
                t = 0.0;
            } else if (own == 0.0) {
                t = 0.5 * wave.intensity * std::expm1(2.0 * drive);
            } else {
                // Monotone and concave on the left side: Newton in G = ln(1 + 2T/I)/2 from above converges.
                double G = drive;
                for (int i = 0; i < 50; ++i) {
                    const double grown = std::exp(2.0 * G);
                    const double f = G - drive - own * 0.5 * wave.intensity * (grown - 1.0);
                    const double step = f / (1.0 - own * wave.intensity * grown);
                    G = std::max(0.0, G - step);
                    if (std::abs(step) < 1e-12 * (1.0 + G)) {
                        break;
                    }
                }
                t = 0.5 * wave.intensity * std::expm1(2.0 * G);
            }
            change = std::max(change, std::abs(t - transfer_[w]));
            size = std::max(size, t);
            transfer_[w] = t;
        }
        if (change <= 1e-9 * size) {
            break;
        }
    }
}

/** One step of at most `step`; returns the time it took. */
double Kinetic::advance(const Cell& cell, Answer& answer, double growth, double step) {
    auto& waves = waves_.waves();
    const int count = static_cast<int>(waves.size());
    waves_.take_shapes(state_.e_folds_large > first_growth ? options_.broadening * waves_.total() : 0.0, true);
    const double seed_density = cell.seed * cell.seed / (2.0 * seed_);
    // Large waves scatter into others (S + P^z -> S): what comes into a moving band does not start from mass mixing.
    double strongest = 0.0;
    for (const Wave& wave : waves) {
        strongest = state_.e_folds_large > first_growth ? std::max(strongest, wave.intensity) : 0.0;
    }
    double source_growth[QuasiLinear::most_waves] = {};
    double stiffness = 0.0;
    for (int w = 0; w < count; ++w) {
        Wave& wave = waves[static_cast<std::size_t>(w)];
        if (!wave.growing) {
            continue;
        }
        const double seed = seed_density * wave.width * wave.seed_gain * waves_.multiplicity(wave.line);
        wave.intensity = std::max({wave.intensity, std::min(seed, 0.1), scattered * strongest});
        source_growth[w] = cell.source ? waves_.growth_from_source(w) : 0.0;
    }
    for (int w = 0; w < count; ++w) {
        double sum = 0.0;
        for (int v = 0; v < count; ++v) {
            const bool both = waves[static_cast<std::size_t>(w)].growing && waves[static_cast<std::size_t>(v)].growing;
            double& m = coupling_[static_cast<std::size_t>(w * QuasiLinear::most_waves + v)];
            m = both ? waves_.growth_from_transfer(w, v) : 0.0;
            sum += std::abs(m) * waves[static_cast<std::size_t>(v)].intensity;
        }
        stiffness = std::max(stiffness, sum);
    }
    // Transfers grow with the step: halve it until no direction gives away too much at once.
    double h = step;
    const double most = 0.4 * options_.largest_exchange;
    for (int halving = 0; halving < 60; ++halving) {
        const double implicitness = h * stiffness < 1.0 ? 0.5 : 1.0;
        solve_transfers(h, implicitness, source_growth);
        const double largest = waves_.largest_share(transfer_);
        if (largest <= most) {
            break;
        }
        h *= std::max(0.1, std::min(0.9, 0.9 * most / largest));
    }
    for (int w = 0; w < count; ++w) {
        const double* row = &coupling_[static_cast<std::size_t>(w * QuasiLinear::most_waves)];
        double sum = h * source_growth[w];
        for (int v = 0; v < count; ++v) {
            sum += row[v] * transfer_[v];
        }
        predicted_[w] = waves[static_cast<std::size_t>(w)].omega.imag() + sum;
        waves[static_cast<std::size_t>(w)].intensity += 2.0 * transfer_[w];
    }
    const double before = waves_.total();
    if (cell.source && cell.dt > 0.0) {
        waves_.add_source(h / cell.dt);
    }
    state_.content.before_exchange(cell.directions, answer.e);
    waves_.exchange(transfer_);
    state_.content.after_exchange(cell.directions, answer.e);
    keep_amplitudes(before);
    state_.e_folds += growth * h;
    return h;
}

/** What waves hold, |s_i|^2 = p_i^2 R_i I, does not shrink with p: I is relative to p and rises as p falls, also where growth
 * does nothing (biorthogonal transport, waves/adiabatic_transport.hpp; for e that shrink alike I goes as 1/e^2). */
void Kinetic::keep_amplitudes(double total_before) {
    if (!(waves_.total() > 0.0)) {
        return;
    }
    const double ratio = std::clamp(total_before / waves_.total(), 0.5, 2.0);
    for (Wave& wave : waves_.waves()) {
        wave.intensity *= ratio * ratio;
    }
}

/** The rest of a step that holds too many growth times to follow: driving in portions, each with its own relaxation. */
bool Kinetic::finish_at_margin(const Cell& cell, Answer& answer, double left) {
    constexpr int most_portions = 200;
    double source = 0.0;
    for (int i = 0; cell.source && i < cell.directions; ++i) {
        source += std::abs(cell.source[i]);
    }
    const double added = source * left;
    const double wanted =
        added > 0.0 ? std::ceil(added / (options_.source_step * std::max(waves_.total(), added))) : 1.0;
    const int portions = static_cast<int>(std::clamp(wanted, 1.0, 1.0 * most_portions));
    bool converged = true;
    for (int portion = 0; portion < portions; ++portion) {
        if (cell.source) {
            waves_.add_source(left / cell.dt / portions);
            put_at_shifted_places();
        }
        const double broadening = state_.e_folds_large > first_growth ? options_.broadening * waves_.total() : 0.0;
        stored_.assign(waves_.waves().begin(), waves_.waves().end());
        // The relaxation moves its own waves about; those of the mesh share what it takes.
        state_.content.before_exchange(cell.directions, answer.e);
        const double before = waves_.total();
        converged = waves_.relax(broadening, false, state_.cursor, options_.max_iterations) && converged;
        state_.content.after_exchange(cell.directions, answer.e);
        const double share = before > 0.0 ? (before - waves_.total()) / before : 0.0;
        double weight = 0.0;
        for (const Wave& wave : stored_) {
            weight += wave.intensity;
        }
        for (Wave& wave : stored_) {
            wave.intensity *= 1.0 + (weight > 0.0 ? 2.0 * std::max(share, 0.0) / weight : 0.0);
        }
        waves_.waves().assign(stored_.begin(), stored_.end());
        waves_.set_held(state_.content.held(cell.directions, answer.e));
    }
    return converged;
}

Outcome Kinetic::apply(const Cell& cell, Answer& answer) {
    const Screen seen = screen(cell);
    if (!seen.usable) {
        return Outcome::refused;
    }
    Diagnostics& diagnostics = answer.diagnostics;
    diagnostics = Diagnostics();
    diagnostics.used = Kind::kinetic;
    if (seen.nothing_can_grow) {
        add_source_only(cell, answer);
        let_die(cell);
        return Outcome::stable;
    }
    const LeptonAreas areas = lepton_areas(cell, cell.e);
    describe(cell, areas, diagnostics);
    state_.read(cell.directions, cell.state, areas.total());
    looks_ = 0;
    waves_.begin(cell, answer, state_.content.held(cell.directions, cell.e));
    seed_ = cell.seed_wave_number > 0.0 ? cell.seed_wave_number : 2.0 * areas.total();
    auto& waves = waves_.waves();
    waves_.take_waves(state_.waves);
    double growth = waves.empty() ? 0.0 : follow();
    if (!waves_.searched(state_.search) || waves_.spot_check(4, state_.cursor)) {
        place_waves();
        growth = follow();
    }
    diagnostics.max_growth_before = growth;
    diagnostics.roots = waves_.growing();
    waves_.band(diagnostics.band_low, diagnostics.band_high);
    diagnostics.unstable_homogeneous = growth > 0.0 && waves_.homogeneous_unstable();

    double source = 0.0;
    if (cell.source) {
        for (int i = 0; i < cell.directions; ++i) {
            source += std::abs(cell.source[i]);
        }
    }
    double left = cell.dt;
    bool converged = true;
    while (left > 0.0) {
        if (waves_.iterations >= options_.max_iterations / 2) {
            converged = finish_at_margin(cell, answer, left);
            growth = follow();
            break;
        }
        const double before = left;
        double step = left;
        if (source > 0.0) {
            step = std::min(step, options_.source_step * std::max(waves_.total(), 0.1 * source * cell.dt) / source);
        }
        if (growth == 0.0) {
            if (!cell.source) {
                if (waves_.spot_check(4, state_.cursor)) {
                    place_waves();
                    growth = follow();
                    if (growth > 0.0) {
                        continue;
                    }
                }
                break;
            }
            waves_.add_source(step / cell.dt);
            left = step >= left ? 0.0 : left - step;
        } else {
            step = std::min(step, state_.step > 0.0 ? state_.step : 1.0 / growth);
            const double taken = advance(cell, answer, growth, step);
            left = taken >= left ? 0.0 : left - taken;
            state_.step = taken;
        }
        const double in_waves = state_.content.held(cell.directions, answer.e);
        waves_.set_held(in_waves);
        growth = follow();
        if (growth == 0.0 && (!waves_.searched(state_.search) || waves_.spot_check(2, state_.cursor))) {
            place_waves();
            growth = follow();
        }
        // The next step, from how well the growth was foreseen.
        double error = 0.0;
        for (std::size_t w = 0; w < waves.size(); ++w) {
            if (waves[w].growing && transfer_[w] > 0.0) {
                error = std::max(error, std::abs(waves[w].omega.imag() - predicted_[w]));
            }
        }
        const double allowed = 0.2 * growth + waves_.base_floor();
        state_.step *= std::clamp(0.8 * allowed / std::max(error, 1e-3 * allowed), 0.3, 2.0);
        if (in_waves > large_content * waves_.total()) {
            state_.e_folds_large += growth * (before - left);
        }
    }
    diagnostics.max_growth_after = growth;
    diagnostics.growth_floor = waves_.base_floor();
    diagnostics.certified = waves_.scan_certified();
    diagnostics.e_folds = state_.e_folds;
    diagnostics.iterations = waves_.iterations;
    const double in_waves = state_.content.held(cell.directions, answer.e);
    const double all = in_waves + waves_.total();
    diagnostics.wave_content = all > 0.0 ? in_waves / all : 0.0;
    describe_viscosity(cell, answer.factor, diagnostics);
    describe_carrier(cell, answer.e);
    state_.waves.assign(waves.begin(), waves.end());
    state_.write(cell.directions, cell.state);
    return converged ? Outcome::ok : Outcome::not_converged;
}

} // namespace

std::unique_ptr<Closure> make_kinetic(const Options& options) {
    return std::make_unique<Kinetic>(options);
}

} // namespace miscid::closures
