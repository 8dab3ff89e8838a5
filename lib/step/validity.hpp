/** @file validity.hpp
 *  The numbers of lib/validity for a cell that has made its step: what the host says of the surroundings, and what the step
 *  found out by itself.
 */
#pragma once

#include "step/step.hpp"
#include "validity/scales.hpp"

namespace miscid::step {

/** What must be kept of a cell before its step. */
template <int N_f>
struct BeforeStepFor {
    bool has_state = false;
    equilibrium::FieldFor<N_f> field = equilibrium::FieldFor<N_f>::Zero(); ///< it was last solved with
};
template <int N_f>
BeforeStepFor<N_f> before_step(const CellFor<N_f>& cell);

/** Numbers of every criterion for a cell after a step of `dt` seconds that was not refused; cell.P has to be laid along H.
 *  `around` holds what the host knows: lengths in cm. Path, neutrino density, stability, waves and, where the host does not
 *  give it, the mean free path are those of the step. Energies only where their unit is MeV. */
template <int N_f>
validity::Values validity_numbers(const CellFor<N_f>& cell, const BeforeStepFor<N_f>& before, double dt,
                                  const Diagnostics& diagnostics, const Settings& settings,
                                  std::optional<validity::EnergyRange> energy, validity::Surroundings around);

} // namespace miscid::step
