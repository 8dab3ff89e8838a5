#include "waves/three_flavor_kernel.hpp"

#include "waves/root_finder.inc"

#include "flavor/three_flavor.hpp"

#include <cmath>

namespace miscid::waves {

namespace {

constexpr double smallest = 1e-70;

/** Tr(|a><b| Lambda_A), the vector of a transition. */
Eigen::Matrix<Complex, 8, 1> vector_of_transition(const Eigen::Vector3cd& a, const Eigen::Vector3cd& b) {
    const Eigen::Matrix3cd m = a * b.adjoint();
    const Complex i(0.0, 1.0);
    Eigen::Matrix<Complex, 8, 1> v;
    v << m(1, 1) - m(2, 2), (2.0 * m(0, 0) - m(1, 1) - m(2, 2)) / flavor::sqrt3, m(0, 1) + m(1, 0),
        i * (m(0, 1) - m(1, 0)), m(0, 2) + m(2, 0), i * (m(0, 2) - m(2, 0)), m(1, 2) + m(2, 1), i * (m(1, 2) - m(2, 1));
    return v;
}

/** u^a u^b eta_bb and 8 x 8 blocks. */
constexpr double eta[4] = {1.0, -1.0, -1.0, -1.0};

} // namespace

void ThreeFlavorKernel::reserve(int modes) {
    const auto size = static_cast<std::size_t>(modes);
    mode_.resize(size);
    frequency_.reserve((transitions + 1) * size);
    pole_damping_.reserve((transitions + 1) * size);
}

void ThreeFlavorKernel::set_background(const ThreeFlavorBackground& b) {
    modes_ = b.modes;
    coupling_ = 0.0;
    equilibrium_ = true;
    for (int i = 0; i < modes_; ++i) {
        Mode& mode = mode_[static_cast<std::size_t>(i)];
        mode.direction = {b.direction[0][i], b.direction[1][i], b.direction[2][i]};
        mode.g = b.g[i];
        mode.damping = b.damping ? b.damping[i] : 0.0;
        const Eigen::Matrix<Complex, 8, 8> torque = Complex(0.0, -1.0) * flavor::cross_matrix(b.P[i]);
        const auto states = flavor::eigenstates(b.H[i]);
        mode.rest = torque;
        int t = 0;
        for (int from = 0; from < 3; ++from) {
            for (int to = 0; to < 3; ++to) {
                if (from != to) {
                    const auto y = vector_of_transition(states.states.col(from), states.states.col(to));
                    const auto n = static_cast<std::size_t>(t++);
                    mode.splitting[n] =
                        states.energy[static_cast<std::size_t>(from)] - states.energy[static_cast<std::size_t>(to)];
                    const Eigen::Matrix<Complex, 1, 8> row = 0.5 * (y.adjoint() * torque);
                    mode.part[n].noalias() = y * row;
                    mode.rest -= mode.part[n];
                }
            }
        }
        coupling_ += std::abs(b.g[i]) * b.P[i].norm();
        equilibrium_ = equilibrium_ && mode.rest.norm() <= 1e-13 * b.P[i].norm();
    }
}

void ThreeFlavorKernel::set_wave_vector(const Eigen::Vector3d& k) {
    frequency_.clear();
    pole_damping_.clear();
    for (int i = 0; i < modes_; ++i) {
        Mode& mode = mode_[static_cast<std::size_t>(i)];
        mode.along_k = k.dot(mode.direction);
        for (int t = 0; t < (equilibrium_ ? transitions : transitions + 1); ++t) {
            frequency_.push_back(mode.along_k + (t < transitions ? mode.splitting[static_cast<std::size_t>(t)] : 0.0));
            pole_damping_.push_back(mode.damping);
        }
    }
}

ThreeFlavorKernel::Transfer ThreeFlavorKernel::transfer(const Mode& mode, Complex omega, bool derivative) const {
    const Complex x = omega - Complex(mode.along_k, -mode.damping);
    const auto fraction = [&](Complex y) {
        const Complex inverse = 1.0 / (std::norm(y) > smallest * smallest ? y : Complex(0.0, smallest));
        return derivative ? -inverse * inverse : inverse;
    };
    Transfer t = Transfer::Zero();
    for (std::size_t n = 0; n < transitions; ++n) {
        t += fraction(x - mode.splitting[n]) * mode.part[n];
    }
    if (!equilibrium_) {
        t += fraction(x) * mode.rest;
    }
    return t;
}

void ThreeFlavorKernel::assemble(Complex omega, Matrix& value, Matrix* derivative) const {
    value.setIdentity();
    if (derivative) {
        derivative->setZero();
    }
    for (int i = 0; i < modes_; ++i) {
        const Mode& mode = mode_[static_cast<std::size_t>(i)];
        const double u[4] = {1.0, mode.direction[0], mode.direction[1], mode.direction[2]};
        const Transfer t = transfer(mode, omega, false);
        const Transfer d = derivative ? transfer(mode, omega, true) : Transfer();
        for (int a = 0; a < 4; ++a) {
            for (int b = 0; b < 4; ++b) {
                const double weight = mode.g * u[a] * u[b] * eta[b];
                value.block<8, 8>(8 * a, 8 * b) -= weight * t;
                if (derivative) {
                    derivative->block<8, 8>(8 * a, 8 * b) -= weight * d;
                }
            }
        }
    }
}

Eigen::Vector3cd ThreeFlavorKernel::group_velocity(const Vector& left, const Vector& null, Complex omega) const {
    Eigen::Vector3cd top = Eigen::Vector3cd::Zero();
    Complex bottom = 0.0;
    for (int i = 0; i < modes_; ++i) {
        const Mode& mode = mode_[static_cast<std::size_t>(i)];
        const Eigen::Vector3d& q = mode.direction;
        using Octet = Eigen::Matrix<Complex, 8, 1>;
        Octet h = null.segment<8>(0);
        Octet m = left.segment<8>(0);
        for (int a = 0; a < 3; ++a) {
            h -= q[a] * null.segment<8>(8 + 8 * a);
            m += q[a] * left.segment<8>(8 + 8 * a);
        }
        const Octet answer = transfer(mode, omega, true) * h;
        const Complex part = mode.g * m.cwiseProduct(answer).sum();
        top += part * q;
        bottom += part;
    }
    return top / bottom;
}

template class RootFinder<ThreeFlavorKernel>;

} // namespace miscid::waves
