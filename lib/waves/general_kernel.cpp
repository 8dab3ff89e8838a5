#include "waves/general_kernel.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

namespace {

constexpr int pairs = 10; // a <= b of u^a u^b

/** Real matrices of T, by the fraction they go with. */
enum Fraction { difference = 0, sum = 1, single = 2 };

/** Factor of F_+ (real), of F_- (times i) and of F_0 (times i). */
Eigen::Matrix3d part_of_transfer(const Eigen::Vector3d& P, const Eigen::Vector3d& h, Fraction fraction) {
    switch (fraction) {
    case difference:
        return 0.5 * (P * h.transpose() - h.dot(P) * Eigen::Matrix3d::Identity());
    case sum:
        return -0.5 * (flavor::cross_matrix(P) - h * (h.transpose() * flavor::cross_matrix(P)));
    default:
        return -h * h.cross(P).transpose();
    }
}

/** Entries that a column is kept of: at an equilibrium the first part is symmetric and the second antisymmetric. */
struct Entries {
    int count;
    int row[9];
    int column[9];
};
constexpr Entries symmetric = {6, {0, 0, 0, 1, 1, 2}, {0, 1, 2, 1, 2, 2}};
constexpr Entries antisymmetric = {3, {0, 0, 1}, {1, 2, 2}};
constexpr Entries full = {9, {0, 0, 0, 1, 1, 1, 2, 2, 2}, {0, 1, 2, 0, 1, 2, 0, 1, 2}};

const Entries& entries(bool equilibrium, Fraction fraction) {
    return !equilibrium ? full : fraction == difference ? symmetric : antisymmetric;
}

int fraction_sets(bool equilibrium) {
    return equilibrium ? 2 : 3;
}

constexpr double smallest = 1e-70;

Complex guarded(Complex x) {
    return std::norm(x) > smallest * smallest ? x : Complex(0.0, smallest);
}

} // namespace

void GeneralKernel::reserve(int modes) {
    stride_ = padded(std::max(modes, 1));
    const auto size = static_cast<std::size_t>(stride_);
    for (auto* vector : {&direction_, &P_, &unit_}) {
        for (auto& component : *vector) {
            component.assign(size, 0.0);
        }
    }
    for (auto* array : {&g_, &length_, &damping_, &along_k_, &detuning_[0], &detuning_[1]}) {
        array->assign(size, 0.0);
    }
    pole_frequency_.assign(3 * size, 0.0);
    pole_damping_.assign(3 * size, 0.0);
    weight_.assign(size * static_cast<std::size_t>(pairs * 27), 0.0);
    planes_.assign(8 * size, 0.0);
    sums_.assign(static_cast<std::size_t>(pairs * 9 * 4), 0.0);
}

void GeneralKernel::set_background(const Background& b) {
    modes_ = b.modes;
    size_ = padded(b.modes);
    coupling_ = 0.0;
    equilibrium_ = true;
    for (int i = 0; i < modes_; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const Eigen::Vector3d p(b.P[0][i], b.P[1][i], b.P[2][i]);
        const Eigen::Vector3d H(b.H[0][i], b.H[1][i], b.H[2][i]);
        const double length = H.norm();
        // Where H vanishes every axis will do; that of P keeps an equilibrium one.
        const Eigen::Vector3d h = length > 0.0     ? Eigen::Vector3d(H / length)
                                  : p.norm() > 0.0 ? Eigen::Vector3d(p.normalized())
                                                   : Eigen::Vector3d::UnitZ();
        for (int a = 0; a < 3; ++a) {
            direction_[a][n] = b.direction[a][i];
            P_[a][n] = p[a];
            unit_[a][n] = h[a];
        }
        g_[n] = b.g[i];
        length_[n] = length;
        damping_[n] = b.damping ? b.damping[i] : 0.0;
        coupling_ += std::abs(b.g[i]) * p.norm();
        equilibrium_ = equilibrium_ && h.cross(p).norm() <= 1e-13 * p.norm();
    }
    fill_weights();
}

void GeneralKernel::fill_weights() {
    std::fill(weight_.begin(), weight_.end(), 0.0);
    for (int i = 0; i < modes_; ++i) {
        const Eigen::Vector3d q = direction(i);
        const double u[4] = {1.0, q[0], q[1], q[2]};
        int column = 0;
        for (int set = 0; set < fraction_sets(equilibrium_); ++set) {
            const auto fraction = static_cast<Fraction>(set);
            const Entries& kept = entries(equilibrium_, fraction);
            const Eigen::Matrix3d part = part_of_transfer(P(i), unit_H(i), fraction);
            for (int entry = 0; entry < kept.count; ++entry) {
                for (int a = 0; a < 4; ++a) {
                    for (int c = a; c < 4; ++c, ++column) {
                        weight(column)[i] = g(i) * u[a] * u[c] * part(kept.row[entry], kept.column[entry]);
                    }
                }
            }
        }
    }
}

void GeneralKernel::set_wave_vector(const Eigen::Vector3d& k) {
    pole_count_ = 0;
    for (int i = 0; i < modes_; ++i) {
        const auto n = static_cast<std::size_t>(i);
        along_k_[n] = k.dot(direction(i));
        detuning_[0][n] = along_k_[n] + length_[n];
        detuning_[1][n] = along_k_[n] - length_[n];
        for (int set = 0; set < fraction_sets(equilibrium_); ++set) {
            const auto pole = static_cast<std::size_t>(pole_count_++);
            pole_frequency_[pole] = set < 2 ? detuning_[set][n] : along_k_[n];
            pole_damping_[pole] = damping_[n];
        }
    }
    for (int i = modes_; i < size_ && modes_ > 0; ++i) { // without weight, and no pole of their own
        const auto n = static_cast<std::size_t>(i);
        const auto last = static_cast<std::size_t>(modes_ - 1);
        for (auto* array : {&along_k_, &detuning_[0], &detuning_[1], &damping_}) {
            (*array)[n] = (*array)[last];
        }
    }
}

void GeneralKernel::frequency_range(double& low, double& high) const {
    const auto ends = std::minmax_element(pole_frequency_.begin(), pole_frequency_.begin() + pole_count_);
    low = pole_count_ > 0 ? *ends.first : 0.0;
    high = pole_count_ > 0 ? *ends.second : 0.0;
}

void GeneralKernel::evaluate(Complex omega, Matrix& one_minus_pi) const {
    assemble(omega, &one_minus_pi, nullptr);
}

void GeneralKernel::evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const {
    assemble(omega, &one_minus_pi, &derivative);
}

void GeneralKernel::assemble(Complex omega, Matrix* value, Matrix* derivative) const {
    const int planes_per_set = derivative ? 4 : 2;
    FractionPlanes plane[2];
    for (int s = 0; s < 2; ++s) {
        double* start = planes_.data() + 4 * s * stride_;
        plane[s].re = start;
        plane[s].im = start + stride_;
        if (derivative) {
            plane[s].d_re = start + 2 * stride_;
            plane[s].d_im = start + 3 * stride_;
        }
        loops_->fractions(size_, detuning_[s].data(), damping_.data(), omega.real(), omega.imag(), plane[s]);
    }
    for (int p = 0; p < planes_per_set; ++p) {
        double* plus = plane[0].re + p * stride_;
        double* minus = plane[1].re + p * stride_;
        for (int i = 0; i < size_; ++i) {
            const double f = plus[i];
            plus[i] = f - minus[i];
            minus[i] = f + minus[i];
        }
    }
    value->setIdentity();
    if (derivative) {
        derivative->setZero();
    }
    const double* first_weight = weight_.data();
    for (int set = 0; set < fraction_sets(equilibrium_); ++set) {
        const auto fraction = static_cast<Fraction>(set);
        if (fraction == single) {
            loops_->fractions(size_, along_k_.data(), damping_.data(), omega.real(), omega.imag(), plane[0]);
        }
        const Entries& kept = entries(equilibrium_, fraction);
        loops_->weighted(size_, kept.count * pairs, first_weight, stride_, plane[fraction == sum ? 1 : 0],
                         sums_.data());
        first_weight += kept.count * pairs * stride_;
        const double* s = sums_.data();
        for (int entry = 0; entry < kept.count; ++entry) {
            const int r = kept.row[entry];
            const int c = kept.column[entry];
            for (int a = 0; a < 4; ++a) {
                for (int b = a; b < 4; ++b, s += planes_per_set) {
                    const auto put = [&](Matrix& m, double re, double im) {
                        const Complex t = fraction == difference ? Complex(re, im) : Complex(-im, re); // times i
                        const double mirror = fraction == difference ? 1.0 : -1.0;
                        const auto add = [&](int row, int column, const Complex& x) {
                            m(3 * a + row, 3 * b + column) -= b == 0 ? x : -x;
                            if (a != b) {
                                m(3 * b + row, 3 * a + column) -= a == 0 ? x : -x;
                            }
                        };
                        add(r, c, t);
                        if (equilibrium_ && r != c) {
                            add(c, r, mirror * t);
                        }
                    };
                    put(*value, s[0], s[1]);
                    if (derivative) {
                        put(*derivative, s[2], s[3]);
                    }
                }
            }
        }
    }
}

Eigen::Vector3cd GeneralKernel::hamiltonian(const Vector& null, int i) const {
    const Eigen::Vector3d q = direction(i);
    return null.segment<3>(0) - q[0] * null.segment<3>(3) - q[1] * null.segment<3>(6) - q[2] * null.segment<3>(9);
}

Eigen::Vector3cd GeneralKernel::left_hamiltonian(const Vector& left, int i) const {
    const Eigen::Vector3d q = direction(i);
    return left.segment<3>(0) + q[0] * left.segment<3>(3) + q[1] * left.segment<3>(6) + q[2] * left.segment<3>(9);
}

Eigen::Matrix3cd GeneralKernel::transfer(Complex omega, int i, bool derivative) const {
    const Complex centre = x(omega, i);
    const auto fraction = [&](Complex y) {
        const Complex inverse = 1.0 / guarded(y);
        return derivative ? -inverse * inverse : inverse;
    };
    const Complex plus = fraction(centre - H_length(i));
    const Complex minus = fraction(centre + H_length(i));
    const Complex imaginary(0.0, 1.0);
    const Eigen::Vector3d p = P(i);
    const Eigen::Vector3d h = unit_H(i);
    Eigen::Matrix3cd t = part_of_transfer(p, h, difference) * (plus - minus);
    t += part_of_transfer(p, h, sum) * (imaginary * (plus + minus));
    if (!equilibrium_) {
        t += part_of_transfer(p, h, single) * (imaginary * fraction(centre));
    }
    return t;
}

Eigen::Vector3cd GeneralKernel::polarization(const Vector& null, Complex omega, int i) const {
    return transfer(omega, i, false) * hamiltonian(null, i);
}

Eigen::Vector3cd GeneralKernel::group_velocity(const Vector& left, const Vector& null, Complex omega) const {
    Eigen::Vector3cd top = Eigen::Vector3cd::Zero();
    Complex bottom = 0.0;
    for (int i = 0; i < modes_; ++i) {
        const Eigen::Vector3cd answer = transfer(omega, i, true) * hamiltonian(null, i);
        const Complex part = g(i) * left_hamiltonian(left, i).cwiseProduct(answer).sum();
        top += part * direction(i);
        bottom += part;
    }
    return top / bottom;
}

} // namespace miscid::waves
