#include "must_hold.hpp"

#include "must_hold_parts.hpp"

#include "closures/embedded_box.hpp"
#include "cpu_time.hpp"
#include "kinetics/marker_box.hpp"
#include "library_closures.hpp"
#include "phase_space/refinement.hpp"
#include "score.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <ostream>

namespace miscid::judge {

namespace {

constexpr int runs = 4;

/** A static case of the reference file as a situation with its answer. */
void add_reference(const Json& json, std::vector<Situation>& cases, std::vector<Resolved>& answers) {
    if (!json.contains("ratio")) {
        return;
    }
    Situation s;
    s.name = json["name"];
    s.v = json["v"].get<std::vector<double>>();
    s.weight = json["w"].get<std::vector<double>>();
    const auto E = json["E0"].get<std::vector<double>>(), n = json["number_weight"].get<std::vector<double>>(),
               ratio = json["ratio"].get<std::vector<double>>();
    Resolved r;
    for (std::size_t i = 0; i < E.size(); ++i) {
        s.nu.push_back(0.5 * (n[i] + E[i]));
        s.nubar.push_back(0.5 * (n[i] - E[i]));
        r.survival[0].push_back(0.5 * (1.0 + ratio[i]));
    }
    r.survival[1] = r.survival[0];
    s.box.seed_rms = json["seed_rms"];
    s.box.seed_kmax = json["seed_kmax"];
    s.t_end = json["t_end"];
    s.window_from = json["window_from"];
    r.sampling_error = json["sampling_error_L1"];
    cases.push_back(s);
    answers.push_back(r);
}

void errors_on_reference(const std::string& file, Table& table) {
    std::ifstream stream(file);
    if (!stream) {
        return;
    }
    std::vector<Situation> cases;
    std::vector<Resolved> answers;
    const Json json = Json::parse(stream);
    for (const auto& one : json["cases"]) {
        add_reference(one, cases, answers);
    }
    const struct {
        const char* name;
        closures::BoxSize size;
        double mean, worst;
    } bars[] = {{"S", closures::box_sizes::S, 0.022, 0.05}, {"M", closures::box_sizes::M, 0.015, 0.04}};
    for (const auto& bar : bars) {
        double mean = 0.0, worst = 0.0, over_marginal = -1.0, over_power = -1.0;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const Score box = judge(cases[i], answers[i], *box_of(bar.size), runs);
            const Score marginal = judge(cases[i], answers[i], *library_closure(closures::Kind::marginal), 1);
            const Score power = judge(cases[i], answers[i], *library_closure(closures::Kind::power_half), 1);
            mean += std::max(0.0, box.L1 - 2.0 * answers[i].sampling_error) / static_cast<double>(cases.size());
            worst = std::max(worst, box.L1 - 2.0 * answers[i].sampling_error);
            over_marginal = std::max(over_marginal, box.L1 - marginal.L1);
            over_power = power.defined ? std::max(over_power, box.L1 - power.L1 - box.scatter) : over_power;
        }
        const std::string size = bar.name;
        table.row("box.json, " + size + ": mean L1 beyond twice the sampling error", bar.mean, mean);
        table.row("box.json, " + size + ": worst of them", bar.worst, worst);
        if (size == "M") {
            table.row("box.json, M: L1 above that of marginal, worst case", 0.0, over_marginal);
            table.row("box.json, M: L1 above power-1/2 plus the scatter of runs, worst case", 0.0, over_power);
        }
    }
}

/** A stable distribution with noise: what is mixed although nothing can grow. */
void stable_cell(Table& table) {
    const auto size = closures::box_sizes::S;
    std::vector<double> v(static_cast<std::size_t>(size.beams)), w(v.size()), a(v.size());
    phase_space::gauss_legendre(size.beams, v.data(), w.data());
    double nu = 0.0, nubar = 0.0, total = 0.0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        nu += w[i] * std::exp(-0.5 * std::pow((v[i] - 1.0) / 0.6, 2));
        nubar += w[i] * std::exp(-0.5 * std::pow((v[i] - 1.0) / 0.5, 2));
    }
    for (std::size_t i = 0; i < v.size(); ++i) {
        a[i] = w[i] * (std::exp(-0.5 * std::pow((v[i] - 1.0) / 0.6, 2)) / nu -
                       0.8 * std::exp(-0.5 * std::pow((v[i] - 1.0) / 0.5, 2)) / nubar);
        total += std::abs(a[i]);
    }
    kinetics::MarkerBox box(equilibrium::best_dispatch_level());
    box.reserve(size.beams, size.markers);
    box.start(size.beams, size.markers, 0.9 * size.markers / total, v.data(), a.data());
    kinetics::RandomNumbers random(1);
    constexpr double noise = 0.02;
    box.tilt(noise, 1e9, random);
    std::vector<double> before(v.size());
    for (int b = 0; b < size.beams; ++b) {
        before[static_cast<std::size_t>(b)] = box.mean(b);
    }
    double beyond = -1.0;
    const double h = 0.3 / total;
    for (int part = 0; part < 30; ++part) {
        box.run(static_cast<int>(100.0 / h), h, nullptr, nullptr);
        for (int b = 0; b < size.beams; ++b) {
            beyond = std::max(beyond, std::abs(box.mean_of_u(b)) - std::sqrt(box.square(b)));
        }
    }
    double moved = 0.0;
    for (int b = 0; b < size.beams; ++b) {
        moved += std::abs(box.mean(b) - before[static_cast<std::size_t>(b)]);
    }
    table.row("stable cell with noise .02, t = 3000: sum w|dE| / sum w|E|", noise * noise, moved / total);
    table.row("|E_v| - sqrt(F_v) of any beam, over amplitude", 0.0, beyond);
}

/** A driven cell in so many host steps; worst sample of the mean of runs. */
double driven_error(const Situation& situation, const Resolved& resolved, int host_steps, double& scatter) {
    const auto contender = box_of(closures::box_sizes::S);
    const Score score = judge(situation, resolved, *contender, runs, host_steps);
    scatter = std::max(scatter, score.scatter);
    double mean = 0.0;
    for (const double error : score.error_at) {
        mean += error / static_cast<double>(score.error_at.size());
    }
    return mean;
}

void host_steps(ResolvedAnswers& answers, Table& table) {
    const Situation s = named("driven, T = 4000");
    const Resolved r = answers.of(s);
    double least = 1e300, most = 0.0, scatter = 0.0;
    for (const int steps : {50, 200, 1000}) {
        const double error = driven_error(s, r, steps, scatter);
        least = std::min(least, error);
        most = std::max(most, error);
    }
    table.row("driven, S: mean error, most of 50, 200, 1000 host steps", 0.025, most);
    table.row("driven, S: its change by splitting (bound: scatter of single runs)", scatter, most - least);
    const Situation beams = named("two beams, past zero");
    const Score score = judge(beams, answers.of(beams), *box_of(closures::box_sizes::S), runs);
    table.row("two beams driven past zero, S: error at the end", 0.04,
              score.error_at.empty() ? 1.0 : score.error_at.back());
}

/** Cells one after the other, in another order and with another workspace. */
void same_bits(Table& table) {
    const Situation s[2] = {named("alpha .95"), named("alpha 1.3")};
    double lost = 0.0, different = 0.0;
    const auto answer = [&](Contender& contender, const Situation& situation) {
        contender.start(situation, 0);
        Host host(situation);
        contender.step(host, 500.0);
        lost = std::max(lost, std::abs(host.lepton_number() - Host(situation).lepton_number()) /
                                  Host(situation).lepton_content());
        return host;
    };
    const auto one = box_of(closures::box_sizes::S), other = box_of(closures::box_sizes::S);
    const Host first[2] = {answer(*one, s[0]), answer(*one, s[1])};
    const Host second[2] = {answer(*other, s[0]), answer(*other, s[0])};
    const Host third = answer(*other, s[1]);
    different += std::memcmp(first[0].e[0].data(), second[1].e[0].data(), first[0].e[0].size() * sizeof(double)) != 0;
    different += std::memcmp(first[1].e[0].data(), third.e[0].data(), first[1].e[0].size() * sizeof(double)) != 0;
    table.row("answers that depend on order or workspace, of 2", 0.0, different);
    table.row("boxes that side by side have other bits than alone, of 16 each of D, S, M, L", 0.0,
              side_by_side(nullptr));
    table.row("lepton number lost by one call, over sum w|E|", 1e-12, lost);
}

} // namespace

bool check_promises(ResolvedAnswers& answers, const std::string& box_json, std::ostream& out) {
    Table table(out);
    errors_on_reference(box_json, table);
    stable_cell(table);
    host_steps(answers, table);
    same_bits(table);
    cost(table);
    return table.all();
}

} // namespace miscid::judge
