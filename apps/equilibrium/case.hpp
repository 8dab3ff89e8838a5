/** @file case.hpp  One cell of `miscid equilibrium`: the reference-case format (docs/equilibrium-command.md). */
#pragma once

#include "equilibrium/solver.hpp"
#include "json_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace miscid::apps {

/** A case as read: one entry per mode in input order. */
template <int N_f>
struct EquilibriumCase {
    medium::MediumFor<N_f> medium;       ///< of the cell to solve
    medium::MediumFor<N_f> start_medium; ///< of the previous equilibrium
    bool start_from_large_mu = false;    ///< the start gives polarizations only: the limit mu -> infinity

    std::vector<double> direction; ///< x, y, z per mode
    std::vector<int> antineutrino;
    std::vector<double> weight;
    std::vector<double> frequency; ///< omega; three flavors: 10/energy, the factor of the vacuum matrix
    std::vector<double> epsilon;   ///< alignment +-1 (three flavors: all 1)
    /** |P|; three flavors: eigenvalues of rho, all modes for the lowest eigenstate of H, then for the next. */
    std::vector<double> polarization;
    std::vector<double> start_weight, start_polarization;
    std::vector<flavor::FlavorVectorFor<N_f>> start_P;
    std::optional<equilibrium::FieldFor<N_f>> start_field;
    double start_rotation_frequency = 0.0;
    equilibrium::SymmetryAxesFor<N_f> symmetry;
    std::vector<double> mu_sequence; ///< further values of mu, solved one from the other; empty: only medium.mu

    std::size_t modes() const { return frequency.size(); }
};

/** Reads and checks. Throws InputError (exit 2) or InvalidInput (status invalid_input). */
template <int N_f>
EquilibriumCase<N_f> read_equilibrium_case(const Json& json, const std::string& file);

} // namespace miscid::apps
