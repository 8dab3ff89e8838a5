/** @file two_flavor.hpp
 *  Two-flavor density matrices and polarization vectors (theory.md section 1, paper 003 Eq. 10).
 *
 *      rho = (P0 + P.sigma)/2,   z = electron flavor,   rho_ex = (Px - i Py)/2
 */
#pragma once

#include "flavor/flavor_space.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::flavor {

/** The four real numbers a host stores per density matrix. */
struct DensityMatrix {
    double ee = 0.0;
    double xx = 0.0;
    double re_ex = 0.0;
    double im_ex = 0.0;
};

/** Trace P0 and polarization vector P of one density matrix. */
struct Polarization {
    double trace = 0.0;
    FlavorVector vector = FlavorVector::Zero();
};

inline Polarization polarization(const DensityMatrix& rho) {
    return {rho.ee + rho.xx, {2.0 * rho.re_ex, -2.0 * rho.im_ex, rho.ee - rho.xx}};
}

inline DensityMatrix density_matrix(const Polarization& polarization) {
    const auto& P = polarization.vector;
    return {0.5 * (polarization.trace + P.z()), 0.5 * (polarization.trace - P.z()), 0.5 * P.x(), -0.5 * P.y()};
}

/** Largest |P| that keeps 0 <= rho <= 1 (occupation form; Pauli blocking, theory.md section 1). */
inline double largest_polarization(double trace) {
    return std::min(trace, 2.0 - trace);
}

/** Angle in [0, pi] between two flavor vectors, exact also near 0 and pi. */
inline double angle_between(const FlavorVector& a, const FlavorVector& b) {
    return std::atan2(a.cross(b).norm(), a.dot(b));
}

} // namespace miscid::flavor
