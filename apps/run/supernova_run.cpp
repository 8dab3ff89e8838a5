#include "supernova_run.hpp"

#include "checkpoint.hpp"
#include "conversion.hpp"
#include "errors.hpp"
#include "fingerprint.hpp"
#include "host.hpp"
#include "medium/constants.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace miscid::apps {

using nlohmann::json;

namespace {

/** Numbers of one zone and type, summed over its modes. */
struct ZoneContent {
    double flavor[2] = {}; ///< cm^-3
    double amplitude = 0.0;
    double trace = 0.0;

    double electron_fraction() const { return trace > 0.0 ? flavor[electron_flavor] / trace : 0.0; }
    double mean_amplitude() const { return trace > 0.0 ? amplitude / trace : 0.0; }
};

ZoneContent zone_content(const Host& host, int zone, int type) {
    const Layout& layout = host.layout();
    ZoneContent result;
    for (int group = 0; group < layout.groups; ++group) {
        for (int direction = 0; direction < layout.directions; ++direction) {
            const double weight = host.weight(zone, group, direction);
            const double e = host.content(zone, type, group, direction, electron_flavor);
            const double x = host.content(zone, type, group, direction, heavy_flavor);
            result.flavor[electron_flavor] += weight * e;
            result.flavor[heavy_flavor] += weight * x;
            result.trace += weight * (e + x);
            result.amplitude += weight * host.signed_amplitude(layout.mode(zone, type, group, direction));
        }
    }
    return result;
}

json zone_table(const Host& host, const Star& star) {
    json table = json::array();
    for (int zone = 0; zone < host.layout().zones; ++zone) {
        const auto& matter = star.matter[zone];
        json row = {{"radius", star.grid.radius(zone)},
                    {"density", matter.density},
                    {"electron_fraction", matter.electron_fraction},
                    {"matter_potential", matter_potential(matter)},
                    {"residual", host.residual(zone)},
                    {"min_hamiltonian", host.min_hamiltonian(zone)},
                    {"D_0", {host.D0(zone)[0], host.D0(zone)[1], host.D0(zone)[2]}},
                    {"status", miscid_status_name(host.status(zone))},
                    {"refused_steps", host.refusals(zone)}};
        for (int type : {neutrino, antineutrino}) {
            const ZoneContent content = zone_content(host, zone, type);
            row[type == neutrino ? "nu" : "nubar"] = {{"n_e", content.flavor[electron_flavor]},
                                                      {"n_x", content.flavor[heavy_flavor]},
                                                      {"electron_fraction", content.electron_fraction()},
                                                      {"mean_amplitude", content.mean_amplitude()}};
        }
        if (host.waves()) {
            row["waves"] = {{"content", host.waves()->content(zone)},
                            {"group_velocity", host.waves()->group_velocity(zone)},
                            {"growth_rate", host.waves()->growth_rate(zone)}};
        }
        table.push_back(std::move(row));
    }
    return table;
}

json ledger_json(const Host& host) {
    json result;
    double worst = 0.0;
    for (int type : {neutrino, antineutrino}) {
        const double before = host.initial_number(type);
        const double now = host.number(type);
        const double expected = host.ledger().expected_change(type);
        const double scale = std::max({before, now, std::abs(host.ledger().source(type)),
                                       std::abs(host.ledger().through_core[type].value()), 1e-300});
        const double closure = std::abs((now - before) - expected) / scale;
        worst = std::max(worst, closure);
        result[type == neutrino ? "nu" : "nubar"] = {{"number_before", before},
                                                     {"number", now},
                                                     {"emitted_minus_absorbed", host.ledger().source(type)},
                                                     {"through_core", host.ledger().through_core[type].value()},
                                                     {"escaped", host.ledger().escaped[type].value()},
                                                     {"closure", closure}};
    }
    result["closure"] = worst;
    result["largest_trace_change_by_module"] = host.largest_trace_change();
    result["largest_number_change_by_module"] = host.largest_number_change();
    return result;
}

} // namespace

json run_supernova(const Scenario& scenario, const RunOptions& options, const Ranks& ranks) {
    SupernovaScenario supernova = std::get<SupernovaScenario>(scenario.kind);
    if (options.transport) {
        supernova.transport = *options.transport;
    }
    const Star star(supernova);
    Host host(star, scenario, supernova, options, ranks);
    if (!options.restart_from.empty()) {
        host.load(read_checkpoint(options.restart_from), options.restart_from);
    } else if (!supernova.start_empty) {
        host.fill_unmixed();
    }

    const int steps =
        options.steps_override >= 0 ? options.steps_override : std::max(0, supernova.steps - host.steps_done());
    const auto save = [&] {
        Checkpoint checkpoint;
        host.save(checkpoint);
        if (ranks.first()) {
            write_checkpoint(options.checkpoint, checkpoint);
        }
    };
    const auto start = std::chrono::steady_clock::now();
    {
        ProgressBar progress("miscid run", steps, ranks.first() && !options.quiet);
        for (int step = 0; step < steps; ++step) {
            host.step();
            progress.show(step + 1);
            if (options.checkpoint_every > 0 && (step + 1) % options.checkpoint_every == 0 && step + 1 < steps) {
                save();
            }
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    host.update_content();
    if (!options.checkpoint.empty()) {
        save();
    }
    host.collect();

    return {{"scenario", scenario.name},
            {"kind", "supernova"},
            {"status", host.statuses().all_succeeded() ? "ok" : "partial"},
            {"transport", supernova.transport},
            {"ordering", scenario.mixing.ordering},
            {"module", options.module_off ? "off" : "on"},
            {"steps", host.steps_done()},
            {"time", host.time()},
            {"shape",
             {{"zones", star.grid.zones()},
              {"rays", star.grid.rays()},
              {"directions", star.grid.directions()},
              {"groups", star.energy.groups()}}},
            {"emitted_outside_groups", star.lost_tail},
            {"cells", host.statuses().json()},
            {"ledger", ledger_json(host)},
            {"conversion", conversion(host, star, scenario.mixing)},
            {"zones", zone_table(host, star)},
            {"waves", host.waves() ? host.waves()->summary() : json()},
            {"bits", hexadecimal(host.bits())},
            {"seconds",
             {{"all", seconds}, {"module", host.seconds_in_module()}, {"transport", host.seconds_in_transport()}}}};
}

void print_supernova(const json& result) {
    const auto text = [](const json& value) { return short_number(value.get<double>()); };
    std::vector<std::vector<std::string>> rows;
    const json& zones = result["zones"];
    const std::size_t stride = std::max<std::size_t>(1, zones.size() / 24);
    for (std::size_t i = 0; i < zones.size(); i += stride) {
        const json& zone = zones[i];
        rows.push_back({text(zone["radius"]), text(zone["density"]), text(zone["electron_fraction"]),
                        text(zone["nu"]["electron_fraction"]), text(zone["nubar"]["electron_fraction"]),
                        text(zone["nu"]["mean_amplitude"]), text(zone["nubar"]["mean_amplitude"]), text(zone["D_0"][2]),
                        text(zone["residual"]), zone["status"]});
    }
    print_table({"r (cm)", "rho (g/cm3)", "Ye", "nu_e part", "nubar_e part", "<p> nu", "<p> nubar", "D0_z (cm-3)",
                 "residual", "status"},
                rows);
    rows.clear();
    for (const auto& group : result["conversion"]["groups"]) {
        rows.push_back({group["type"], text(group["energy"]), text(group["electron"]),
                        text(group["electron_closed_form"]), text(group["error"])});
    }
    std::fputs("\nAt the outer boundary, part that is nu_e or nubar_e:\n", stderr);
    print_table({"type", "E (MeV)", "run", "adiabatic closed form", "difference"}, rows);
    std::fprintf(
        stderr,
        "\n%s ordering, %s transport, %d steps: largest difference from the closed form %s, ledger closes to %s,"
        " zones refused %d\n",
        result["ordering"].get<std::string>().c_str(), result["transport"].get<std::string>().c_str(),
        result["steps"].get<int>(), text(result["conversion"]["largest_error"]).c_str(),
        text(result["ledger"]["closure"]).c_str(), result["cells"]["refused"].get<int>());
}

} // namespace miscid::apps
