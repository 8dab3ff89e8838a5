#include "energy/entropy.hpp"

#include "flavor/three_flavor.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace miscid::energy {

double entropy_of_occupation(double x) {
    const double p = std::clamp(x, 0.0, 1.0);
    return (p > 0.0 ? -p * std::log(p) : 0.0) + (p < 1.0 ? -(1.0 - p) * std::log1p(-p) : 0.0);
}

namespace {

Eigen::Matrix3cd density_matrix(double trace, const Eigen::VectorXd& P) {
    const flavor::FlavorVectorFor<3> v = P;
    return flavor::traceless_matrix_of_vector(v) + trace / 3.0 * Eigen::Matrix3cd::Identity();
}

} // namespace

double entropy_of_state(double trace, const Eigen::VectorXd& P) {
    if (P.size() == 3) {
        const double norm = P.norm();
        return entropy_of_occupation(0.5 * (trace + norm)) + entropy_of_occupation(0.5 * (trace - norm));
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3cd> solver(density_matrix(trace, P), Eigen::EigenvaluesOnly);
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
        sum += entropy_of_occupation(solver.eigenvalues()[k]);
    }
    return sum;
}

double entropy_rate(double trace, const Eigen::VectorXd& P, double trace_rate, const Eigen::VectorXd& P_rate) {
    const auto potential = [](double x) { return std::log((1.0 - x) / x); };
    if (P.size() == 3) {
        const double norm = P.norm();
        const double upper = potential(0.5 * (trace + norm)), lower = potential(0.5 * (trace - norm));
        const double along = norm > 0.0 ? P_rate.dot(P) / norm : 0.0;
        return 0.5 * (trace_rate * (upper + lower) + along * (upper - lower));
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3cd> solver(density_matrix(trace, P));
    const Eigen::Matrix3cd rate = density_matrix(trace_rate, P_rate);
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
        const Eigen::Vector3cd state = solver.eigenvectors().col(k);
        sum += potential(solver.eigenvalues()[k]) * (state.adjoint() * rate * state).value().real();
    }
    return sum;
}

double fine_grained_entropy(const kinetics::Gas& gas, const kinetics::BoxField& field, const Eigen::VectorXd& trace) {
    const int n = gas.generators();
    double sum = 0.0;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const Eigen::MatrixXd values = field.of_mode(mode);
        for (int cell = 0; cell < field.cells(); ++cell) {
            const double P0 = field.components() > n ? values(n, cell) : trace[mode];
            sum += std::abs(gas.weight[mode]) * entropy_of_state(P0, values.col(cell).head(n));
        }
    }
    return sum / field.cells();
}

double coarse_grained_entropy(const kinetics::Gas& gas, const kinetics::BoxField& field, const Eigen::VectorXd& trace) {
    const int n = gas.generators();
    const Eigen::MatrixXd mean = field.mean();
    double sum = 0.0;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const double P0 = field.components() > n ? mean(n, mode) : trace[mode];
        sum += std::abs(gas.weight[mode]) * entropy_of_state(P0, mean.col(mode).head(n));
    }
    return sum;
}

} // namespace miscid::energy
