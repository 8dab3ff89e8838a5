#include "score.hpp"

#include "cpu_time.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::judge {

namespace {

constexpr int looks = 10; ///< at a sudden one inside its window

/** What one run leaves: survival per type and direction, or E per time and direction. */
using Rows = std::vector<std::vector<double>>;

bool run(const Situation& s, Contender& contender, int number, int host_steps, Rows& rows, double& lost) {
    contender.start(s, number);
    Host host(s);
    const double content = host.lepton_content();
    double expected = host.lepton_number(), emitted = 0.0;
    for (std::size_t i = 0; i < s.source.size(); ++i) {
        emitted += s.weight[i] * s.source[i];
    }
    double t = 0.0;
    const auto go = [&](double to) {
        const double dt = to - t;
        t = to;
        expected += emitted * dt;
        return contender.step(host, dt);
    };
    rows.clear();
    if (s.driven()) {
        const double dt = s.times.back() / host_steps;
        for (const double time : s.times) {
            while (t < time - 0.5 * dt) {
                if (!go(std::min(t + dt, time))) {
                    return false;
                }
            }
            if (t < time && !go(time)) {
                return false;
            }
            std::vector<double> E(s.v.size());
            for (std::size_t i = 0; i < E.size(); ++i) {
                E[i] = host.E(i);
            }
            rows.push_back(std::move(E));
        }
    } else {
        rows.assign(2, std::vector<double>(s.v.size(), 0.0));
        if (!go(s.window_from)) {
            return false;
        }
        for (int look = 1; look <= looks; ++look) {
            if (!go(s.window_from + (s.t_end - s.window_from) * look / looks)) {
                return false;
            }
            for (std::size_t type = 0; type < 2; ++type) {
                const auto& start = type == 0 ? s.nu : s.nubar;
                for (std::size_t i = 0; i < start.size(); ++i) {
                    rows[type][i] += (start[i] > 0.0 ? host.e[type][i] / start[i] : 1.0) / looks;
                }
            }
        }
    }
    lost = std::max(lost, std::abs(host.lepton_number() - expected) / std::max(content, host.lepton_content()));
    return true;
}

double L1_of(const Situation& s, const Resolved& r, const Rows& rows) {
    double sum = 0.0, number = 0.0;
    for (std::size_t type = 0; type < 2; ++type) {
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            const double n = s.weight[i] * (type == 0 ? s.nu[i] : s.nubar[i]);
            sum += n * std::abs(rows[type][i] - r.survival[type][i]);
            number += n;
        }
    }
    return sum / number;
}

double unmixed(const Situation& s, double t) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.v.size(); ++i) {
        sum += s.weight[i] * std::abs(s.E(static_cast<int>(i)) + t * s.source[i]);
    }
    return sum;
}

std::vector<double> driven_errors(const Situation& s, const Resolved& r, const Rows& rows) {
    std::vector<double> errors;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        double sum = 0.0;
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            sum += s.weight[i] * std::abs(rows[n][i] - r.E[n][i]);
        }
        errors.push_back(sum / unmixed(s, s.times[n]));
    }
    return errors;
}

double error_of(const Situation& s, const Resolved& r, const Rows& rows) {
    if (!s.driven()) {
        return L1_of(s, r, rows);
    }
    const auto errors = driven_errors(s, r, rows);
    return *std::max_element(errors.begin(), errors.end());
}

void fill_sudden(const Situation& s, const Resolved& r, const Rows& rows, Score& score) {
    score.number = score.flux = 0.0;
    for (std::size_t type = 0; type < 2; ++type) {
        double all = 0.0, number = 0.0;
        Eigen::Vector3d flux = Eigen::Vector3d::Zero();
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            const double n = s.weight[i] * (type == 0 ? s.nu[i] : s.nubar[i]);
            const double error = rows[type][i] - r.survival[type][i];
            all += n;
            number += n * error;
            flux += n * error * (s.direction.cols() > 0 ? s.unit(static_cast<int>(i)) : Eigen::Vector3d(0, 0, s.v[i]));
            score.largest = n > 0.0 ? std::max(score.largest, std::abs(error)) : score.largest;
        }
        if (all > 0.0) {
            score.number = std::max(score.number, std::abs(number) / all);
            score.flux = std::max(score.flux, flux.norm() / all);
        }
        score.survival[type] = rows[type];
    }
}

void fill_driven(const Situation& s, const Resolved& r, const Rows& rows, Score& score) {
    score.error_at = driven_errors(s, r, rows);
    score.largest = score.L1;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        double flux = 0.0;
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            flux += s.weight[i] * s.v[i] * (rows[n][i] - r.E[n][i]);
        }
        score.flux = std::max(score.flux, std::abs(flux) / unmixed(s, s.times[n]));
    }
}

} // namespace

Score judge(const Situation& s, const Resolved& resolved, Contender& contender, int runs, int host_steps) {
    Score score;
    runs = contender.random() ? runs : 1;
    Rows mean;
    std::vector<double> single;
    const double begin = campaign::cpu_seconds();
    for (int number = 0; number < runs; ++number) {
        Rows rows;
        if (!run(s, contender, number, host_steps, rows, score.conservation)) {
            return score;
        }
        single.push_back(error_of(s, resolved, rows));
        mean.resize(rows.size(), std::vector<double>(s.v.size(), 0.0));
        for (std::size_t r = 0; r < rows.size(); ++r) {
            for (std::size_t i = 0; i < rows[r].size(); ++i) {
                mean[r][i] += rows[r][i] / runs;
            }
        }
    }
    score.milliseconds = 1e3 * (campaign::cpu_seconds() - begin) / runs;
    score.defined = true;
    double average = 0.0, squares = 0.0;
    for (const double error : single) {
        average += error / runs;
    }
    for (const double error : single) {
        squares += std::pow(error - average, 2);
    }
    score.scatter = runs > 1 ? std::sqrt(squares / (runs - 1)) : 0.0;
    score.L1 = error_of(s, resolved, mean);
    s.driven() ? fill_driven(s, resolved, mean, score) : fill_sudden(s, resolved, mean, score);
    return score;
}

} // namespace miscid::judge
