/** @file collisions.hpp
 *  Collisions acting on the eigenstate occupations of the local equilibrium frame (theory.md 5.18; Johns & Kost Eqs. 27,
 *  28, 35-40). Exact exponentials: any dt is stable and keeps 0 <= r <= 1.
 */
#pragma once

#include "flavor/two_flavor.hpp"

#include <cmath>

namespace miscid::collisions {

/** Collisional depolarization: dp/dt = -Gamma p (Johns & Kost Eq. 40), trace kept. */
inline double depolarize(double p, double depolarization_rate, double dt) {
    return p * std::exp(-depolarization_rate * dt);
}

/** Rates of one mode in flavor space; f is the occupation in equilibrium with matter. */
struct FlavorRates {
    double absorption_e = 0.0;
    double absorption_x = 0.0;
    double equilibrium_e = 0.0;
    double equilibrium_x = 0.0;
};

/** The same for one eigenstate of H: dr/dt = emission - absorption r. */
struct EigenstateRates {
    double absorption = 0.0;
    double emission = 0.0;
};

/** Diagonal element of C = diag(kappa f) - {diag(kappa), rho}/2 in an eigenstate with electron content |U_ea|^2:
 *  upper eigenstate (1 + hhat_z)/2, lower (1 - hhat_z)/2. */
inline EigenstateRates project(const FlavorRates& rates, double electron_content) {
    const double x_content = 1.0 - electron_content;
    return {rates.absorption_e * electron_content + rates.absorption_x * x_content,
            rates.absorption_e * rates.equilibrium_e * electron_content +
                rates.absorption_x * rates.equilibrium_x * x_content};
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

/** Integral over dt of the whole collision term C of one mode as a flavor vector, its part across hhat included:
 *  C_z = kappa_e (f_e - rho_ee) - kappa_x (f_x - rho_xx), C_perp = -(kappa_e + kappa_x) P_perp / 2 (theory.md 5.6, 5.18).
 *  `upper` and `lower` are the time integrals of the two occupations. */
inline flavor::FlavorVector change(const FlavorRates& rates, const flavor::FlavorVector& hhat, double upper,
                                   double lower, double dt) {
    const double content = 0.5 + 0.5 * hhat.z();
    const double ee = content * upper + (1.0 - content) * lower;
    const double xx = (1.0 - content) * upper + content * lower;
    const double damping = -0.5 * (rates.absorption_e + rates.absorption_x) * (upper - lower);
    return {damping * hhat.x(), damping * hhat.y(),
            rates.absorption_e * (rates.equilibrium_e * dt - ee) -
                rates.absorption_x * (rates.equilibrium_x * dt - xx)};
}

} // namespace miscid::collisions
