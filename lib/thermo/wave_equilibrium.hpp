/** @file wave_equilibrium.hpp
 *  How far a cell is from flavor-wave equilibrium (Johns & Kost Eq. 103): sum_m H_{n-m} x P_m = 0 for every mode and every
 *  Fourier component n. That is H x P = 0 at every place of the cell, so it is measured there.
 *
 *  n = 0 is what turns the mean polarizations, c_q included: a mixing equilibrium without correlations has none of it. The
 *  rest is what turns the waves: in flavor-wave kinetics Omega A + N, whose growing part has to vanish in equilibrium (Eq. 104).
 */
#pragma once

#include "thermo/energy.hpp"

#include <vector>

namespace miscid::thermo {

/** Shares of |H||P|, each the square root of a sum over modes with w. 0: flavor-wave equilibrium; 1: H across P everywhere. */
struct WaveEquilibriumResidual {
    double mean = 0.0;  ///< n = 0
    double waves = 0.0; ///< all other n
};

/** The residual of a cell resolved into places of equal size: the same modes, weights and medium in each. May allocate. */
template <int N_f>
WaveEquilibriumResidual wave_equilibrium_residual(const std::vector<GasFor<N_f>>& places) {
    WaveEquilibriumResidual residual;
    if (places.empty()) {
        return residual;
    }
    std::vector<FieldFor<N_f>> D;
    for (const auto& place : places) {
        D.push_back(moments(place));
    }
    double scale = 0.0;
    double all = 0.0;
    double mean = 0.0;
    const double share = 1.0 / static_cast<double>(places.size());
    for_each_mode(places.front(), [&](const Mode& mode) {
        FlavorVectorFor<N_f> turn = FlavorVectorFor<N_f>::Zero();
        for (std::size_t i = 0; i < places.size(); ++i) {
            const FlavorVectorFor<N_f> P = places[i].polarization(mode.index);
            const FlavorVectorFor<N_f> H = hamiltonian(places[i].medium, D[i], mode);
            const FlavorVectorFor<N_f> here = flavor::cross(H, P);
            turn += share * here;
            all += mode.weight * share * here.squaredNorm();
            scale += mode.weight * share * H.squaredNorm() * P.squaredNorm();
        }
        mean += mode.weight * turn.squaredNorm();
    });
    if (scale > 0.0) {
        residual.mean = std::sqrt(mean / scale);
        residual.waves = std::sqrt(std::max(all - mean, 0.0) / scale);
    }
    return residual;
}

} // namespace miscid::thermo
