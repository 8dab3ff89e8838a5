#include "kinetics/homogeneous.hpp"

#include "flavor/flavor_space.hpp"
#include "kinetics/adaptive.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::kinetics {

HomogeneousGas::HomogeneousGas(const Gas& gas, const Eigen::MatrixXd& P, const Eigen::VectorXd& trace)
    : gas_(gas), constant_trace_(trace) {
    for (int mode = 0; mode < gas.modes(); ++mode) {
        for (int c = 0; c < gas.generators(); ++c) {
            state_.push_back(P(c, mode));
        }
        if (gas.components() > gas.generators()) {
            state_.push_back(trace[mode]);
        }
    }
}

Eigen::MatrixXd HomogeneousGas::P() const {
    return Eigen::Map<const Eigen::MatrixXd>(state_.data(), gas_.components(), gas_.modes()).topRows(gas_.generators());
}

Eigen::VectorXd HomogeneousGas::trace() const {
    if (gas_.components() == gas_.generators()) {
        return constant_trace_;
    }
    return Eigen::Map<const Eigen::MatrixXd>(state_.data(), gas_.components(), gas_.modes()).bottomRows(1).transpose();
}

namespace {

/** Adds the collision term of one mode to its rates. */
void add_collisions(const Gas& gas, int mode, const double* P, double* rate) {
    const Collisions& collisions = gas.collisions;
    const int n = gas.generators(), flavors = gas.flavors;
    const double depolarization = collisions.depolarization.size() > 0 ? collisions.depolarization[mode] : 0.0;
    const double coherence = collisions.coherence_damping.size() > 0 ? collisions.coherence_damping[mode] : 0.0;
    for (int c = 0; c < n; ++c) {
        rate[c] -= depolarization * P[c];
    }
    double kappa[3] = {}, emission[3] = {};
    for (int a = 0; a < flavors; ++a) {
        kappa[a] = collisions.absorption.size() > 0 ? collisions.absorption(a, mode) : 0.0;
        emission[a] = collisions.emission.size() > 0 ? collisions.emission(a, mode) : 0.0;
    }
    int pair = flavors == 2 ? 0 : 2;
    for (int a = 0; a < flavors; ++a) {
        for (int b = a + 1; b < flavors; ++b, pair += 2) {
            const double damping = 0.5 * (kappa[a] + kappa[b]) + coherence;
            rate[pair] -= damping * P[pair];
            rate[pair + 1] -= damping * P[pair + 1];
        }
    }
    if (!collisions.changes_number()) {
        return;
    }
    const double P0 = P[n];
    if (flavors == 2) {
        const double e = emission[0] - kappa[0] * 0.5 * (P0 + P[2]), x = emission[1] - kappa[1] * 0.5 * (P0 - P[2]);
        rate[2] += e - x;
        rate[n] += e + x;
        return;
    }
    const double third = P0 / 3.0, eighth = P[1] / flavor::sqrt3;
    const double e = emission[0] - kappa[0] * (third + eighth);
    const double m = emission[1] - kappa[1] * (third - 0.5 * eighth + 0.5 * P[0]);
    const double t = emission[2] - kappa[2] * (third - 0.5 * eighth - 0.5 * P[0]);
    rate[0] += m - t;
    rate[1] += (2.0 * e - m - t) / flavor::sqrt3;
    rate[n] += e + m + t;
}

template <int N_f>
void rates_of(const Gas& gas, const std::vector<double>& state, std::vector<double>& rate, double time) {
    using Vector = flavor::FlavorVectorFor<N_f>;
    constexpr int n = flavor::generators<N_f>;
    const int components = gas.components();
    const double mu = gas.mu.at(time);
    const Vector matter = gas.matter.size() > 0 ? Vector(gas.lambda.at(time) * gas.matter) : Vector(Vector::Zero());
    Vector D_0 = Vector::Zero();
    Eigen::Matrix<double, n, 3> D_1 = Eigen::Matrix<double, n, 3>::Zero();
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const Vector P = Eigen::Map<const Vector>(state.data() + mode * components);
        D_0 += gas.weight[mode] * P;
        D_1 += gas.weight[mode] * P * gas.direction.col(mode).transpose();
    }
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const double* of_mode = state.data() + mode * components;
        double* change = rate.data() + mode * components;
        const Vector P = Eigen::Map<const Vector>(of_mode);
        const Eigen::Vector3d v = gas.direction.col(mode);
        Vector H = mu * (D_0 - D_1 * v) + (1.0 - gas.matter_velocity.dot(v)) * matter;
        if (gas.vacuum.size() > 0) {
            H += gas.vacuum.col(mode);
        }
        const Vector torque = flavor::cross(H, P);
        for (int c = 0; c < n; ++c) {
            change[c] = torque[c] + (gas.source.size() > 0 ? gas.source(c, mode) : 0.0);
        }
        if (components > n) {
            change[n] = 0.0;
        }
        if (gas.collisions.any()) {
            add_collisions(gas, mode, of_mode, change);
        }
    }
}

} // namespace

void HomogeneousGas::rates(const std::vector<double>& state, std::vector<double>& rate, double time) const {
    rate.resize(state.size());
    gas_.flavors == 2 ? rates_of<2>(gas_, state, rate, time) : rates_of<3>(gas_, state, rate, time);
}

void HomogeneousGas::advance_to(double time, double tolerance) {
    double size = 0.0;
    for (const double x : state_) {
        size = std::max(size, std::abs(x));
    }
    const auto system = [this](const std::vector<double>& x, std::vector<double>& rate, double t) {
        rates(x, rate, t);
    };
    steps_ += advance_adaptively(system, state_, time_, time, next_step_, tolerance * size, tolerance);
}

} // namespace miscid::kinetics
