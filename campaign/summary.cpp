#include "summary.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <ostream>

namespace miscid::campaign {

namespace {

template <class... Values>
std::string text(const char* format, Values... values) {
    char buffer[300];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

/** A sample of numbers and what is said of it. */
class Sample {
public:
    void add(double x) { values_.push_back(x); }
    std::size_t size() const { return values_.size(); }
    double mean() const {
        double sum = 0;
        for (const double x : values_) {
            sum += x;
        }
        return values_.empty() ? 0 : sum / static_cast<double>(values_.size());
    }
    double quantile(double part) const {
        if (values_.empty()) {
            return 0;
        }
        auto sorted = values_;
        std::sort(sorted.begin(), sorted.end());
        return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
    }

private:
    std::vector<double> values_;
};

} // namespace

void Summary::sort() {
    std::sort(records_.begin(), records_.end(), [](const Record& a, const Record& b) { return a.cell < b.cell; });
}

std::size_t Summary::failures(bool cold_starts) const {
    std::size_t count = 0;
    for (const auto& record : records_) {
        for (const auto& verdict : record.step) {
            count += verdict.cold_start == cold_starts && is_failure(verdict.finding);
        }
    }
    return count;
}

void Summary::print(std::ostream& out) const {
    for (const int flavors : {2, 3}) {
        for (const bool cold : {true, false}) {
            print_outcomes(out, flavors, cold);
        }
    }
    print_precision(out);
    print_cost(out);
    out << text("\nwrong branches, silent failures, unexplained: %zu of tracked steps, %zu of cold starts\n",
                failures(false), failures(true));
}

void Summary::print_outcomes(std::ostream& out, int flavors, bool cold) const {
    out << text("%s, %s flavors\n  %-17s %8s |", cold ? "cold starts" : "tracked steps", flavors == 2 ? "two" : "three",
                "reported", "cells");
    for (const Finding finding : findings) {
        out << text(" %14s", name_of(finding));
    }
    out << text(" | %10s %6s %6s\n", "iterations", "p95", "max");
    for (const Reported reported : reports) {
        std::map<Finding, std::size_t> count;
        Sample iterations;
        for (const auto& record : records_) {
            for (const auto& verdict : record.step) {
                if (record.flavors == flavors && verdict.reported == reported && verdict.cold_start == cold) {
                    ++count[verdict.finding];
                    iterations.add(verdict.iterations);
                }
            }
        }
        out << text("  %-17s %8zu |", name_of(reported), iterations.size());
        for (const Finding finding : findings) {
            out << text(" %14zu", count[finding]);
        }
        out << text(" | %10.2f %6.0f %6.0f\n", iterations.mean(), iterations.quantile(0.95), iterations.quantile(1));
    }
    out << "\n";
}

void Summary::print_precision(std::ostream& out) const {
    for (const int flavors : {2, 3}) {
        Sample displacement, displacement_ratio, residual_ratio;
        std::size_t quadruple = 0;
        for (const auto& record : records_) {
            for (const auto& verdict : record.step) {
                if (record.flavors == flavors && verdict.polished && verdict.scale_separation > 0) {
                    displacement.add(verdict.displacement);
                    displacement_ratio.add(verdict.displacement_ratio);
                    residual_ratio.add(verdict.residual_ratio);
                    quadruple += verdict.quadruple;
                }
            }
        }
        out << text("%s flavors, %zu equilibria polished (%zu in 113 bits)  median      p99      max\n",
                    flavors == 2 ? "two" : "three", displacement.size(), quadruple);
        const auto row = [&](const char* what, const Sample& sample) {
            out << text("  %-52s %8.1e %8.1e %8.1e\n", what, sample.quantile(0.5), sample.quantile(0.99),
                        sample.quantile(1));
        };
        row("rho moves by, relative", displacement);
        row("the same over its floor", displacement_ratio);
        row("sin(P, H(P)) over its floor", residual_ratio);
    }
}

void Summary::print_cost(std::ostream& out) const {
    out << "\nin the library, us per cell          cells   cold start    p95   tracked step    p95\n";
    for (const int flavors : {2, 3}) {
        for (std::size_t low = 16; low <= 4096; low *= 4) {
            Sample cold, tracked;
            for (const auto& record : records_) {
                if (record.flavors == flavors && record.modes >= low && record.modes < 4 * low) {
                    cold.add(record.seconds[0] * 1e6);
                    tracked.add(record.seconds[1] * 1e6);
                }
            }
            if (cold.size() > 0) {
                out << text("  %d flavors, %4zu to %5zu modes %11zu %12.1f %6.0f %14.1f %6.0f\n", flavors, low,
                            4 * low - 1, cold.size(), cold.quantile(0.5), cold.quantile(0.95), tracked.quantile(0.5),
                            tracked.quantile(0.95));
            }
        }
    }
    double library = 0, polishing = 0;
    std::size_t polished = 0, followed[2] = {};
    double following[2] = {};
    for (const auto& record : records_) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& verdict = record.step[i];
            library += record.seconds[i];
            polishing += verdict.seconds_polishing;
            polished += verdict.polished;
            const std::size_t which = verdict.cold_start ? 0 : 1;
            followed[which] += verdict.followed;
            following[which] += verdict.seconds_following;
        }
    }
    out << text("\n%.0f s of wall time; processor time: library %.0f s; polishing %zu answers %.0f s; following %zu "
                "cold starts %.0f s, %zu "
                "tracked steps %.0f s\n",
                wall_seconds, library, polished, polishing, followed[0], following[0], followed[1], following[1]);
}

nlohmann::json Summary::json() const {
    nlohmann::json all = nlohmann::json::object();
    all["cells"] = records_.size();
    all["failures"] = {{"tracked_steps", failures(false)}, {"cold_starts", failures(true)}};
    all["wall_seconds"] = wall_seconds;
    auto& list = all["not_plain"] = nlohmann::json::array();
    for (const auto& record : records_) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& verdict = record.step[i];
            const bool plain = verdict.reported == Reported::ok &&
                               (verdict.finding == Finding::equilibrium || verdict.finding == Finding::confirmed ||
                                verdict.finding == Finding::not_polished);
            if (!plain) {
                list.push_back({{"cell", record.cell},
                                {"step", i},
                                {"flavors", record.flavors},
                                {"modes", record.modes},
                                {"status", verdict.status},
                                {"reported", name_of(verdict.reported)},
                                {"finding", name_of(verdict.finding)},
                                {"iterations", verdict.iterations},
                                {"interaction", verdict.interaction},
                                {"matter", verdict.matter},
                                {"displacement", verdict.displacement},
                                {"difference", verdict.difference},
                                {"scale_separation", verdict.scale_separation},
                                {"detail", verdict.detail}});
            }
        }
    }
    return all;
}

} // namespace miscid::campaign
