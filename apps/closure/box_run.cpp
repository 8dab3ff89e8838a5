#include "closure/box_run.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace miscid::apps {

namespace {

using closures::Outcome;

const char* word(Outcome outcome) {
    switch (outcome) {
    case Outcome::ok:
        return "ok";
    case Outcome::stable:
        return "stable";
    case Outcome::not_converged:
        return "not_converged";
    case Outcome::refused:
        break;
    }
    return "refused";
}

Json describe(const closures::Diagnostics& d) {
    return {{"max_growth_before", d.max_growth_before},
            {"max_growth_after", d.max_growth_after},
            {"growth_floor", d.growth_floor},
            {"band", {d.band_low, d.band_high}},
            {"roots", d.roots},
            {"certified", d.certified},
            {"gamma", {d.gamma_min, d.gamma_max}},
            {"wave_content", d.wave_content},
            {"e_folds", d.e_folds},
            {"iterations", d.iterations},
            {"crossings", d.crossings},
            {"area_ratio", d.area_ratio},
            {"closure_used", closures::name_of(d.used)},
            {"flags",
             {{"more_than_one_crossing", d.more_than_one_crossing},
              {"large_area_ratio", d.large_area_ratio},
              {"unstable_homogeneous", d.unstable_homogeneous},
              {"undefined", d.undefined}}}};
}

/** A homogeneous cell with mu = 1 that a closure takes from time to time. */
class BoxCell {
public:
    BoxCell(const BoxCase& box, closures::Kind kind, const closures::Options& options, int run)
        : box_(box), closure_(closures::make_closure(kind, options)), e_(box.v.size()), source_(box.v.size()),
          after_(box.v.size()), factor_(box.v.size()), largest_factor_(box.v.size(), any_factor) {
        const int count = static_cast<int>(box.v.size());
        closure_->reserve(count);
        state_.assign(static_cast<std::size_t>(closure_->state_size(count)), 0.0);
        if (closures::has_seeds(kind)) {
            state_[1] = 1000.0 * run; // boxes made before: other seeds
        }
        for (std::size_t i = 0; i < e_.size(); ++i) {
            e_[i] = box.w[i] * box.E0[i];
            source_[i] = box.driven() ? box.w[i] * box.source[i] : 0.0;
        }
        factor.assign(e_.size(), 1.0);
    }

    void advance(double dt) {
        closures::Cell cell;
        cell.directions = static_cast<int>(e_.size());
        cell.v = box_.v.data();
        cell.weight = box_.w.data();
        cell.e = e_.data();
        cell.source = box_.driven() ? source_.data() : nullptr;
        // Driven waves give back what they took, and the file does not say what the modes can hold.
        cell.largest_factor = box_.driven() ? largest_factor_.data() : nullptr;
        cell.dt = dt;
        cell.seed = box_.seed_rms;
        cell.seed_wave_number = box_.seed_kmax;
        cell.state = state_.empty() ? nullptr : state_.data();
        closures::Answer answer;
        answer.e = after_.data();
        answer.factor = factor_.data();
        const Outcome now = closure_->apply(cell, answer);
        if (now == Outcome::refused) {
            outcome = now;
            return;
        }
        // Over several calls: stable if all were, not converged if one was not.
        if (calls == 0 || now == Outcome::not_converged || outcome == Outcome::stable) {
            outcome = now;
        }
        e_ = after_;
        for (std::size_t i = 0; i < e_.size(); ++i) {
            factor[i] *= factor_[i];
        }
        last = answer.diagnostics;
        if (calls++ == 0) {
            first = answer.diagnostics;
        }
        iterations += answer.diagnostics.iterations;
    }

    std::vector<double> E() const {
        std::vector<double> result(e_.size());
        for (std::size_t i = 0; i < e_.size(); ++i) {
            result[i] = e_[i] / box_.w[i];
        }
        return result;
    }
    double lepton_number() const {
        double sum = 0.0;
        for (const double e : e_) {
            sum += e;
        }
        return sum;
    }

    Outcome outcome = Outcome::ok;
    closures::Diagnostics first, last;
    std::vector<double> factor; ///< since the beginning
    int calls = 0;
    int iterations = 0;

private:
    const BoxCase& box_;
    std::unique_ptr<closures::Closure> closure_;
    static constexpr double any_factor = 1e300;
    std::vector<double> e_, source_, after_, factor_, largest_factor_, state_;
};

/** [number-weighted L1 of survival, its maximum, |E|-weighted ratio error] (reference/flavor-waves/README.md). */
Json static_error(const BoxCase& box, const std::vector<double>& ratio) {
    double number = 0.0;
    double number_weighted = 0.0;
    double largest = 0.0;
    double lepton = 0.0;
    double lepton_weighted = 0.0;
    for (std::size_t i = 0; i < ratio.size(); ++i) {
        const double survival = 0.5 * std::abs(ratio[i] - box.ratio[i]);
        const double n = box.w[i] * (box.number_weight.empty() ? 1.0 : box.number_weight[i]);
        number += n;
        number_weighted += n * survival;
        largest = std::max(largest, survival);
        lepton += box.w[i] * std::abs(box.E0[i]);
        lepton_weighted += box.w[i] * std::abs(box.E0[i]) * 2.0 * survival;
    }
    return {{"survival_L1", number > 0.0 ? number_weighted / number : 0.0},
            {"survival_max", largest},
            {"ratio_lepton_weighted", lepton > 0.0 ? lepton_weighted / lepton : 0.0}};
}

/** sum w|dE| / sum w|E_unmixed| */
double driven_distance(const BoxCase& box, double t, const std::vector<double>& a, const std::vector<double>& b) {
    double distance = 0.0;
    double unmixed = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        distance += box.w[i] * std::abs(a[i] - b[i]);
        unmixed += box.w[i] * std::abs(box.E0[i] + box.source[i] * t);
    }
    return unmixed > 0.0 ? distance / unmixed : 0.0;
}

/** Sums over runs. */
struct Total {
    std::vector<std::vector<double>> values; ///< ratio, or E at each sample
    std::vector<double> growth;
    Json errors = Json::array(); ///< of every run

    void add(const std::vector<std::vector<double>>& one) {
        values.resize(one.size());
        for (std::size_t t = 0; t < one.size(); ++t) {
            values[t].resize(one[t].size(), 0.0);
            for (std::size_t i = 0; i < one[t].size(); ++i) {
                values[t][i] += one[t][i];
            }
        }
    }
    void divide(double runs) {
        for (auto& row : values) {
            for (double& value : row) {
                value /= runs;
            }
        }
        for (double& value : growth) {
            value /= runs;
        }
    }
};

std::vector<double> static_ratio(const BoxCase& box, BoxCell& cell) {
    // The resolved ratio is a mean over the window; a closure that still changes there is averaged alike.
    constexpr int looks = 10;
    cell.advance(box.window_from);
    std::vector<double> ratio(box.v.size(), 0.0);
    for (int look = 0; look < looks; ++look) {
        cell.advance((box.t_end - box.window_from) / looks);
        for (std::size_t i = 0; i < ratio.size(); ++i) {
            ratio[i] += cell.factor[i] / looks;
        }
    }
    return ratio;
}

std::vector<std::vector<double>> driven_states(const BoxCase& box, BoxCell& cell, std::vector<double>& growth) {
    std::vector<std::vector<double>> states;
    growth.resize(box.samples.size(), 0.0);
    double t = 0.0;
    for (std::size_t n = 0; n < box.samples.size(); ++n) {
        cell.advance(box.samples[n].t - t);
        t = box.samples[n].t;
        states.push_back(cell.E());
        growth[n] += cell.last.max_growth_after;
    }
    return states;
}

Json driven_errors(const BoxCase& box, const std::vector<std::vector<double>>& states) {
    Json errors = Json::array();
    for (std::size_t n = 0; n < states.size(); ++n) {
        if (!box.samples[n].E.empty()) {
            errors.push_back(driven_distance(box, box.samples[n].t, states[n], box.samples[n].E));
        }
    }
    return errors.empty() ? Json() : Json{{"driven", errors}};
}

} // namespace

Json run_box(const BoxCase& box, closures::Kind kind, const closures::Options& options, int runs) {
    const bool random = closures::has_seeds(kind);
    runs = random ? runs : 1;
    double source = 0.0;
    for (std::size_t i = 0; i < box.source.size(); ++i) {
        source += box.w[i] * box.source[i];
    }
    const double elapsed = box.driven() ? box.samples.back().t : 0.0;
    Total total;
    double lepton_number_change = 0.0;
    const auto errors_of = [&box](const std::vector<std::vector<double>>& values) {
        return box.driven() ? driven_errors(box, values) : box.ratio.empty() ? Json() : static_error(box, values[0]);
    };
    std::unique_ptr<BoxCell> last;
    for (int run = 0; run < runs; ++run) {
        last = std::make_unique<BoxCell>(box, kind, options, run);
        const double before = last->lepton_number();
        std::vector<std::vector<double>> one;
        if (box.driven()) {
            one = driven_states(box, *last, total.growth);
        } else {
            one.push_back(static_ratio(box, *last));
        }
        total.add(one);
        if (random) {
            total.errors.push_back(errors_of(one));
        }
        const double change = last->lepton_number() - before - source * elapsed;
        lepton_number_change = std::abs(change) > std::abs(lepton_number_change) ? change : lepton_number_change;
        if (last->outcome == Outcome::refused) {
            break;
        }
    }
    total.divide(runs);
    const BoxCell& cell = *last;
    Json result;
    if (box.driven()) {
        result["t"] = Json::array();
        for (const auto& sample : box.samples) {
            result["t"].push_back(sample.t);
        }
        result["E"] = total.values;
        result["max_growth"] = total.growth;
    } else {
        result["ratio"] = total.values[0];
    }
    if (const Json error = errors_of(total.values); !error.is_null()) {
        result["error"] = error;
        if (random) {
            result["error_of_runs"] = total.errors;
        }
    }
    if (random) {
        result["runs"] = runs;
    }
    closures::Diagnostics d = cell.last;
    d.max_growth_before = cell.first.max_growth_before;
    d.band_low = cell.first.band_low;
    d.band_high = cell.first.band_high;
    d.roots = cell.first.roots;
    d.crossings = cell.first.crossings;
    d.area_ratio = cell.first.area_ratio;
    d.more_than_one_crossing = cell.first.more_than_one_crossing;
    d.large_area_ratio = cell.first.large_area_ratio;
    d.unstable_homogeneous = cell.first.unstable_homogeneous;
    d.gamma_min = cell.first.gamma_min;
    d.gamma_max = cell.first.gamma_max;
    d.iterations = cell.iterations;
    result["diagnostics"] = describe(d);
    result["status"] = d.undefined ? "undefined" : word(cell.outcome);
    result["lepton_number_change"] = lepton_number_change;
    return result;
}

} // namespace miscid::apps
