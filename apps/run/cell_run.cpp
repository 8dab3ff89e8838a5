#include "cell_run.hpp"

#include "conversion.hpp"
#include "json_input.hpp"
#include "medium/constants.hpp"
#include "module.hpp"
#include "phase_space/minerbo.hpp"
#include "sum.hpp"
#include "terminal.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace miscid::apps {

using medium::constants::pi;
using nlohmann::json;

namespace {

struct Directions {
    std::vector<Eigen::Vector3d> vector;
    std::vector<double> solid_angle;
};

/** Gauss-Legendre in cos(theta), uniform in azimuth. */
Directions product_quadrature(int polar_angles, int azimuths) {
    Directions result;
    for (int i = 0; i < polar_angles; ++i) {
        // Newton on P_n from the usual estimate of its i-th zero.
        double x = std::cos(pi * (i + 0.75) / (polar_angles + 0.5));
        double slope = 1.0;
        for (int iteration = 0; iteration < 20; ++iteration) {
            double before = 1.0;
            double value = x;
            for (int n = 2; n <= polar_angles; ++n) {
                const double next = ((2 * n - 1) * x * value - (n - 1) * before) / n;
                before = value;
                value = next;
            }
            slope = polar_angles * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        const double weight = 2.0 / ((1.0 - x * x) * slope * slope);
        const double sine = std::sqrt(1.0 - x * x);
        for (int k = 0; k < azimuths; ++k) {
            const double azimuth = 2.0 * pi * (k + 0.5) / azimuths;
            result.vector.emplace_back(sine * std::cos(azimuth), sine * std::sin(azimuth), x);
            result.solid_angle.push_back(weight * 2.0 * pi / azimuths);
        }
    }
    return result;
}

/** The arrays of one cell, rho(type, group, direction, component) in cm^-3. */
struct Cell {
    Directions directions;
    std::vector<double> energies;
    std::vector<double> rho;

    explicit Cell(const CellScenario& scenario)
        : directions(product_quadrature(scenario.polar_angles, scenario.azimuths)) {
        for (const auto& type : scenario.species) {
            for (const auto& species : type) {
                energies.push_back(species.energy);
            }
        }
        std::sort(energies.begin(), energies.end());
        energies.erase(std::unique(energies.begin(), energies.end()), energies.end());
        rho.assign(2 * energies.size() * directions.vector.size() * 4, 0.0);
        for (int type : {neutrino, antineutrino}) {
            for (int flavor : {electron_flavor, heavy_flavor}) {
                const auto& species = scenario.species[type][flavor];
                const Eigen::Vector3d flux(species.flux_factor[0], species.flux_factor[1], species.flux_factor[2]);
                const auto group = std::find(energies.begin(), energies.end(), species.energy) - energies.begin();
                for (std::size_t d = 0; d < directions.vector.size(); ++d) {
                    rho[at(type, static_cast<int>(group), static_cast<int>(d)) + flavor] =
                        species.density * phase_space::minerbo_density(flux, directions.vector[d]) *
                        directions.solid_angle[d];
                }
            }
        }
    }
    std::size_t at(int type, int group, int direction) const {
        return ((type * energies.size() + group) * directions.vector.size() + direction) * 4;
    }
    double number(int type, int flavor) const {
        Sum sum;
        for (std::size_t k = at(type, 0, 0); k < at(type + 1, 0, 0); k += 4) {
            sum.add(rho[k + flavor]);
        }
        return sum.value();
    }
};

} // namespace

json run_cell(const Scenario& scenario, const RunOptions& options) {
    if (!options.restart_from.empty() || !options.checkpoint.empty() || options.transport) {
        throw InputError(scenario.file + ": key 'kind': expected \"supernova\" for checkpoints and transport modes");
    }
    const auto& given = std::get<CellScenario>(scenario.kind);
    Cell cell(given);
    const int groups = static_cast<int>(cell.energies.size());
    const int count = static_cast<int>(cell.directions.vector.size());
    const Module module({groups, count, "matrix", "density"}, scenario.mixing, scenario.module);

    std::vector<double> vectors;
    for (const auto& vector : cell.directions.vector) {
        vectors.insert(vectors.end(), vector.data(), vector.data() + 3);
    }
    std::vector<double> state(module.state_doubles(), 0.0);
    double density = given.initial_density;
    std::int32_t status = 0;
    double D0[3] = {};
    double residual = 0.0;
    double events = 0.0;
    double min_hamiltonian = 0.0;
    Batch batch(module);
    const Axis one{MISCID_AXIS_I, 1};
    batch.bind(MISCID_FIELD_RHO, cell.rho.data(),
               {one,
                {MISCID_AXIS_TYPE, 2},
                {MISCID_AXIS_GROUP, groups},
                {MISCID_AXIS_DIRECTION, count},
                {MISCID_AXIS_COMPONENT, 4}});
    batch.bind(MISCID_FIELD_DIRECTION, vectors.data(), {{MISCID_AXIS_DIRECTION, count}, {MISCID_AXIS_SPACE, 3}});
    batch.bind(MISCID_FIELD_ENERGY, cell.energies.data(), {{MISCID_AXIS_GROUP, groups}});
    batch.bind(MISCID_FIELD_MASS_DENSITY, &density, {one});
    batch.bind(MISCID_FIELD_ELECTRON_FRACTION, &given.electron_fraction, {one});
    batch.bind(MISCID_FIELD_STATE, state.data(), {one, {MISCID_AXIS_COMPONENT, module.state_doubles()}});
    batch.bind(MISCID_FIELD_STATUS, &status, {one});
    batch.bind(MISCID_FIELD_D0, D0, {one, {MISCID_AXIS_VECTOR, 3}});
    batch.bind(MISCID_FIELD_RESIDUAL, &residual, {one});
    batch.bind(MISCID_FIELD_EVENTS, &events, {one});
    batch.bind(MISCID_FIELD_MIN_HAMILTONIAN, &min_hamiltonian, {one});
    batch.select(0, 1, 1);

    const int steps = options.steps_override >= 0 ? std::min(options.steps_override, given.steps) : given.steps;
    const double before[2] = {cell.number(neutrino, 0) + cell.number(neutrino, 1),
                              cell.number(antineutrino, 0) + cell.number(antineutrino, 1)};
    StatusCount statuses;
    int smaller_steps = 0;
    json history = json::array();
    ProgressBar progress("miscid run", steps + 1, !options.quiet);
    // Where the cell wants a smaller step, so does the change of its density: the step is cut as the report says, down
    // to a 64th, and grows again afterwards. A cell that still asks for less is left behind: it keeps its values and
    // its status, and the next step tries again from there.
    constexpr double smallest_part = 1.0 / 64.0;
    double reached = 0.0; // steps the density has gone so far
    double part = 1.0;
    for (int step = 0; step <= steps; ++step) {
        while (!options.module_off) {
            const double next = part >= step - reached ? step : reached + part;
            density = given.initial_density *
                      std::pow(given.final_density / given.initial_density, next / std::max(given.steps, 1));
            miscid_report report{};
            report.struct_size = sizeof report;
            const miscid_status outcome =
                checked(miscid_apply(module.context(), module.workspace(), batch.get(), next * given.time_step,
                                     (next - reached) * given.time_step, &report),
                        "miscid_apply");
            const double smaller = (next - reached) * std::clamp(report.time_step_factor, 0.1, 0.5);
            if (outcome == MISCID_REDUCE_TIME_STEP && smaller >= smallest_part) {
                part = smaller;
                ++smaller_steps;
                continue;
            }
            statuses.add(report);
            reached = outcome == MISCID_REDUCE_TIME_STEP ? step : next;
            part = std::min(1.0, 2.0 * part);
            if (reached == step) {
                break;
            }
        }
        json row = {{"time", step * given.time_step},
                    {"density", density},
                    {"matter_potential", matter_potential({0.0, density, given.electron_fraction})},
                    {"D_0", {D0[0], D0[1], D0[2]}},
                    {"residual", residual},
                    {"min_hamiltonian", min_hamiltonian},
                    {"events", static_cast<int>(events)},
                    {"status", miscid_status_name(status)}};
        for (int type : {neutrino, antineutrino}) {
            const double e = cell.number(type, electron_flavor);
            const double x = cell.number(type, heavy_flavor);
            row[type == neutrino ? "nu" : "nubar"] = {{"n_e", e}, {"n_x", x}, {"electron_fraction", e / (e + x)}};
        }
        history.push_back(std::move(row));
        progress.show(step + 1);
    }
    double change = 0.0;
    for (int type : {neutrino, antineutrino}) {
        const double now = cell.number(type, 0) + cell.number(type, 1);
        change = std::max(change, std::abs(now - before[type]) / before[type]);
    }
    return {{"scenario", scenario.name},
            {"kind", "cell"},
            {"status", statuses.all_succeeded() ? "ok" : "partial"},
            {"ordering", scenario.mixing.ordering},
            {"module", options.module_off ? "off" : "on"},
            {"steps", steps},
            {"shape", {{"directions", count}, {"groups", groups}}},
            {"cells", statuses.json()},
            {"smaller_steps", smaller_steps},
            {"largest_number_change", change},
            {"history", history}};
}

void print_cell(const json& result) {
    const auto text = [](const json& value) { return short_number(value.get<double>()); };
    std::vector<std::vector<std::string>> rows;
    const json& history = result["history"];
    const std::size_t stride = std::max<std::size_t>(1, history.size() / 24);
    for (std::size_t i = 0; i < history.size(); i += stride) {
        const json& step = history[i];
        rows.push_back({text(step["density"]), text(step["matter_potential"]), text(step["nu"]["electron_fraction"]),
                        text(step["nubar"]["electron_fraction"]), text(step["D_0"][0]), text(step["D_0"][2]),
                        text(step["min_hamiltonian"]), std::to_string(step["events"].get<int>()),
                        text(step["residual"]), step["status"]});
    }
    print_table({"rho (g/cm3)", "lambda (1/cm)", "nu_e part", "nubar_e part", "D_0x", "D_0z", "min |H|", "events",
                 "residual", "status"},
                rows);
}

} // namespace miscid::apps
