/** @file background.hpp
 *  What flavor waves ride on, and what can be said of them without looking for roots.
 *
 *  S branch: S = P^x - iP^y with exp(i k.r - i Omega t). Of an aligned state (all P along one flavor axis) only
 *  e_i = mu w_i s_i p_i is needed, and with k' = k - D_1 and Omega' = Omega - D_0 - lambda neither the mean field nor
 *  matter (flavor-waves.md 1 and 2; theory.md section 0). Any unit of frequency will do, the same one throughout.
 */
#pragma once

#include "flavor/flavor_space.hpp"

#include <Eigen/Geometry>

#include <complex>

namespace miscid::waves {

using Complex = std::complex<double>;

/** Aligned, symmetric about an axis, waves along it; each v once, its azimuths and energies summed. */
struct AxisymmetricBackground {
    int modes = 0;
    const double* v = nullptr;       ///< cosine to the axis
    const double* e = nullptr;       ///< mu w s p, summed over what shares v
    const double* damping = nullptr; ///< depolarization rate, >= 0; null if there is none
};

/** Aligned, any directions. */
struct AlignedBackground {
    int modes = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr}; ///< unit vectors, one array per component
    const double* e = nullptr;
    const double* damping = nullptr;
    const double* frequency = nullptr; ///< precession beyond D_0 - q.D_1, as vacuum; null if there is none
};

/** Any polarization vectors: each array over modes holds one component. */
struct Background {
    int modes = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr};
    const double* g = nullptr; ///< mu w s
    const double* P[3] = {nullptr, nullptr, nullptr};
    const double* H[3] = {nullptr, nullptr, nullptr}; ///< the whole Hamiltonian vector, mean field included
    const double* damping = nullptr;
};

/** Three flavors: rho = P.Lambda/2 and H = H.Lambda/2 without their traces, vectors in the order of
 * flavor/flavor_space.hpp. */
struct ThreeFlavorBackground {
    int modes = 0;
    const double* direction[3] = {nullptr, nullptr, nullptr};
    const double* g = nullptr;
    const flavor::FlavorVectorFor<3>* P = nullptr;
    const flavor::FlavorVectorFor<3>* H = nullptr;
    const double* damping = nullptr;
};

/** Where rho is diagonal in flavor, waves of the pairs e-mu, e-tau, mu-tau do not see each other, and each is an
 * aligned background with e_i = g_i (rho_aa - rho_bb)_i (theory.md row 17). `occupation` holds one array over modes per
 * flavor. */
inline void pair_amplitudes(int modes, const double* g, const double* const (&occupation)[3], int a, int b, double* e) {
    for (int i = 0; i < modes; ++i) {
        e[i] = g[i] * (occupation[a][i] - occupation[b][i]);
    }
}

/** True if no wave can grow, whatever k: all e of one sign, where modes that share direction, damping and frequency
 * count as one (they must stand next to each other). Then the action sum g|S|^2/p is definite and Im Omega <= 0 for any
 * damping >= 0 (theory.md F9); a crossing, or damping that differs between modes of opposite e, decides nothing. */
bool no_wave_grows(const AxisymmetricBackground& background);
bool no_wave_grows(const AlignedBackground& background);

/** Growth that discrete angles can fake: eta = kappa |domega| / 2 pi, domega the widest gap between neighbouring pole
 * frequencies (flavor-waves.md 2). Only growth above it is physics. `scratch` holds `modes` numbers. */
double growth_floor(const AxisymmetricBackground& background, double k, double* scratch, double kappa = 1.0);
double growth_floor(const AlignedBackground& background, const Eigen::Vector3d& k, double* scratch, double kappa = 1.0);
double growth_floor(const Background& background, const Eigen::Vector3d& k, double* scratch, double kappa = 1.0);

} // namespace miscid::waves
