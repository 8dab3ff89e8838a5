/** @file case.hpp  One cell of `miscid equilibrium`: the reference-case format (docs/equilibrium-command.md). */
#pragma once

#include "equilibrium/solver.hpp"
#include "json_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace miscid::apps {

/** A two-flavor case as read: one entry per mode in input order. */
struct EquilibriumCase {
    equilibrium::FlavorVector B;
    medium::Medium medium;            ///< of the cell to solve
    medium::Medium start_medium;      ///< of the previous equilibrium
    bool start_from_large_mu = false; ///< the start gives polarizations only: the limit mu -> infinity

    std::vector<double> direction; ///< x, y, z per mode
    std::vector<int> antineutrino;
    std::vector<double> weight, omega, polarization, epsilon;
    std::vector<double> start_weight, start_polarization;
    std::vector<double> start_P; ///< x, y, z per mode
    std::optional<equilibrium::Field> start_field;
    double start_rotation_frequency = 0.0;
    std::optional<equilibrium::SymmetryAxis> symmetry;
    std::vector<double> mu_sequence; ///< further values of mu, solved one from the other; empty: only medium.mu

    std::size_t modes() const { return omega.size(); }
};

/** Reads and checks. Throws InputError (exit 2) or InvalidInput (status invalid_input). */
EquilibriumCase read_equilibrium_case(const Json& json, const std::string& file);

} // namespace miscid::apps
