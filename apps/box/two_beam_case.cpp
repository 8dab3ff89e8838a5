#include "box/two_beam_case.hpp"

#include "energy/two_beam_energy.hpp"
#include "run/terminal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace miscid::apps {

namespace {

using energy::TwoBeamState;
using kinetics::TwoBeamProblem;

struct Resolution {
    int cells;
    double step;
};

/** Waves grow for |k| < 4 max|zeta| and then feed shorter ones: ten cells per unit of 1/(2 zeta), and a step well inside
 *  the stability limit of the integrator, |k| h < 2.8. */
Resolution default_resolution(const TwoBeamProblem& problem, double cells_per_length, int n_max, const Section& section,
                              const BoxOptions& options) {
    const double zeta = std::max(std::abs(problem.zeta_plus), std::abs(problem.zeta_minus));
    const double wanted = std::max({64.0, 2.0 * zeta * cells_per_length * problem.length, 4.0 * n_max});
    int cells = 64;
    while (cells < wanted) {
        cells *= 2;
    }
    cells = options.cells.value_or(section.has("n_grid") ? section.integer("n_grid") : cells);
    if (cells < 8 || (cells & (cells - 1)) != 0) {
        section.fail("n_grid", "a power of two from 8 upwards");
    }
    if (2 * n_max >= cells) {
        section.fail("n_grid", "more than twice the largest n of the seeds, " + std::to_string(n_max));
    }
    const double step = options.step.value_or(section.number("dt", 0.25 * problem.length / cells));
    if (!(step > 0.0) || step * 3.15 * cells / problem.length > 2.7) {
        section.fail("dt", "a positive step below 0.85 length/cells, where the scheme is stable");
    }
    return {cells, step};
}

TwoBeamProblem read_problem(const Section& section) {
    TwoBeamProblem problem;
    problem.length = section.number("L");
    problem.zeta_plus = section.number("zeta_plus");
    problem.zeta_minus = section.number("zeta_minus");
    if (!(problem.length > 0.0)) {
        section.fail("L", "a positive length");
    }
    if (problem.zeta_plus * problem.zeta_minus == 0.0 || !std::isfinite(problem.zeta_plus * problem.zeta_minus)) {
        section.fail(problem.zeta_plus == 0.0 ? "zeta_plus" : "zeta_minus",
                     "a finite number other than 0 (U0 = zeta+ zeta- L)");
    }
    return problem;
}

Json dispersion(const TwoBeamProblem& problem) {
    const double middle = problem.zeta_minus - problem.zeta_plus;
    const double half = 2.0 * std::sqrt(std::max(0.0, -problem.zeta_minus * problem.zeta_plus));
    Json growth = Json::array(), wave_numbers = Json::array(), omega = Json::array();
    const double scale = std::abs(middle) + 2.0 * half;
    for (int i = -100; i <= 100; ++i) {
        const double k = middle + 0.01 * i * std::max(scale - std::abs(middle), 1e-3);
        const auto wave = kinetics::two_beam_wave(k, problem.zeta_plus, problem.zeta_minus);
        wave_numbers.push_back(k);
        growth.push_back(wave.growing.imag());
        omega.push_back({wave.growing.real(), wave.decaying.real()});
    }
    return {{"k", wave_numbers},  {"growth", growth},
            {"re_omega", omega},  {"unstable_band", {middle - half, middle + half}},
            {"max_growth", half}, {"k_of_max_growth", middle}};
}

/** History at the listed times. */
std::vector<TwoBeamState> history(const TwoBeamProblem& problem, const std::vector<double>& times,
                                  Resolution resolution) {
    auto flow = kinetics::two_beam_flow(problem, resolution.cells);
    std::vector<TwoBeamState> states;
    for (const double t : times) {
        flow.advance_to(t, resolution.step);
        states.push_back(energy::two_beam_state(problem, flow));
    }
    return states;
}

/** P_+^z(z, t) for the upper panel of Fig. 1, U for the lower one. */
Json picture_data(const TwoBeamProblem& problem, Resolution resolution, double t_end) {
    auto flow = kinetics::two_beam_flow(problem, resolution.cells);
    const int thinning = std::max(1, resolution.cells / 512);
    Json map = Json::array(), t = Json::array(), U = Json::array(), K = Json::array();
    const int lines = 300;
    const double U0 = problem.zeta_plus * problem.zeta_minus * problem.length;
    for (int line = 0; line <= lines; ++line) {
        flow.advance_to(t_end * line / lines, resolution.step);
        const auto state = energy::two_beam_state(problem, flow);
        Json row = Json::array();
        for (int cell = 0; cell < resolution.cells; cell += thinning) {
            row.push_back(flow.field().at(2, 0, cell));
        }
        map.push_back(row);
        t.push_back(state.t);
        U.push_back(state.U_over_U0);
        K.push_back(state.kinetic_energy / U0);
    }
    return {{"t", t},         {"U_over_U0", U},      {"K_over_U0", K},
            {"Pz_plus", map}, {"L", problem.length}, {"zeta_plus", problem.zeta_plus}};
}

template <typename Member>
Json column(const std::vector<TwoBeamState>& states, Member member) {
    Json values = Json::array();
    for (const auto& state : states) {
        values.push_back(state.*member);
    }
    return values;
}

/** How far dK/dt + dU/dt and the integrated energies are from zero. */
Json energy_balance(const TwoBeamProblem& problem, const std::vector<TwoBeamState>& states) {
    double instant = 0.0, integrated = 0.0, largest_change = 0.0, largest_rate = 0.0;
    const double U0 = problem.zeta_plus * problem.zeta_minus * problem.length;
    for (const auto& state : states) {
        const double change = U0 * (state.U_over_U0 - states.front().U_over_U0);
        largest_rate = std::max(largest_rate, std::abs(state.dKdt));
        largest_change = std::max(largest_change, std::abs(change));
        instant = std::max(instant, std::abs(state.dKdt + state.dUdt));
        integrated = std::max(integrated, std::abs(change + state.kinetic_energy - states.front().kinetic_energy));
    }
    return {{"instantaneous", largest_rate > 0.0 ? instant / largest_rate : 0.0},
            {"integrated", largest_change > 0.0 ? integrated / largest_change : 0.0}};
}

Json solve_deterministic(const Section& section, TwoBeamProblem problem, const BoxOptions& options) {
    int n_max = 0;
    const auto rows = section.table("seed_terms", 5);
    if (!std::all_of(rows.begin(), rows.end(), [](double x) { return std::isfinite(x); })) {
        section.fail("seed_terms", "finite numbers");
    }
    for (std::size_t i = 0; i < rows.size(); i += 5) {
        const bool known = (rows[i] == 0 || rows[i] == 1) && (rows[i + 1] == 0 || rows[i + 1] == 1) &&
                           rows[i + 2] == std::floor(rows[i + 2]);
        if (!known) {
            section.fail("seed_terms[" + std::to_string(i / 5) + "]",
                         "[beam 0 or 1, component 0 or 1, n, amplitude, phase]");
        }
        problem.seeds.push_back({static_cast<int>(rows[i]), static_cast<int>(rows[i + 1]),
                                 static_cast<int>(rows[i + 2]), rows[i + 3], rows[i + 4]});
        n_max = std::max(n_max, std::abs(problem.seeds.back().n));
    }
    const auto times = section.numbers("t");
    if (!std::is_sorted(times.begin(), times.end()) || (!times.empty() && times.front() < 0.0)) {
        section.fail("t", "times in ascending order, from 0 on");
    }
    const Resolution fine = default_resolution(problem, 10.0, n_max, section, options);
    const auto states = history(problem, times, fine);
    double difference = 0.0;
    if (2 * n_max < fine.cells / 2) {
        const auto coarse = history(problem, times, {fine.cells / 2, 2.0 * fine.step});
        for (std::size_t i = 0; i < times.size(); ++i) {
            difference = std::max(difference, std::abs(coarse[i].U_over_U0 - states[i].U_over_U0));
        }
    }
    Json result = {{"t", times},
                   {"U_over_U0", column(states, &TwoBeamState::U_over_U0)},
                   {"mean_Pz_plus", column(states, &TwoBeamState::mean_Pz_plus)},
                   {"mean_Pz_minus", column(states, &TwoBeamState::mean_Pz_minus)},
                   {"dKdt", column(states, &TwoBeamState::dKdt)},
                   {"dUdt", column(states, &TwoBeamState::dUdt)},
                   {"kinetic_energy", column(states, &TwoBeamState::kinetic_energy)},
                   {"energy_balance", energy_balance(problem, states)},
                   {"dispersion", dispersion(problem)},
                   {"resolution", {{"cells", fine.cells}, {"dt", fine.step}, {"change_from_half", difference}}}};
    Json second_order = Json::array();
    for (const double t : times) {
        const auto energy = energy::second_order_energy(problem, fine.cells, t);
        second_order.push_back({energy.total, energy.transverse});
    }
    result["second_order_energy"] = {{"total", Json::array()}, {"transverse", Json::array()}};
    for (const auto& pair : second_order) {
        result["second_order_energy"]["total"].push_back(pair[0]);
        result["second_order_energy"]["transverse"].push_back(pair[1]);
    }
    if (!options.plot.empty() && !times.empty()) {
        result["picture"] = picture_data(problem, fine, std::max(times.back(), 1e-3));
    }
    return result;
}

/** Where a falling or rising series passes `level` first, linear between samples; NaN if it never does. */
double first_passage(const std::vector<double>& t, const std::vector<double>& y, double level) {
    for (std::size_t i = 1; i < y.size(); ++i) {
        if (y[i - 1] >= level && y[i] < level) {
            return t[i - 1] + (t[i] - t[i - 1]) * (y[i - 1] - level) / (y[i - 1] - y[i]);
        }
    }
    return std::nan("");
}

using Values = std::vector<std::pair<std::string, double>>;

/** The numbers of one member of the ensemble (README of the reference cases). */
Values member_numbers(const std::vector<double>& t, const std::vector<TwoBeamState>& states, double from, double to,
                      double zeta_plus) {
    std::vector<double> U, Pz;
    for (const auto& state : states) {
        U.push_back(state.U_over_U0);
        Pz.push_back(state.mean_Pz_plus);
    }
    std::size_t at = 0;
    while (at < U.size() && U[at] >= 0.5) {
        ++at;
    }
    double t_min = std::nan(""), U_min = t_min, t_rebound = t_min, U_rebound = t_min;
    for (std::size_t i = std::max<std::size_t>(at, 1); i + 1 < U.size(); ++i) {
        if (std::isnan(t_min) && U[i] < U[i - 1] && U[i] <= U[i + 1]) {
            t_min = t[i];
            U_min = U[i];
        } else if (!std::isnan(t_min) && U[i] > U[i - 1] && U[i] >= U[i + 1]) {
            t_rebound = t[i];
            U_rebound = U[i];
            break;
        }
    }
    double sum = 0.0, squares = 0.0, low = INFINITY, high = -INFINITY, sum_Pz = 0.0;
    int count = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        if (t[i] >= from - 1e-9 && t[i] <= to + 1e-9) {
            sum += U[i];
            squares += U[i] * U[i];
            sum_Pz += Pz[i];
            low = std::min(low, U[i]);
            high = std::max(high, U[i]);
            ++count;
        }
    }
    const double mean = sum / count;
    return {{"t_U_below_0.9", first_passage(t, U, 0.9)},
            {"t_U_below_0.5", first_passage(t, U, 0.5)},
            {"t_Pz_plus_below_half", first_passage(t, Pz, 0.5 * zeta_plus)},
            {"t_first_min", t_min},
            {"U_first_min", U_min},
            {"t_first_rebound", t_rebound},
            {"U_first_rebound", U_rebound},
            {"late_mean", mean},
            {"late_time_std", std::sqrt(std::max(0.0, squares / count - mean * mean))},
            {"late_min", low},
            {"late_max", high},
            {"late_mean_Pz_plus", sum_Pz / count}};
}

Json number_or_null(double x) {
    return std::isfinite(x) ? Json(x) : Json(nullptr);
}

Json statistics(const std::vector<double>& values) {
    std::vector<double> good;
    std::copy_if(values.begin(), values.end(), std::back_inserter(good), [](double x) { return std::isfinite(x); });
    if (good.empty()) {
        return {{"mean", nullptr}, {"std", nullptr}, {"min", nullptr}, {"max", nullptr}};
    }
    const double n = static_cast<double>(good.size());
    const double mean = std::accumulate(good.begin(), good.end(), 0.0) / n;
    double squares = 0.0;
    for (const double x : good) {
        squares += (x - mean) * (x - mean);
    }
    return {{"mean", mean},
            {"std", std::sqrt(squares / n)},
            {"min", *std::min_element(good.begin(), good.end())},
            {"max", *std::max_element(good.begin(), good.end())}};
}

Json solve_ensemble(const Section& section, TwoBeamProblem problem, const BoxOptions& options) {
    const double sigma2 = section.number("sigma2");
    const int n_max = section.integer("Nmax");
    const int runs = options.runs.value_or(section.has("n_seeds") ? section.integer("n_seeds") : 10);
    if (!(sigma2 > 0.0)) {
        section.fail("sigma2", "a positive variance");
    }
    if (n_max < 1) {
        section.fail("Nmax", "a positive integer");
    }
    if (runs < 1) {
        section.fail("n_seeds", "a positive integer");
    }
    const auto window =
        section.has("late_window") ? section.numbers("late_window", 2) : std::vector<double>{20.0, 60.0};
    if (!(window[0] >= 0.0) || !(window[1] > window[0])) {
        section.fail("late_window", "[from, to] with 0 <= from < to");
    }
    constexpr double cadence = 0.1;
    std::vector<double> times;
    for (int i = 0; i * cadence <= window[1] + 1e-9; ++i) {
        times.push_back(i * cadence);
    }
    const Resolution resolution = default_resolution(problem, 5.0, n_max, section, options);
    std::vector<Values> members;
    std::vector<double> mean_U(times.size(), 0.0), mean_Pz(times.size(), 0.0);
    ProgressBar bar("seeds", runs, !options.quiet);
    double worst_balance = 0.0;
    for (int run = 0; run < runs; ++run) {
        problem.seeds =
            kinetics::random_two_beam_seeds(sigma2, n_max, options.seed + static_cast<unsigned long long>(run));
        const auto states = history(problem, times, resolution);
        members.push_back(member_numbers(times, states, window[0], window[1], problem.zeta_plus));
        for (std::size_t i = 0; i < times.size(); ++i) {
            mean_U[i] += states[i].U_over_U0 / runs;
            mean_Pz[i] += states[i].mean_Pz_plus / runs;
        }
        worst_balance = std::max(worst_balance, energy_balance(problem, states)["integrated"].get<double>());
        bar.show(run + 1);
    }
    Json summary, each = Json::array();
    for (std::size_t quantity = 0; quantity < members.front().size(); ++quantity) {
        std::vector<double> values;
        for (const auto& member : members) {
            values.push_back(member[quantity].second);
        }
        summary[members.front()[quantity].first] = statistics(values);
    }
    for (const auto& member : members) {
        Json entry;
        for (const auto& [name, value] : member) {
            entry[name] = number_or_null(value);
        }
        each.push_back(entry);
    }
    Json result = {{"n_seeds", runs},
                   {"late_window", window},
                   {"statistics", summary},
                   {"seeds", each},
                   {"t", times},
                   {"U_over_U0", mean_U},
                   {"mean_Pz_plus", mean_Pz},
                   {"energy_balance", {{"integrated", worst_balance}}},
                   {"dispersion", dispersion(problem)},
                   {"resolution", {{"cells", resolution.cells}, {"dt", resolution.step}}}};
    if (!options.plot.empty()) {
        problem.seeds = kinetics::random_two_beam_seeds(sigma2, n_max, options.seed);
        result["picture"] = picture_data(problem, default_resolution(problem, 10.0, n_max, section, options), 30.0);
    }
    return result;
}

} // namespace

Json solve_two_beam_case(const Section& section, const BoxOptions& options) {
    section.allow({"schema", "kind", "L", "zeta_plus", "zeta_minus", "seed_terms", "seed_terms_format", "t", "sigma2",
                   "Nmax", "n_seeds", "late_window", "n_grid", "dt",
                   // answers of the reference files
                   "U_over_U0", "mean_Pz_plus", "mean_Pz_minus", "dKdt", "reference_error", "abs_tol", "statistics",
                   "accept"});
    const TwoBeamProblem problem = read_problem(section);
    Json result = section.has("seed_terms") ? solve_deterministic(section, problem, options)
                                            : solve_ensemble(section, problem, options);
    result["kind"] = "twobeam";
    result["status"] = "ok";
    return result;
}

} // namespace miscid::apps
