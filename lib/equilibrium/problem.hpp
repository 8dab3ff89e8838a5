/** @file problem.hpp
 *  The mixing-equilibrium conditions of one cell (Johns & Kost Eq. 16; Johns Eq. 14) as an equation for the field.
 *
 *      R_m(G) = G_m - lambda_m z - mu F_m(G) = 0,   m = 0, x, y, z          (equilibrium-solver.md section 1)
 *
 *  It is the critical point of a scalar potential (theory.md F2), so g dR/dG is symmetric. Where a flavor axis e is a
 *  symmetry of all external fields, the equilibrium may rotate about it at a frequency Omega_c (theory.md F4):
 *  G_0 then stands for G_0 - Omega_c e and e.D_0 is given.
 */
#pragma once

#include "equilibrium/sweep.hpp"
#include "medium/medium.hpp"
#include "phase_space/mode_grid.hpp"

#include <optional>

namespace miscid::equilibrium {

using flavor::FlavorVector;

/** The unknown: columns m = 0, x, y, z of flavor vectors, 12 numbers for any number of modes. */
using Field = Eigen::Matrix<double, 3, 4>;
using FieldVector = Eigen::Matrix<double, 12, 1>;
using FieldMatrix = Eigen::Matrix<double, 12, 12>;

/** Flavor axis that is a symmetry, and the conserved projection of D_0 on it. */
struct SymmetryAxis {
    FlavorVector axis;
    double conserved_projection = 0.0; ///< e.D_0
};

struct Problem {
    const phase_space::ModeGrid* grid = nullptr;
    const double* amplitude = nullptr; ///< c = w s p, laid out as the grid
    medium::Medium medium;
    std::optional<SymmetryAxis> symmetry;
    /** Constant subtracted from R: continuation in the residual solves R(G) = offset (0: the problem itself). */
    Field offset = Field::Zero();
};

/** H of one mode. */
inline FlavorVector hamiltonian(const Field& field, const Eigen::Vector3d& direction, double signed_frequency,
                                const FlavorVector& B) {
    return field.col(0) - field.rightCols<3>() * direction + signed_frequency * B;
}

/** Omega_c of a field in the rotating frame, 0 without a symmetry axis. */
double rotation_frequency(const Problem& problem, const Field& field);

/** D_m = (G_m - lambda_m z)/mu of the field, in the flavor frame (Omega_c added back). mu > 0. */
Field moments_of_field(const Problem& problem, const Field& field);

/** R(G) - offset from the sums of a sweep, with the components along global rotations taken from the torque, which does
 *  not suffer the rounding of mu D (equilibrium-solver.md section 4). */
Field residual(const Problem& problem, const Field& field, const SweepSums& sums);

/** g dR/dG: symmetric, indefinite. */
FieldMatrix symmetric_jacobian(const Problem& problem, const SweepSums& sums);

/** Direction of the common phase about the symmetry axis, along which nothing changes; zero without a symmetry. */
FieldVector phase_direction(const Problem& problem, const Field& field);

/** sum |w s p|. */
double total_amplitude(const Problem& problem);

/** What the kernels read of a problem. */
SweepInput sweep_input(const Problem& problem, const Field& field, const Field& previous);

/** F (and H, rotation against `previous`) by one sweep. */
void sweep(SweepKernel kernel, const Problem& problem, const Field& field, const Field& previous, SweepSums& sums);

} // namespace miscid::equilibrium
