/** @file flavor_waves.hpp
 *  Step 5 of the pipeline: unresolved flavor waves take polarization from the modes (paper 002 sections IV and V).
 *
 *  Where all P lie along one axis of flavor space, the waves of a cell see one number per direction, the signed lepton
 *  number e = mu sum w s p. A closure (lib/closures) answers with the factor by which the p of that direction shrink.
 *  What neutrinos and antineutrinos of a direction lose at different rates grows by itself (collisional_waves.hpp), and
 *  polarizations that share no axis have waves of their own (tilted_waves.hpp).
 *  Three flavors have three kinds of waves, one per pair of eigenstates; waves of the pair (a, b) move r_a and r_b towards
 *  each other at gamma_ab, so traces stay and 0 <= r <= 1 (theory.md 5.16).
 */
#pragma once

#include "closures/closure.hpp"
#include "step/collisional_waves.hpp"
#include "step/frame.hpp"
#include "step/tilted_waves.hpp"

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
    collisional = 128, ///< collisions make waves grow that would not grow without them
};

/** True if a mode is there and polarized. */
inline bool carries(const Cell& cell, std::size_t i) {
    return cell.sign_weight[i] * cell.p[i] != 0.0;
}
inline bool carries(const CellFor<3>& cell, std::size_t i) {
    const std::size_t size = cell.grid->size();
    return cell.sign_weight[i] != 0.0 && !(cell.p[i] == cell.p[size + i] && cell.p[i] == cell.p[2 * size + i]);
}

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
        std::vector<double> e;           ///< per direction
        std::vector<double> factor;      ///< per direction
        std::vector<double> mode_factor; ///< per mode: that of its direction times that of collisional waves
    };
    /** What all questions of a step have in common. */
    struct Question {
        double length = 0.0; ///< of the step, c dt
        double seed = 0.0;
    };

    /** Closures that follow waves, not prescriptions for their end: tilted and collisional waves are theirs, too. */
    static bool follows_waves(closures::Kind kind);
    static int channel_numbers(closures::Kind kind, int directions);

    // flavor_waves_axis.cpp
    bool share_axis(const Cell& cell, const FrameFor<2>& frame);
    bool share_axis(const CellFor<3>& cell, const FrameFor<3>& frame);
    double amplitude(const Cell& cell, std::size_t mode, int upper, int lower) const;
    double amplitude(const CellFor<3>& cell, std::size_t mode, int upper, int lower) const;
    bool heavy_states_equal(const CellFor<3>& cell) const;

    // flavor_waves_rings.cpp
    bool find_rings(const phase_space::ModeGrid& grid, const std::vector<double>& e);
    void normalise_weights();
    bool rings_are_gauss_nodes();

    // flavor_waves_tilted.cpp
    void merge_modes(const Cell& cell, const FrameFor<2>& frame);
    bool merge_modes(const Cell& cell, const FrameFor<2>& frame, double tolerance);
    void relax_tilted(Cell& cell, const FrameFor<2>& frame, const Question& question, Diagnostics& diagnostics);

    // flavor_waves_questions.cpp
    template <int N_f>
    double damping_of(const CellFor<N_f>& cell, std::size_t mode, int upper, int lower) const;
    template <int N_f>
    void sum_directions(const CellFor<N_f>& cell, int upper, int lower, std::vector<double>& e) const;
    template <int N_f>
    void average_damping(const CellFor<N_f>& cell, int upper, int lower);
    template <int N_f>
    void sum_weights(const CellFor<N_f>& cell);
    template <int N_f>
    void bound_growth(const CellFor<N_f>& cell);
    /** Fills the factors of a channel. `number` says which pair of `all` it is. */
    template <int N_f>
    bool ask(const CellFor<N_f>& cell, int number, int upper, int lower, const Question& question, double* state,
             Diagnostics& diagnostics);
    bool ask_closure(const phase_space::ModeGrid& grid, Channel& channel, const Question& question, double* state,
                     Diagnostics& diagnostics);
    template <int N_f>
    void ask_collisional(const CellFor<N_f>& cell, Channel& channel, int upper, int lower, const Question& question,
                         double* state, Diagnostics& diagnostics);

    // flavor_waves_exchange.cpp
    bool exchange(Cell& cell, const Question& question, Diagnostics& diagnostics);
    bool exchange(CellFor<3>& cell, const Question& question, Diagnostics& diagnostics);

    template <int N_f>
    double seed(const CellFor<N_f>& cell, const FrameFor<N_f>& frame) const;

    closures::Kind kind_;
    Form form_;
    Collisions collisions_;
    double speed_of_light_;   ///< lengths of H^-1 per unit of dt
    int closure_numbers_ = 0; ///< state of one closure; that of collisional waves follows
    std::vector<Channel> channels_;
    std::vector<std::int8_t> label_; ///< [eigenstate * modes + mode]: which state of the common basis an eigenstate is
    std::vector<double> damping_;    ///< per direction, cm^-1
    std::vector<double> weight_;     ///< angular weight per direction, 0 if unknown
    std::vector<double> unit_[3];    ///< directions, one array per component
    std::vector<int> order_;         ///< directions by ascending cosine
    std::vector<int> ring_;          ///< ring of each direction
    std::vector<double> bound_;      ///< how much the p of a direction may grow: smallest P_0/|p| of its modes
    std::vector<double> ring_bound_; ///< the same in the order of the rings
    std::vector<double> ring_v_, ring_e_, ring_damping_, ring_weight_;
    std::vector<double> answer_e_, answer_factor_;
    int rings_ = 0;
    std::vector<double> gauss_v_, gauss_weight_; ///< Gauss-Legendre nodes of as many rings as there were last
    int gauss_nodes_ = 0;
    // Mode by mode:
    CollisionalWaves collisional_;
    std::vector<double> mode_direction_[3], mode_e_, mode_damping_, mode_answer_;
    TiltedWaves tilted_;
    TiltedModes merged_;
    std::vector<double> merged_weight_; ///< sum |e| of what was merged
    std::vector<int> merged_of_;        ///< of each mode, -1 if it carries nothing
    int most_merged_ = 0;
};

} // namespace miscid::step
