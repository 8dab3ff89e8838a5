#include "energy/gradient_force.hpp"

#include <Eigen/Geometry>
#include <cmath>

namespace miscid::energy {

Eigen::MatrixXcd quasi_particle_energy(double sqrt2_fermi_constant, const std::vector<RefractingMode>& others) {
    const auto N_f = others.front().rho.rows();
    const Eigen::MatrixXcd one = Eigen::MatrixXcd::Identity(N_f, N_f);
    Eigen::MatrixXcd omega = Eigen::MatrixXcd::Zero(N_f, N_f);
    for (const auto& mode : others) {
        omega += mode.weight * (1.0 - mode.cosine) * (mode.rho + mode.rho.trace() * one);
    }
    return sqrt2_fermi_constant * omega;
}

Eigen::MatrixXcd gradient_energy(double sqrt2_fermi_constant, const Eigen::Vector3d& momentum,
                                 const std::vector<Eigen::Vector3d>& momenta, const std::vector<double>& weights,
                                 const std::vector<std::vector<Eigen::MatrixXcd>>& gradients, double coefficient) {
    const auto N_f = gradients.front().front().rows();
    const Eigen::MatrixXcd one = Eigen::MatrixXcd::Identity(N_f, N_f);
    Eigen::MatrixXcd energy = Eigen::MatrixXcd::Zero(N_f, N_f);
    const double p = momentum.norm();
    for (std::size_t i = 0; i < momenta.size(); ++i) {
        const double other = momenta[i].norm();
        const Eigen::Vector3d across = momentum.cross(momenta[i]) * ((p + other) / (p * p * other * other));
        for (int axis = 0; axis < 3; ++axis) {
            const Eigen::MatrixXcd& gradient = gradients[i][static_cast<std::size_t>(axis)];
            energy += weights[i] * across[axis] * (gradient + gradient.trace() * one);
        }
    }
    return coefficient * sqrt2_fermi_constant * energy;
}

Eigen::MatrixXcd force(double sqrt2_fermi_constant, const std::vector<RefractingMode>& others,
                       const Eigen::MatrixXcd& derivative) {
    Eigen::MatrixXcd sum = Eigen::MatrixXcd::Zero(derivative.rows(), derivative.cols());
    for (const auto& mode : others) {
        sum += mode.weight * (1.0 - mode.cosine) *
               (mode.rho * derivative + derivative * mode.rho + 2.0 * mode.rho.trace() * derivative);
    }
    return 0.5 * sqrt2_fermi_constant * sum;
}

double force_trace(double sqrt2_fermi_constant, double N, const Eigen::VectorXd& D, double P0_gradient,
                   const Eigen::VectorXd& P_gradient) {
    return 0.5 * sqrt2_fermi_constant * (3.0 * N * P0_gradient + D.dot(P_gradient));
}

CellLedger cell_ledger(double mu, const Eigen::VectorXd& D_0, const Eigen::MatrixXd& D_1, double mean_energy,
                       double hbar_c, double gradient_length) {
    CellLedger ledger;
    ledger.energy_density = 0.25 * mu * (D_0.squaredNorm() - D_1.squaredNorm());
    ledger.energy_scale = mu * std::sqrt(D_0.squaredNorm() + D_1.squaredNorm());
    ledger.relative_size = ledger.energy_scale * hbar_c / mean_energy;
    ledger.force = ledger.energy_scale / gradient_length;
    return ledger;
}

} // namespace miscid::energy
