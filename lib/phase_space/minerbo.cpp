#include "phase_space/minerbo.hpp"

#include "medium/constants.hpp"

#include <cmath>
#include <stdexcept>

namespace miscid::phase_space {

namespace {

/** Langevin function coth Z - 1/Z. */
double langevin(double Z) {
    if (Z < 0.05) {
        const double Z2 = Z * Z; // coth Z - 1/Z loses digits near 0; the series is exact to 1e-16 here
        return Z / 3.0 * (1.0 - Z2 / 15.0 * (1.0 - 2.0 * Z2 / 21.0 * (1.0 - Z2 / 10.0)));
    }
    return 1.0 / std::tanh(Z) - 1.0 / Z;
}

double langevin_derivative(double Z) {
    if (Z < 0.05) {
        return 1.0 / 3.0 - Z * Z / 15.0;
    }
    const double s = Z > 350.0 ? 0.0 : 1.0 / std::sinh(Z);
    return 1.0 / (Z * Z) - s * s;
}

} // namespace

double minerbo_parameter(double flux_factor) {
    if (!(flux_factor >= 0.0 && flux_factor < 1.0)) {
        throw std::domain_error("flux factor must lie in [0, 1)");
    }
    // Start: rational approximation of the inverse Langevin function (Cohen 1991); Newton then converges in a few
    // steps.
    double Z = flux_factor * (3.0 - flux_factor * flux_factor) / (1.0 - flux_factor * flux_factor);
    for (int iteration = 0; iteration < 50; ++iteration) {
        const double step = (langevin(Z) - flux_factor) / langevin_derivative(Z);
        Z = std::max(Z - step, 0.5 * Z);
        if (std::abs(step) <= 1e-15 * Z) {
            break;
        }
    }
    return Z;
}

double minerbo_density(const Eigen::Vector3d& flux_factor, const Eigen::Vector3d& n) {
    using medium::constants::pi;
    const double magnitude = flux_factor.norm();
    const double Z = minerbo_parameter(magnitude);
    if (Z < 1e-9) {
        return (1.0 + Z * (magnitude > 0.0 ? n.dot(flux_factor) / magnitude : 0.0)) / (4.0 * pi);
    }
    // exp(Z (cos - 1)) / (1 - exp(-2 Z)) instead of exp / sinh: no overflow for strongly forward-peaked beams.
    return Z / (2.0 * pi * -std::expm1(-2.0 * Z)) * std::exp(Z * (n.dot(flux_factor) / magnitude - 1.0));
}

} // namespace miscid::phase_space
