#include "waves/tilted_viscosity.hpp"

#include <cmath>

namespace miscid::waves {

namespace {

/** 1 / sum |P_i|^2 of the wave that belongs to a null vector. */
double intensity_factor(const GeneralKernel& kernel, const GeneralKernel::Vector& null, Complex omega) {
    double sum = 0.0;
    for (int i = 0; i < kernel.modes(); ++i) {
        sum += kernel.polarization(null, omega, i).squaredNorm();
    }
    return sum > 0.0 ? 1.0 / sum : 0.0;
}

Eigen::Vector3cd cross(const Eigen::Vector3cd& a, const Eigen::Vector3cd& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

} // namespace

void correlations(const GeneralKernel& kernel, const GeneralKernel::Vector& null, Complex omega, Eigen::Vector3d* c) {
    const double factor = 2.0 * intensity_factor(kernel, null, omega);
    for (int i = 0; i < kernel.modes(); ++i) {
        const Eigen::Vector3cd h = kernel.hamiltonian(null, i);
        c[i] = factor * cross(h.conjugate(), kernel.polarization(null, omega, i)).real();
    }
}

void tilted_viscosity(const GeneralKernel& kernel, const GeneralKernel::Vector& null, Complex omega,
                      const Eigen::Vector3d* c, double* gamma) {
    const double factor = 2.0 * intensity_factor(kernel, null, omega);
    for (int i = 0; i < kernel.modes(); ++i) {
        if (!kernel.equilibrium()) {
            const Eigen::Vector3d P = kernel.P(i);
            gamma[i] = P.squaredNorm() > 0.0 ? -P.dot(c[i]) / P.squaredNorm() : 0.0;
            continue;
        }
        const Eigen::Vector3d axis = kernel.unit_H(i);
        const Eigen::Vector3cd h = kernel.hamiltonian(null, i);
        const Eigen::Vector3cd across = h - axis * axis.cast<Complex>().cwiseProduct(h).sum();
        const Eigen::Vector3cd turned = Complex(0.0, 1.0) * cross(axis.cast<Complex>(), h);
        const Complex x = kernel.x(omega, i);
        const double plus = (0.5 * (across + turned)).squaredNorm() / std::norm(x - kernel.H_length(i));
        const double minus = (0.5 * (across - turned)).squaredNorm() / std::norm(x + kernel.H_length(i));
        gamma[i] = factor * (omega.imag() + kernel.damping(i)) * (plus + minus);
    }
}

} // namespace miscid::waves
