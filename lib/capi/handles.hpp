/** @file handles.hpp  What stands behind the opaque handles of miscid.h. */
#pragma once

#include "capi/parameters.hpp"
#include "step/step.hpp"

#include <miscid/miscid.h>

#include <array>
#include <cstdint>
#include <vector>

struct miscid_config {
    miscid::capi::Values values;
};

/** Immutable after creation. */
struct miscid_context {
    miscid::capi::Values values;
    miscid::step::Settings settings;
    miscid::equilibrium::SweepKernels kernels;
    int groups = 1;
    int directions = 1;
    bool conjugate_antineutrinos = false;
    bool enabled = true;
    bool natural_units = false;
    bool screen_units = true;
    double direction_tolerance = 1e-6;
    miscid::flavor::FlavorVector B = miscid::flavor::FlavorVector(0, 0, -1);
    double vacuum_frequency = 0.0; ///< signed omega E, cm^-1 MeV
    double potential = 0.0;        ///< sqrt(2) G_F, cm^-1 per cm^-3
    // Host's units in cm^-3, g cm^-3, MeV, s, c, s^-1.
    double number_density_unit = 1.0;
    double mass_density_unit = 1.0;
    double energy_unit = 1.0;
    double time_unit = 1.0;
    double velocity_unit = 1.0;
    double rate_unit = 1.0;
    std::uint64_t fingerprint = 0;

    int slots() const { return 2 * groups; }
    bool invariant() const { return settings.transport == miscid::step::Transport::invariant; }
    bool density() const { return settings.form == miscid::step::Form::density; }
};

namespace miscid::capi {

/** A bound host array: address of an element = data + sum index * stride. Axes that were not named have stride 0. */
struct BoundView {
    char* data = nullptr;
    int dtype = MISCID_FLOAT64;
    std::array<bool, MISCID_AXIS_COUNT> named{};
    std::array<std::int64_t, MISCID_AXIS_COUNT> extent{};
    std::array<std::int64_t, MISCID_AXIS_COUNT> stride{};

    bool bound() const { return data != nullptr; }
    bool varies_with_cell() const {
        for (int axis = MISCID_AXIS_I; axis <= MISCID_AXIS_NODE; ++axis) {
            if (stride[static_cast<std::size_t>(axis)] != 0) {
                return true;
            }
        }
        return false;
    }
};

using CellIndex = std::array<std::int64_t, 4>;

/** Highest field id plus one. */
inline constexpr int field_capacity = 64;

} // namespace miscid::capi

struct miscid_workspace {
    explicit miscid_workspace(const miscid_context& context);

    std::uint64_t fingerprint;
    miscid::phase_space::ModeGrid grid;
    miscid::step::Cell cell;
    miscid::step::Stepper stepper;
    miscid::phase_space::AlignedVector content; ///< electron content of the upper eigenstate
    std::vector<double> energy;                 ///< MeV
};

struct miscid_batch {
    explicit miscid_batch(const miscid_context& context)
        : fingerprint(context.fingerprint), groups(context.groups), directions(context.directions) {}

    std::uint64_t fingerprint;
    int groups;
    int directions;
    std::array<miscid::capi::BoundView, miscid::capi::field_capacity> views{};
    miscid::capi::CellIndex extent{1, 1, 1, 1};
    miscid::capi::CellIndex lower{0, 0, 0, 0};
    miscid::capi::CellIndex upper{0, 0, 0, 0};
    bool listed = false;
    std::vector<miscid::capi::CellIndex> cells; ///< when listed

    const miscid::capi::BoundView& view(int field) const { return views[static_cast<std::size_t>(field)]; }
    std::int64_t cell_count() const;
    miscid::capi::CellIndex cell(std::int64_t number) const;
};
