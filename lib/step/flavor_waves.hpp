/** @file flavor_waves.hpp
 *  Step 5 of the pipeline: unresolved flavor waves take polarization from the modes (paper 002 sections IV and V).
 *
 *  Where all P lie along one axis of flavor space, the waves of a cell see one number per direction, the signed lepton
 *  number e = mu sum w s p. A closure (lib/closures) answers with the factor by which the p of that direction shrink.
 *  Three flavors have three kinds of waves, one per pair of eigenstates; waves of the pair (a, b) move r_a and r_b towards
 *  each other at gamma_ab, so traces stay and 0 <= r <= 1 (theory.md 5.16).
 */
#pragma once

#include "closures/closure.hpp"
#include "step/frame.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace miscid::step {

/** What a closure makes of a cell besides its amplitudes; bits of Diagnostics::closure_flags. */
enum ClosureFlag : int {
    more_than_one_crossing = 1,
    large_area_ratio = 2,
    unstable_homogeneous = 4,
    undefined_here = 8,
    tilted = 16,        ///< the polarizations share no axis: the closure was not called
    not_converged = 32, ///< waves still grow at the cap on work
    not_certified = 64,
};

class FlavorWaves {
public:
    FlavorWaves(closures::Kind kind, Form form, Collisions collisions, double speed_of_light)
        : kind_(kind), form_(form), collisions_(collisions), speed_of_light_(speed_of_light) {}

    bool active() const { return kind_ != closures::Kind::none; }
    /** Room for this grid; apply() allocates nothing afterwards. */
    void reserve(const phase_space::ModeGrid& grid, int flavors);
    /** Numbers that stand in the cell's state. */
    static int state_size(closures::Kind kind, int directions, int flavors);

    /** Acts on cell.p, whose eigenstates are those of the frame, over dt seconds. False if the closure refuses. */
    template <int N_f>
    bool apply(CellFor<N_f>& cell, const FrameFor<N_f>& frame, double dt, Diagnostics& diagnostics);

private:
    /** Waves of one pair of eigenstates: what a closure is asked, and its answer. */
    struct Channel {
        std::unique_ptr<closures::Closure> closure;
        std::vector<double> e;      ///< per direction
        std::vector<double> factor; ///< per direction
    };

    bool share_axis(const Cell& cell, const FrameFor<2>& frame);
    bool share_axis(const CellFor<3>& cell, const FrameFor<3>& frame);
    double amplitude(const Cell& cell, std::size_t mode, int upper, int lower) const;
    double amplitude(const CellFor<3>& cell, std::size_t mode, int upper, int lower) const;
    template <int N_f>
    void sum_directions(const CellFor<N_f>& cell, int upper, int lower, std::vector<double>& e) const;
    template <int N_f>
    void average_damping(const CellFor<N_f>& cell);
    template <int N_f>
    double seed(const CellFor<N_f>& cell, const FrameFor<N_f>& frame) const;
    bool find_rings(const phase_space::ModeGrid& grid, const std::vector<double>& e);
    bool rings_are_gauss_nodes();
    bool ask(const phase_space::ModeGrid& grid, Channel& channel, double length, double seed, double* state,
             Diagnostics& diagnostics);
    bool exchange(Cell& cell, double length, double seed, Diagnostics& diagnostics);
    bool exchange(CellFor<3>& cell, double length, double seed, Diagnostics& diagnostics);
    bool heavy_states_equal(const CellFor<3>& cell) const;

    closures::Kind kind_;
    Form form_;
    Collisions collisions_;
    double speed_of_light_;   ///< lengths of H^-1 per unit of dt
    int closure_numbers_ = 0; ///< state of one channel
    std::vector<Channel> channels_;
    std::vector<std::int8_t> label_; ///< [eigenstate * modes + mode]: which state of the common basis an eigenstate is
    std::vector<double> damping_;    ///< per direction, cm^-1
    std::vector<double> weight_;     ///< angular weight per direction, 0 if unknown
    std::vector<double> unit_[3];    ///< directions, one array per component
    std::vector<int> order_;         ///< directions by ascending cosine
    std::vector<int> ring_;          ///< ring of each direction
    std::vector<double> ring_v_, ring_e_, ring_damping_, ring_weight_;
    std::vector<double> answer_e_, answer_factor_;
    int rings_ = 0;
    std::vector<double> gauss_v_, gauss_weight_; ///< Gauss-Legendre nodes of as many rings as there were last
    int gauss_nodes_ = 0;
};

} // namespace miscid::step
