/** @file collisions.hpp
 *  Collisions acting on the eigenstate occupations of the local equilibrium frame (theory.md 5.18; Johns & Kost Eqs. 27,
 *  28, 35-40). Exact exponentials: any dt is stable and keeps 0 <= r <= 1.
 */
#pragma once

#include <array>
#include <cmath>

namespace miscid::collisions {

/** Collisional depolarization: dp/dt = -Gamma p (Johns & Kost Eq. 40), trace kept. */
inline double depolarize(double p, double depolarization_rate, double dt) {
    return p * std::exp(-depolarization_rate * dt);
}

/** Factor by which a viscosity gamma shrinks p over dt: explicit Euler sub-steps, since they and not the exponential keep
 *  sum w s p where sum w s p gamma = 0 (flavor-waves.md 3). `largest_rate` is that of the cell, so that all modes of it
 *  take the same sub-steps. Exact in D_0 as long as largest_rate dt <= 0.25: one sub-step. */
inline double viscous_factor(double rate, double largest_rate, double dt) {
    const double substeps = std::ceil(std::fmax(1.0, 4.0 * largest_rate * dt));
    return std::pow(1.0 - rate * dt / substeps, substeps);
}

/** Rates of one mode in flavor space (e, x or e, mu, tau); f is the occupation in equilibrium with matter. */
template <int N_f>
struct FlavorRates {
    std::array<double, N_f> absorption{};
    std::array<double, N_f> equilibrium{};
};

/** The same for one eigenstate of H: dr/dt = emission - absorption r. */
struct EigenstateRates {
    double absorption = 0.0;
    double emission = 0.0;
};

/** Diagonal element of C = diag(kappa f) - {diag(kappa), rho}/2 in an eigenstate with flavor contents |U_ak|^2. */
template <int N_f>
EigenstateRates project(const FlavorRates<N_f>& rates, const double (&content)[N_f]) {
    EigenstateRates projected;
    for (std::size_t a = 0; a < N_f; ++a) {
        projected.absorption += rates.absorption[a] * content[a];
        projected.emission += rates.absorption[a] * rates.equilibrium[a] * content[a];
    }
    return projected;
}

/** Occupation after dt: relaxes exponentially to emission/absorption. */
inline double relax(double occupation, const EigenstateRates& rates, double dt) {
    if (rates.absorption <= 0.0) {
        return occupation; // emission is kappa f, so nothing happens without absorption
    }
    const double target = rates.emission / rates.absorption;
    return occupation + (target - occupation) * -std::expm1(-rates.absorption * dt);
}

/** Integral of the occupation over dt while it relaxes. */
inline double time_integral(double occupation, const EigenstateRates& rates, double dt) {
    if (rates.absorption <= 0.0) {
        return occupation * dt;
    }
    const double target = rates.emission / rates.absorption;
    return target * dt + (occupation - target) * -std::expm1(-rates.absorption * dt) / rates.absorption;
}

/** Exchange with matter over dt, the integrals of C_aa = kappa_a (f_a - rho_aa) for every flavor a. `content[k][a]` are the
 *  flavor contents of the eigenstates, `integral[k]` the time integrals of their occupations. */
template <int N_f>
std::array<double, N_f> exchange(const FlavorRates<N_f>& rates, const double (&content)[N_f][N_f],
                                 const double (&integral)[N_f], double dt) {
    std::array<double, N_f> result{};
    for (std::size_t a = 0; a < N_f; ++a) {
        double occupation = 0.0;
        for (std::size_t k = 0; k < N_f; ++k) {
            occupation += content[k][a] * integral[k];
        }
        result[a] = rates.absorption[a] * (rates.equilibrium[a] * dt - occupation);
    }
    return result;
}

} // namespace miscid::collisions
