/** @file pauli_closure.hpp
 *  Maximum-entropy angular distribution of fermions (Cernohorsky & Bludman 1994):
 *      occupation(mu) = 1/(exp(eta - Z mu) + 1),  mean over the sphere = e,  flux factor f < 1 - e.
 *  The dilute limit e -> 0 is Minerbo's.
 */
#pragma once

namespace miscid::phase_space {

struct PauliParameters {
    double eta = 0.0;
    double Z = 0.0;
};

/** eta and Z for a mean occupation in (0, 1) and a flux factor in [0, 1 - e). False where there are none, or where the
 *  distribution is so close to degenerate that Newton's method gives up. Does not allocate or throw. */
bool pauli_parameters(double occupation, double flux_factor, PauliParameters& parameters) noexcept;

/** 1/(exp(eta - Z mu) + 1). */
double pauli_occupation(const PauliParameters& parameters, double mu) noexcept;

} // namespace miscid::phase_space
