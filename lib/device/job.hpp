/** @file job.hpp
 *  What one launch on a device is told: plain data that is copied to the device as it is, and what comes back. Addresses are
 *  those of the device's memory.
 */
#pragma once

#include "phase_space/lanes.hpp"

#include <cstdint>

namespace miscid::device {

/** Threads that work on one cell: one per lane of a block of directions. */
inline constexpr int team_size = phase_space::lanes;

/** Names of the axes of a view, in the order of miscid_axis. */
enum Axis {
    axis_type = 4,
    axis_group,
    axis_direction,
    axis_component,
    axis_eigenstate,
    axis_flavor,
    axis_space,
    axis_vector
};
inline constexpr int axis_count = 12;

enum NumberType : std::int32_t { float64 = 1, float32 = 2, int32 = 3, int64 = 4 };

/** A host's array: number (n_0, n_1, ..) at data + sum n_a stride[a] bytes. */
struct View {
    char* data = nullptr;
    std::int32_t type = float64;
    std::int64_t stride[axis_count] = {};
};

/** Which cells: a box, the first axis fastest, or a list of index quadruples. */
struct CellRange {
    std::int64_t count = 0;
    std::int64_t lower[4] = {};
    std::int64_t interior[4] = {1, 1, 1, 1};
    const std::int64_t* listed = nullptr; ///< [cell][i, j, k, node]
};

/** Numbers of a cell that a host may ask for; views without data are passed over. */
enum Scalar {
    residual,
    min_hamiltonian,
    rotation,
    tilt,
    kinematic_heat,
    iterations,
    inertia,
    rotation_frequency,
    events,
    polarization_energy,
    cost, ///< 0: a launch has no time per cell
    scalar_count
};

/** What a launch adds up over its cells. */
struct Tally {
    long long done = 0; ///< cells that are finished
    long long iterations = 0;
    long long max_iterations = 0;
    long long handed_over = 0; ///< length of the work list
    double max_residual = 0.0;
    double max_rotation = 0.0;
    double max_tilt = 0.0;
};

/** One launch over all cells of a batch: two flavors, density matrices. */
struct Job {
    CellRange cells;

    View rho;
    View state;
    View status;
    View electron_density; ///< or, without data,
    View mass_density;     ///< these two
    View electron_fraction;
    View matter_velocity;
    View depolarization_rate;
    View D0;
    View D1;
    View scalar[scalar_count];

    // What all cells share, laid out as in phase_space::ModeGrid.
    int groups = 0;
    int directions = 0;
    int blocks = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr};
    const double* frequency = nullptr;   ///< s omega
    const double* sign_weight = nullptr; ///< s w (density form: s); 0 in the padding
    double B[3] = {};
    double mu = 0.0;

    // Units and limits of the host's numbers.
    double rho_factor = 1.0;
    double number_density_unit = 1.0;
    double mass_density_to_baryons = 1.0;
    double mass_density_unit = 1.0;
    double velocity_unit = 1.0;
    double rate_unit = 1.0;
    double largest_number = 0.0;
    double largest_number_density = 0.0; ///< where units are screened, else infinite
    double largest_mass_density = 0.0;
    double largest_fraction = 0.0;
    bool conjugate_antineutrinos = false;

    // The step.
    double dt = 0.0;    ///< s
    bool change = true; ///< write rho and state
    bool occupation = true;
    bool rotate = true;
    bool depolarize = false;
    double eigenvalue_tolerance = 0.0;
    double first_rotation = 0.0;
    double contraction = 0.0;
    double total_rotation = 0.0;
    int max_iterations = 0;

    // Places in the host-held state (step::StateFor<2>).
    double state_marker = 0.0;
    int state_size = 0;
    int state_field = 0;
    int state_lambda = 0;
    int state_velocity = 0;
    int state_inertia = 0;
    int state_rotation_frequency = 0;

    // Scratch: per team [trace | p | c] of `modes` numbers each.
    long modes = 0;
    double* scratch = nullptr;
    std::int64_t* work_list = nullptr; ///< numbers of the cells that are handed over, in any order
    Tally* tally = nullptr;
};

/** Between the host's arrays and records of one cell each, one behind the other. */
struct FieldCopy {
    View view;
    std::int64_t extent[4] = {1, 1, 1, 1}; ///< of the axes inside a cell, the last fastest
    int axis[4] = {0, 0, 0, 0};
    int count = 0;           ///< numbers per cell
    int size = 8;            ///< bytes of a number
    std::int64_t offset = 0; ///< in the record
    bool written = false;
};
inline constexpr int most_fields = 64;
struct RecordJob {
    CellRange cells;
    const std::int64_t* number = nullptr; ///< of the cells in the range
    std::int64_t count = 0;
    FieldCopy field[most_fields];
    int fields = 0;
    char* record = nullptr;
    std::int64_t record_size = 0;
};

} // namespace miscid::device
