#include "closure/box_case.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

void require_numbers(const Section& section, const char* key, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            section.fail(std::string(key) + "[" + std::to_string(i) + "]", "a finite number");
        }
    }
}

BoxCase read_case(const Json& json, const std::string& file, const std::string& place) {
    const Section section(json, file, place);
    section.allow({"v",
                   "w",
                   "E0",
                   "source",
                   "number_weight",
                   "D0",
                   "crossing_area_ratio",
                   "max_growth",
                   "k_shifted_of_max_growth",
                   "box_length",
                   "n_grid",
                   "dt",
                   "t_end",
                   "window_from",
                   "seed_rms",
                   "seed_kmax",
                   "n_runs",
                   "ratio",
                   "ratio_std_runs",
                   "ratio_std_time",
                   "depolarized_eln",
                   "depolarized_eln_std",
                   "t_half",
                   "t_half_std",
                   "sampling_error_L1",
                   "closure_errors_seen",
                   "samples",
                   "schema",
                   "kind"});
    BoxCase c;
    c.name = section.has("name") ? section.text("name") : place.empty() ? "case" : place;
    c.v = section.numbers("v");
    const int count = static_cast<int>(c.v.size());
    if (count == 0) {
        section.fail("v", "at least one direction");
    }
    c.w = section.numbers("w", count);
    c.E0 = section.numbers("E0", count);
    for (const auto& [key, array] : {std::pair{"v", &c.v}, {"w", &c.w}, {"E0", &c.E0}}) {
        require_numbers(section, key, *array);
    }
    for (int i = 0; i < count; ++i) {
        if (std::abs(c.v[i]) > 1.0 || (i > 0 && !(c.v[i] > c.v[i - 1]))) {
            section.fail("v[" + std::to_string(i) + "]", "cosines between -1 and 1 in ascending order");
        }
        if (!(c.w[i] > 0.0)) {
            section.fail("w[" + std::to_string(i) + "]", "a positive quadrature weight");
        }
    }
    if (section.has("source")) {
        c.source = section.numbers("source", count);
        require_numbers(section, "source", c.source);
    }
    if (section.has("number_weight")) {
        c.number_weight = section.numbers("number_weight", count);
        require_numbers(section, "number_weight", c.number_weight);
    }
    if (section.has("ratio")) {
        c.ratio = section.numbers("ratio", count);
    }
    double total = 0.0;
    for (int i = 0; i < count; ++i) {
        total += c.w[i] * std::abs(c.E0[i]);
    }
    c.t_end = section.number("t_end", total > 0.0 ? 1000.0 / total : 1000.0);
    c.window_from = section.number("window_from", 0.5 * c.t_end);
    c.seed_rms = section.number("seed_rms", 1e-3);
    c.seed_kmax = section.number("seed_kmax", 0.0);
    c.sampling_error = section.number("sampling_error_L1", 0.0);
    if (!(c.t_end > 0.0) || !(c.window_from >= 0.0) || c.window_from > c.t_end) {
        section.fail("window_from", "0 <= window_from <= t_end with t_end > 0");
    }
    if (!(c.seed_rms > 0.0) || !(c.seed_kmax >= 0.0)) {
        section.fail("seed_rms", "a positive rms tilt, with seed_kmax >= 0");
    }
    if (c.driven()) {
        const Json& samples = section.has("samples") ? json["samples"] : Json();
        if (!samples.is_array() || samples.empty()) {
            section.fail("samples", "the times of a driven case, as [{\"t\": ..}, ..]");
        }
        double last = 0.0;
        for (std::size_t s = 0; s < samples.size(); ++s) {
            const Section at(samples[s], file,
                             (place.empty() ? "" : place + ".") + "samples[" + std::to_string(s) + "]");
            at.allow({"t", "E", "E_std_runs", "growth_of_mean", "growth_without_mixing", "relative_change",
                      "sampling_error"});
            BoxCase::Sample sample;
            sample.t = at.number("t");
            if (!(sample.t >= last)) {
                at.fail("t", "times in ascending order, from 0 on");
            }
            last = sample.t;
            if (at.has("E")) {
                sample.E = at.numbers("E", count);
            }
            c.samples.push_back(std::move(sample));
        }
    }
    return c;
}

} // namespace

std::vector<BoxCase> read_box_cases(const Json& json, const std::string& file) {
    const auto list = case_list(json, file);
    if (json.contains("kind") && json["kind"] != "box") {
        throw InputError(file +
                         ": key 'kind': expected \"box\"; miscid waves reads kinds dispersion and gamma_profile, "
                         "miscid box reads kinds twobeam and box");
    }
    std::vector<BoxCase> cases;
    for (const auto& [one, place] : list) {
        cases.push_back(read_case(one, file, place));
    }
    return cases;
}

} // namespace miscid::apps
