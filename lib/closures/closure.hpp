/** @file closure.hpp
 *  Closures of the flavor viscosity (design section 6): what unresolved flavor waves do to the lepton numbers of one cell.
 *
 *  A closure sees one cell in one flavor axis. Each direction has a signed lepton-number amplitude e = mu sum w s p, summed
 *  over its energies and over neutrinos and antineutrinos; p is signed, never |P|. It answers with the factor by which every
 *  p of that direction shrinks, all energies and both types alike, so that sum e is kept exactly. One cell at a time, no
 *  history of its own: what must outlive the call stands in `Cell::state`, which the host stores and copies as it likes.
 *
 *  apply() neither allocates nor throws once reserve() has been called, and the same input gives the same bits.
 */
#pragma once

#include <memory>

namespace miscid::closures {

enum class Kind { none, equipartition, power_half, marginal, kinetic, embedded_box, thermal, automatic };
inline constexpr int kinds = 8;

/** Name in configurations and answers. */
const char* name_of(Kind kind);
/** Whether it follows waves of its own: the others are algebra, or nothing. */
inline bool follows_waves(Kind kind) {
    return kind == Kind::marginal || kind == Kind::kinetic || kind == Kind::embedded_box || kind == Kind::automatic;
}
/** Whether its answers have random seeds. */
inline bool has_seeds(Kind kind) {
    return kind == Kind::embedded_box || kind == Kind::automatic;
}
/** False if there is no closure of this name. */
bool kind_of(const char* name, Kind& kind);

/** One cell. Any unit of frequency, the same one throughout, with c = 1: growth times are 1/unit. */
struct Cell {
    int directions = 0;
    /** Axisymmetric cell: cosines to the axis, strictly ascending, azimuths summed. Null: use `direction`. */
    const double* v = nullptr;
    /** Unit vectors, one array per component. */
    const double* direction[3] = {nullptr, nullptr, nullptr};
    /** Quadrature weights of the angular grid, those of cosines with the sum 2. Null: the directions are discrete beams, and no angle lies between. */
    const double* weight = nullptr;
    const double* e = nullptr;       ///< signed amplitudes at the beginning of the step
    const double* damping = nullptr; ///< damping rate of flavor coherence; null if there is none
    const double* source = nullptr;  ///< de/dt by emission and transport during the step; null: already in e
    /** Per direction, how much its p may grow: bound on |factor|, at least 1. Few beams exchange lepton number to and fro, and
     * end beyond zero only if it may grow: give the smallest P_0/|p| of the modes there. On a grid of many angles, where
     * neutrinos and antineutrinos nearly cancel in some e, growth multiplies errors (docs/embedded-box.md): null, no p grows. */
    const double* largest_factor = nullptr;
    double dt = 0.0;
    double seed = 1e-3;            ///< rms of P_transverse/P that the waves start from (theory.md 5.11)
    double seed_wave_number = 0.0; ///< seeds lie at |k| below this; 0: below twice sum |e|
    double* state = nullptr;       ///< Closure::state_size numbers; all zero: none yet
};

/** What a closure has to say about a cell; rates in the cell's unit of frequency, wave numbers shifted, k' = k - D_1. */
struct Diagnostics {
    double max_growth_before = 0.0; ///< fastest growth of the incoming cell, its source not yet added
    double max_growth_after = 0.0;
    double growth_floor = 0.0; ///< growth below this is not told from none
    double band_low = 0.0;     ///< range of the unstable wave numbers found first
    double band_high = 0.0;
    int roots = 0;          ///< waves followed in these bands, one per wave number and branch
    bool certified = true;  ///< "nothing grows above the floor" was checked by counting, at the end of the step
    double gamma_min = 0.0; ///< viscosity (1 - factor)/dt
    double gamma_max = 0.0;
    double wave_content = 0.0; ///< lepton number (sum |e|) held by waves, over all of it
    double e_folds = 0.0;      ///< growth since the waves were at their seeds
    int iterations = 0;        ///< exchanges between waves and amplitudes
    int crossings = 0;         ///< changes of the sign of e (three-dimensional: one if there are both signs)
    double area_ratio = 0.0;   ///< smaller over larger lepton-number area
    Kind used = Kind::none;
    bool more_than_one_crossing = false; ///< quasi-linear closures err by up to .17 here (docs/closures.md)
    bool large_area_ratio = false;       ///< above 0.3: waves outlive the instability
    bool unstable_homogeneous = false;   ///< k = 0 grows: the cell leaves its mixing equilibrium as a whole
    bool undefined = false;              ///< this closure has no answer here; nothing was done
};

enum class Outcome {
    ok,
    stable,        ///< certified: no wave can grow; only the source was added
    not_converged, ///< waves still grow above the floor at the cap of iterations; the answer is conservative and usable
    refused        ///< numbers that are not finite, or directions that are not ascending; nothing was written
};

/** Where the answer goes: arrays over directions, which may not overlap the cell's. */
struct Answer {
    double* e = nullptr;      ///< amplitudes at the end of the step, source included
    double* factor = nullptr; ///< p_after / p_before of what was there before the source
    Diagnostics diagnostics;
};

struct Options {
    bool axial_breaking = true; ///< of an axisymmetric cell: waves that break the symmetry, too
    int refined_directions =
        96;              ///< an axisymmetric grid coarser than this is interpolated to so many Gauss nodes; 0: never
    int band_nodes = 20; ///< wave numbers inside an unstable band
    double floor_of_grid = 1.0;     ///< kappa of flavor-waves.md 2
    double relative_floor = 2e-3;   ///< of sum |e|: slower growth counts as none
    double floor_of_waves = 0.015;  ///< growth below this times the lepton number held by waves counts as none
    double largest_exchange = 0.25; ///< share of its amplitude a direction gives to the waves in one iteration
    double broadening = 0.5;        ///< width of the resonance over sum |e| once waves are grown, while a source drives
    double source_step = 0.005;     ///< share of sum |e| a source adds between two looks at the waves
    int max_iterations = 4000;      ///< exchanges per step
    int max_source_steps = 2000;
    int box_beams = 16;   ///< of the embedded box (docs/embedded-box.md: sizes D, S, M, L)
    int box_markers = 32; ///< on each of its beams
};

class Closure {
public:
    virtual ~Closure() = default;
    /** Makes room for cells of so many directions. */
    virtual void reserve(int directions) = 0;
    /** Length of Cell::state. Its numbers belong to the place, not to the fluid: copied by a mesh refinement, never averaged. */
    virtual int state_size(int directions) const = 0;
    virtual Outcome apply(const Cell& cell, Answer& answer) = 0;
};

/** A closure; one per thread. */
std::unique_ptr<Closure> make_closure(Kind kind, const Options& options = {});

std::unique_ptr<Closure> make_none();
std::unique_ptr<Closure> make_equipartition();
std::unique_ptr<Closure> make_power_half();
std::unique_ptr<Closure> make_thermal();
std::unique_ptr<Closure> make_marginal(const Options& options);
std::unique_ptr<Closure> make_kinetic(const Options& options);
std::unique_ptr<Closure> make_automatic(const Options& options);
// make_embedded_box: closures/embedded_box.hpp

} // namespace miscid::closures
