/** @file scales.hpp
 *  The numbers that criteria.hpp judges, measured in one cell. Lengths in cm, energies in MeV; what the
 *  cell or its host does not know stays out, and so do the criteria that need it.
 */
#pragma once

#include "equilibrium/stability.hpp"
#include "thermo/energy.hpp"
#include "validity/criteria.hpp"

namespace miscid::validity {

using thermo::FieldFor;
using thermo::GasFor;

/** What lies around the cell, as far as it is known. */
struct Surroundings {
    double frequency_unit = 1.0;            ///< cm^-1 of one unit of the gas's frequencies
    bool rotating = false;                  ///< the state turns about a symmetry axis: P lies along H - Omega_c a
    std::optional<double> variation_length; ///< l_astro, on which medium and distributions vary
    std::optional<double> cell_length;      ///< l_box
    std::optional<double> path;             ///< c dt, or the way between two states of a stationary flow
    std::optional<double> mean_free_path;   ///< of collisions
    std::optional<double> growth_rate;      ///< largest Im Omega of a flavor wave, 0 if none grows
    std::optional<double> wave_content;     ///< sum over waves of |P_n|^2 over |P|^2, largest of all modes
    std::optional<double> neutrino_density; ///< cm^-3
    std::optional<double> coherence_length; ///< on which fluctuations are counted
    std::optional<equilibrium::Stability> stability; ///< homogeneous, of the mixing equilibrium
};

/** Scales of a cell, in the units of its frequencies. */
struct Scales {
    double slowest = 0.0;              ///< smallest |H| of a polarized mode; three flavors: its smallest gap
    double oscillation_length = 0.0;   ///< 1/slowest
    double mean_frequency = 0.0;       ///< mean |H|, by number
    double potential = 0.0;            ///< largest refractive part of |H|
    double fastest_turn = 0.0;         ///< largest angle (rad) by which H of a mode turned since the state before
    double crossing_probability = 0.0; ///< largest Landau-Zener probability on the way
    double mixing_seed = 0.0;          ///< mean tilt of H away from the electron axis that vacuum mixing makes
    double crossing = 0.0;             ///< smaller share of the lepton number of either sign, summed per direction
    double largest_angle = 0.0;        ///< of P to +-H in the state before, or in this one if there is none before
};

/** Where the way to a state began. H of its modes is s omega B + field (1, -v). */
template <int N_f>
struct BeginningFor {
    const phase_space::ModeGrid* grid = nullptr; ///< of the vacuum frequencies
    flavor::FlavorVectorFor<N_f> B = flavor::FlavorVectorFor<N_f>::Zero();
    FieldFor<N_f> field = FieldFor<N_f>::Zero();
    double largest_angle = 0.0; ///< of P to +-H, rad
};

/** Scales of a cell whose field is lambda (1, v_m) z + mu D; `before`, if any, is where the way to it began, `path` the
 *  length of that way. Modes with less than 1e-9 of the polarization of the cell do not count. */
template <int N_f>
Scales measure_scales(const GasFor<N_f>& gas, const FieldFor<N_f>& field, const BeginningFor<N_f>* before,
                      std::optional<double> path);
/** The same with the field of the gas itself, and of the gas it came from. */
template <int N_f>
Scales measure_scales(const GasFor<N_f>& gas, const GasFor<N_f>* before, std::optional<double> path);

/** Neutrino energies of a cell, MeV. */
struct EnergyRange {
    double lowest = 0.0;
    double highest = 0.0;
};

/** The numbers of every criterion, from the scales of the cell. Alignment is that of the state before, if there is one:
 *  what the step comes from. */
Values numbers_of(const Scales& scales, bool has_beginning, std::optional<EnergyRange> energy,
                  const Surroundings& around);

/** The same measured at once. `energy`: MeV of every mode in the grid's layout, or null. */
template <int N_f>
Values measure(const GasFor<N_f>& gas, const GasFor<N_f>* before, const double* energy, const Surroundings& around);

} // namespace miscid::validity
