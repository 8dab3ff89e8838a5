#include "box/lepton_box_case.hpp"

#include "box/box_run.hpp"
#include "run/terminal.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

/** The reference cases measure t_half on records 40 apart, straight lines between them. */
constexpr double half_time_cadence = 40.0;

struct LeptonBox {
    BoxSetup setup;
    Eigen::VectorXd v, w, E0, number;
    double window_from = 0.0;
    int runs = 1;
    std::vector<double> sample_times; ///< driven
    double sample_cadence = 0.0;
};

Eigen::VectorXd vector_of(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/** A count of cells that the transforms can take: the next power of two. */
int power_of_two(int cells) {
    int result = 8;
    while (result < cells) {
        result *= 2;
    }
    return result;
}

double positive(const Section& section, const char* key, double value) {
    if (!(value > 0.0) || !std::isfinite(value)) {
        section.fail(key, "a positive number");
    }
    return value;
}

LeptonBox read_box(const Section& section, const BoxOptions& options) {
    section.allow({"schema", "kind", "v", "w", "E0", "number_weight", "source", "samples", "sample_times", "box_length",
                   "n_grid", "dt", "t_end", "window_from", "seed_rms", "seed_kmax", "n_runs", "D0",
                   "crossing_area_ratio", "max_growth", "k_shifted_of_max_growth",
                   // answers of the reference files
                   "ratio", "ratio_std_runs", "ratio_std_time", "depolarized_eln", "depolarized_eln_std", "t_half",
                   "t_half_std", "sampling_error_L1", "closure_errors_seen"});
    LeptonBox box;
    box.v = vector_of(section.numbers("v"));
    const auto size = static_cast<int>(box.v.size());
    if (size < 2 || (box.v.array().abs() > 1.0 + 1e-12).any()) {
        section.fail("v", "at least two speeds in [-1, 1]");
    }
    box.w = vector_of(section.numbers("w", size));
    if (!(box.w.array() > 0.0).all()) {
        section.fail("w", "positive weights");
    }
    box.E0 = vector_of(section.numbers("E0", size));
    box.number = section.has("number_weight") ? vector_of(section.numbers("number_weight", size))
                                              : Eigen::VectorXd(box.E0.cwiseAbs());
    if (!box.E0.allFinite()) {
        section.fail("E0", "finite numbers");
    }
    if (!box.number.allFinite() || !(box.number.array() >= 0.0).all()) {
        section.fail("number_weight", "numbers >= 0");
    }
    BoxSetup& setup = box.setup;
    setup.length = positive(section, "box_length", section.number("box_length"));
    const int wanted = options.cells.value_or(section.has("n_grid") ? section.integer("n_grid") : 1024);
    if (wanted < 8 || wanted > (1 << 20)) {
        section.fail("n_grid", "8 to 1048576 cells");
    }
    setup.cells = power_of_two(wanted);
    setup.step = positive(section, "dt", options.step.value_or(section.number("dt", 0.4)));
    setup.passes = options.passes.value_or(setup.passes);
    setup.seed.rms = section.number("seed_rms", 1e-3);
    setup.seed.largest_k = section.number("seed_kmax", 2.0);
    if (!(setup.seed.rms > 0.0) || setup.seed.rms > 0.5) {
        section.fail("seed_rms", "a number in (0, 0.5]");
    }
    positive(section, "seed_kmax", setup.seed.largest_k);
    box.runs = options.runs.value_or(section.has("n_runs") ? section.integer("n_runs") : 1);
    if (box.runs < 1) {
        section.fail("n_runs", "a positive integer");
    }

    kinetics::Gas& gas = setup.gas;
    gas.direction = Eigen::Matrix3Xd::Zero(3, size);
    gas.direction.row(2) = box.v.transpose();
    gas.weight = box.w;
    gas.mu.from = 1.0;
    setup.P = Eigen::MatrixXd::Zero(3, size);
    setup.P.row(2) = box.E0.transpose();
    setup.trace = box.number.cwiseQuotient(box.w);
    if (section.has("source")) {
        gas.source = Eigen::MatrixXd::Zero(3, size);
        gas.source.row(2) = vector_of(section.numbers("source", size)).transpose();
        if (!gas.source.allFinite()) {
            section.fail("source", "finite numbers");
        }
        if (section.has("sample_times")) {
            box.sample_times = section.numbers("sample_times");
        } else {
            const Json& samples = section.json().value("samples", Json());
            if (!samples.is_array() || samples.empty()) {
                section.fail("sample_times", "the times at which E is wanted");
            }
            for (const auto& sample : samples) {
                if (!sample.is_object() || !sample.contains("t") || !sample["t"].is_number()) {
                    section.fail("samples", "objects with a number `t`");
                }
                box.sample_times.push_back(sample["t"].get<double>());
            }
        }
        if (!std::is_sorted(box.sample_times.begin(), box.sample_times.end()) || box.sample_times.front() < 0.0) {
            section.fail("sample_times", "ascending times from 0 on");
        }
        // Three records around each sample, as in the reference cases.
        const double spacing =
            box.sample_times.size() > 1 ? box.sample_times[1] - box.sample_times[0] : 0.1 * box.sample_times[0];
        box.sample_cadence = std::max(setup.step, 0.2 * spacing);
        setup.cadence = setup.spectrum_cadence = box.sample_cadence;
        setup.t_end = box.sample_times.back() + setup.cadence;
    } else {
        setup.t_end = positive(section, "t_end", section.number("t_end"));
        box.window_from = section.number("window_from", 0.5 * setup.t_end);
        if (!(box.window_from >= 0.0) || box.window_from >= setup.t_end) {
            section.fail("window_from", "a time from 0 to t_end");
        }
        // Ten records between those that the rule of t_half counts.
        setup.cadence = std::max(setup.step, 0.1 * half_time_cadence);
        setup.spectrum_cadence = std::max(setup.cadence, setup.t_end / 300.0);
    }
    return box;
}

double weighted_L1(const Eigen::VectorXd& weight, const Eigen::VectorXd& ratio, const Eigen::VectorXd& other) {
    // survival probability is (1 + ratio)/2
    return 0.5 * (weight.array() * (ratio - other).array().abs()).sum() / weight.sum();
}

Json to_json(const Eigen::VectorXd& values) {
    return Json(std::vector<double>(values.data(), values.data() + values.size()));
}

struct MeanAndStd {
    Eigen::VectorXd mean, std;
};

MeanAndStd over_runs(const std::vector<Eigen::VectorXd>& values) {
    MeanAndStd result;
    const auto count = static_cast<double>(values.size());
    result.mean = result.std = Eigen::VectorXd::Zero(values.front().size());
    for (const auto& value : values) {
        result.mean += value / count;
    }
    for (const auto& value : values) {
        result.std += (value - result.mean).cwiseAbs2() / count;
    }
    result.std = result.std.cwiseSqrt();
    return result;
}

Eigen::VectorXd ratio_at(const BoxRecord& record, const Eigen::VectorXd& E0) {
    return (E0.array() != 0.0).select(record.averages.mean.row(2).transpose().cwiseQuotient(E0), 1.0);
}

/** Lepton number that has left its beams: sum w |E0| (1 - ratio), for driven boxes sum w |E - E_unmixed|. */
double depolarized(const BoxRecord& record, const LeptonBox& box) {
    if (box.setup.gas.source.size() > 0) {
        const Eigen::VectorXd unmixed = box.E0 + record.t * box.setup.gas.source.row(2).transpose();
        return (box.w.array() * (record.averages.mean.row(2).transpose() - unmixed).array().abs()).sum();
    }
    return (box.w.array() * box.E0.array().abs() * (1.0 - ratio_at(record, box.E0).array())).sum();
}

/** When sum w |E0| (1 - ratio) passes `level`, linear between records `cadence` apart. */
double half_time(const BoxHistory& run, const LeptonBox& box, double cadence, double level) {
    double t_before = 0.0, before = depolarized(run.records.front(), box);
    for (const auto& record : run.records) {
        if (record.t < t_before + cadence - 0.5 * box.setup.step) {
            continue;
        }
        const double now = depolarized(record, box);
        if (now >= level && level > 0.0) {
            return t_before + (record.t - t_before) * (level - before) / (now - before);
        }
        t_before = record.t;
        before = now;
    }
    return std::nan("");
}

Json static_answer(const Section& section, const LeptonBox& box, const std::vector<BoxHistory>& runs) {
    std::vector<Eigen::VectorXd> ratios, time_squares, halves, finals;
    for (const auto& run : runs) {
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(box.v.size()), squares = sum;
        double lost = 0.0;
        int count = 0;
        for (const auto& record : run.records) {
            if (record.t >= box.window_from - 1e-9) {
                const Eigen::VectorXd ratio = ratio_at(record, box.E0);
                sum += ratio;
                squares += ratio.cwiseAbs2();
                lost += depolarized(record, box);
                ++count;
            }
        }
        sum /= count;
        lost /= count;
        ratios.push_back(sum);
        time_squares.push_back((squares / count - sum.cwiseAbs2()).cwiseMax(0.0).cwiseSqrt());
        halves.push_back(Eigen::Vector2d(half_time(run, box, half_time_cadence, 0.5 * lost),
                                         half_time(run, box, box.setup.cadence, 0.5 * lost)));
        finals.push_back(Eigen::VectorXd::Constant(1, lost));
    }
    const auto ratio = over_runs(ratios), time_std = over_runs(time_squares), t_half = over_runs(halves),
               final_loss = over_runs(finals);
    const double root = std::sqrt(std::max(1.0, static_cast<double>(runs.size()) - 1.0));
    Json answer = {
        {"v", to_json(box.v)},
        {"ratio", to_json(ratio.mean)},
        {"ratio_std_runs", to_json(ratio.std)},
        {"ratio_std_time", to_json(time_std.mean)},
        {"depolarized_eln", final_loss.mean[0]},
        {"depolarized_eln_std", final_loss.std[0]},
        {"t_half", std::isfinite(t_half.mean[0]) ? Json(t_half.mean[0]) : Json(nullptr)},
        {"t_half_std", std::isfinite(t_half.std[0]) ? Json(t_half.std[0]) : Json(nullptr)},
        {"t_half_fine", std::isfinite(t_half.mean[1]) ? Json(t_half.mean[1]) : Json(nullptr)},
        {"sampling_error_L1", weighted_L1(box.number, ratio.std / root, Eigen::VectorXd::Zero(box.v.size()))}};
    if (section.has("ratio")) {
        const Eigen::VectorXd expected = vector_of(section.numbers("ratio", static_cast<int>(box.v.size())));
        answer["compared_with_file"] = {{"L1", weighted_L1(box.number, ratio.mean, expected)},
                                        {"max", 0.5 * (ratio.mean - expected).cwiseAbs().maxCoeff()}};
    }
    return answer;
}

Json driven_answer(const Section& section, const LeptonBox& box, const std::vector<BoxHistory>& runs) {
    Json samples = Json::array(), E_list = Json::array();
    for (std::size_t s = 0; s < box.sample_times.size(); ++s) {
        const double t = box.sample_times[s];
        std::vector<Eigen::VectorXd> values;
        for (const auto& run : runs) {
            Eigen::VectorXd sum = Eigen::VectorXd::Zero(box.v.size());
            int count = 0;
            for (const auto& record : run.records) {
                if (std::abs(record.t - t) <= 1.01 * box.sample_cadence) {
                    sum += record.averages.mean.row(2).transpose();
                    ++count;
                }
            }
            values.push_back(sum / count);
        }
        const auto E = over_runs(values);
        const Eigen::VectorXd unmixed = box.E0 + t * box.setup.gas.source.row(2).transpose();
        const auto norm = [&](const Eigen::VectorXd& x) { return (box.w.array() * x.array().abs()).sum(); };
        Json sample = {{"t", t},
                       {"E", to_json(E.mean)},
                       {"E_std_runs", to_json(E.std)},
                       {"relative_change", norm(E.mean - unmixed) / norm(unmixed)}};
        const Json& given = section.json().value("samples", Json::array());
        if (s < given.size() && given[s].is_object() && given[s].contains("E")) {
            const Section place(given[s], "", "samples[" + std::to_string(s) + "]");
            const Eigen::VectorXd expected = vector_of(place.numbers("E", static_cast<int>(box.v.size())));
            sample["compared_with_file"] = {{"driven_norm", norm(E.mean - expected) / norm(unmixed)}};
        }
        samples.push_back(sample);
        E_list.push_back(to_json(E.mean));
    }
    return {{"v", to_json(box.v)}, {"samples", samples}, {"E", E_list}};
}

Json history_of(const LeptonBox& box, const std::vector<BoxHistory>& runs) {
    Json t = Json::array(), transverse = Json::array(), lost = Json::array();
    for (std::size_t i = 0; i < runs.front().records.size(); ++i) {
        double sum = 0.0, loss = 0.0;
        for (const auto& run : runs) {
            sum += run.records[i].averages.transverse / static_cast<double>(runs.size());
            loss += depolarized(run.records[i], box) / static_cast<double>(runs.size());
        }
        t.push_back(runs.front().records[i].t);
        transverse.push_back(sum);
        lost.push_back(loss);
    }
    return {{"t", t}, {"transverse", transverse}, {"depolarized_eln", lost}};
}

} // namespace

Json solve_lepton_box_case(const Section& section, const BoxOptions& options) {
    const LeptonBox box = read_box(section, options);
    std::vector<BoxHistory> runs;
    ProgressBar bar("box", 1000 * box.runs, !options.quiet);
    for (int run = 0; run < box.runs; ++run) {
        runs.push_back(run_box(box.setup, options.seed + static_cast<unsigned long long>(run),
                               [&](double part) { bar.show(1000 * run + static_cast<int>(1000.0 * part)); }));
    }
    bool resolved = true;
    Json result = resolution_report(box.setup, runs, resolved);
    const bool driven = !box.sample_times.empty();
    result.update(driven ? driven_answer(section, box, runs) : static_answer(section, box, runs));
    result["growth"] = growth_fits(box.setup, runs.front());
    result["correlation_c"] = Json::array();
    for (int mode = 0; mode < box.setup.gas.modes(); ++mode) {
        const Eigen::Vector3d c = runs.front().correlation.col(mode);
        result["correlation_c"].push_back({c[0], c[1], c[2]});
    }
    result["history"] = history_of(box, runs);
    result["spectrum"] = spectrum_json(box.setup, runs.front());
    result["n_runs"] = box.runs;
    result["kind"] = "box";
    result["status"] = resolved ? "ok" : "under_resolved";
    if (!options.hdf5.empty()) {
        result["field"] = field_json(runs.front().final_state);
    }
    if (!options.plot.empty()) {
        Json spectra = Json::array();
        const auto records = runs.front().with_spectrum();
        for (const std::size_t at : {std::size_t{0}, records.size() / 4, records.size() - 1}) {
            spectra.push_back({{"t", records[at]->t}, {"power", records[at]->spectrum}});
        }
        result["picture"] = {{"E0", to_json(box.E0)}, {"L", box.setup.length}, {"spectra", spectra}};
        if (section.has("ratio")) {
            result["picture"]["ratio_in_file"] = section.json()["ratio"];
        }
    }
    return result;
}

} // namespace miscid::apps
