#include "phase_space/pauli_closure.hpp"

#include "phase_space/refinement.hpp"

#include <cmath>

namespace miscid::phase_space {

namespace {

constexpr int nodes = 32;

struct Rule {
    double mu[nodes];
    double weight[nodes];
    Rule() { gauss_legendre(nodes, mu, weight); }
};
const Rule rule; // constant after the library is loaded

/** ln(1 + e^x) without overflow. */
double softplus(double x) {
    return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/** The convex function whose minimum is the answer (dual of the entropy): mean of ln(1 + exp(a + Z mu)) - a e - Z e f. */
double dual(double a, double Z, double e, double ef) {
    double sum = 0.0;
    for (int i = 0; i < nodes; ++i) {
        sum += 0.5 * rule.weight[i] * softplus(a + Z * rule.mu[i]);
    }
    return sum - a * e - Z * ef;
}

} // namespace

double pauli_occupation(const PauliParameters& parameters, double mu) noexcept {
    const double x = parameters.eta - parameters.Z * mu;
    return x > 0.0 ? std::exp(-x) / (1.0 + std::exp(-x)) : 1.0 / (1.0 + std::exp(x));
}

bool pauli_parameters(double occupation, double flux_factor, PauliParameters& parameters) noexcept {
    if (!(occupation > 0.0 && occupation < 1.0 && flux_factor >= 0.0 && flux_factor < 1.0 - occupation)) {
        return false;
    }
    const double ef = occupation * flux_factor;
    double a = std::log(occupation / (1.0 - occupation));
    double Z = 0.0;
    double value = dual(a, Z, occupation, ef);
    for (int iteration = 0; iteration < 80; ++iteration) {
        double r0 = -occupation;
        double r1 = -ef;
        double h00 = 0.0;
        double h01 = 0.0;
        double h11 = 0.0;
        for (int i = 0; i < nodes; ++i) {
            const double mu = rule.mu[i];
            const double w = 0.5 * rule.weight[i];
            const double f = pauli_occupation({-a, Z}, mu);
            r0 += w * f;
            r1 += w * mu * f;
            h00 += w * f * (1.0 - f);
            h01 += w * mu * f * (1.0 - f);
            h11 += w * mu * mu * f * (1.0 - f);
        }
        if (std::abs(r0) + std::abs(r1) <= 1e-13 * occupation) {
            parameters = {-a, Z};
            return Z < 60.0; // steeper than the rule resolves
        }
        const double determinant = h00 * h11 - h01 * h01;
        if (!(determinant > 0.0)) {
            return false;
        }
        const double da = -(h11 * r0 - h01 * r1) / determinant;
        const double dZ = -(h00 * r1 - h01 * r0) / determinant;
        double length = 1.0;
        double next = dual(a + da, Z + dZ, occupation, ef);
        while (!(next <= value) && length > 1e-6) {
            length *= 0.5;
            next = dual(a + length * da, Z + length * dZ, occupation, ef);
        }
        if (length <= 1e-6 || std::abs(length * da) + std::abs(length * dZ) <= 1e-15 * (std::abs(a) + Z + 1e-3)) {
            parameters = {-a, Z};
            return std::abs(r0) + std::abs(r1) <= 1e-9 * occupation && Z < 60.0;
        }
        a += length * da;
        Z += length * dZ;
        value = next;
    }
    return false;
}

} // namespace miscid::phase_space
