#include "energy/interaction_energy.hpp"

#include "medium/constants.hpp"

#include <complex>
#include <unsupported/Eigen/FFT>
#include <vector>

namespace miscid::energy {

MomentFields moment_fields(const kinetics::Gas& gas, const kinetics::BoxField& P) {
    MomentFields sums;
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(gas.generators(), P.cells());
    sums.D_0 = sums.J_0 = none;
    for (int a = 0; a < 3; ++a) {
        sums.D_1[a] = sums.J[a] = none;
    }
    const Eigen::VectorXd speed = gas.speed();
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const Eigen::MatrixXd weighted = gas.weight[mode] * P.of_mode(mode).topRows(gas.generators());
        sums.D_0 += weighted;
        sums.J_0 += speed[mode] * weighted;
        for (int a = 0; a < 3; ++a) {
            sums.D_1[a] += gas.direction(a, mode) * weighted;
            sums.J[a] += speed[mode] * gas.direction(a, mode) * weighted;
        }
    }
    return sums;
}

Eigen::MatrixXd derivative(const Eigen::MatrixXd& rows, double length) {
    const auto cells = rows.cols();
    Eigen::MatrixXd result(rows.rows(), cells);
    Eigen::FFT<double> transform;
    std::vector<std::complex<double>> values(static_cast<std::size_t>(cells)), waves;
    for (Eigen::Index row = 0; row < rows.rows(); ++row) {
        for (Eigen::Index cell = 0; cell < cells; ++cell) {
            values[static_cast<std::size_t>(cell)] = rows(row, cell);
        }
        transform.fwd(waves, values);
        for (Eigen::Index n = 0; n < cells; ++n) {
            const auto frequency = static_cast<double>(2 * n < cells ? n : n - cells);
            const double k = 2 * n == cells ? 0.0 : 2.0 * medium::constants::pi * frequency / length;
            waves[static_cast<std::size_t>(n)] *= std::complex<double>(0.0, k);
        }
        transform.inv(values, waves);
        for (Eigen::Index cell = 0; cell < cells; ++cell) {
            result(row, cell) = values[static_cast<std::size_t>(cell)].real();
        }
    }
    return result;
}

namespace {

double integral(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, double length) {
    return a.cwiseProduct(b).sum() * length / static_cast<double>(a.cols());
}

} // namespace

double oscillation_energy(const MomentFields& moments, double mu, double length) {
    double sum = integral(moments.D_0, moments.D_0, length);
    for (const auto& D_1 : moments.D_1) {
        sum -= integral(D_1, D_1, length);
    }
    return 0.25 * mu * sum;
}

double oscillation_energy_rate(const MomentFields& moments, double mu, double length) {
    double sum = integral(moments.D_0, derivative(moments.J_0, length), length);
    for (int a = 0; a < 3; ++a) {
        sum -= integral(moments.D_1[a], derivative(moments.J[a], length), length);
    }
    return -0.5 * mu * sum;
}

double kinetic_energy_rate(const kinetics::Gas& gas, const kinetics::BoxField& P, const MomentFields& moments,
                           double mu, double length) {
    const Eigen::VectorXd speed = gas.speed();
    double rate = 0.0;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        Eigen::MatrixXd refraction = moments.D_0; // D_0 - v.D_1
        for (int a = 0; a < 3; ++a) {
            refraction -= gas.direction(a, mode) * moments.D_1[a];
        }
        const Eigen::MatrixXd gradient = derivative(P.of_mode(mode).topRows(gas.generators()), length);
        const double force = 0.5 * mu * integral(refraction, gradient, length); // int Tr F dz
        rate += gas.weight[mode] * speed[mode] * force;
    }
    return rate;
}

double external_energy(const kinetics::Gas& gas, const kinetics::BoxField& P, double time, double length) {
    const Eigen::MatrixXd mean = P.mean().topRows(gas.generators());
    const Eigen::MatrixXd H = gas.external_field(time);
    double sum = 0.0;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        sum += gas.weight[mode] * H.col(mode).dot(mean.col(mode));
    }
    return 0.5 * length * sum;
}

} // namespace miscid::energy
