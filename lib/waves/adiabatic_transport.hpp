/** @file adiabatic_transport.hpp
 *  What a slow change of the background does to the content of a wave besides growth: the biorthogonal transport term
 *  -Re(psi_L^dagger d psi_R)|A| that paper 002 Eq. 90 lacks (theory.md section 2).
 *
 *  The wave matrix of an aligned state times diag(g/p) is complex symmetric, so the left vector of a wave is g/p times its
 *  right vector s_i = -p_i phi_i A/x_i, and the term integrates in closed form. With N = sum e phi^2/x^2,
 *
 *      d ln(A^2 N) = -2i Omega dt - (sum de phi^2/x^2)/N.
 *
 *  For real Omega and unchanged e this is conservation of action (theory.md F9). N vanishes at exceptional points, the edges
 *  of unstable bands; no wave can be followed adiabatically through one.
 */
#pragma once

#include "waves/root_finder.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

/** A wave on one background. */
template <typename Kernel>
struct WaveOnBackground {
    const Kernel& kernel; ///< at its wave vector
    const double* e;      ///< amplitudes of its modes
    Complex omega;        ///< a root
};

namespace detail {

/** Sums over the modes of a wave with the null vector's scale taken out. */
struct TransportSums {
    double norm = 0.0; ///< |N| over sum |e| |phi/x|^2: unit amplitude to unit content
    Complex drift;     ///< sum de phi^2/x^2 / N
};

template <typename Kernel>
TransportSums transport_sums(const RootFinder<Kernel>& finder, const WaveOnBackground<Kernel>& wave,
                             const double* e_before, const double* e_after) {
    const auto null = finder.null_vector(wave.kernel, wave.omega);
    const Poles poles = wave.kernel.poles();
    Complex N = 0.0;
    Complex drift = 0.0;
    double content = 0.0;
    double total = 0.0;
    for (int i = 0; i < poles.count; ++i) {
        const Complex x = wave.omega - poles.frequency[i] + Complex(0.0, poles.damping[i]);
        const Complex shape = wave.kernel.response(null, i) / x;
        N += wave.e[i] * shape * shape;
        drift += (e_after[i] - e_before[i]) * shape * shape;
        content += std::abs(wave.e[i]) * std::norm(shape);
        total += std::abs(wave.e[i]);
    }
    TransportSums sums;
    sums.norm = content > 0.0 ? std::abs(N) * total / content : 0.0;
    sums.drift = N != 0.0 ? drift / N : Complex(0.0);
    return sums;
}

} // namespace detail

/** Factor by which the content I of a wave (<|s_i|^2> = p_i^2 R_i I, sum |e| R = sum |e|) changes between two backgrounds
 *  in addition to exp(2 int Im Omega dt), to second order in their difference. At most `largest` or its inverse: beyond
 *  that the wave passes an exceptional point and the factor has no meaning. */
template <typename Kernel>
double transport_factor(const RootFinder<Kernel>& finder, const WaveOnBackground<Kernel>& before,
                        const WaveOnBackground<Kernel>& after, double largest = 10.0) {
    const auto first = detail::transport_sums(finder, before, before.e, after.e);
    const auto last = detail::transport_sums(finder, after, before.e, after.e);
    if (!(first.norm > 0.0) || !(last.norm > 0.0)) {
        return 1.0;
    }
    const double drift = 0.5 * (first.drift.real() + last.drift.real());
    const double factor = first.norm / last.norm * std::exp(-drift);
    return factor == factor ? std::clamp(factor, 1.0 / largest, largest) : 1.0;
}

} // namespace miscid::waves
