/** @file free_frame.hpp
 *  Modes whose eigenstates become degenerate on the tracked branch, with the orientation of their polarization kept as an
 *  unknown of its own (equilibrium-solver.md section 1; theory.md 4.4):
 *
 *      R_m(G; other modes) - mu sum c nu^m P(frame) = 0,     H(G) diagonal in the frame.
 *
 *  Nothing is singular there: the gap between the two states, counted by label, is an ordinary number that changes sign.
 */
#pragma once

#include "equilibrium/solver.hpp"
#include "flavor/three_flavor.hpp"

#include <array>
#include <cmath>

namespace miscid::equilibrium {

/** Modes that have one and the same H and so meet the degeneracy together, as those of mirrored directions do. */
template <int N_f>
struct FreeModesFor {
    std::array<WeakestModeFor<N_f>, max_events> mode{};
    int count = 0;
};

/** A field with the frame of the free modes; `gap` is that between the two states, negative beyond the event. */
template <int N_f>
struct FreeFrameFor;

template <>
struct FreeFrameFor<2> {
    Field field;
    FlavorVector n;                ///< direction of P
    double gap;                    ///< h = n.H
    int inertia = unknown_inertia; ///< negative eigenvalues of field and frame together

    FreeFrameFor(const Field& start, const WeakestModeFor<2>& mode)
        : field(start), n(mode.vector / mode.hamiltonian), gap(mode.hamiltonian) {}

    void extrapolate(const FreeFrameFor& previous, double ratio) {
        field += ratio * (field - previous.field);
        n = (n + ratio * (n - previous.n)).normalized();
        gap += ratio * (gap - previous.gap);
    }
    double angle_to(const FreeFrameFor& other) const { return flavor::angle_between(n, other.n); }
};

template <>
struct FreeFrameFor<3> {
    FieldFor<3> field;
    flavor::FlavorMatrix states; ///< columns: eigenstates by label, whatever the order of their eigenvalues becomes
    int lower_state;
    double gap;                    ///< E(lower_state + 1) - E(lower_state)
    int inertia = unknown_inertia; ///< negative eigenvalues of field and frame together

    FreeFrameFor(const FieldFor<3>& start, const WeakestModeFor<3>& mode)
        : field(start), states(flavor::eigenstates(mode.vector).states), lower_state(mode.lower_state),
          gap(mode.hamiltonian) {}

    void extrapolate(const FreeFrameFor& previous, double ratio) {
        field += ratio * (field - previous.field);
        gap += ratio * (gap - previous.gap);
    }
    /** Largest angle between states of the same label, doubled: that of polarization vectors. */
    double angle_to(const FreeFrameFor& other) const {
        const double overlap = (states.adjoint() * other.states).diagonal().cwiseAbs().minCoeff();
        return overlap < 1.0 ? 2.0 * std::acos(overlap) : 0.0;
    }
};

/** Takes the free modes out of an array of amplitudes for as long as it lives. */
template <int N_f>
class SetAside {
public:
    SetAside(double* amplitude, std::size_t plane, const FreeModesFor<N_f>& modes)
        : amplitude_(amplitude), plane_(plane), modes_(modes) {
        exchange();
    }
    ~SetAside() { exchange(); }
    SetAside(const SetAside&) = delete;
    SetAside& operator=(const SetAside&) = delete;

private:
    void exchange() {
        for (std::size_t i = 0; i < static_cast<std::size_t>(modes_.count); ++i) {
            for (std::size_t k = 0; k < amplitude_planes<N_f>; ++k) {
                std::swap(kept_[i][k], amplitude_[k * plane_ + modes_.mode[i].index]);
            }
        }
    }

    double* amplitude_;
    std::size_t plane_;
    const FreeModesFor<N_f>& modes_;
    std::array<std::array<double, amplitude_planes<N_f>>, max_events> kept_{};
};

/** Newton on field and frame at fixed s. `amplitude` is the path's array; the free modes' entries are taken out
 *  meanwhile. */
bool solve_free_frame(SweepKernelFor<2> full, const Problem& problem, double* amplitude, const FreeModesFor<2>& modes,
                      FreeFrameFor<2>& frame, int& iterations);
bool solve_free_frame(SweepKernelFor<3> full, const ProblemFor<3>& problem, double* amplitude,
                      const FreeModesFor<3>& modes, FreeFrameFor<3>& frame, int& iterations);

} // namespace miscid::equilibrium
