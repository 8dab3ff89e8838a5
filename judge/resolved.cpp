#include "resolved.hpp"

#include "cpu_time.hpp"
#include "kinetics/box_diagnostics.hpp"
#include "kinetics/cubic_box.hpp"
#include "kinetics/seeds.hpp"
#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace miscid::judge {

namespace {

constexpr unsigned long long first_seed = 101;
constexpr int looks = 200; ///< at the state inside the window

/** The gas of a situation: net lepton-number vectors, or nu and anti-nu apart where they are damped differently. */
struct GasOf {
    kinetics::Gas gas;
    Eigen::MatrixXd P;
    std::vector<int> direction_of; ///< of a mode
    bool apart = false;
};

GasOf gas_of(const Situation& s) {
    const int azimuths = std::max(1, s.box.azimuths), types = s.damping_of_nubar >= 0.0 ? 2 : 1;
    const int modes = s.directions() * azimuths * types;
    GasOf result;
    result.apart = types == 2;
    kinetics::Gas& gas = result.gas;
    gas.axis = s.box.axis;
    gas.mu.from = 1.0;
    gas.direction.resize(3, modes);
    gas.weight.resize(modes);
    result.P = Eigen::MatrixXd::Zero(3, modes);
    if (s.driven()) {
        gas.source = Eigen::MatrixXd::Zero(3, modes);
    }
    if (!s.damping.empty()) {
        gas.collisions.coherence_damping = Eigen::VectorXd::Zero(modes);
    }
    for (int mode = 0; mode < modes; ++mode) {
        const int type = mode % types, a = mode / types % azimuths, i = mode / types / azimuths;
        const auto n = static_cast<std::size_t>(i);
        Eigen::Vector3d q(0.0, 0.0, s.v[n]); // without azimuths only the part along the axis is seen
        if (s.direction.cols() > 0) {
            q = s.direction.col(i);
        } else if (azimuths > 1) {
            const double angle = 2.0 * medium::constants::pi * a / azimuths, r = std::sqrt(1.0 - s.v[n] * s.v[n]);
            q = {r * std::cos(angle), r * std::sin(angle), s.v[n]};
        }
        gas.direction.col(mode) = q;
        gas.weight[mode] = s.weight[n] / azimuths * (type == 1 ? -1.0 : 1.0);
        result.P(2, mode) = !result.apart ? s.E(i) : type == 0 ? s.nu[n] : s.nubar[n];
        if (s.driven()) {
            gas.source(2, mode) = s.source[n];
        }
        if (!s.damping.empty()) {
            gas.collisions.coherence_damping[mode] = type == 1 ? s.damping_of_nubar : s.damping[n];
        }
        result.direction_of.push_back(i);
    }
    return result;
}

/** Rows of numbers, per type (sudden) or per time (driven), over directions; of a box that stands at its start. */
template <typename Box>
std::vector<std::vector<double>> record(const Situation& s, const GasOf& g, Box& box, double& lepton_drift) {
    const auto start = kinetics::averages(g.gas, box.field());
    const int per_direction = g.gas.modes() / s.directions();
    // Mean P_z of every direction and type.
    const auto look = [&](std::size_t type) {
        const Eigen::MatrixXd mean = box.field().mean();
        std::vector<double> values(s.v.size(), 0.0);
        const int types = g.apart ? 2 : 1, count = per_direction / types;
        for (int mode = 0; mode < g.gas.modes(); ++mode) {
            if (static_cast<std::size_t>(mode % types) == type) {
                values[static_cast<std::size_t>(g.direction_of[static_cast<std::size_t>(mode)])] +=
                    mean(2, mode) / count;
            }
        }
        return values;
    };
    std::vector<std::vector<double>> rows;
    const auto go_to = [&](double t) { box.advance(std::lround((t - box.time()) / s.box.step)); };
    if (s.driven()) {
        for (std::size_t n = 0; n < s.times.size(); ++n) {
            // Mean of three looks around the time, as in the reference cases.
            const double apart = 0.02 * s.times.back();
            std::vector<double> sum(s.v.size(), 0.0);
            for (const double shift : {-apart, 0.0, apart}) {
                go_to(s.times[n] + shift);
                const auto values = look(0);
                for (std::size_t i = 0; i < sum.size(); ++i) {
                    sum[i] += values[i] / 3.0;
                }
            }
            rows.push_back(std::move(sum));
        }
    } else {
        const std::size_t types = g.apart ? 2 : 1;
        rows.assign(types, std::vector<double>(s.v.size(), 0.0));
        for (int k = 1; k <= looks; ++k) {
            go_to(s.window_from + (s.t_end - s.window_from) * k / looks);
            for (std::size_t type = 0; type < types; ++type) {
                const auto values = look(type);
                for (std::size_t i = 0; i < values.size(); ++i) {
                    rows[type][i] += values[i] / looks;
                }
            }
        }
    }
    const auto end = kinetics::averages(g.gas, box.field());
    double expected = start.lepton[2], size = 0.0;
    for (int mode = 0; mode < g.gas.modes(); ++mode) {
        expected += s.driven() ? g.gas.weight[mode] * g.gas.source(2, mode) * box.time() : 0.0;
        size += std::abs(g.gas.weight[mode] * g.P(2, mode));
    }
    lepton_drift = std::max(lepton_drift, std::abs(end.lepton[2] - expected) / size);
    return rows;
}

/** One seed. */
std::vector<std::vector<double>> one_run(const Situation& s, const GasOf& g, int run, double& lepton_drift) {
    kinetics::RandomNumbers random(first_seed + static_cast<unsigned long long>(run));
    if (s.box.dimensions > 1) {
        Eigen::Matrix3Xd axes(3, 2);
        axes << 0.0, 1.0, 0.0, 0.0, 1.0, 0.0; // z and x
        kinetics::CubicBox box(g.gas, axes, s.box.length, s.box.cells, s.box.step);
        box.start(g.P.row(2).transpose(), s.box.seed_rms, s.box.seed_kmax, random);
        return record(s, g, box, lepton_drift);
    }
    kinetics::PeriodicBox box(g.gas, s.box.length, s.box.cells, s.box.step);
    box.fill(g.P, Eigen::VectorXd::Zero(g.gas.modes()));
    kinetics::SeedField seed;
    seed.rms = s.box.seed_rms;
    seed.largest_k = s.box.seed_kmax;
    seed.breaks_axial_symmetry = s.box.azimuths > 0;
    kinetics::tilt(box, seed, random);
    return record(s, g, box, lepton_drift);
}

/** Survival of a direction from mean P_z; a direction without lepton number tells nothing and counts as unmixed. */
double survival_from(double mean, double at_start) {
    return std::abs(at_start) > 1e-12 ? 0.5 * (1.0 + mean / at_start) : 1.0;
}

Resolved solve(const Situation& s, int runs) {
    const GasOf g = gas_of(s);
    Resolved result;
    result.runs = runs;
    std::vector<std::vector<std::vector<double>>> all;
    const double begin = campaign::cpu_seconds();
    for (int run = 0; run < runs; ++run) {
        std::cerr << "  " << s.name << ": resolved box, seed " << run + 1 << " of " << runs << "\n";
        all.push_back(one_run(s, g, run, result.lepton_drift));
    }
    result.seconds = (campaign::cpu_seconds() - begin) / runs;
    auto mean = all.front();
    auto error = mean;
    for (std::size_t r = 0; r < mean.size(); ++r) {
        for (std::size_t i = 0; i < mean[r].size(); ++i) {
            double sum = 0.0, squares = 0.0;
            for (const auto& one : all) {
                sum += one[r][i] / runs;
            }
            for (const auto& one : all) {
                squares += std::pow(one[r][i] - sum, 2);
            }
            mean[r][i] = sum;
            error[r][i] = runs > 1 ? std::sqrt(squares / (runs - 1) / runs) : 0.0;
        }
    }
    if (s.driven()) {
        result.E = mean;
        for (std::size_t n = 0; n < mean.size(); ++n) {
            double sum = 0.0, unmixed = 0.0;
            for (std::size_t i = 0; i < s.v.size(); ++i) {
                sum += s.weight[i] * error[n][i];
                unmixed += s.weight[i] * std::abs(s.E(static_cast<int>(i)) + s.times[n] * s.source[i]);
            }
            result.sampling_error = std::max(result.sampling_error, sum / unmixed);
        }
        return result;
    }
    double number = 0.0, sum = 0.0;
    for (std::size_t type = 0; type < 2; ++type) {
        const std::size_t row = g.apart ? type : 0;
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            const double at_start = g.apart ? (type == 0 ? s.nu[i] : s.nubar[i]) : s.E(static_cast<int>(i));
            const double n = s.weight[i] * (type == 0 ? s.nu[i] : s.nubar[i]);
            result.survival[type].push_back(survival_from(mean[row][i], at_start));
            sum += std::abs(at_start) > 1e-12 ? n * 0.5 * error[row][i] / std::abs(at_start) : 0.0;
            number += n;
        }
    }
    result.sampling_error = sum / number;
    return result;
}

/** All numbers that decide the answer. */
std::string fingerprint(const Situation& s) {
    Json numbers = {s.v,
                    s.weight,
                    s.nu,
                    s.nubar,
                    s.source,
                    s.damping,
                    s.damping_of_nubar,
                    s.box.length,
                    s.box.cells,
                    s.box.step,
                    s.box.seed_rms,
                    s.box.seed_kmax,
                    s.box.azimuths,
                    s.t_end,
                    s.window_from,
                    s.times,
                    s.beams,
                    {s.box.axis[0], s.box.axis[1], s.box.axis[2]}};
    if (s.box.dimensions > 1) {
        numbers.push_back(s.box.dimensions);
    }
    for (int i = 0; i < s.direction.cols(); ++i) {
        numbers.push_back({s.direction(0, i), s.direction(1, i), s.direction(2, i)});
    }
    // Seven digits: the last ones differ between libraries of mathematics.
    std::uint64_t hash = 0xcbf29ce484222325ull;
    const auto add = [&hash](const Json& leaf) {
        char text[32];
        std::snprintf(text, sizeof text, "%.7g;", leaf.get<double>() + 0.0);
        for (const char* p = text; *p; ++p) {
            hash = (hash ^ static_cast<unsigned char>(*p)) * 0x100000001b3ull;
        }
    };
    for (const auto& part : numbers.flatten()) {
        if (part.is_number()) {
            add(part);
        } else if (part.is_boolean()) {
            add(part.get<bool>() ? 1.0 : 0.0);
        }
    }
    char text[32];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

} // namespace

ResolvedAnswers::ResolvedAnswers(std::string file, int runs, bool again)
    : file_(std::move(file)), runs_(runs), again_(again), known_(read(file_)) {}

Json ResolvedAnswers::read(const std::string& file) {
    std::ifstream stream(file);
    if (!stream) {
        return Json::object();
    }
    Json known = Json::parse(stream, nullptr, false);
    if (!known.is_object()) {
        throw std::runtime_error(file + ": not a file of resolved answers; remove it or name another one");
    }
    return known;
}

bool ResolvedAnswers::knows(const Situation& s) const {
    return !again_ && known_.contains(s.name) && known_[s.name].value("fingerprint", "") == fingerprint(s) &&
           known_[s.name].value("runs", 0) >= seeds_of(s);
}

Resolved ResolvedAnswers::of(const Situation& s) {
    if (knows(s)) {
        const Json& json = known_[s.name];
        Resolved r;
        r.survival[0] = json["survival"][0].get<std::vector<double>>();
        r.survival[1] = json["survival"][1].get<std::vector<double>>();
        r.E = json["E"].get<std::vector<std::vector<double>>>();
        r.sampling_error = json["sampling_error"];
        r.runs = json["runs"];
        r.seconds = json["seconds"];
        r.lepton_drift = json["lepton_drift"];
        return r;
    }
    const Resolved r = solve(s, seeds_of(s));
    known_ = read(file_); // another judge may have added to it
    known_[s.name] = {{"fingerprint", fingerprint(s)},
                      {"survival", {r.survival[0], r.survival[1]}},
                      {"E", r.E},
                      {"sampling_error", r.sampling_error},
                      {"runs", r.runs},
                      {"seconds", r.seconds},
                      {"lepton_drift", r.lepton_drift}};
    std::ofstream stream(file_);
    if (!(stream << known_.dump(1) << "\n")) {
        throw std::runtime_error(file_ + ": cannot be written");
    }
    return r;
}

} // namespace miscid::judge
