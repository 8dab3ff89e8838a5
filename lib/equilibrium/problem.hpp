/** @file problem.hpp
 *  The mixing-equilibrium conditions of one cell (Johns & Kost Eq. 16; Johns Eq. 14) as an equation for the field.
 *
 *      R_m(G) = G_m - lambda_m z - mu F_m(G) = 0,   m = 0, x, y, z          (equilibrium-solver.md section 1)
 *
 *  It is the critical point of a scalar potential (theory.md F2, F3), so g dR/dG is symmetric. Where flavor axes e are
 *  symmetries of all external fields, the equilibrium may rotate about them at frequencies Omega_c (theory.md F4): G_0 then
 *  stands for G_0 - sum Omega_c e and every e.D_0 is given.
 *
 *  Everything is written for N_f = 2 and 3; names without `For` are those of two flavors.
 */
#pragma once

#include "equilibrium/sweep.hpp"
#include "medium/medium.hpp"
#include "phase_space/mode_grid.hpp"

#include <array>
#include <cstddef>

namespace miscid::equilibrium {

using flavor::FlavorVector;
using flavor::FlavorVectorFor;
using flavor::generators;

/** The unknown: columns m = 0, x, y, z of flavor vectors, 12 numbers (32 for three flavors) for any number of modes. */
template <int N_f>
using FieldFor = Eigen::Matrix<double, generators<N_f>, 4>;
template <int N_f>
inline constexpr int unknowns = 4 * generators<N_f>;
template <int N_f>
using FieldVectorFor = Eigen::Matrix<double, unknowns<N_f>, 1>;
template <int N_f>
using FieldMatrixFor = Eigen::Matrix<double, unknowns<N_f>, unknowns<N_f>>;

using Field = FieldFor<2>;
using FieldVector = FieldVectorFor<2>;
using FieldMatrix = FieldMatrixFor<2>;

/** Arrays of amplitudes per mode: c = w s p for two flavors, c_k = w s r_k of three eigenstates for three. */
template <int N_f>
inline constexpr int amplitude_planes = N_f == 2 ? 1 : N_f;

/** Flavor axis (unit vector) that is a symmetry, and the conserved projection of D_0 on it. */
template <int N_f>
struct SymmetryAxisFor {
    FlavorVectorFor<N_f> axis;
    double conserved_projection = 0.0; ///< e.D_0
};
using SymmetryAxis = SymmetryAxisFor<2>;

/** The commuting, orthogonal flavor axes that are symmetries: at most one for two flavors, two for three. */
template <int N_f>
class SymmetryAxesFor {
public:
    SymmetryAxesFor() = default;
    SymmetryAxesFor(const SymmetryAxisFor<N_f>& axis) { add(axis); } // NOLINT: one axis is a set of axes

    void add(const SymmetryAxisFor<N_f>& axis) { axes_[count_++] = axis; }
    std::size_t size() const { return count_; }
    explicit operator bool() const { return count_ > 0; }
    /** The first axis, the only one of two flavors. */
    SymmetryAxisFor<N_f>* operator->() { return axes_.data(); }
    const SymmetryAxisFor<N_f>* operator->() const { return axes_.data(); }
    auto begin() { return axes_.begin(); }
    auto end() { return axes_.begin() + static_cast<std::ptrdiff_t>(count_); }
    auto begin() const { return axes_.begin(); }
    auto end() const { return axes_.begin() + static_cast<std::ptrdiff_t>(count_); }

private:
    std::array<SymmetryAxisFor<N_f>, N_f - 1> axes_{};
    std::size_t count_ = 0;
};
using SymmetryAxes = SymmetryAxesFor<2>;

template <int N_f>
struct ProblemFor {
    const phase_space::ModeGrid* grid = nullptr;
    /** c = w s p, laid out as the grid; three flavors: c_k = w s r_k, one array for each eigenstate behind the other. */
    const double* amplitude = nullptr;
    medium::MediumFor<N_f> medium;
    SymmetryAxesFor<N_f> symmetry;
    /** Constant subtracted from R: continuation in the residual solves R(G) = offset (0: the problem itself). */
    FieldFor<N_f> offset = FieldFor<N_f>::Zero();
};
using Problem = ProblemFor<2>;

/** H of one mode. */
template <int N_f>
FlavorVectorFor<N_f> hamiltonian(const FieldFor<N_f>& field, const Eigen::Vector3d& direction, double signed_frequency,
                                 const FlavorVectorFor<N_f>& B) {
    return field.col(0) - field.template rightCols<3>() * direction + signed_frequency * B;
}
inline FlavorVector hamiltonian(const Field& field, const Eigen::Vector3d& direction, double signed_frequency,
                                const FlavorVector& B) {
    return hamiltonian<2>(field, direction, signed_frequency, B);
}

/** sum Omega_c e of a field in the rotating frame, 0 without a symmetry. */
template <int N_f>
FlavorVectorFor<N_f> rotation_vector(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);
/** Omega_c about the first symmetry axis. */
template <int N_f>
double rotation_frequency(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);

/** D_m = (G_m - lambda_m z)/mu of the field, in the flavor frame (Omega_c added back). mu > 0. */
template <int N_f>
FieldFor<N_f> moments_of_field(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);

/** Field of given moments: G_m = lambda_m z + mu D_m (minus Omega_c e). */
template <int N_f>
FieldFor<N_f> field_of_moments(const ProblemFor<N_f>& problem, const FieldFor<N_f>& moments,
                               const FlavorVectorFor<N_f>& rotation);
inline Field field_of_moments(const Problem& problem, const Field& moments, double rotation_frequency = 0.0) {
    return field_of_moments<2>(problem, moments,
                               problem.symmetry ? FlavorVector(rotation_frequency * problem.symmetry->axis)
                                                : FlavorVector(FlavorVector::Zero()));
}

/** R(G) - offset from the sums of a sweep, with the components along global rotations taken from the torque, which does
 *  not suffer the rounding of mu D (equilibrium-solver.md section 4). */
template <int N_f>
FieldFor<N_f> residual(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field, const SweepSumsFor<N_f>& sums);

/** The symmetry axes about which the field rotates at all (D_0 is not along them), and the directions in which a common phase
 *  about each of them moves the field: orthonormal columns, along which nothing changes. */
template <int N_f>
struct RotatingAxes {
    SymmetryAxesFor<N_f> axes;
    Eigen::Matrix<double, unknowns<N_f>, N_f - 1> phases;
    std::array<double, N_f - 1> length{}; ///< of the movement per radian
};
template <int N_f>
RotatingAxes<N_f> rotating_axes(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field);

/** g dR/dG: symmetric, indefinite. Where the field rotates, with the given e.D_0. */
template <int N_f>
FieldMatrixFor<N_f> symmetric_jacobian(const ProblemFor<N_f>& problem, const SweepSumsFor<N_f>& sums,
                                       const RotatingAxes<N_f>& rotating);

/** The same with the common phases held, along which it is singular otherwise. */
template <int N_f>
FieldMatrixFor<N_f> regular_jacobian(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field,
                                     const SweepSumsFor<N_f>& sums) {
    RotatingAxes<N_f> rotating;
    if (!problem.symmetry) {
        return symmetric_jacobian(problem, sums, rotating);
    }
    rotating = rotating_axes(problem, field);
    return symmetric_jacobian(problem, sums, rotating) + rotating.phases * rotating.phases.transpose();
}

/** sum of |w s p|; three flavors: of the spread of |w s| r_k. */
template <int N_f>
double total_amplitude(const ProblemFor<N_f>& problem);

/** True if the mode at this place of the grid has a polarization. */
template <int N_f>
bool is_polarized(const ProblemFor<N_f>& problem, std::size_t index) {
    if constexpr (N_f == 2) {
        return problem.amplitude[index] != 0.0;
    } else {
        const double* c = problem.amplitude + index;
        const std::size_t plane = problem.grid->size();
        return c[0] != c[plane] || c[0] != c[2 * plane];
    }
}

/** What the kernels read of a problem. */
template <int N_f>
SweepInputFor<N_f> sweep_input(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field,
                               const FieldFor<N_f>& previous);

/** F (and H, rotation against `previous`) by one sweep. */
template <int N_f>
void sweep(SweepKernelFor<N_f> kernel, const ProblemFor<N_f>& problem, const FieldFor<N_f>& field,
           const FieldFor<N_f>& previous, SweepSumsFor<N_f>& sums) {
    kernel(sweep_input(problem, field, previous), sums);
}

} // namespace miscid::equilibrium
