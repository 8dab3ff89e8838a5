#include "host.hpp"

#include "errors.hpp"
#include "json_input.hpp"
#include "medium/constants.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace miscid::apps {

using medium::constants::speed_of_light;

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Layout layout_of(const Star& star, bool invariant, const Ranks& ranks) {
    const int zones = star.grid.zones();
    if (ranks.size() > zones) {
        throw InputError("started as " + std::to_string(ranks.size()) + " processes for " + std::to_string(zones) +
                         " zones; use at most one process per zone");
    }
    const auto start = [&](int rank) { return static_cast<int>(static_cast<long long>(zones) * rank / ranks.size()); };
    Layout layout{0, star.energy.groups(), star.grid.directions(), invariant ? 2 : 4};
    layout.first = start(ranks.rank());
    layout.own = start(ranks.rank() + 1) - layout.first;
    layout.zones = layout.own + (ranks.last() ? 0 : 1);
    return layout;
}

} // namespace

Host::Host(const Star& star, const Scenario& scenario, const SupernovaScenario& supernova, const RunOptions& options,
           const Ranks& ranks)
    : star_(star), ranks_(ranks), invariant_(supernova.transport == "invariant"), module_off_(options.module_off),
      cells_per_batch_(options.cells_per_batch > 0 ? options.cells_per_batch : star.grid.zones()),
      time_step_(supernova.time_step), layout_(layout_of(star, invariant_, ranks)), transport_(star, layout_, ranks),
      module_({layout_.groups, layout_.directions, supernova.transport}, scenario.mixing, scenario.module),
      batch_(module_) {
    const auto zones = static_cast<std::size_t>(layout_.zones);
    const std::size_t modes = zones * layout_.modes_per_zone();
    q_.assign(layout_.size(), 0.0);
    state_.assign(zones * module_.state_doubles(), 0.0); // all zero: no state yet
    ledger_.zone_source.resize(static_cast<std::size_t>(layout_.own));
    status_.assign(zones, MISCID_OK);
    refusals_.assign(zones, 0.0);
    signed_amplitude_.assign(modes, 0.0);
    D0_.assign(zones * 3, 0.0);
    residual_.assign(zones, 0.0);
    min_hamiltonian_.assign(zones, 0.0);
    if (invariant_) {
        rates_.absorption.assign(2 * modes, 0.0);
        rates_.emission = rates_.absorption;
        content_ = rates_.absorption;
        rates_.crossing.assign(modes, 0.0);
        for (const double kappa : star.absorption) {
            absorption_rate_.push_back(kappa * speed_of_light);
        }
    }
    if (supernova.waves) {
        if (ranks.size() > 1) {
            throw InputError(scenario.file + ": key 'waves': expected one process; waves move between all zones");
        }
        waves_.emplace(star, *supernova.waves);
    }
    fill_geometry();
    bind_arrays();
}

void Host::fill_geometry() {
    for (int zone = layout_.first; zone < layout_.first + layout_.zones; ++zone) {
        density_.push_back(star_.matter[zone].density);
        electron_fraction_.push_back(star_.matter[zone].electron_fraction);
        for (int ray = 0; ray < star_.grid.rays(); ++ray) {
            for (bool outward : {false, true}) {
                for (int azimuth = 0; azimuth < RayGrid::azimuths; ++azimuth) {
                    const auto vector = star_.grid.unit_vector(zone, ray, outward, azimuth);
                    direction_.insert(direction_.end(), vector.begin(), vector.end());
                }
            }
        }
        for (int group = 0; group < layout_.groups; ++group) {
            for (int direction = 0; direction < layout_.directions; ++direction) {
                const int ray = direction / (2 * RayGrid::azimuths);
                weight_.push_back(star_.energy.states(group) * star_.grid.solid_angle(zone, ray));
            }
        }
    }
}

void Host::bind_arrays() {
    const Axis zone{MISCID_AXIS_I, layout_.zones};
    const Axis type{MISCID_AXIS_TYPE, 2};
    const Axis group{MISCID_AXIS_GROUP, layout_.groups};
    const Axis direction{MISCID_AXIS_DIRECTION, layout_.directions};
    const Axis eigenstate{MISCID_AXIS_EIGENSTATE, 2};
    const Axis flavor{MISCID_AXIS_FLAVOR, 2};

    batch_.bind(MISCID_FIELD_WEIGHT, weight_.data(), {zone, group, direction});
    batch_.bind(MISCID_FIELD_DIRECTION, direction_.data(), {zone, direction, {MISCID_AXIS_SPACE, 3}});
    batch_.bind(MISCID_FIELD_ENERGY, star_.energy.energies().data(), {group});
    batch_.bind(MISCID_FIELD_MASS_DENSITY, density_.data(), {zone});
    batch_.bind(MISCID_FIELD_ELECTRON_FRACTION, electron_fraction_.data(), {zone});
    batch_.bind(MISCID_FIELD_STATE, state_.data(), {zone, {MISCID_AXIS_COMPONENT, module_.state_doubles()}});
    batch_.bind(MISCID_FIELD_STATUS, status_.data(), {zone});
    batch_.bind(MISCID_FIELD_D0, D0_.data(), {zone, {MISCID_AXIS_VECTOR, 3}});
    batch_.bind(MISCID_FIELD_SIGNED_AMPLITUDE, signed_amplitude_.data(), {zone, type, group, direction});
    batch_.bind(MISCID_FIELD_RESIDUAL, residual_.data(), {zone});
    batch_.bind(MISCID_FIELD_MIN_HAMILTONIAN, min_hamiltonian_.data(), {zone});
    if (invariant_) {
        batch_.bind(MISCID_FIELD_AMPLITUDE, q_.data(), {zone, type, group, direction, eigenstate});
        batch_.bind(MISCID_FIELD_FLAVOR_CONTENT, content_.data(), {zone, type, group, direction, flavor});
        const std::size_t first = star_.species(layout_.first, 0, 0, 0);
        batch_.bind(MISCID_FIELD_ABSORPTION, absorption_rate_.data() + first, {zone, type, group, flavor});
        batch_.bind(MISCID_FIELD_EMISSION_EQUILIBRIUM, star_.equilibrium.data() + first, {zone, type, group, flavor});
        batch_.bind(MISCID_FIELD_PROJECTED_ABSORPTION, rates_.absorption.data(),
                    {zone, type, group, direction, eigenstate});
        batch_.bind(MISCID_FIELD_PROJECTED_EMISSION, rates_.emission.data(),
                    {zone, type, group, direction, eigenstate});
    } else {
        batch_.bind(MISCID_FIELD_RHO, q_.data(), {zone, type, group, direction, {MISCID_AXIS_COMPONENT, 4}});
    }
    if (waves_) {
        waves_->bind(batch_);
    }
    batch_.select(0, layout_.own, layout_.zones);
}

void Host::fill_unmixed() {
    // Deep in matter H points along the electron flavor: the lower eigenstate is x, the upper one e.
    const int component[2] = {invariant_ ? 1 : 0, invariant_ ? 0 : 1};
    for (int type : {neutrino, antineutrino}) {
        for (int group = 0; group < layout_.groups; ++group) {
            for (int flavor : {electron_flavor, heavy_flavor}) {
                const auto occupation = star_.unmixed(type, group, flavor);
                for (int zone = 0; zone < layout_.zones; ++zone) {
                    for (int direction = 0; direction < layout_.directions; ++direction) {
                        const std::size_t ray_way = direction / RayGrid::azimuths;
                        q_[layout_.at(zone, type, group, direction) + component[flavor]] =
                            occupation[static_cast<std::size_t>(layout_.first + zone) * star_.grid.rays() * 2 +
                                       ray_way];
                    }
                }
            }
        }
    }
    for (int type : {neutrino, antineutrino}) {
        initial_number_[type] = count_number(type);
    }
}

void Host::use_flavor_labels(int zone) {
    // The labels of a large matter potential: the lower eigenstate is x, the upper one e.
    for (int type : {neutrino, antineutrino}) {
        for (int group = 0; group < layout_.groups; ++group) {
            for (int direction = 0; direction < layout_.directions; ++direction) {
                const std::size_t k = layout_.at(zone, type, group, direction);
                for (int eigenstate = 0; eigenstate < 2; ++eigenstate) {
                    const int flavor = eigenstate == 1 ? electron_flavor : heavy_flavor;
                    const std::size_t species = star_.species(layout_.first + zone, type, group, flavor);
                    rates_.absorption[k + eigenstate] = absorption_rate_[species];
                    rates_.emission[k + eigenstate] = absorption_rate_[species] * star_.equilibrium[species];
                    content_[k + flavor] = q_[k + eigenstate];
                }
            }
        }
    }
}

void Host::update_content() {
    if (!invariant_) {
        return;
    }
    for (int zone = 0; zone < layout_.own; ++zone) {
        if (module_off_ || status_[zone] < 0) {
            use_flavor_labels(zone); // stands where the module refuses the zone
        }
    }
    if (!module_off_) {
        batch_.select(0, layout_.own, layout_.zones);
        checked(miscid_invariant_to_flavor(module_.context(), module_.workspace(), batch_.get(), nullptr),
                "miscid_invariant_to_flavor");
    }
}

void Host::update_crossings() {
    fetch_halo();
    std::vector<double> distance(layout_.directions);
    for (int zone = 0; zone + 1 < layout_.zones; ++zone) {
        double* probability = rates_.crossing.data() + layout_.mode(zone, 0, 0, 0);
        if (status_[zone] < 0 || status_[zone + 1] < 0) {
            std::fill_n(probability, layout_.modes_per_zone(), 0.0); // no H to compare: labels are kept
            continue;
        }
        // From the middle of one zone to the middle of the next, along each ray. H on the straight line between the two
        // is the same in both senses, so one call serves the inward directions too.
        for (int direction = 0; direction < layout_.directions; ++direction) {
            const int ray = direction / (2 * RayGrid::azimuths);
            const int in_star = layout_.first + zone;
            const bool here = in_star >= star_.grid.innermost_zone(ray);
            distance[direction] =
                here ? 0.5 * (star_.grid.path(in_star, ray) + star_.grid.path(in_star + 1, ray)) : 0.0;
        }
        const std::int64_t from[4] = {zone, 0, 0, 0};
        const std::int64_t to[4] = {zone + 1, 0, 0, 0};
        checked(miscid_crossing_probability(module_.context(), module_.workspace(), batch_.get(), from, to,
                                            distance.data(), probability),
                "miscid_crossing_probability");
    }
}

void Host::step() {
    auto start = std::chrono::steady_clock::now();
    if (invariant_) {
        update_content();
        if (!module_off_ && steps_done_ > 0) { // before the first call no zone has an H to compare
            update_crossings();
        }
        seconds_in_module_ += seconds_since(start);
        start = std::chrono::steady_clock::now();
        transport_.advance_eigenstates(q_, rates_, time_step_, ledger_);
    } else {
        transport_.advance_matrices(q_, time_step_, ledger_);
    }
    seconds_in_transport_ += seconds_since(start);
    if (!module_off_) {
        std::vector<double> traces(q_.size() / layout_.components);
        for (std::size_t mode = 0; mode < traces.size(); ++mode) {
            traces[mode] = q_[mode * layout_.components] + q_[mode * layout_.components + 1];
        }
        start = std::chrono::steady_clock::now();
        if (waves_) {
            waves_->carry(speed_of_light * time_step_);
        }
        call_module();
        seconds_in_module_ += seconds_since(start);
        note_conservation(traces);
    }
    ++steps_done_;
}

void Host::call_module() {
    for (int first = 0; first < layout_.own; first += cells_per_batch_) {
        batch_.select(first, std::min(cells_per_batch_, layout_.own - first), layout_.zones);
        miscid_report report{};
        report.struct_size = sizeof report;
        checked(miscid_apply(module_.context(), module_.workspace(), batch_.get(), time(), time_step_, &report),
                "miscid_apply");
        statuses_.add(report);
    }
    // A refused zone keeps what transport put there and is tried again in the next step.
    for (int zone = 0; zone < layout_.own; ++zone) {
        if (status_[zone] < 0 || status_[zone] == MISCID_CELL_REDUCE_TIME_STEP) {
            refusals_[zone] += 1.0;
        }
    }
}

void Host::note_conservation(const std::vector<double>& traces) {
    for (int zone = 0; zone < layout_.own; ++zone) {
        for (int type : {neutrino, antineutrino}) {
            Sum change;
            Sum total;
            for (int group = 0; group < layout_.groups; ++group) {
                for (int direction = 0; direction < layout_.directions; ++direction) {
                    const double before = traces[layout_.mode(zone, type, group, direction)];
                    const double* f = mode(zone, type, group, direction);
                    const double difference = (f[0] + f[1]) - before;
                    if (before > 0.0) {
                        largest_trace_change_ = std::max(largest_trace_change_, std::abs(difference) / before);
                    }
                    change.add(weight(zone, group, direction) * difference);
                    total.add(weight(zone, group, direction) * before);
                }
            }
            if (total.value() > 0.0) {
                largest_number_change_ = std::max(largest_number_change_, std::abs(change.value()) / total.value());
            }
        }
    }
}

double Host::content(int zone, int type, int group, int direction, int flavor) const {
    return (invariant_ ? content_ : q_)[layout_.at(zone, type, group, direction) + flavor];
}

double Host::count_number(int type) const {
    Sum sum;
    for (const double one : ranks_.gather(transport_.zone_numbers(q_, weight_, type))) {
        sum.add(one);
    }
    return sum.value();
}

} // namespace miscid::apps
