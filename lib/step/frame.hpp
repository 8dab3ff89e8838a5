/** @file frame.hpp
 *  The local equilibrium frame of a cell: eigenstates of H for every mode, and what is done mode by mode in it
 *  (Johns & Kost Eqs. 27-40). One class per number of flavors with the same functions:
 *
 *      at                 takes the eigenstates of H at a field
 *      read_invariants    cell.P -> cell.p, tilt and its heat
 *      lay                cell.p -> cell.P, every rho along its H
 *      depolarize, collide  collisions acting on cell.p; `change` gets what they do to D_0
 *      dissipate          the viscosity given by the host, likewise
 *      energy             sum (1/2) w s H.P
 *      lies_along         whether every polarization lies along symmetry axes
 *      flavor_content     share of a flavor in an eigenstate of H
 */
#pragma once

#include "step/cell.hpp"
#include "step/mode_kernels.hpp"

#include <algorithm>

namespace miscid::step {

enum class Tilted { rotate, project };

template <int N_f>
class FrameFor;

template <>
class FrameFor<2> {
public:
    using Field = equilibrium::Field;

    explicit FrameFor(equilibrium::DispatchLevel level)
        : kernels_(equilibrium::sweep_kernels_for<2>(level)), mode_kernels_(&step::mode_kernels(level)) {}
    void reserve(std::size_t modes);
    void at(const phase_space::ModeGrid& grid, const medium::Medium& medium, const Field& field);
    /** Eigenstates in matter so dense that everything else is small against it: the flavor axis. */
    void at_large_matter(const phase_space::ModeGrid& grid, const medium::Medium& medium, const Field& field);

    void read_invariants(Cell& cell, Tilted tilted, Diagnostics& diagnostics);
    void lay(Cell& cell) const;
    void depolarize(Cell& cell, double dt, equilibrium::FlavorVector& change) const;
    void dissipate(Cell& cell, double dt, equilibrium::FlavorVector& change) const;
    void collide(Cell& cell, double dt, equilibrium::FlavorVector& change, Diagnostics& diagnostics) const;
    double energy(const Cell& cell) const;
    /** The arrays of a cell in this frame, and what works on them. */
    ModeArrays arrays(const Cell& cell) const;
    const ModeKernels& mode_kernels() const { return *mode_kernels_; }
    /** |H| of every mode. */
    const AlignedVector& gap() const { return norm_; }
    /** Share of flavor (0: e) in eigenstate k of a mode, as set by at(). */
    double flavor_content(std::size_t mode, int k, int flavor) const {
        const double upper_e = std::clamp(0.5 + 0.5 * hhat_[2][mode], 0.0, 1.0);
        return (k == 1) == (flavor == 0) ? upper_e : 1.0 - upper_e;
    }

    /** True if the polarization of every mode lies along the axis in this frame. */
    bool lies_along(const Cell& cell, const equilibrium::SymmetryAxes& axes) const;

    equilibrium::FlavorVector direction(std::size_t mode) const {
        return {hhat_[0][mode], hhat_[1][mode], hhat_[2][mode]};
    }
    void set_direction(std::size_t mode, const equilibrium::FlavorVector& direction) {
        for (int a = 0; a < 3; ++a) {
            hhat_[a][mode] = direction[a];
        }
    }

private:
    equilibrium::SweepKernelsFor<2> kernels_;
    const ModeKernels* mode_kernels_;
    AlignedVector hhat_[3]; ///< direction of H per mode
    AlignedVector norm_;    ///< |H|
};

template <>
class FrameFor<3> {
public:
    using Field = equilibrium::FieldFor<3>;
    using FlavorVector = flavor::FlavorVectorFor<3>;

    explicit FrameFor(equilibrium::DispatchLevel level) : kernels_(equilibrium::sweep_kernels_for<3>(level)) {}
    void reserve(std::size_t modes);
    void at(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium, const Field& field);
    /** Eigenstates in matter so dense that the electron flavor does not mix; mu and tau do, as the field says. */
    void at_large_matter(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium, const Field& field);

    void read_invariants(CellFor<3>& cell, Tilted tilted, Diagnostics& diagnostics);
    void lay(CellFor<3>& cell) const;
    void depolarize(CellFor<3>& cell, double dt, FlavorVector& change) const;
    void dissipate(CellFor<3>& cell, double dt, FlavorVector& change) const;
    void collide(CellFor<3>& cell, double dt, FlavorVector& change, Diagnostics& diagnostics) const;
    double energy(const CellFor<3>& cell) const;
    /** Smallest gap between neighbouring eigenvalues of every mode. */
    const AlignedVector& gap() const { return gap_; }
    double flavor_content(std::size_t mode, int k, int flavor) const {
        const auto component = static_cast<std::size_t>(6 * k + 2 * flavor);
        const double re = states_[component][mode];
        const double im = states_[component + 1][mode];
        return re * re + im * im;
    }
    /** True if the polarization of every mode is made of the axes in this frame. */
    bool lies_along(const CellFor<3>& cell, const equilibrium::SymmetryAxesFor<3>& axes) const;
    /** <k|Lambda|k> */
    FlavorVector polarization_of_state(std::size_t mode, int k) const;

private:
    /** Every r_k of a mode towards their mean: P -> factor P. */
    void shrink(CellFor<3>& cell, std::size_t mode, double factor, FlavorVector& change) const;

    equilibrium::SweepKernelsFor<3> kernels_;
    std::array<AlignedVector, 18> states_; ///< [6 k + 2 flavor]: real part, then imaginary part
    std::array<AlignedVector, 3> energy_;  ///< eigenvalues up to a common constant
    AlignedVector gap_;
    std::array<AlignedVector, 3> diagonal_; ///< <k|rho|k>
    AlignedVector tan2_;                    ///< of the tilt
};

} // namespace miscid::step
