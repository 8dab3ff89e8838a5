#include "box/box_run.hpp"

#include "medium/constants.hpp"
#include "run/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace miscid::apps {

using kinetics::BoxField;

BoxHistory run_box(const BoxSetup& setup, unsigned long long seed, const std::function<void(double)>& progress) {
    const int n = setup.gas.generators();
    kinetics::PeriodicBox box(setup.gas, setup.length, setup.cells, setup.step);
    box.set_passes(setup.passes);
    box.fill(setup.P, setup.trace);
    kinetics::RandomNumbers random(seed);
    kinetics::tilt(box, setup.seed, random);

    BoxHistory history{{}, {}, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, box.field()};
    history.largest_rotation = box.largest_rotation();
    const auto spectrum_every = std::max(1L, std::lround(setup.spectrum_cadence / setup.cadence));
    bool linear = true;
    const auto record = [&](bool last) {
        history.records.push_back({box.time(), kinetics::averages(setup.gas, box.field()), {}});
        // Growth rates need the linear stage in detail.
        linear = linear && history.records.back().averages.transverse < 1e-2;
        if (last || linear || (static_cast<long>(history.records.size()) - 1) % spectrum_every == 0) {
            history.records.back().spectrum = kinetics::power_spectrum(setup.gas, box.field());
        }
    };
    record(false);
    const double scale = (setup.P.colwise().norm() * setup.gas.weight.cwiseAbs()).value();
    const bool no_collisions = !setup.gas.collisions.any();
    const bool charge_kept = no_collisions && !setup.gas.has_external_field();
    const Eigen::VectorXd gained =
        setup.gas.source.size() > 0 ? Eigen::VectorXd(setup.gas.source * setup.gas.weight) : Eigen::VectorXd::Zero(n);

    const auto per_record = std::max(1L, std::lround(setup.cadence / setup.step));
    const auto steps = static_cast<long>(std::ceil(setup.t_end / setup.step - 1e-9));
    double busy = 0.0;
    while (box.steps() < steps) {
        const auto start = std::chrono::steady_clock::now();
        box.advance(std::min(per_record, steps - box.steps()));
        busy += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        record(box.steps() == steps);
        const auto& now = history.records.back().averages;
        const auto& first = history.records.front().averages;
        if (charge_kept && scale > 0.0) {
            const double off = (now.lepton - first.lepton - gained * box.time()).norm();
            history.lepton_drift = std::max(history.lepton_drift, off / scale);
        }
        if (no_collisions && setup.gas.source.size() == 0) {
            for (int mode = 0; mode < setup.gas.modes(); ++mode) {
                if (first.square[mode] > 0.0) {
                    history.square_drift =
                        std::max(history.square_drift, std::abs(now.square[mode] / first.square[mode] - 1.0));
                }
            }
        }
        progress(static_cast<double>(box.steps()) / static_cast<double>(steps));
    }
    history.seconds = busy;
    history.updates = static_cast<double>(steps) * setup.cells * setup.gas.modes();
    history.correlation = kinetics::correlation_vectors(setup.gas, box.field(), box.time());
    history.final_state = box.field();

    double largest = 0.0;
    for (const auto& entry : history.records) {
        largest = std::max(largest, entry.averages.transverse);
    }
    for (const auto& entry : history.records) {
        if (entry.averages.transverse >= 0.5 * largest) {
            history.saturation_time = entry.t;
            break;
        }
    }
    for (const BoxRecord* entry : history.with_spectrum()) {
        if (history.wavenumber == 0.0 && entry->t >= history.saturation_time) {
            history.wavenumber = kinetics::mean_wavenumber(entry->spectrum, setup.length);
        }
        // Seeds may fill the spectrum; what counts is what the dynamics brings there.
        if (entry->averages.transverse > 0.1 * largest) {
            history.unresolved_power = std::max(history.unresolved_power, kinetics::unresolved_power(entry->spectrum));
        }
    }
    return history;
}

std::vector<const BoxRecord*> BoxHistory::with_spectrum() const {
    std::vector<const BoxRecord*> result;
    for (const auto& record : records) {
        if (!record.spectrum.empty()) {
            result.push_back(&record);
        }
    }
    return result;
}

Json field_json(const BoxField& field) {
    Json modes = Json::array();
    for (int mode = 0; mode < field.modes(); ++mode) {
        const Eigen::MatrixXd values = field.of_mode(mode).transpose();
        Json components = Json::array();
        for (Eigen::Index c = 0; c < values.cols(); ++c) {
            components.push_back(std::vector<double>(values.col(c).data(), values.col(c).data() + values.rows()));
        }
        modes.push_back(std::move(components));
    }
    return modes;
}

Json spectrum_json(const BoxSetup& setup, const BoxHistory& history) {
    Json k = Json::array();
    for (int wave = -setup.cells / 2; wave < setup.cells / 2; ++wave) {
        k.push_back(2.0 * medium::constants::pi * wave / setup.length);
    }
    return {{"k", k}, {"power", history.with_spectrum().back()->spectrum}};
}

Json growth_fits(const BoxSetup& setup, const BoxHistory& history) {
    Json fits = Json::array();
    const auto records = history.with_spectrum();
    const double unit = 2.0 * medium::constants::pi / setup.length;
    const auto cells = static_cast<std::size_t>(setup.cells);
    // Linear while few P are turned: records up to a transverse part of 1 %.
    std::size_t end = 0;
    while (end < records.size() && records[end]->averages.transverse < 1e-2) {
        ++end;
    }
    struct Wave {
        std::size_t n;
        double power;
    };
    std::vector<Wave> waves;
    for (std::size_t n = 0; n < cells && end >= 4; ++n) {
        const double start = records.front()->spectrum[n], last = records[end - 1]->spectrum[n];
        if (start > 0.0 && last > 20.0 * start) {
            waves.push_back({n, last});
        }
    }
    std::sort(waves.begin(), waves.end(), [](const Wave& a, const Wave& b) { return a.power > b.power; });
    for (std::size_t i = 0; i < waves.size() && i < 12; ++i) {
        std::vector<double> t, y;
        const double start = records.front()->spectrum[waves[i].n];
        for (std::size_t j = 0; j < end; ++j) {
            const double power = records[j]->spectrum[waves[i].n];
            // The part of the seed that decays has to be small: fit once the power is ten times its start.
            if (power > 10.0 * start) {
                t.push_back(records[j]->t);
                y.push_back(0.5 * std::log(power));
            }
        }
        if (t.size() >= 4) {
            const auto line = kinetics::fit_line(t, y);
            fits.push_back({{"k", unit * (static_cast<double>(waves[i].n) - static_cast<double>(cells / 2))},
                            {"growth", line.slope},
                            {"error", line.error},
                            {"points", line.points}});
        }
    }
    return fits;
}

namespace {

constexpr double most_unresolved_power = 1e-4; ///< of all power, at |k| beyond two thirds of the grid's
constexpr double useless_unresolved_power = 1e-2;
constexpr double largest_accurate_rotation = 0.5; ///< |H| h: midpoint rule, phase error 1 % per step

} // namespace

Json resolution_report(const BoxSetup& setup, const std::vector<BoxHistory>& runs, bool& resolved) {
    double unresolved = 0.0, rotation = 0.0, recurrence = INFINITY, saturation = 0.0, lepton = 0.0, square = 0.0,
           seconds = 0.0, updates = 0.0, wavenumber = 0.0;
    for (const auto& run : runs) {
        unresolved = std::max(unresolved, run.unresolved_power);
        rotation = std::max(rotation, run.largest_rotation);
        recurrence = std::min(recurrence, kinetics::recurrence_time(setup.gas, run.wavenumber));
        wavenumber = std::max(wavenumber, run.wavenumber);
        saturation = std::max(saturation, run.saturation_time);
        lepton = std::max(lepton, run.lepton_drift);
        square = std::max(square, run.square_drift);
        seconds += run.seconds;
        updates += run.updates;
    }
    Json flags = Json::array();
    if (unresolved > most_unresolved_power) {
        flags.push_back("cells: " + short_number(100.0 * unresolved) +
                        " % of the wave power lies in the last third of the wave numbers; use more cells");
    }
    if (rotation > largest_accurate_rotation) {
        flags.push_back("step: |H| times the step is " + short_number(rotation) + "; use a smaller step");
    }
    if (recurrence < saturation && setup.gas.source.size() == 0) {
        flags.push_back("directions: waves recur after " + short_number(recurrence) + ", before they saturate at " +
                        short_number(saturation) + "; use more directions");
    }
    resolved = unresolved <= useless_unresolved_power && rotation <= 2.0;
    Json report = {{"cells", setup.cells},
                   {"modes", setup.gas.modes()},
                   {"dt", setup.step},
                   {"largest_rotation_per_step", rotation},
                   {"unresolved_power", unresolved},
                   {"wavenumber", wavenumber},
                   {"angular_recurrence_time", std::isfinite(recurrence) ? Json(recurrence) : Json(nullptr)},
                   {"saturation_time", saturation},
                   {"flags", flags}};
    return {{"resolution", report},
            {"conserved", {{"D_0_drift", lepton}, {"square_drift", square}}},
            {"performance",
             {{"seconds", seconds},
              {"seconds_per_run", runs.empty() ? 0.0 : seconds / static_cast<double>(runs.size())},
              {"direction_cells_per_second", seconds > 0.0 ? updates / seconds : 0.0}}}};
}

} // namespace miscid::apps
