/** @file description.hpp  What stands behind the handles of particles.h. */
#pragma once

#include "../common/batch.hpp"
#include "../common/setup.hpp"

#include <miscid/particles.h>

struct miscid_particles {
    miscid::Context context;
    miscid::adapters::SpeciesTable species;
    miscid::adapters::OffSwitch off;
    int polar, azimuth;        ///< bins, equal in cosine and azimuth
    std::vector<double> edges; ///< of the groups, units.energy
    bool invariant;
    std::uint64_t seed;
    double unit, volume_unit, density_unit;
    int least_packets;

    int groups() const { return static_cast<int>(edges.size()) - 1; }
    int directions() const { return polar * azimuth; }
};

struct miscid_particles_workspace {
    miscid_particles_workspace(const miscid_particles& particles, std::int64_t packets, std::int64_t cells);
    const miscid_particles* description;
    miscid::adapters::Mixer mixer;
    std::vector<std::int64_t> first; ///< [cell + 1]
    std::vector<std::int64_t> order; ///< packets sorted by cell
    std::vector<std::int32_t> bin;   ///< [packet] direction + directions * group
};

namespace miscid::adapters {

struct Member {
    std::int64_t offset = -1;
    int dtype = MISCID_FLOAT64;
};

} // namespace miscid::adapters

struct miscid_particles_batch {
    const miscid_particles* description = nullptr;
    char* data = nullptr;
    std::int64_t stride = 0;
    void* const* pointers = nullptr;
    std::int64_t count = 0;
    std::int64_t cells = 0;
    miscid::adapters::Member member[7];
    char* field[9] = {};
    std::int64_t field_stride[9] = {};

    char* packet(std::int64_t p) const {
        return pointers != nullptr ? static_cast<char*>(pointers[p]) : data + p * stride;
    }
    char* place(std::int64_t p, miscid_particles_member what) const { return packet(p) + member[what].offset; }
    bool has(miscid_particles_member what) const { return member[what].offset >= 0; }
    char* cell(std::int64_t c, miscid_particles_field what) const { return field[what] + c * field_stride[what]; }
    bool has(miscid_particles_field what) const { return field[what] != nullptr; }
};

namespace miscid::adapters {

/** An int32 or int64. */
inline std::int64_t read_integer(const char* address, int dtype) {
    std::int64_t value = 0;
    if (dtype == MISCID_INT32) {
        std::int32_t number;
        std::memcpy(&number, address, sizeof number);
        value = number;
    } else {
        std::memcpy(&value, address, sizeof value);
    }
    return value;
}

/** Sorts packets by cell and finds their bins. A status below 0 refuses the call. */
miscid_status sort_packets(const char* where, const miscid_particles_batch& batch,
                           miscid_particles_workspace& workspace) noexcept;

/** A number in [0, 1) from seed, step and packet (splitmix64, Steele et al. 2014). */
double draw(std::uint64_t seed, std::uint64_t step, std::uint64_t packet) noexcept;

} // namespace miscid::adapters
