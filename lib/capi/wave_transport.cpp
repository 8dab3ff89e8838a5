// Flavor waves between cells through the C interface: checks of what comes in, then waves/wave_transport.

#include "waves/wave_transport.hpp"

#include "capi/error.hpp"

#include <cmath>
#include <type_traits>

namespace miscid::capi {

namespace {

static_assert(sizeof(long) == sizeof(std::int64_t) && std::is_signed_v<long>, "neighbour lists are read as they are");

bool all_finite(const double* numbers, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        if (!std::isfinite(numbers[i])) {
            return false;
        }
    }
    return true;
}

/** Checks a mesh and describes it; a message names what does not fit. */
miscid_status take_mesh(const char* where, std::int64_t cells, std::int32_t dimensions, const double* volume,
                        const std::int64_t* neighbour, const double* area, waves::WaveMesh& mesh) {
    if (cells < 0 || dimensions < 1 || dimensions > 3) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: %lld cells in %d dimensions; give none or more cells in 1 to 3",
                         where, static_cast<long long>(cells), dimensions);
    }
    mesh.cells = static_cast<long>(cells);
    mesh.dimensions = dimensions;
    mesh.volume = volume;
    for (std::int64_t cell = 0; cell < cells; ++cell) {
        if (!(volume[cell] > 0.0) || !std::isfinite(volume[cell])) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: volume of cell %lld is %g; it must be positive", where,
                             static_cast<long long>(cell), volume[cell]);
        }
    }
    for (int d = 0; d < dimensions; ++d) {
        for (int side = 0; side < 2; ++side) {
            const std::int64_t first = (2 * d + side) * cells;
            mesh.neighbour[d][side] = reinterpret_cast<const long*>(neighbour + first);
            mesh.area[d][side] = area + first;
            for (std::int64_t cell = 0; cell < cells; ++cell) {
                const std::int64_t other = neighbour[first + cell];
                if (other < -1 || other >= cells) {
                    return set_error(MISCID_BAD_ARGUMENT,
                                     "%s: neighbour %lld of cell %lld in dimension %d; give a cell of 0 to %lld, or -1",
                                     where, static_cast<long long>(other), static_cast<long long>(cell), d,
                                     static_cast<long long>(cells - 1));
                }
                if (!(area[first + cell] >= 0.0) || !std::isfinite(area[first + cell])) {
                    return set_error(MISCID_BAD_ARGUMENT, "%s: area of a face of cell %lld in dimension %d is %g",
                                     where, static_cast<long long>(cell), d, area[first + cell]);
                }
            }
        }
    }
    return MISCID_OK;
}

} // namespace

} // namespace miscid::capi

using namespace miscid::capi;
namespace waves = miscid::waves;

extern "C" {

miscid_status miscid_wave_force(int64_t cells, int32_t dimensions, const double* volume, const int64_t* neighbour,
                                const double* area, int32_t bins, const double* axis, const double* frequency,
                                double* force) {
    clear_error();
    MISCID_REQUIRE(volume);
    MISCID_REQUIRE(neighbour);
    MISCID_REQUIRE(area);
    MISCID_REQUIRE(axis);
    MISCID_REQUIRE(frequency);
    MISCID_REQUIRE(force);
    waves::WaveMesh mesh;
    const miscid_status status = take_mesh(__func__, cells, dimensions, volume, neighbour, area, mesh);
    if (status != MISCID_OK) {
        return status;
    }
    if (bins < 0 || !all_finite(axis, dimensions) || !all_finite(frequency, cells * bins)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: axis and frequency must be finite, bins not negative", __func__);
    }
    waves::refractive_force(mesh, bins, axis, frequency, force);
    return MISCID_OK;
}

miscid_status miscid_move_waves(int64_t cells, int32_t dimensions, const double* volume, const int64_t* neighbour,
                                const double* area, int32_t bins, const double* edge, const double* group_velocity,
                                const double* force, double path, double* content, double* scratch, double* lost) {
    clear_error();
    MISCID_REQUIRE(volume);
    MISCID_REQUIRE(neighbour);
    MISCID_REQUIRE(area);
    MISCID_REQUIRE(edge);
    MISCID_REQUIRE(content);
    MISCID_REQUIRE(scratch);
    waves::WaveMesh mesh;
    const miscid_status status = take_mesh(__func__, cells, dimensions, volume, neighbour, area, mesh);
    if (status != MISCID_OK) {
        return status;
    }
    if (bins < 0 || !(path >= 0.0) || !std::isfinite(path)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: %d bins and a path of %g; neither may be negative", __func__, bins,
                         path);
    }
    for (int bin = 0; bin < bins; ++bin) {
        if (!(edge[bin] < edge[bin + 1]) || !std::isfinite(edge[bin]) || !std::isfinite(edge[bin + 1])) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: edges %d and %d of the wave numbers do not ascend", __func__,
                             bin, bin + 1);
        }
    }
    const int64_t size = cells * bins;
    for (int64_t i = 0; i < size; ++i) {
        if (!(content[i] >= 0.0) || !std::isfinite(content[i])) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: content of cell %lld, bin %lld is %g; it must not be negative",
                             __func__, static_cast<long long>(i / bins), static_cast<long long>(i % bins), content[i]);
        }
    }
    if ((group_velocity && !all_finite(group_velocity, dimensions * size)) || (force && !all_finite(force, size))) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: a group velocity or force is not finite", __func__);
    }
    waves::RayMotion motion;
    motion.force = force;
    for (int d = 0; d < dimensions; ++d) {
        motion.group_velocity[d] = group_velocity ? group_velocity + d * size : nullptr;
    }
    int substeps = 0;
    const double left = waves::move_waves(mesh, {bins, edge}, motion, path, content, scratch, substeps);
    if (!std::isfinite(left)) {
        return set_error(
            MISCID_BAD_ARGUMENT,
            "%s: more than a million sub-steps; the path or the force is too large for these cells and bins", __func__);
    }
    if (lost) {
        *lost = left;
    }
    return MISCID_OK;
}

} // extern "C"
