// The ordinates adapter: species of a bin to flavors, the step, and back.

#include "../common/batch.hpp"
#include "../common/setup.hpp"

#include <miscid/ordinates.h>

#include <memory>

using namespace miscid::adapters;

struct miscid_ordinates {
    miscid::Context context;
    SpeciesTable species;
    OffSwitch off;
    int groups, directions;
    bool invariant;
    double unit, density_unit;
};

struct miscid_ordinates_workspace {
    explicit miscid_ordinates_workspace(const miscid_ordinates& ordinates)
        : description(&ordinates),
          mixer(ordinates.context, ordinates.species, ordinates.groups, ordinates.directions, ordinates.invariant),
          weight(static_cast<std::size_t>(ordinates.groups * ordinates.directions)) {}
    const miscid_ordinates* description;
    Mixer mixer;
    std::vector<double> weight; ///< [group][direction], units.number_density per distribution
};

struct miscid_ordinates_batch : BoundArrays {
    const miscid_ordinates* description = nullptr;
    char* bin(const CellIndex& cell, int species, int group, int direction) const {
        const HostView& f = view(MISCID_ORDINATES_FIELD_DISTRIBUTION);
        return f.cell(cell) + species * f.stride_of(axis_species) + f.group_offset(group) +
               direction * f.stride_of(MISCID_AXIS_DIRECTION);
    }
};

namespace {

constexpr FieldEntry entries[] = {
#define MISCID_ORDINATES_FIELD(name, id, axes, access, text) {id, #name, axes, FieldEntry::access},
#include <miscid/ordinates_field_list.h>
#undef MISCID_ORDINATES_FIELD
};
constexpr FieldTable table = {entries, sizeof entries / sizeof entries[0], MISCID_ORDINATES_FIELD_STATUS,
                              MISCID_ORDINATES_FIELD_TILTED, MISCID_ORDINATES_FIELD_STATE};

miscid_ordinates read(const char* text, std::size_t length) {
    auto parts = split(text, length, "ordinates");
    Section& section = parts.section;
    auto species = read_species(section, parts.flavors);
    const auto off = read_off_switch(section);
    const double unit = section.positive("unit", 1.0);
    section.finish();
    miscid::Context context(parts.config);
    int directions = 1;
    for (const auto& axis : context.field_shape(MISCID_FIELD_RHO)) {
        directions = axis.axis == MISCID_AXIS_DIRECTION ? static_cast<int>(axis.extent) : directions;
    }
    const double density_unit = context.field_unit(MISCID_FIELD_RHO).factor;
    return {std::move(context), std::move(species), off, parts.groups, directions, parts.invariant, unit, density_unit};
}

miscid_status missing(const char* where, miscid_ordinates_field field) {
    return set_error(MISCID_MISSING_FIELD, "%s: field %s is not bound", where, table.find(field)->name);
}

miscid_status check(const char* where, const miscid_ordinates* ordinates, const miscid_ordinates_workspace* workspace,
                    const miscid_ordinates_batch* batch, double time, double dt, const miscid_report* report) {
    if (ordinates == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: ordinates, workspace or batch is null", where);
    }
    if (workspace->description != ordinates || batch->description != ordinates) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the workspace or batch was made for other ordinates", where);
    }
    if (const auto status = check_call(where, time, dt, report)) {
        return status;
    }
    const auto bound = [&](miscid_ordinates_field field) { return batch->bound(field); };
    for (const auto field : {MISCID_ORDINATES_FIELD_DISTRIBUTION, MISCID_ORDINATES_FIELD_DIRECTION,
                             MISCID_ORDINATES_FIELD_ENERGY, MISCID_ORDINATES_FIELD_STATE}) {
        if (!bound(field)) {
            return missing(where, field);
        }
    }
    if (!bound(MISCID_ORDINATES_FIELD_ELECTRON_DENSITY) &&
        !(bound(MISCID_ORDINATES_FIELD_MASS_DENSITY) && bound(MISCID_ORDINATES_FIELD_ELECTRON_FRACTION))) {
        return missing(where, MISCID_ORDINATES_FIELD_ELECTRON_DENSITY);
    }
    if (ordinates->off.by_density && !bound(MISCID_ORDINATES_FIELD_MASS_DENSITY)) {
        return missing(where, MISCID_ORDINATES_FIELD_MASS_DENSITY);
    }
    if (ordinates->off.by_radius && !bound(MISCID_ORDINATES_FIELD_RADIUS)) {
        return missing(where, MISCID_ORDINATES_FIELD_RADIUS);
    }
    return check_cells(where, table, batch->views.data(), batch->diagnostics, batch->box);
}

/** The cell's matter, directions, weights and distributions; a status below 0 refuses it. */
miscid_status read_cell(const miscid_ordinates_batch& batch, miscid_ordinates_workspace& workspace,
                        const CellIndex& cell, bool& off) {
    const auto& description = *workspace.description;
    Mixer& mixer = workspace.mixer;
    double radius = 0.0;
    for (const auto& [field, value] :
         {std::pair{MISCID_ORDINATES_FIELD_ELECTRON_DENSITY, &mixer.medium.electron_density},
          std::pair{MISCID_ORDINATES_FIELD_MASS_DENSITY, &mixer.medium.mass_density},
          std::pair{MISCID_ORDINATES_FIELD_ELECTRON_FRACTION, &mixer.medium.electron_fraction},
          std::pair{MISCID_ORDINATES_FIELD_RADIUS, &radius}}) {
        const HostView& view = batch.view(field);
        if (view.bound() && !read_number(view.cell(cell), view.dtype, *value)) {
            return MISCID_CELL_NOT_FINITE;
        }
    }
    off = description.off.off(mixer.medium.mass_density, radius);
    if (off) {
        return MISCID_OK;
    }
    const HostView& direction = batch.view(MISCID_ORDINATES_FIELD_DIRECTION);
    const HostView& weight = batch.view(MISCID_ORDINATES_FIELD_WEIGHT);
    const HostView& f = batch.view(MISCID_ORDINATES_FIELD_DISTRIBUTION);
    for (int d = 0; d < description.directions; ++d) {
        for (int a = 0; a < 3; ++a) {
            const char* place = direction.cell(cell) + d * direction.stride_of(MISCID_AXIS_DIRECTION) +
                                a * direction.stride_of(MISCID_AXIS_SPACE);
            if (!read_number(place, direction.dtype, mixer.directions()[3 * d + a])) {
                return MISCID_CELL_NOT_FINITE;
            }
        }
        for (int g = 0; g < description.groups; ++g) {
            double& w = workspace.weight[static_cast<std::size_t>(g * description.directions + d)];
            w = 1.0;
            if (weight.bound() &&
                !read_number(weight.cell(cell) + weight.group_offset(g) + d * weight.stride_of(MISCID_AXIS_DIRECTION),
                             weight.dtype, w)) {
                return MISCID_CELL_NOT_FINITE;
            }
            if (!(w > 0.0)) {
                return MISCID_CELL_NEGATIVE_WEIGHT;
            }
            w *= description.unit / description.density_unit;
            for (int s = 0; s < description.species.count(); ++s) {
                double value = 0.0;
                if (!read_number(batch.bin(cell, s, g, d), f.dtype, value)) {
                    return MISCID_CELL_NOT_FINITE;
                }
                if (!(value >= 0.0)) {
                    return MISCID_CELL_EIGENVALUE_RANGE;
                }
                mixer.content(s, g)[d] = value * w * description.species.number_factor(s);
            }
        }
    }
    return MISCID_OK;
}

void write_cell(const miscid_ordinates_batch& batch, const miscid_ordinates_workspace& workspace,
                const CellIndex& cell) {
    const auto& description = *workspace.description;
    const HostView& f = batch.view(MISCID_ORDINATES_FIELD_DISTRIBUTION);
    const int species = description.species.count();
    for (int g = 0; g < description.groups; ++g) {
        if (workspace.mixer.unchanged(g)) {
            continue;
        }
        for (int d = 0; d < description.directions; ++d) {
            double fraction[Mixer::most_species][Mixer::most_species];
            workspace.mixer.transfer(g, d, fraction);
            double moved[Mixer::most_species] = {};
            for (int s = 0; s < species; ++s) {
                for (int to = 0; to < species; ++to) {
                    const double number = s == to ? 0.0 : fraction[s][to] * workspace.mixer.content(s, g)[d];
                    moved[s] -= number;
                    moved[to] += number;
                }
            }
            const double w = workspace.weight[static_cast<std::size_t>(g * description.directions + d)];
            for (int s = 0; s < species; ++s) {
                if (moved[s] != 0.0) {
                    char* place = batch.bin(cell, s, g, d);
                    double value = 0.0;
                    read_number(place, f.dtype, value);
                    value += moved[s] / (w * description.species.number_factor(s));
                    write_number(place, f.dtype, std::max(value, 0.0)); // below zero only by rounding
                }
            }
        }
    }
}

} // namespace

size_t miscid_ordinates_last_error(char* buffer, size_t capacity) {
    return last_error(buffer, capacity);
}

miscid_status miscid_ordinates_create(const char* text, size_t length, miscid_ordinates** ordinates) {
    MISCID_REQUIRE(text);
    MISCID_REQUIRE(ordinates);
    return guarded(__func__, [&] {
        *ordinates = new miscid_ordinates(read(text, length));
        return MISCID_OK;
    });
}

void miscid_ordinates_destroy(miscid_ordinates* ordinates) {
    delete ordinates;
}

const miscid_context* miscid_ordinates_context(const miscid_ordinates* ordinates) {
    return ordinates != nullptr ? ordinates->context.get() : nullptr;
}

miscid_status miscid_ordinates_shape(const miscid_ordinates* ordinates, int32_t* species, int32_t* groups,
                                     int32_t* directions) {
    clear_error();
    MISCID_REQUIRE(ordinates);
    put(species, ordinates->species.count());
    put(groups, ordinates->groups);
    put(directions, ordinates->directions);
    return MISCID_OK;
}

miscid_status miscid_ordinates_state_doubles_per_cell(const miscid_ordinates* ordinates, int32_t* count) {
    clear_error();
    MISCID_REQUIRE(ordinates);
    return miscid_state_doubles_per_cell(ordinates->context.get(), count);
}

miscid_status miscid_ordinates_workspace_create(const miscid_ordinates* ordinates,
                                                miscid_ordinates_workspace** workspace) {
    MISCID_REQUIRE(ordinates);
    MISCID_REQUIRE(workspace);
    return guarded(__func__, [&] {
        *workspace = new miscid_ordinates_workspace(*ordinates);
        return MISCID_OK;
    });
}

void miscid_ordinates_workspace_destroy(miscid_ordinates_workspace* workspace) {
    delete workspace;
}

miscid_status miscid_ordinates_batch_create(const miscid_ordinates* ordinates, miscid_ordinates_batch** batch) {
    MISCID_REQUIRE(ordinates);
    MISCID_REQUIRE(batch);
    return guarded(__func__, [&] {
        auto made = std::make_unique<miscid_ordinates_batch>();
        made->description = ordinates;
        *batch = made.release();
        return MISCID_OK;
    });
}

void miscid_ordinates_batch_destroy(miscid_ordinates_batch* batch) {
    delete batch;
}

miscid_status miscid_ordinates_bind(miscid_ordinates_batch* batch, miscid_ordinates_field field,
                                    const miscid_view* view) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(view);
    const miscid_ordinates& description = *batch->description;
    const FieldExtents extents = {description.species.count(), description.groups, description.directions,
                                  description.context.state_doubles_per_cell()};
    return bind_view(__func__, table, field, extents, *view, *batch);
}

miscid_status miscid_ordinates_bind_array(miscid_ordinates_batch* batch, miscid_ordinates_field field, void* data,
                                          int32_t dtype, int32_t axis_count, const int32_t* axis, const int64_t* extent,
                                          const int64_t* stride) {
    clear_error();
    MISCID_REQUIRE(batch);
    miscid_view view;
    if (const auto status = make_view(__func__, data, dtype, axis_count, axis, extent, stride, view)) {
        return status;
    }
    return miscid_ordinates_bind(batch, field, &view);
}

miscid_status miscid_ordinates_bind_diagnostic(miscid_ordinates_batch* batch, miscid_field field,
                                               const miscid_view* view) {
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(view);
    return guarded(__func__, [&] {
        return bind_diagnostic("miscid_ordinates_bind_diagnostic", batch->description->context, field, *view, *batch);
    });
}

miscid_status miscid_ordinates_set_box(miscid_ordinates_batch* batch, const int64_t extent[4], const int64_t lower[4],
                                       const int64_t upper[4]) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(extent);
    return set_cells(__func__, extent, lower, upper, *batch);
}

miscid_status miscid_ordinates_apply(const miscid_ordinates* ordinates, miscid_ordinates_workspace* workspace,
                                     const miscid_ordinates_batch* batch, double time, double dt,
                                     miscid_report* report) {
    clear_error();
    if (const auto status = check(__func__, ordinates, workspace, batch, time, dt, report)) {
        return status;
    }
    Mixer& mixer = workspace->mixer;
    const HostView& energy = batch->view(MISCID_ORDINATES_FIELD_ENERGY);
    for (int g = 0; g < ordinates->groups; ++g) {
        if (!read_number(energy.data + energy.group_offset(g), energy.dtype, mixer.energies()[g])) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: energy of group %d is not finite", __func__, g);
        }
    }
    mixer.begin({batch->bound(MISCID_ORDINATES_FIELD_ELECTRON_DENSITY),
                 batch->bound(MISCID_ORDINATES_FIELD_MASS_DENSITY),
                 batch->bound(MISCID_ORDINATES_FIELD_ELECTRON_FRACTION)},
                batch->diagnostics);
    const HostView& state = batch->view(MISCID_ORDINATES_FIELD_STATE);
    miscid_status status = MISCID_OK;
    const auto treat = [&](const CellIndex& cell, miscid_report& one) {
        bool off = false;
        bool tilted = false;
        status = read_cell(*batch, *workspace, cell, off);
        if (status == MISCID_OK && !off &&
            mixer.mix(cell, reinterpret_cast<double*>(state.cell(cell)), state.stride_of(MISCID_AXIS_COMPONENT),
                      batch->diagnostics, time, dt, status, one)) {
            tilted = mixer.tilted();
            write_cell(*batch, *workspace, cell);
        }
        batch->write(MISCID_ORDINATES_FIELD_STATUS, cell, status);
        batch->write(MISCID_ORDINATES_FIELD_TILTED, cell, off ? 2 : (tilted ? 1 : 0));
        return status;
    };
    return over_cells(__func__, batch->box, report, treat, [&] { return miscid_status_text(status); });
}
