/** @file tilted_viscosity.hpp
 *  What a wave does to a background that is not aligned: correlation vectors and viscosity (flavor-waves.md 3; paper
 *  002 Eqs. 17-22, 78-81). Normalised to an eigenvector with sum_i |P_i|^2 = 1, amplitude one at +k and its conjugate
 *  at -k.
 */
#pragma once

#include "waves/general_kernel.hpp"

namespace miscid::waves {

/** c_i = sum over +-k of H_{i,-k} x P_{i,k} = 2 Re(H_i^* x P_i): its sum with weights g vanishes (theory.md F8). */
void correlations(const GeneralKernel& kernel, const GeneralKernel::Vector& null, Complex omega, Eigen::Vector3d* c);

/** gamma_i in closed form where P || H: sum over +-k of
 * (Im Omega + D) (|A_+ h|^2/|x - |H||^2 + |A_- h|^2/|x + |H||^2), never negative for a growing wave. Elsewhere
 * gamma_i = -P.c/|P|^2 of the correlations. */
void tilted_viscosity(const GeneralKernel& kernel, const GeneralKernel::Vector& null, Complex omega,
                      const Eigen::Vector3d* c, double* gamma);

} // namespace miscid::waves
