#include "closures/lepton_number.hpp"
#include "closures/quasi_linear.hpp"
#include "closures/wave_content.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

/** The limit of growth much faster than the step: e moves along the quasi-linear direction, e_i -= h e_i sum_k R_ik Im Omega_k,
 * until no wave grows any more (flavor-waves.md 4 and 5; theory.md 5.13). Waves must first have grown out of their seeds.
 * A source is added in small portions, each followed by its own relaxation: continuous driving. */
class Marginal final : public Closure {
public:
    explicit Marginal(const Options& options) : options_(options), waves_(options) {}

    void reserve(int directions) override {
        waves_.reserve(directions);
        stored_.reserve(QuasiLinear::most_waves);
        state_.content.reserve(directions);
    }
    int state_size(int directions) const override { return State::fixed_size + directions; }
    Outcome apply(const Cell& cell, Answer& answer) override;

private:
    /** Cell::state by name. */
    struct State {
        static constexpr int stored_waves = 40;
        static constexpr int header = 11;
        static constexpr int per_wave = 6;
        static constexpr int fixed_size = header + per_wave * stored_waves; ///< the content of every direction follows

        double e_folds = 0.0;
        double reference = 0.0; ///< sum |e| that the cell would have without its waves
        double last_total = 0.0;
        int cursor = 0;
        bool grown = false;
        double search[QuasiLinear::search_record] = {}; ///< of the last scan
        WaveContent content;

        void read(int directions, const double* numbers, double total, std::vector<Wave>& waves);
        void write(int directions, double* numbers, double total, double total_of_host,
                   const std::vector<Wave>& waves) const;
    };

    Options options_;
    QuasiLinear waves_;
    State state_;
    std::vector<Wave> stored_;
};

void Marginal::State::read(int directions, const double* numbers, double total, std::vector<Wave>& waves) {
    e_folds = reference = last_total = 0.0;
    cursor = 0;
    grown = false;
    std::fill(search, search + QuasiLinear::search_record, 0.0);
    content.clear();
    waves.clear();
    if (!numbers || numbers[0] == 0.0) {
        reference = total;
        return;
    }
    e_folds = numbers[1];
    grown = numbers[2] != 0.0;
    cursor = stored_integer(numbers[5], QuasiLinear::most_cursor);
    std::copy(numbers + 7, numbers + 10, search);
    // What the host has changed since: dilution thins waves and amplitudes alike, a source adds to the amplitudes only.
    last_total = numbers[4];
    reference = numbers[3];
    if (total < last_total) {
        reference *= total / last_total;
    }
    reference = std::max(reference, total);
    // sum |e| of the host's directions: `last_total` is that of the refined ones.
    content.read(directions, numbers + fixed_size, numbers[10] > 0.0 ? std::min(1.0, total / numbers[10]) : 1.0);
    const int count = stored_integer(numbers[6], stored_waves + 1);
    for (int i = 0; i < count; ++i) {
        const double* n = numbers + header + per_wave * i;
        Wave wave;
        wave.line = stored_integer(n[0], WaveLines::most_lines);
        wave.group = stored_integer(n[1], 4096);
        wave.k = n[2];
        wave.width = n[3];
        wave.omega = {n[4], n[5]};
        waves.push_back(wave);
    }
}

void Marginal::State::write(int directions, double* numbers, double total, double total_of_host,
                            const std::vector<Wave>& waves) const {
    if (!numbers) {
        return;
    }
    std::fill(numbers, numbers + fixed_size + directions, 0.0);
    content.write(directions, numbers + fixed_size);
    const int count = std::min(static_cast<int>(waves.size()), stored_waves);
    numbers[0] = 1.0;
    numbers[1] = e_folds;
    numbers[2] = grown ? 1.0 : 0.0;
    numbers[3] = reference;
    numbers[4] = total;
    numbers[5] = cursor;
    numbers[6] = count;
    numbers[10] = total_of_host;
    std::copy(search, search + QuasiLinear::search_record, numbers + 7);
    for (int i = 0; i < count; ++i) {
        const Wave& wave = waves[static_cast<std::size_t>(i)];
        double* n = numbers + header + per_wave * i;
        n[0] = wave.line;
        n[1] = wave.group;
        n[2] = wave.k;
        n[3] = wave.width;
        n[4] = wave.omega.real();
        n[5] = wave.omega.imag();
    }
}

Outcome Marginal::apply(const Cell& cell, Answer& answer) {
    const Screen seen = screen(cell);
    if (!seen.usable) {
        return Outcome::refused;
    }
    Diagnostics& diagnostics = answer.diagnostics;
    diagnostics = Diagnostics();
    diagnostics.used = Kind::marginal;
    if (seen.nothing_can_grow) {
        add_source_only(cell, answer);
        if (cell.state && cell.state[0] != 0.0) { // waves die away where nothing feeds them
            std::fill(cell.state, cell.state + state_size(cell.directions), 0.0);
        }
        return Outcome::stable;
    }
    const LeptonAreas areas = lepton_areas(cell, cell.e);
    describe(cell, areas, diagnostics);
    auto& waves = waves_.waves();
    state_.read(cell.directions, cell.state, areas.total(), stored_);
    waves_.begin(cell, answer, state_.reference - areas.total());
    waves_.take_waves(stored_);
    double growth = waves.empty() ? 0.0 : waves_.follow();
    if (!waves_.searched(state_.search) || waves_.spot_check(1, state_.cursor)) {
        growth = waves_.scan() ? waves_.scanned_growth() : 0.0;
        waves_.record_search(state_.search);
    }
    diagnostics.max_growth_before = growth;
    diagnostics.roots = waves_.growing();
    waves_.band(diagnostics.band_low, diagnostics.band_high);
    diagnostics.unstable_homogeneous = growth > 0.0 && waves_.homogeneous_unstable();

    int steps = 1;
    if (cell.source) {
        double added = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            added += std::abs(cell.source[i]) * cell.dt;
        }
        const double portions = std::ceil(added / (options_.source_step * std::max(areas.total(), added)));
        steps = static_cast<int>(std::clamp(portions, 1.0, static_cast<double>(options_.max_source_steps)));
    }
    const double needed = std::log(1.0 / std::clamp(cell.seed, 1e-300, 0.5));
    bool converged = true;
    for (int step = 0; step < steps; ++step) {
        if (cell.source) {
            waves_.add_source(1.0 / steps);
            state_.reference = std::max(state_.reference, waves_.total());
            waves_.set_held(state_.reference - waves_.total());
            growth = waves_.follow();
            if (!waves_.searched(state_.search) || waves_.spot_check(growth == 0.0 ? 4 : 1, state_.cursor)) {
                growth = waves_.scan() ? waves_.scanned_growth() : 0.0;
                waves_.record_search(state_.search);
            }
        }
        state_.e_folds += growth * cell.dt / steps;
        if (growth > 0.0 && state_.e_folds >= needed) {
            // Waves at full height broaden the resonances of those that follow, not of those they come from.
            stored_.assign(waves.begin(), waves.end());
            const double broadening = state_.grown ? options_.broadening * waves_.total() : 0.0;
            state_.content.before_exchange(cell.directions, answer.e);
            converged = waves_.relax(broadening, !state_.grown, state_.cursor, options_.max_iterations) && converged;
            state_.content.after_exchange(cell.directions, answer.e);
            state_.grown = true;
            // Bands shrink as they saturate; the next portion, or the next step, finds them as wide as this one did.
            waves.assign(stored_.begin(), stored_.end());
        }
    }
    diagnostics.max_growth_after = waves_.follow(); // zero unless something is left above the floor
    diagnostics.growth_floor = waves_.base_floor();
    diagnostics.certified = waves_.scan_certified();
    diagnostics.e_folds = state_.e_folds;
    diagnostics.iterations = waves_.iterations;
    state_.reference = waves_.total() + waves_.held();
    if (waves_.iterations > 0) {
        waves_.record_search(state_.search); // the relaxation looked for other waves at its end
    }
    diagnostics.wave_content = state_.reference > 0.0 ? 1.0 - waves_.total() / state_.reference : 0.0;
    describe_viscosity(cell, answer.factor, diagnostics);
    state_.write(cell.directions, cell.state, waves_.total(), lepton_areas(cell, answer.e).total(), waves);
    return converged ? Outcome::ok : Outcome::not_converged;
}

} // namespace

std::unique_ptr<Closure> make_marginal(const Options& options) {
    return std::make_unique<Marginal>(options);
}

} // namespace miscid::closures
