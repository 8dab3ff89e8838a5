// The C interface of the particles adapter.

#include "description.hpp"

#include <cmath>
#include <memory>

using namespace miscid::adapters;

namespace {

constexpr double two_pi = 6.283185307179586;

miscid_particles read(const char* text, std::size_t length) {
    auto parts = split(text, length, "particles");
    Section& section = parts.section;
    const int polar = section.count("polar", 8, 2, 200);
    const int azimuth = section.count("azimuth", 4, 3, 200);
    const auto edges = section.get<std::vector<double>>("energy_edges", {0.0, 500.0});
    bool rising = edges.size() >= 2 && edges.front() >= 0.0;
    for (std::size_t i = 1; i < edges.size(); ++i) {
        rising = rising && edges[i] > edges[i - 1];
    }
    if (!rising) {
        section.refuse("energy_edges", "must be at least two rising numbers");
    }
    require(miscid_config_set_integer(parts.config.get(), "phase_space.directions", polar * azimuth));
    require(miscid_config_set_integer(parts.config.get(), "phase_space.groups", static_cast<int>(edges.size()) - 1));
    auto species = read_species(section, parts.flavors);
    const auto off = read_off_switch(section);
    miscid::Context context(parts.config);
    const double density_unit = context.field_unit(MISCID_FIELD_RHO).factor;
    miscid_particles made{std::move(context),
                          std::move(species),
                          off,
                          polar,
                          azimuth,
                          edges,
                          parts.invariant,
                          static_cast<std::uint64_t>(section.count("seed", 1, 0, 0x7fffffff)),
                          section.positive("unit", 1.0),
                          section.positive("volume_unit", 1.0),
                          density_unit,
                          section.count("least_packets", 1, 0, 1000000)};
    section.finish();
    return made;
}

/** Neutrinos of a cell's packets in their bins. A status below 0 refuses the cell. */
miscid_status fill(const miscid_particles& particles, const miscid_particles_batch& batch,
                   miscid_particles_workspace& workspace, std::int64_t cell, double volume) {
    const int species = particles.species.count();
    for (int s = 0; s < species; ++s) {
        for (int g = 0; g < particles.groups(); ++g) {
            std::fill_n(workspace.mixer.content(s, g), particles.directions(), 0.0);
        }
    }
    const auto c = static_cast<std::size_t>(cell);
    for (std::int64_t i = workspace.first[c]; i < workspace.first[c + 1]; ++i) {
        const std::int64_t p = workspace.order[static_cast<std::size_t>(i)];
        const int bin = workspace.bin[static_cast<std::size_t>(p)];
        const auto s =
            read_integer(batch.place(p, MISCID_PARTICLES_SPECIES), batch.member[MISCID_PARTICLES_SPECIES].dtype);
        if (bin < 0) {
            return set_error(MISCID_CELL_NOT_FINITE,
                             "miscid_particles_apply: cell %lld, packet %lld: a number is not finite, "
                             "the weight negative or the direction without length",
                             static_cast<long long>(cell), static_cast<long long>(p));
        }
        if (s < 0 || s >= species) {
            return set_error(MISCID_CELL_EIGENVALUE_RANGE,
                             "miscid_particles_apply: cell %lld, packet %lld: species %lld is not in [0, %d)",
                             static_cast<long long>(cell), static_cast<long long>(p), static_cast<long long>(s),
                             species);
        }
        double weight = 0.0;
        read_number(batch.place(p, MISCID_PARTICLES_WEIGHT), MISCID_FLOAT64, weight);
        workspace.mixer.content(static_cast<int>(s), bin / particles.directions())[bin % particles.directions()] +=
            weight * (particles.unit * particles.species.number_factor(static_cast<int>(s)) /
                      (volume * particles.volume_unit * particles.density_unit));
    }
    return MISCID_OK;
}

/** Draws new species for the packets of a cell; returns how many changed. */
std::int32_t change(const miscid_particles& particles, const miscid_particles_batch& batch,
                    miscid_particles_workspace& workspace, std::int64_t cell, std::uint64_t step) {
    std::int32_t changed = 0;
    const auto c = static_cast<std::size_t>(cell);
    for (std::int64_t i = workspace.first[c]; i < workspace.first[c + 1]; ++i) {
        const std::int64_t p = workspace.order[static_cast<std::size_t>(i)];
        const int bin = workspace.bin[static_cast<std::size_t>(p)];
        const int group = bin / particles.directions();
        if (workspace.mixer.unchanged(group)) {
            continue;
        }
        double fraction[Mixer::most_species][Mixer::most_species];
        workspace.mixer.transfer(group, bin % particles.directions(), fraction);
        const int dtype = batch.member[MISCID_PARTICLES_SPECIES].dtype;
        char* place = batch.place(p, MISCID_PARTICLES_SPECIES);
        const auto from = read_integer(place, dtype);
        const auto id =
            batch.has(MISCID_PARTICLES_ID) ? read_integer(batch.place(p, MISCID_PARTICLES_ID), MISCID_INT64) : p;
        double left = draw(particles.seed, step, static_cast<std::uint64_t>(id));
        for (int to = 0; to < particles.species.count(); ++to) {
            left -= fraction[from][to];
            if (left < 0.0) {
                if (to != from) {
                    if (dtype == MISCID_INT32) {
                        const std::int32_t number = to;
                        std::memcpy(place, &number, sizeof number);
                    } else {
                        const std::int64_t number = to;
                        std::memcpy(place, &number, sizeof number);
                    }
                    ++changed;
                }
                break;
            }
        }
    }
    return changed;
}

miscid_status check(const char* where, const miscid_particles* particles, const miscid_particles_workspace* workspace,
                    const miscid_particles_batch* batch, double time, double dt, const miscid_report* report) {
    if (particles == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: particles, workspace or batch is null", where);
    }
    if (workspace->description != particles || batch->description != particles) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the workspace or batch was made for other particles", where);
    }
    for (const auto member : {MISCID_PARTICLES_WEIGHT, MISCID_PARTICLES_SPECIES, MISCID_PARTICLES_ENERGY,
                              MISCID_PARTICLES_DIRECTION, MISCID_PARTICLES_CELL}) {
        if (!batch->has(member)) {
            return set_error(MISCID_MISSING_FIELD, "%s: member %d of the packets is not bound", where,
                             static_cast<int>(member));
        }
    }
    const bool electrons =
        batch->has(MISCID_PARTICLES_FIELD_ELECTRON_DENSITY) ||
        (batch->has(MISCID_PARTICLES_FIELD_MASS_DENSITY) && batch->has(MISCID_PARTICLES_FIELD_ELECTRON_FRACTION));
    const bool switched = (!particles->off.by_density || batch->has(MISCID_PARTICLES_FIELD_MASS_DENSITY)) &&
                          (!particles->off.by_radius || batch->has(MISCID_PARTICLES_FIELD_RADIUS));
    if (!batch->has(MISCID_PARTICLES_FIELD_VOLUME) || !batch->has(MISCID_PARTICLES_FIELD_STATE) || !electrons ||
        !switched) {
        return set_error(
            MISCID_MISSING_FIELD,
            "%s: VOLUME, STATE, ELECTRON_DENSITY (or MASS_DENSITY and ELECTRON_FRACTION) and what particles.off_* "
            "needs must be bound",
            where);
    }
    return check_call(where, time, dt, report);
}

} // namespace

miscid_particles_workspace::miscid_particles_workspace(const miscid_particles& particles, std::int64_t packets,
                                                       std::int64_t cells)
    : description(&particles),
      mixer(particles.context, particles.species, particles.groups(), particles.directions(), particles.invariant),
      first(static_cast<std::size_t>(cells) + 1), order(static_cast<std::size_t>(packets)),
      bin(static_cast<std::size_t>(packets)) {
    for (int i = 0; i < particles.polar; ++i) {
        const double mu = 1.0 - (2.0 * i + 1.0) / particles.polar;
        for (int a = 0; a < particles.azimuth; ++a) {
            const double phi = two_pi * (a + 0.5) / particles.azimuth;
            double* v = mixer.directions() + 3 * (i * particles.azimuth + a);
            v[0] = std::sqrt(1.0 - mu * mu) * std::cos(phi);
            v[1] = std::sqrt(1.0 - mu * mu) * std::sin(phi);
            v[2] = mu;
        }
    }
    for (int g = 0; g < particles.groups(); ++g) {
        const auto e = static_cast<std::size_t>(g);
        mixer.energies()[g] = 0.5 * (particles.edges[e] + particles.edges[e + 1]);
    }
}

size_t miscid_particles_last_error(char* buffer, size_t capacity) {
    return last_error(buffer, capacity);
}

miscid_status miscid_particles_create(const char* text, size_t length, miscid_particles** particles) {
    MISCID_REQUIRE(text);
    MISCID_REQUIRE(particles);
    return guarded(__func__, [&] {
        *particles = new miscid_particles(read(text, length));
        return MISCID_OK;
    });
}

void miscid_particles_destroy(miscid_particles* particles) {
    delete particles;
}

miscid_status miscid_particles_state_doubles_per_cell(const miscid_particles* particles, int32_t* count) {
    clear_error();
    MISCID_REQUIRE(particles);
    return miscid_state_doubles_per_cell(particles->context.get(), count);
}

miscid_status miscid_particles_workspace_create(const miscid_particles* particles, int64_t packets, int64_t cells,
                                                miscid_particles_workspace** workspace) {
    MISCID_REQUIRE(particles);
    MISCID_REQUIRE(workspace);
    return guarded(__func__, [&]() -> miscid_status {
        if (packets < 0 || cells < 0) {
            throw StatusError(MISCID_BAD_ARGUMENT, "packets or cells is negative");
        }
        *workspace = new miscid_particles_workspace(*particles, packets, cells);
        return MISCID_OK;
    });
}

void miscid_particles_workspace_destroy(miscid_particles_workspace* workspace) {
    delete workspace;
}

miscid_status miscid_particles_batch_create(const miscid_particles* particles, miscid_particles_batch** batch) {
    MISCID_REQUIRE(particles);
    MISCID_REQUIRE(batch);
    return guarded(__func__, [&] {
        auto made = std::make_unique<miscid_particles_batch>();
        made->description = particles;
        *batch = made.release();
        return MISCID_OK;
    });
}

void miscid_particles_batch_destroy(miscid_particles_batch* batch) {
    delete batch;
}

miscid_status miscid_particles_bind_array(miscid_particles_batch* batch, void* data, int64_t stride, int64_t count) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (count < 0 || (count > 0 && data == nullptr) || (count > 1 && stride == 0)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: count is negative, data null or stride 0", __func__);
    }
    batch->data = static_cast<char*>(data);
    batch->stride = stride;
    batch->pointers = nullptr;
    batch->count = count;
    return MISCID_OK;
}

miscid_status miscid_particles_bind_pointers(miscid_particles_batch* batch, void* const* packets, int64_t count) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (count < 0 || (count > 0 && packets == nullptr)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: count is negative or packets null", __func__);
    }
    batch->data = nullptr;
    batch->pointers = packets;
    batch->count = count;
    return MISCID_OK;
}

miscid_status miscid_particles_bind_member(miscid_particles_batch* batch, miscid_particles_member member,
                                           int64_t offset, int32_t dtype) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (member < MISCID_PARTICLES_WEIGHT || member > MISCID_PARTICLES_ID || offset < 0) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: no member %d, or a negative offset", __func__,
                         static_cast<int>(member));
    }
    const bool whole = member == MISCID_PARTICLES_SPECIES || member == MISCID_PARTICLES_CELL;
    const bool fits = whole ? dtype == MISCID_INT32 || dtype == MISCID_INT64
                            : dtype == (member == MISCID_PARTICLES_ID ? MISCID_INT64 : MISCID_FLOAT64);
    if (!fits) {
        return set_error(MISCID_BAD_VIEW, "%s: member %d cannot have dtype %d", __func__, static_cast<int>(member),
                         dtype);
    }
    batch->member[member] = {offset, dtype};
    return MISCID_OK;
}

miscid_status miscid_particles_bind_cells(miscid_particles_batch* batch, miscid_particles_field field, void* data,
                                          int64_t stride) {
    clear_error();
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(data);
    if (field < MISCID_PARTICLES_FIELD_VOLUME || field > MISCID_PARTICLES_FIELD_CHANGED) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: no field has the id %d", __func__, static_cast<int>(field));
    }
    batch->field[field] = static_cast<char*>(data);
    batch->field_stride[field] = stride;
    return MISCID_OK;
}

miscid_status miscid_particles_set_cells(miscid_particles_batch* batch, int64_t cells) {
    clear_error();
    MISCID_REQUIRE(batch);
    if (cells < 0) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: cells is negative", __func__);
    }
    batch->cells = cells;
    return MISCID_OK;
}

miscid_status miscid_particles_apply(const miscid_particles* particles, miscid_particles_workspace* workspace,
                                     const miscid_particles_batch* batch, uint64_t step, double time, double dt,
                                     miscid_report* report) {
    clear_error();
    if (const auto status = check(__func__, particles, workspace, batch, time, dt, report)) {
        return status;
    }
    if (const auto status = sort_packets(__func__, *batch, *workspace)) {
        return status;
    }
    Mixer& mixer = workspace->mixer;
    mixer.begin({batch->has(MISCID_PARTICLES_FIELD_ELECTRON_DENSITY), batch->has(MISCID_PARTICLES_FIELD_MASS_DENSITY),
                 batch->has(MISCID_PARTICLES_FIELD_ELECTRON_FRACTION)},
                mixer.no_diagnostics);
    Tally tally;
    for (std::int64_t cell = 0; cell < batch->cells; ++cell) {
        double volume = 0.0;
        double radius = 0.0;
        miscid_report one{};
        one.time_step_factor = 1.0;
        miscid_status status = MISCID_OK;
        std::int32_t changed = 0;
        for (const auto& [field, value] :
             {std::pair{MISCID_PARTICLES_FIELD_VOLUME, &volume}, std::pair{MISCID_PARTICLES_FIELD_RADIUS, &radius},
              std::pair{MISCID_PARTICLES_FIELD_ELECTRON_DENSITY, &mixer.medium.electron_density},
              std::pair{MISCID_PARTICLES_FIELD_MASS_DENSITY, &mixer.medium.mass_density},
              std::pair{MISCID_PARTICLES_FIELD_ELECTRON_FRACTION, &mixer.medium.electron_fraction}}) {
            if (batch->has(field) && !read_number(batch->cell(cell, field), MISCID_FLOAT64, *value)) {
                status = MISCID_CELL_NOT_FINITE;
            }
        }
        if (status == MISCID_OK && !(volume > 0.0)) {
            status = MISCID_CELL_NOT_FINITE;
        }
        const auto c = static_cast<std::size_t>(cell);
        const bool few = workspace->first[c + 1] - workspace->first[c] < particles->least_packets;
        if (status == MISCID_OK && !few && !particles->off.off(mixer.medium.mass_density, radius)) {
            status = fill(*particles, *batch, *workspace, cell, volume);
            if (status == MISCID_OK &&
                mixer.mix({cell, 0, 0, 0}, reinterpret_cast<double*>(batch->cell(cell, MISCID_PARTICLES_FIELD_STATE)),
                          sizeof(double), mixer.no_diagnostics, time, dt, status, one)) {
                changed = change(*particles, *batch, *workspace, cell, step);
            }
        }
        if (batch->has(MISCID_PARTICLES_FIELD_STATUS)) {
            write_number(batch->cell(cell, MISCID_PARTICLES_FIELD_STATUS), MISCID_INT32, status);
        }
        if (batch->has(MISCID_PARTICLES_FIELD_CHANGED)) {
            write_number(batch->cell(cell, MISCID_PARTICLES_FIELD_CHANGED), MISCID_INT32, changed);
        }
        tally.add({cell, 0, 0, 0}, status, one);
    }
    return hand_over(tally, report);
}
