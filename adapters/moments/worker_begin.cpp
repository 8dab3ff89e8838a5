// What a call checks once before its first cell, and why a cell was refused.

#include "worker.hpp"

#include "../common/error.hpp"

#include <cmath>
#include <cstdio>

namespace miscid::adapters {

namespace {

struct FieldName {
    int id;
    const char* name;
};
constexpr FieldName names[] = {
#define MISCID_MOMENTS_FIELD(name, id, axes, access, text) {id, #name},
#include <miscid/moments_field_list.h>
#undef MISCID_MOMENTS_FIELD
};

const char* name_of(int field) {
    for (const auto& entry : names) {
        if (entry.id == field) {
            return entry.name;
        }
    }
    return "?";
}

/** Fills [group] from a view without cells; 0 where nothing is bound. */
bool read_groups(const HostView& view, std::vector<double>& values) {
    for (std::size_t g = 0; g < values.size(); ++g) {
        if (view.bound() && !(read_number(view.data + view.group_offset(static_cast<int>(g)), view.dtype, values[g]) &&
                              values[g] > 0.0)) {
            return false;
        }
    }
    return true;
}

} // namespace

int MomentsBatch::flux_components() const {
    const HostView& whole = view(MISCID_MOMENTS_FIELD_FLUX);
    if (whole.bound()) {
        return whole.has(MISCID_AXIS_SPACE) ? static_cast<int>(whole.extent_of(MISCID_AXIS_SPACE)) : 1;
    }
    const bool x = view(MISCID_MOMENTS_FIELD_FLUX_X).bound();
    const bool y = view(MISCID_MOMENTS_FIELD_FLUX_Y).bound();
    const bool z = view(MISCID_MOMENTS_FIELD_FLUX_Z).bound();
    return x && y && z ? 3 : 0;
}

const HostView& MomentsBatch::flux(int component, std::int64_t& offset) const {
    const HostView& whole = view(MISCID_MOMENTS_FIELD_FLUX);
    offset = component * whole.stride_of(MISCID_AXIS_SPACE);
    if (whole.bound()) {
        return whole;
    }
    offset = 0;
    return views[static_cast<std::size_t>(MISCID_MOMENTS_FIELD_FLUX_X + component)];
}

miscid_status MomentsWorker::begin(const char* where, const MomentsBatch& batch, bool diagnostics) {
    batch_ = &batch;
    const auto missing = [&](miscid_moments_field field, const char* why) {
        return set_error(MISCID_MISSING_FIELD, "%s: field %s is not bound (%s)", where, name_of(field), why);
    };
    const auto bound = [&](miscid_moments_field field) { return batch.view(field).bound(); };
    if (!bound(MISCID_MOMENTS_FIELD_DENSITY)) {
        return missing(MISCID_MOMENTS_FIELD_DENSITY, "always needed");
    }
    const int components = batch.flux_components();
    if (components == 0) {
        return missing(MISCID_MOMENTS_FIELD_FLUX, "always needed; or FLUX_X, FLUX_Y and FLUX_Z");
    }
    if (!bound(MISCID_MOMENTS_FIELD_STATE)) {
        return missing(MISCID_MOMENTS_FIELD_STATE, "the module's memory between steps; zero it at the start");
    }
    if (description_.grey ? !bound(MISCID_MOMENTS_FIELD_NUMBER) : !bound(MISCID_MOMENTS_FIELD_ENERGY)) {
        return missing(description_.grey ? MISCID_MOMENTS_FIELD_NUMBER : MISCID_MOMENTS_FIELD_ENERGY,
                       description_.grey ? "moments.grey" : "needed with energy groups");
    }
    const bool pauli = description_.closure == Closure::pauli || description_.other_closure == Closure::pauli;
    if (pauli && !bound(MISCID_MOMENTS_FIELD_ENERGY_WIDTH)) {
        return missing(MISCID_MOMENTS_FIELD_ENERGY_WIDTH, "needed by the closure pauli");
    }
    if (!bound(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY) &&
        !(bound(MISCID_MOMENTS_FIELD_MASS_DENSITY) && bound(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION))) {
        return missing(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY, "bind it, or MASS_DENSITY and ELECTRON_FRACTION");
    }
    if (description_.off.by_density && !bound(MISCID_MOMENTS_FIELD_MASS_DENSITY)) {
        return missing(MISCID_MOMENTS_FIELD_MASS_DENSITY, "needed by moments.off_*_density");
    }
    if (description_.off.by_radius && !bound(MISCID_MOMENTS_FIELD_RADIUS)) {
        return missing(MISCID_MOMENTS_FIELD_RADIUS, "needed by moments.off_*_radius");
    }
    if (description_.frame == Frame::laboratory && !bound(MISCID_MOMENTS_FIELD_VELOCITY)) {
        return missing(MISCID_MOMENTS_FIELD_VELOCITY, "needed by moments.frame = laboratory");
    }
    for (const auto field : {MISCID_MOMENTS_FIELD_VELOCITY, MISCID_MOMENTS_FIELD_METRIC}) {
        const HostView& view = batch.view(field);
        const int wanted = field == MISCID_MOMENTS_FIELD_VELOCITY ? components : (components == 1 ? 1 : 6);
        const auto given = view.has(MISCID_AXIS_SPACE) ? view.extent_of(MISCID_AXIS_SPACE) : 1;
        if (view.bound() && given != wanted) {
            return set_error(MISCID_BAD_VIEW, "%s: field %s has %lld components, expected %d beside a flux of %d",
                             where, name_of(field), static_cast<long long>(given), wanted, components);
        }
    }
    // One flux component is radial: everything is a function of the cosine to it.
    if (!read_groups(batch.view(MISCID_MOMENTS_FIELD_ENERGY), energy_) ||
        !read_groups(batch.view(MISCID_MOMENTS_FIELD_GROUP_FACTOR), group_factor_) ||
        !read_groups(batch.view(MISCID_MOMENTS_FIELD_ENERGY_WIDTH), width_)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: ENERGY, ENERGY_WIDTH or GROUP_FACTOR is not positive", where);
    }
    place_moments(batch, components);
    certifiable_ = diagnostics && batch.diagnostics.empty() && prepare_certificate();
    mixer_.begin({bound(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY), bound(MISCID_MOMENTS_FIELD_MASS_DENSITY),
                  bound(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION)},
                 diagnostics ? batch.diagnostics : mixer_.no_diagnostics);
    return MISCID_OK;
}

/** Where the moments of species and groups are within a cell, and their units: the same for all cells. */
void MomentsWorker::place_moments(const MomentsBatch& batch, int components) {
    const HostView& density = batch.view(MISCID_MOMENTS_FIELD_DENSITY);
    for (int s = 0; s < species_count_; ++s) {
        for (int g = 0; g < groups_; ++g) {
            const std::size_t i = at(s, g);
            density_at_[i] = s * density.stride_of(axis_species) + density.group_offset(g);
            for (int a = 0; a < components; ++a) {
                std::int64_t offset = 0;
                const HostView& flux = batch.flux(a, offset);
                flux_at_[a][i] = offset + s * flux.stride_of(axis_species) + flux.group_offset(g);
            }
            unit_[i] =
                description_.unit * group_factor_[static_cast<std::size_t>(g)] * description_.species.number_factor(s);
        }
    }
}

miscid_status MomentsWorker::refuse(miscid_status status, miscid_moments_field field, int species, int group,
                                    double value) noexcept {
    std::snprintf(complaint_, sizeof complaint_, "field %s, species %d, group %d, value %.9g: %s", name_of(field),
                  species, group, value, miscid_status_text(status));
    return status;
}

} // namespace miscid::adapters
