#include "box/kinetics_case.hpp"

#include "box/box_run.hpp"
#include "box/gas_input.hpp"
#include "energy/entropy.hpp"
#include "energy/interaction_energy.hpp"
#include "kinetics/homogeneous.hpp"
#include "medium/constants.hpp"
#include "run/terminal.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

constexpr int modes_with_history = 64; ///< histories of single modes are written up to here

Json rows_of(const Eigen::MatrixXd& by_mode) {
    Json rows = Json::array();
    for (Eigen::Index mode = 0; mode < by_mode.cols(); ++mode) {
        rows.push_back(std::vector<double>(by_mode.col(mode).data(), by_mode.col(mode).data() + by_mode.rows()));
    }
    return rows;
}

Json to_json(const Eigen::VectorXd& values) {
    return Json(std::vector<double>(values.data(), values.data() + values.size()));
}

double positive(const Section& section, const char* key) {
    const double value = section.number(key);
    if (!(value > 0.0) || !std::isfinite(value)) {
        section.fail(key, "a positive number");
    }
    return value;
}

/** Common turn of all P about y, so that z gets the transverse part sin(angle). */
void tilt_all(GasInput& input, double angle) {
    const double c = std::cos(angle), s = std::sin(angle);
    if (input.gas.flavors == 2) {
        for (Eigen::Index i = 0; i < input.P.cols(); ++i) {
            const Eigen::Vector3d P = input.P.col(i);
            input.P.col(i) << c * P.x() + s * P.z(), P.y(), c * P.z() - s * P.x();
        }
        return;
    }
    // Three flavors: e and mu turned into each other by the same angle of their polarization vector.
    const double h = 0.5 * angle;
    for (Eigen::Index i = 0; i < input.P.cols(); ++i) {
        const double third = 1.0 / std::sqrt(3.0), e = input.P(1, i) * third;
        const double mu = -0.5 * e + 0.5 * input.P(0, i);
        const double tau = -0.5 * e - 0.5 * input.P(0, i);
        const double new_e = std::cos(h) * std::cos(h) * e + std::sin(h) * std::sin(h) * mu;
        const double new_mu = e + mu - new_e;
        input.P(0, i) = new_mu - tau;
        input.P(1, i) = (2.0 * new_e - new_mu - tau) * third;
        input.P(2, i) = s * (e - mu);
    }
}

/** Slope of (1/2) ln of the transverse part in its linear stage. */
Json growth_of_transverse(const std::vector<double>& t, const std::vector<double>& transverse, double time_unit) {
    std::vector<double> times, logarithms;
    for (std::size_t i = 0; i < t.size() && transverse[i] < 1e-3; ++i) {
        // The decaying part of the start has to be gone: a hundred times its power.
        if (transverse[i] > 100.0 * transverse.front() && transverse.front() > 0.0) {
            times.push_back(t[i]);
            logarithms.push_back(0.5 * std::log(transverse[i]));
        }
    }
    if (times.size() < 4) {
        return nullptr;
    }
    const auto line = kinetics::fit_line(times, logarithms);
    return {{"rate", line.slope * time_unit}, {"error", line.error * time_unit}, {"points", line.points}};
}

struct Outputs {
    double t_end, every;
};

Outputs read_times(const Section& section, double time_unit) {
    Outputs times{time_unit * positive(section, "t_end"), 0.0};
    times.every = section.has("output_every") ? time_unit * positive(section, "output_every") : times.t_end / 200.0;
    if (times.t_end / times.every > 1e6) {
        section.fail("output_every", "at most a million records");
    }
    return times;
}

Json solve_homogeneous(const Section& section, const GasInput& input, const BoxOptions& options) {
    const Outputs times = read_times(section, input.time_unit);
    const double tolerance = section.number("tolerance", 1e-10);
    if (!(tolerance > 1e-15) || tolerance > 1e-2) {
        section.fail("tolerance", "a number in (1e-15, 0.01]");
    }
    const kinetics::Gas& gas = input.gas;
    kinetics::HomogeneousGas state(gas, input.P, input.trace);
    const int first_pair = gas.flavors == 2 ? 0 : 2, pairs = gas.flavors * (gas.flavors - 1);
    std::vector<double> t, transverse;
    Json P_history = Json::array(), trace_history = Json::array(), D_0 = Json::array(), U = Json::array();
    ProgressBar bar("time", 1000, !options.quiet);
    const auto records = static_cast<long>(std::ceil(times.t_end / times.every - 1e-9));
    for (long i = 0; i <= records; ++i) {
        state.advance_to(std::min(times.t_end, static_cast<double>(i) * times.every), tolerance);
        const Eigen::MatrixXd P = state.P();
        t.push_back(state.time());
        double across = 0.0, all = 0.0;
        for (int mode = 0; mode < gas.modes(); ++mode) {
            across += std::abs(gas.weight[mode]) * P.col(mode).segment(first_pair, pairs).squaredNorm();
            all += std::abs(gas.weight[mode]) * P.col(mode).squaredNorm();
        }
        transverse.push_back(all > 0.0 ? across / all : 0.0);
        if (gas.modes() <= modes_with_history) {
            P_history.push_back(rows_of(P));
            trace_history.push_back(to_json(state.trace()));
        }
        const Eigen::VectorXd total = P * gas.weight;
        const Eigen::MatrixXd current = P * gas.weight.asDiagonal() * gas.direction.transpose();
        D_0.push_back(to_json(total));
        const Eigen::MatrixXd H = gas.external_field(state.time());
        U.push_back(0.25 * gas.mu.at(state.time()) * (total.squaredNorm() - current.squaredNorm()) +
                    0.5 * (H.cwiseProduct(P) * gas.weight).sum());
        bar.show(static_cast<int>(1000.0 * state.time() / times.t_end));
    }
    std::vector<double> file_t;
    for (const double value : t) {
        file_t.push_back(value / input.time_unit);
    }
    Json history = {{"t", file_t}, {"transverse", transverse}, {"D_0", D_0}, {"energy", U}};
    if (gas.modes() <= modes_with_history) {
        history["P"] = P_history;
        if (input.trace_given) {
            history["trace"] = trace_history;
        }
    }
    Json result = {{"history", history},
                   {"growth", growth_of_transverse(t, transverse, input.time_unit)},
                   {"final", {{"P", rows_of(state.P())}}},
                   {"steps", state.steps()},
                   {"status", "ok"}};
    if (input.trace_given) {
        result["final"]["trace"] = to_json(state.trace());
    }
    if (!options.plot.empty()) {
        result["picture"] = {{"geometry", "homogeneous"}, {"flavors", gas.flavors}};
    }
    return result;
}

/** Energy, entropy and the balance of Eq. 22 in the last state. */
Json final_ledger(const BoxSetup& setup, const GasInput& input, const BoxHistory& run) {
    const auto& gas = setup.gas;
    const double t = run.records.back().t, mu = gas.mu.at(t);
    const auto moments = energy::moment_fields(gas, run.final_state);
    const double dK = energy::kinetic_energy_rate(gas, run.final_state, moments, mu, setup.length);
    const double dU = energy::oscillation_energy_rate(moments, mu, setup.length);
    Json ledger = {{"U_osc", energy::oscillation_energy(moments, mu, setup.length) / setup.length},
                   {"external_energy", energy::external_energy(gas, run.final_state, t, setup.length) / setup.length},
                   {"dUdt", dU / setup.length},
                   {"dKdt", dK / setup.length},
                   {"imbalance", std::abs(dK) > 0.0 ? std::abs(dK + dU) / std::abs(dK) : 0.0}};
    if (input.trace_given) {
        ledger["entropy"] = energy::fine_grained_entropy(gas, run.final_state, input.trace);
        ledger["entropy_of_mean"] = energy::coarse_grained_entropy(gas, run.final_state, input.trace);
    }
    return ledger;
}

BoxSetup read_setup(const Section& section, const GasInput& input, const BoxOptions& options) {
    const Section box = section.child("box");
    box.allow({"length", "cells", "step"});
    const Outputs times = read_times(section, input.time_unit);
    BoxSetup setup;
    setup.gas = input.gas;
    setup.P = input.P;
    setup.trace = input.trace;
    setup.length = positive(box, "length");
    setup.cells = options.cells.value_or(box.integer("cells"));
    if (setup.cells < 8 || setup.cells > (1 << 20) || (setup.cells & (setup.cells - 1)) != 0) {
        box.fail("cells", "a power of two from 8 to 1048576");
    }
    setup.step = input.time_unit * options.step.value_or(positive(box, "step"));
    setup.t_end = times.t_end;
    setup.cadence = setup.spectrum_cadence = std::max(times.every, setup.step);
    setup.passes = options.passes.value_or(setup.passes);
    if (section.has("seeds")) {
        const Section seeds = section.child("seeds");
        seeds.allow({"rms", "k_max", "breaks_axial_symmetry", "runs"});
        setup.seed.rms = seeds.number("rms", setup.seed.rms);
        if (!(setup.seed.rms >= 0.0) || setup.seed.rms > 0.5) {
            seeds.fail("rms", "a number in [0, 0.5]");
        }
        setup.seed.largest_k = positive(seeds, "k_max");
        if (seeds.has("breaks_axial_symmetry")) {
            if (!seeds.json()["breaks_axial_symmetry"].is_boolean()) {
                seeds.fail("breaks_axial_symmetry", "true or false");
            }
            setup.seed.breaks_axial_symmetry = seeds.json()["breaks_axial_symmetry"].get<bool>();
        }
    } else {
        setup.seed.largest_k = 0.25 * medium::constants::pi * setup.cells / setup.length;
    }
    return setup;
}

Json solve_in_box(const Section& section, const GasInput& input, const BoxOptions& options) {
    const BoxSetup setup = read_setup(section, input, options);
    const double window_from = input.time_unit * section.number("window_from", 0.75 * setup.t_end / input.time_unit);
    if (!(window_from >= 0.0) || window_from > setup.t_end) {
        section.fail("window_from", "a time from 0 to t_end");
    }
    int count = options.runs.value_or(1);
    if (!options.runs && section.has("seeds") && section.child("seeds").has("runs")) {
        count = section.child("seeds").integer("runs");
    }
    if (count < 1) {
        section.fail("seeds.runs", "a positive integer");
    }
    std::vector<BoxHistory> runs;
    ProgressBar bar("box", 1000 * count, !options.quiet);
    for (int run = 0; run < count; ++run) {
        runs.push_back(run_box(setup, options.seed + static_cast<unsigned long long>(run),
                               [&](double part) { bar.show(1000 * run + static_cast<int>(1000.0 * part)); }));
    }
    bool resolved = true;
    Json result = resolution_report(setup, runs, resolved);
    result["status"] = resolved ? "ok" : "under_resolved";

    const int n = setup.gas.generators();
    Eigen::MatrixXd window = Eigen::MatrixXd::Zero(n, setup.gas.modes()), squares = window;
    for (const auto& run : runs) {
        Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(n, setup.gas.modes());
        int records = 0;
        for (const auto& record : run.records) {
            if (record.t >= window_from - 1e-9 * setup.t_end) {
                mean += record.averages.mean.topRows(n);
                ++records;
            }
        }
        mean /= records;
        window += mean / count;
        squares += mean.cwiseAbs2() / count;
    }
    const Eigen::MatrixXd scatter = (squares - window.cwiseAbs2()).cwiseMax(0.0).cwiseSqrt();
    result["window"] = {
        {"from", window_from / input.time_unit}, {"P", rows_of(window)}, {"P_std_runs", rows_of(scatter)}};

    const BoxHistory& first = runs.front();
    result["final"] = {{"P", rows_of(first.records.back().averages.mean.topRows(n))}};
    if (setup.gas.components() > n) {
        result["final"]["trace"] = to_json(first.records.back().averages.mean.row(n).transpose());
    }
    result["correlation_c"] = rows_of(first.correlation);
    result["ledger"] = final_ledger(setup, input, first);
    result["growth"] = growth_fits(setup, first);
    for (auto& fit : result["growth"]) {
        fit["growth"] = fit["growth"].get<double>() * input.time_unit;
        fit["error"] = fit["error"].get<double>() * input.time_unit;
    }
    Json t = Json::array(), transverse = Json::array(), D_0 = Json::array(), P = Json::array();
    for (const auto& record : first.records) {
        t.push_back(record.t / input.time_unit);
        transverse.push_back(record.averages.transverse);
        D_0.push_back(to_json(record.averages.lepton));
        if (setup.gas.modes() <= modes_with_history) {
            P.push_back(rows_of(record.averages.mean.topRows(n)));
        }
    }
    result["history"] = {{"t", t}, {"transverse", transverse}, {"D_0", D_0}};
    if (setup.gas.modes() <= modes_with_history) {
        result["history"]["P"] = P;
    }
    result["spectrum"] = spectrum_json(setup, first);
    result["n_runs"] = count;
    if (!options.hdf5.empty()) {
        result["field"] = field_json(first.final_state);
    }
    if (!options.plot.empty()) {
        result["picture"] = {{"geometry", "box"},
                             {"flavors", setup.gas.flavors},
                             {"P_start", rows_of(setup.P)},
                             {"speed", to_json(setup.gas.speed())}};
    }
    return result;
}

} // namespace

Json solve_kinetics_case(const Section& section, const BoxOptions& options) {
    section.allow({"schema", "kind", "box", "seeds", "tilt", "t_end", "output_every", "window_from", "tolerance",
                   MISCID_GAS_KEYS});
    GasInput input = read_gas(section);
    if (section.has("tilt")) {
        tilt_all(input, section.number("tilt"));
    }
    Json result =
        section.has("box") ? solve_in_box(section, input, options) : solve_homogeneous(section, input, options);
    result["kind"] = "kinetics";
    return result;
}

} // namespace miscid::apps
