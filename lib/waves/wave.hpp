/** @file wave.hpp
 *  One wave on an aligned background, from its root: how each mode takes part, the viscosity it exerts, and how its
 *  frequency answers to k and to any change of the background. Resolvent forms only: eigenvectors are singular at band
 *  edges, these are not (theory.md 4.6; flavor-waves.md 2 and 3).
 */
#pragma once

#include "waves/root_finder.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

/** x_i of a mode, never zero. */
inline Complex detuned(const Poles& poles, Complex omega, int i) {
    const Complex x = omega - Complex(poles.frequency[i], -poles.damping[i]);
    return x != Complex(0.0, 0.0) ? x : Complex(0.0, 1e-70);
}

/** phi^2/x^2 of a mode: no overflow for |x| above 1e-70. */
inline Complex squared_response(Complex phi, Complex x) {
    const Complex ratio = phi / x;
    return ratio * ratio;
}

/** dOmega/dk along the axis (complex; its real part is the ray velocity of paper 002 Eq. 87). It may exceed one close
 * to band edges: clip it to the light cone where waves are moved. `v` and `e` are the background's. */
template <typename Kernel>
Complex group_velocity(const Kernel& kernel, const typename Kernel::Vector& null, Complex omega, const double* v,
                       const double* e) {
    const Poles poles = kernel.poles();
    Complex top = 0.0;
    Complex bottom = 0.0;
    for (int i = 0; i < poles.count; ++i) {
        const Complex part = e[i] * squared_response(kernel.response(null, i), detuned(poles, omega, i));
        top += part * v[i];
        bottom += part;
    }
    return top / bottom;
}

/** Likewise for any direction. */
inline Eigen::Vector3cd group_velocity(const AlignedKernel& kernel, const AlignedKernel::Vector& null, Complex omega,
                                       const AlignedBackground& background) {
    const Poles poles = kernel.poles();
    Eigen::Vector3cd top = Eigen::Vector3cd::Zero();
    Complex bottom = 0.0;
    for (int i = 0; i < poles.count; ++i) {
        const Complex part = background.e[i] * squared_response(kernel.response(null, i), detuned(poles, omega, i));
        for (int a = 0; a < 3; ++a) {
            top[a] += part * background.direction[a][i];
        }
        bottom += part;
    }
    return top / bottom;
}

/** delta Omega' of a change of each mode's amplitude (delta_e), precession (delta_frequency) and damping
 * (delta_damping); any of them null for none. At fixed k': D_0 and D_1 shift Omega and k by themselves. */
template <typename Kernel>
Complex frequency_change(const Kernel& kernel, const typename Kernel::Vector& null, Complex omega, const double* e,
                         const double* delta_e, const double* delta_frequency, const double* delta_damping) {
    const Poles poles = kernel.poles();
    Complex top = 0.0;
    Complex bottom = 0.0;
    for (int i = 0; i < poles.count; ++i) {
        const Complex x = detuned(poles, omega, i);
        const Complex phi = kernel.response(null, i);
        const Complex part = e[i] * squared_response(phi, x);
        bottom += part;
        top += part * Complex(delta_frequency ? delta_frequency[i] : 0.0, delta_damping ? -delta_damping[i] : 0.0);
        if (delta_e) {
            top += delta_e[i] * phi * (phi / x);
        }
    }
    return top / bottom;
}

/** R_i = |phi_i|^2/|Omega - omega_i|^2, normalised to sum |e| R = sum |e|: independent of the phase and length of the
 * null vector. gamma_i = I R_i (Im Omega + D_i) for a wave of intensity I, <|s_i|^2> = p_i^2 R_i I (theory.md F7; paper
 * 002 Eqs. 78-81). `broadening` is added to Im Omega in the denominator (flavor-waves.md 4). Returns false, with R = 0,
 * if it cannot be normalised. */
template <typename Kernel>
bool profile(const Kernel& kernel, const typename Kernel::Vector& null, Complex omega, const double* e, double* R,
             double broadening = 0.0) {
    const Poles poles = kernel.poles();
    const Complex widened = omega + Complex(0.0, broadening);
    double weighted = 0.0;
    double total = 0.0;
    for (int i = 0; i < poles.count; ++i) {
        R[i] = std::norm(kernel.response(null, i) / detuned(poles, widened, i));
        weighted += std::abs(e[i]) * R[i];
        total += std::abs(e[i]);
    }
    const double factor = weighted > 0.0 ? total / weighted : 0.0;
    const bool usable = std::isfinite(factor) && factor > 0.0;
    for (int i = 0; i < poles.count; ++i) {
        R[i] = usable ? R[i] * factor : 0.0;
    }
    return usable;
}

/** gamma_i of unit intensity from R. Conserves sum e gamma to rounding without broadening (flavor-waves.md 3). */
inline void viscosity(const Poles& poles, Complex omega, const double* R, double* gamma) {
    for (int i = 0; i < poles.count; ++i) {
        gamma[i] = R[i] * (omega.imag() + poles.damping[i]);
    }
}

} // namespace miscid::waves
