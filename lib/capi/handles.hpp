/** @file handles.hpp  What stands behind the opaque handles of miscid.h. */
#pragma once

#include "capi/parameters.hpp"
#include "capi/state_layout.hpp"
#include "step/step.hpp"

#include <miscid/miscid.h>

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

struct miscid_config {
    miscid::capi::Values values;
};

namespace miscid::capi {

/** What the module does about a cell in which an assumption of the theory is doubtful (docs/validity.md). */
enum class ValidityAction { apply, flag, refuse };

/** Lengths of the axes inside a cell. */
struct Extents {
    int flavors;
    int groups;
    int directions;
    int state_size;
    int wave_bins;
};

} // namespace miscid::capi

/** Immutable after creation. */
struct miscid_context {
    miscid::capi::Values values;
    miscid::step::Settings settings;
    miscid::equilibrium::DispatchLevel level = miscid::equilibrium::DispatchLevel::baseline;
    int flavors = 2;
    int groups = 1;
    int directions = 1;
    bool conjugate_antineutrinos = false;
    bool enabled = true;
    bool natural_units = false;
    bool screen_units = true;
    double direction_tolerance = 1e-6;
    miscid::capi::ValidityAction validity_action = miscid::capi::ValidityAction::apply;
    std::uint32_t validity_criteria = 0; ///< bits of those that are judged
    int wave_bins = 1;                   ///< bins of wave number of field wave_spectrum
    double wave_number_limit = 1.0;      ///< cm^-1: they lie between plus and minus this
    double coherence_length = 0.0;       ///< cm, on which fluctuations are counted
    miscid::flavor::FlavorVectorFor<2> B = miscid::flavor::FlavorVector(0, 0, -1);
    /** Three flavors: vector of U M^2 U^dagger / |dm^2_31|. */
    miscid::flavor::FlavorVectorFor<3> three_flavor_B = miscid::flavor::FlavorVectorFor<3>::Zero();
    double vacuum_frequency = 0.0;       ///< signed omega E (three flavors: unsigned), cm^-1 MeV
    double tau_effective_fraction = 0.0; ///< potential of the tau flavor per baryon, in units of an electron's
    double potential = 0.0;              ///< sqrt(2) G_F, cm^-1 per cm^-3
    // Host's units in cm^-3, g cm^-3, MeV, s, c, s^-1.
    double number_density_unit = 1.0;
    double mass_density_unit = 1.0;
    double energy_unit = 1.0;
    double time_unit = 1.0;
    double velocity_unit = 1.0;
    double rate_unit = 1.0;
    std::vector<miscid::capi::StateComponent> state; ///< what a host keeps per cell
    std::uint64_t fingerprint = 0;

    int state_size() const { return static_cast<int>(state.size()); }
    miscid::capi::Extents extents() const { return {flavors, groups, directions, state_size(), wave_bins}; }
    template <int N_f>
    const miscid::flavor::FlavorVectorFor<N_f>& vacuum() const {
        if constexpr (N_f == 2) {
            return B;
        } else {
            return three_flavor_B;
        }
    }
    int slots() const { return 2 * groups; }
    bool invariant() const { return settings.transport == miscid::step::Transport::invariant; }
    bool density() const { return settings.form == miscid::step::Form::density; }
};

namespace miscid::capi {

/** A bound host array: address of an element = data + sum index * stride. Axes that were not named have stride 0. */
struct BoundView {
    char* data = nullptr;
    int dtype = MISCID_FLOAT64;
    int memory = MISCID_MEMORY_HOST;
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

/** What a workspace keeps on a device (device_batch.cpp). */
struct DeviceBuffers;

/** Highest field id plus one. */
inline constexpr int field_capacity = 128;

} // namespace miscid::capi

namespace miscid::capi {

/** The cell under way and what works on it. */
template <int N_f>
struct Worker {
    Worker(const miscid_context& context, const phase_space::ModeGrid& grid)
        : stepper(context.settings, context.level) {
        cell.grid = &grid;
        cell.reserve(grid.size(), static_cast<std::size_t>(context.state_size() - step::StateFor<N_f>::size));
        stepper.reserve(grid);
    }

    step::CellFor<N_f> cell;
    step::StepperFor<N_f> stepper;
};

/** Calls function(number of flavors as a constant). */
template <typename Function>
auto with_flavors(const miscid_context& context, Function&& function) {
    return context.flavors == 2 ? function(std::integral_constant<int, 2>())
                                : function(std::integral_constant<int, 3>());
}

} // namespace miscid::capi

struct miscid_workspace {
    explicit miscid_workspace(const miscid_context& context);

    std::uint64_t fingerprint;
    miscid::phase_space::ModeGrid grid;
    std::vector<double> energy;                       ///< MeV
    miscid::phase_space::AlignedVector lepton_number; ///< per direction, for the certificate of quiet cells
    /** One of the two, as the context has flavors. */
    std::unique_ptr<miscid::capi::Worker<2>> two_flavors;
    std::unique_ptr<miscid::capi::Worker<3>> three_flavors;
    std::shared_ptr<miscid::capi::DeviceBuffers> device; ///< null until memory on a device is reserved

    template <int N_f>
    miscid::capi::Worker<N_f>& worker() {
        if constexpr (N_f == 2) {
            return *two_flavors;
        } else {
            return *three_flavors;
        }
    }
};

struct miscid_batch {
    explicit miscid_batch(const miscid_context& context)
        : fingerprint(context.fingerprint), extents(context.extents()) {}

    std::uint64_t fingerprint;
    miscid::capi::Extents extents;
    std::array<miscid::capi::BoundView, miscid::capi::field_capacity> views{};
    miscid::capi::CellIndex extent{1, 1, 1, 1};
    miscid::capi::CellIndex lower{0, 0, 0, 0};
    miscid::capi::CellIndex upper{0, 0, 0, 0};
    bool listed = false;
    std::vector<miscid::capi::CellIndex> cells; ///< when listed

    void* stream = nullptr; ///< of the device its arrays lie on

    int device_views = 0; ///< how many of the views are of memory of a device

    bool on_device() const { return device_views > 0; }
    void bind(int field, const miscid::capi::BoundView& bound) {
        miscid::capi::BoundView& view = views[static_cast<std::size_t>(field)];
        device_views += (bound.memory == MISCID_MEMORY_DEVICE) - (view.memory == MISCID_MEMORY_DEVICE);
        view = bound;
    }
    const miscid::capi::BoundView& view(int field) const { return views[static_cast<std::size_t>(field)]; }
    std::int64_t cell_count() const;
    miscid::capi::CellIndex cell(std::int64_t number) const;
};
