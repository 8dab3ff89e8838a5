#include "mixer.hpp"

#include <cmath>
#include <limits>

namespace miscid::adapters {

namespace {

/** Changes below this part of a mode's neutrinos are rounding. */
constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
/** Square of the part of a polarization off the electron axis that is worth telling. */
constexpr double told_tilt = 1e-6;

} // namespace

Tally::Tally() : report{} {
    report.struct_size = sizeof(miscid_report);
    report.time_step_factor = 1.0;
}

void Tally::add(const CellIndex& cell, miscid_status status, const miscid_report& one) {
    ++report.cells;
    report.iterations += one.iterations;
    report.max_iterations = std::max(report.max_iterations, one.max_iterations);
    report.continued += one.continued;
    report.cold_starts += one.cold_starts;
    report.max_residual = std::max(report.max_residual, one.max_residual);
    report.max_rotation = std::max(report.max_rotation, one.max_rotation);
    report.max_tilt = std::max(report.max_tilt, one.max_tilt);
    if (status < 0) {
        if (report.refused++ == 0) {
            std::copy(cell.begin(), cell.end(), report.first_refused);
            report.first_refused_status = status;
        }
    } else if (status == MISCID_CELL_REDUCE_TIME_STEP) {
        ++report.reduce_time_step;
        report.time_step_factor = std::min(report.time_step_factor, one.time_step_factor);
    } else {
        report.ok += status == MISCID_OK;
        report.events += status == MISCID_CELL_EVENT;
        report.relaxed += status == MISCID_CELL_RELAXED;
    }
}

miscid_status Tally::status() const {
    return report.refused > 0 ? MISCID_PARTIAL : (report.reduce_time_step > 0 ? MISCID_REDUCE_TIME_STEP : MISCID_OK);
}

Mixer::Mixer(const miscid::Context& context, const SpeciesTable& species, int groups, int directions, bool invariant)
    : context_(context), species_(species), groups_(static_cast<std::size_t>(groups)),
      directions_(static_cast<std::size_t>(directions)), flavors_(static_cast<std::size_t>(species.flavors())),
      components_(flavors_ * flavors_), invariant_(invariant), workspace_(context), batch_(context) {
    const std::size_t modes = 2 * groups_ * directions_;
    content_.assign(static_cast<std::size_t>(species.count()) * groups_ * directions_, 0.0);
    direction_.assign(3 * directions_, 0.0);
    energy_.assign(groups_, 0.0);
    rho_.assign(modes * (invariant ? flavors_ : components_), 0.0);
    flavor_.assign(modes * flavors_, 0.0);
    change_.assign(modes * flavors_, 0.0);
    moved_.assign(groups_, 0);
    bound_diagnostics_.reserve(MISCID_AXIS_COUNT * 16);
    const auto d = static_cast<std::int64_t>(directions_);
    const auto n = static_cast<std::int64_t>(invariant ? flavors_ : components_);
    batch_.bind(invariant ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO,
                miscid::View::row_major(rho_.data(), {{MISCID_AXIS_TYPE, 2},
                                                      {MISCID_AXIS_GROUP, groups},
                                                      {invariant ? MISCID_AXIS_EIGENSTATE : MISCID_AXIS_COMPONENT, n},
                                                      {MISCID_AXIS_DIRECTION, d}}));
    batch_.bind(MISCID_FIELD_DIRECTION,
                miscid::View::row_major(direction_.data(), {{MISCID_AXIS_DIRECTION, d}, {MISCID_AXIS_SPACE, 3}}));
    batch_.bind(MISCID_FIELD_ENERGY, miscid::View::row_major(energy_.data(), {{MISCID_AXIS_GROUP, groups}}));
    batch_.bind(MISCID_FIELD_STATUS, miscid::View(&status_));
    batch_.set_box({1, 1, 1, 1});
}

void Mixer::begin(const MediumFields& given, const std::vector<Diagnostic>& diagnostics) {
    // Binding replaces entries of fixed size: nothing is allocated.
    const auto bind = [&](miscid_field field, double* number, bool wanted) {
        if (wanted) {
            miscid_view view;
            miscid_view_init(&view, number);
            miscid_batch_bind(batch_.get(), field, &view);
        } else {
            miscid_batch_unbind(batch_.get(), field);
        }
    };
    bind(MISCID_FIELD_ELECTRON_DENSITY, &medium.electron_density, given.electron_density);
    bind(MISCID_FIELD_MASS_DENSITY, &medium.mass_density, given.mass_density);
    bind(MISCID_FIELD_ELECTRON_FRACTION, &medium.electron_fraction, given.electron_fraction);
    for (const miscid_field field : bound_diagnostics_) {
        miscid_batch_unbind(batch_.get(), field);
    }
    bound_diagnostics_.clear();
    for (const auto& diagnostic : diagnostics) {
        if (bound_diagnostics_.size() < bound_diagnostics_.capacity()) {
            bound_diagnostics_.push_back(diagnostic.field);
        }
    }
}

void Mixer::write_flavors() {
    std::fill(rho_.begin(), rho_.end(), 0.0);
    for (int type = 0; type < 2; ++type) {
        for (int group = 0; group < static_cast<int>(groups_); ++group) {
            for (std::size_t f = 0; f < flavors_; ++f) {
                double* number = flavor_.data() + mode(type, group, static_cast<int>(f));
                std::fill(number, number + directions_, 0.0);
                for (const Part& part : species_.parts(type, static_cast<int>(f))) {
                    const double* from = content(part.species, group);
                    for (std::size_t d = 0; d < directions_; ++d) {
                        number[d] += part.content * from[d];
                    }
                }
                std::copy(number, number + directions_, stored(type, group, diagonal(f)));
            }
        }
    }
}

bool Mixer::is_tilted(int type, int group) const {
    const double* const rho = stored(type, group, 0);
    bool tilted = false;
    for (std::size_t d = 0; d < directions_; ++d) {
        double across = 0.0;
        double along = 0.0;
        for (std::size_t c = flavors_; c < components_; ++c) {
            const double coherence = rho[c * directions_ + d];
            across += 4.0 * coherence * coherence;
        }
        for (std::size_t f = 1; f < flavors_; ++f) {
            const double difference = rho[d] - rho[f * directions_ + d];
            along += difference * difference;
        }
        tilted = tilted || across > told_tilt * (across + along);
    }
    return tilted;
}

void Mixer::read_flavors() {
    tilted_ = false;
    for (int group = 0; group < static_cast<int>(groups_); ++group) {
        bool moved = false;
        for (int type = 0; type < 2; ++type) {
            tilted_ = tilted_ || (!invariant_ && is_tilted(type, group));
            for (std::size_t d = 0; d < directions_; ++d) {
                double trace = 0.0;
                double largest = 0.0;
                for (std::size_t f = 0; f < flavors_; ++f) {
                    const std::size_t at = mode(type, group, static_cast<int>(f)) + d;
                    trace += flavor_[at];
                    change_[at] = stored(type, group, diagonal(f))[d] - flavor_[at];
                    largest = std::max(largest, std::abs(change_[at]));
                }
                const bool any = largest > rounding * trace;
                for (std::size_t f = 0; f < flavors_; ++f) {
                    double& one = change_[mode(type, group, static_cast<int>(f)) + d];
                    one = any && std::abs(one) > rounding * trace ? one : 0.0;
                }
                moved = moved || any;
            }
        }
        moved_[static_cast<std::size_t>(group)] = moved;
    }
}

bool Mixer::mix(const CellIndex& cell, double* state, std::int64_t state_stride,
                const std::vector<Diagnostic>& diagnostics, double time, double dt, miscid_status& status,
                miscid_report& report) noexcept {
    write_flavors();
    miscid_view view;
    miscid_view_init(&view, state);
    std::int32_t doubles = 0;
    miscid_state_doubles_per_cell(context_.get(), &doubles);
    miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, doubles, state_stride);
    if ((status = miscid_batch_bind(batch_.get(), MISCID_FIELD_STATE, &view)) < 0) {
        return false;
    }
    for (const auto& diagnostic : diagnostics) {
        view = diagnostic.view;
        view.data = diagnostic.host.cell(cell);
        if ((status = miscid_batch_bind(batch_.get(), diagnostic.field, &view)) < 0) {
            return false;
        }
    }
    report = miscid_report{};
    report.struct_size = sizeof report;
    const auto outcome = miscid_apply(context_.get(), workspace_.get(), batch_.get(), time, dt, &report);
    status = outcome < 0 ? outcome : static_cast<miscid_status>(status_);
    if (status < 0 || status == MISCID_CELL_REDUCE_TIME_STEP) {
        return false;
    }
    read_flavors();
    return true;
}

void Mixer::transfer(int group, int d, double (&fraction)[most_species][most_species]) const {
    for (auto& row : fraction) {
        std::fill(std::begin(row), std::end(row), 0.0);
    }
    const int flavors = static_cast<int>(flavors_);
    for (int type = 0; type < 2; ++type) {
        double gained = 0.0;
        for (int f = 0; f < flavors; ++f) {
            gained += std::max(change(type, group, f)[d], 0.0);
        }
        for (int f = 0; f < flavors && gained > 0.0; ++f) {
            const double lost = -change(type, group, f)[d];
            const double whole = flavor_[mode(type, group, f) + static_cast<std::size_t>(d)];
            if (!(lost > 0.0 && whole > 0.0)) {
                continue;
            }
            for (const Part& from : species_.parts(type, f)) {
                const double leaving = std::min(lost / whole, 1.0) * from.content; // of the species
                for (int g = 0; g < flavors; ++g) {
                    const double won = std::max(change(type, group, g)[d], 0.0);
                    for (const Part& to : species_.parts(type, g)) {
                        fraction[from.species][to.species] += leaving * (won / gained) * to.gain;
                    }
                }
            }
        }
    }
}

} // namespace miscid::adapters
