#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace miscid::judge {

namespace {

std::string decimals(const char* format, double value) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

/** .012 */
std::string short_number(double value) {
    const std::string text = decimals("%.3f", value);
    return text[0] == '0' ? text.substr(1) : text;
}

/** No contender sees a difference in damping: it would tell nothing about any of them. */
bool counted(const Situation& situation) {
    return situation.damping_of_nubar < 0.0;
}

/** What a contender does over the cases where it has an answer. */
struct Summary {
    int defined = 0;
    double L1 = 0.0, worst = 0.0, largest = 0.0, number = 0.0, flux = 0.0, conservation = 0.0, milliseconds = 0.0;
    std::string worst_case;
};

Summary summarize(const Report& report, std::size_t entry, bool driven) {
    Summary sum;
    int numbers = 0;
    for (const auto& one : report.cases) {
        const Score& score = one.scores[entry];
        if (!score.defined || one.situation.driven() != driven || !counted(one.situation)) {
            continue;
        }
        ++sum.defined;
        sum.L1 += score.L1;
        sum.largest = std::max(sum.largest, score.largest);
        sum.flux += score.flux;
        sum.conservation = std::max(sum.conservation, score.conservation);
        sum.milliseconds += score.milliseconds;
        if (score.number >= 0.0) {
            sum.number += score.number;
            ++numbers;
        }
        if (score.L1 >= sum.worst) {
            sum.worst = score.L1;
            sum.worst_case = one.situation.name;
        }
    }
    const double count = std::max(1, sum.defined);
    sum.L1 /= count;
    sum.flux /= count;
    sum.milliseconds /= count;
    sum.number = numbers > 0 ? sum.number / numbers : -1.0;
    return sum;
}

} // namespace

void print(const Report& report, std::ostream& out) {
    out << "| situation | resolved, +- |";
    for (const auto& entry : report.entries) {
        out << " " << entry.name << " |";
    }
    out << "\n|---|---|";
    for (std::size_t i = 0; i < report.entries.size(); ++i) {
        out << "---|";
    }
    out << "\n";
    for (const auto& one : report.cases) {
        out << "| " << one.situation.name << " | " << short_number(one.resolved.sampling_error) << " |";
        double best = 1e300;
        for (const Score& score : one.scores) {
            best = score.defined ? std::min(best, score.L1) : best;
        }
        for (const Score& score : one.scores) {
            if (!score.defined) {
                out << " - |";
                continue;
            }
            const bool wins = score.L1 <= best * (1.0 + 1e-12);
            out << " " << (wins ? "**" : "") << short_number(score.L1) << (wins ? "**" : "");
            if (!one.situation.driven()) {
                out << "/" << decimals("%.2f", score.largest).substr(score.largest < 0.995 ? 1 : 0);
            }
            out << " |";
        }
        out << "\n";
    }
    for (const bool driven : {false, true}) {
        out << "\n| " << (driven ? "driven" : "sudden")
            << " | cases | mean error | worst (where) | largest in a direction | number | flux | lepton number kept to "
               "| ms |"
               "\n|---|---|---|---|---|---|---|---|---|\n";
        for (std::size_t i = 0; i < report.entries.size(); ++i) {
            const Summary sum = summarize(report, i, driven);
            if (sum.defined == 0) {
                continue;
            }
            out << "| " << report.entries[i].name << " | " << sum.defined << " | " << short_number(sum.L1) << " | "
                << short_number(sum.worst) << " (" << sum.worst_case << ") | "
                << (driven ? "" : short_number(sum.largest)) << " | "
                << (sum.number < 0.0 ? "" : short_number(sum.number)) << " | " << short_number(sum.flux) << " | "
                << decimals("%.0e", sum.conservation) << " | "
                << decimals(sum.milliseconds < 0.1 ? "%.3f" : "%.1f", sum.milliseconds) << " |\n";
        }
    }
}

Json to_json(const Report& report) {
    Json cases = Json::array();
    for (const auto& one : report.cases) {
        const Situation& s = one.situation;
        Json scores = Json::object();
        for (std::size_t i = 0; i < report.entries.size(); ++i) {
            const Score& score = one.scores[i];
            if (!score.defined) {
                scores[report.entries[i].name] = nullptr;
                continue;
            }
            scores[report.entries[i].name] = {{"L1", score.L1},
                                              {"largest", score.largest},
                                              {"number", score.number < 0.0 ? Json() : Json(score.number)},
                                              {"flux", score.flux},
                                              {"conservation", score.conservation},
                                              {"milliseconds", score.milliseconds},
                                              {"scatter", score.scatter},
                                              {"survival", {score.survival[0], score.survival[1]}},
                                              {"error_at", score.error_at}};
        }
        cases.push_back({{"name", s.name},
                         {"group", s.group},
                         {"text", s.text},
                         {"driven", s.driven()},
                         {"counted", counted(s)},
                         {"v", s.v},
                         {"times", s.times},
                         {"resolved",
                          {{"survival", {one.resolved.survival[0], one.resolved.survival[1]}},
                           {"E", one.resolved.E},
                           {"sampling_error", one.resolved.sampling_error},
                           {"runs", one.resolved.runs},
                           {"seconds", one.resolved.seconds},
                           {"lepton_drift", one.resolved.lepton_drift}}},
                         {"contenders", scores}});
    }
    Json entries = Json::array();
    for (const auto& entry : report.entries) {
        entries.push_back({{"name", entry.name}, {"what", entry.what}});
    }
    return {{"contenders", entries}, {"cases", cases}};
}

} // namespace miscid::judge
