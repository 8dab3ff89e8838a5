/** @file entropy.hpp
 *  Entropy of neutrinos (Fiorillo, Raffelt & Sigl supplement S19-S21):
 *
 *      S = int sum w Tr s(rho),   s(rho) = -rho ln rho - (1 - rho) ln(1 - rho)
 *
 *  Streaming and oscillations move rho and turn it, so the fine-grained S is constant; that of the space average of rho
 *  grows. Occupation form: eigenvalues in [0, 1]; those a rounding outside count as 0 or 1.
 */
#pragma once

#include "kinetics/box_field.hpp"
#include "kinetics/gas.hpp"

#include <Eigen/Core>

namespace miscid::energy {

/** -x ln x - (1 - x) ln(1 - x). */
double entropy_of_occupation(double x);
/** Tr s(rho) of one density matrix, two or three flavors, from its trace and polarization vector. */
double entropy_of_state(double trace, const Eigen::VectorXd& P);
/** Tr [drho/dt ln((1 - rho)/rho)], S21. */
double entropy_rate(double trace, const Eigen::VectorXd& P, double trace_rate, const Eigen::VectorXd& P_rate);

/** Fine-grained entropy of a box per length; `trace`: P_0 per mode where the field does not hold it. Antineutrinos count
 *  like neutrinos, so |w s| weighs. */
double fine_grained_entropy(const kinetics::Gas& gas, const kinetics::BoxField& field, const Eigen::VectorXd& trace);
/** Entropy of the space-averaged density matrices (Johns & Kost Eq. 91). */
double coarse_grained_entropy(const kinetics::Gas& gas, const kinetics::BoxField& field, const Eigen::VectorXd& trace);

} // namespace miscid::energy
