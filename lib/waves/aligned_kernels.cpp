#include "waves/aligned_kernels.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

void ModeTable::reserve(int modes, int columns) {
    stride_ = padded(std::max(modes, 1));
    columns_ = columns;
    const auto size = static_cast<std::size_t>(stride_);
    detuning_.assign(size, 0.0);
    damping_.assign(size, 0.0);
    weight_.assign(size * static_cast<std::size_t>(columns), 0.0);
    planes_.assign(4 * size, 0.0);
    sums_.assign(4 * static_cast<std::size_t>(columns), 0.0);
}

void ModeTable::resize(int modes) {
    modes_ = modes;
    size_ = padded(modes);
}

void ModeTable::pad() {
    for (int i = modes_; i < size_; ++i) {
        detuning_[static_cast<std::size_t>(i)] = modes_ > 0 ? detuning_[static_cast<std::size_t>(modes_ - 1)] : 0.0;
        damping_[static_cast<std::size_t>(i)] = modes_ > 0 ? damping_[static_cast<std::size_t>(modes_ - 1)] : 0.0;
        for (int c = 0; c < columns_; ++c) {
            weight(c)[i] = 0.0;
        }
    }
}

void ModeTable::sum(Complex omega, int columns, Complex* sums, Complex* derivative) const {
    FractionPlanes planes;
    planes.re = planes_.data();
    planes.im = planes.re + stride_;
    if (derivative) {
        planes.d_re = planes.im + stride_;
        planes.d_im = planes.d_re + stride_;
    }
    loops_->fractions(size_, detuning_.data(), damping_.data(), omega.real(), omega.imag(), planes);
    loops_->weighted(size_, columns, weight_.data(), stride_, planes, sums_.data());
    const double* s = sums_.data();
    for (int c = 0; c < columns; ++c) {
        if (derivative) {
            sums[c] = {s[4 * c], s[4 * c + 1]};
            derivative[c] = {s[4 * c + 2], s[4 * c + 3]};
        } else {
            sums[c] = {s[2 * c], s[2 * c + 1]};
        }
    }
}

void ModeTable::frequency_range(double& low, double& high) const {
    low = high = modes_ > 0 ? detuning_[0] : 0.0;
    for (int i = 0; i < modes_; ++i) {
        low = std::min(low, detuning_[static_cast<std::size_t>(i)]);
        high = std::max(high, detuning_[static_cast<std::size_t>(i)]);
    }
}

namespace {

double sum_of_magnitudes(const double* e, int modes) {
    double sum = 0.0;
    for (int i = 0; i < modes; ++i) {
        sum += std::abs(e[i]);
    }
    return sum;
}

void copy_or_zero(const double* from, int modes, double* to) {
    if (from) {
        std::copy(from, from + modes, to);
    } else {
        std::fill(to, to + modes, 0.0);
    }
}

void set_frequencies_along_axis(ModeTable& table, const phase_space::AlignedVector& v, double k) {
    double* detuning = table.detuning();
    for (int i = 0; i < table.size(); ++i) {
        detuning[i] = k * v[static_cast<std::size_t>(i)];
    }
}

/** Copies v and the damping; the caller fills the weights. */
void copy_axial(ModeTable& table, phase_space::AlignedVector& v, const AxisymmetricBackground& b) {
    table.resize(b.modes);
    std::copy(b.v, b.v + b.modes, v.begin());
    std::fill(v.begin() + b.modes, v.begin() + table.size(), b.modes > 0 ? b.v[b.modes - 1] : 0.0);
    copy_or_zero(b.damping, b.modes, table.damping());
    table.set_coupling(sum_of_magnitudes(b.e, b.modes));
}

} // namespace

// Axisymmetric

void AxisymmetricKernel::reserve(int modes) {
    table_.reserve(modes, 3);
    v_.assign(static_cast<std::size_t>(padded(std::max(modes, 1))), 0.0);
}

void AxisymmetricKernel::set_background(const AxisymmetricBackground& b) {
    copy_axial(table_, v_, b);
    for (int i = 0; i < b.modes; ++i) {
        table_.weight(0)[i] = b.e[i];
        table_.weight(1)[i] = b.e[i] * b.v[i];
        table_.weight(2)[i] = b.e[i] * b.v[i] * b.v[i];
    }
    table_.pad();
}

void AxisymmetricKernel::set_wave_vector(double k) {
    set_frequencies_along_axis(table_, v_, k);
}

void AxisymmetricKernel::evaluate(Complex omega, Matrix& m) const {
    Complex s[3];
    table_.sum(omega, 3, s, nullptr);
    m << 1.0 + s[0], -s[1], s[1], 1.0 - s[2];
}

void AxisymmetricKernel::evaluate(Complex omega, Matrix& m, Matrix& derivative) const {
    Complex s[3];
    Complex d[3];
    table_.sum(omega, 3, s, d);
    m << 1.0 + s[0], -s[1], s[1], 1.0 - s[2];
    derivative << d[0], -d[1], d[1], -d[2];
}

// Breaking the axial symmetry

void AxialBreakingKernel::reserve(int modes) {
    table_.reserve(modes, 1);
    v_.assign(static_cast<std::size_t>(padded(std::max(modes, 1))), 0.0);
}

void AxialBreakingKernel::set_background(const AxisymmetricBackground& b) {
    copy_axial(table_, v_, b);
    for (int i = 0; i < b.modes; ++i) {
        table_.weight(0)[i] = 0.5 * b.e[i] * (1.0 - b.v[i] * b.v[i]);
    }
    table_.pad();
}

void AxialBreakingKernel::set_wave_vector(double k) {
    set_frequencies_along_axis(table_, v_, k);
}

void AxialBreakingKernel::evaluate(Complex omega, Matrix& m) const {
    Complex s;
    table_.sum(omega, 1, &s, nullptr);
    m(0, 0) = 1.0 - s;
}

void AxialBreakingKernel::evaluate(Complex omega, Matrix& m, Matrix& derivative) const {
    Complex s;
    Complex d;
    table_.sum(omega, 1, &s, &d);
    m(0, 0) = 1.0 - s;
    derivative(0, 0) = -d;
}

Complex AxialBreakingKernel::response(const Vector& null, int i) const {
    const double v = v_[static_cast<std::size_t>(i)];
    return std::sqrt(std::max(0.0, 0.5 * (1.0 - v * v))) * null[0];
}

// Any direction

void AlignedKernel::reserve(int modes) {
    table_.reserve(modes, 10);
    const auto size = static_cast<std::size_t>(padded(std::max(modes, 1)));
    for (auto& component : direction_) {
        component.assign(size, 0.0);
    }
    frequency_.assign(size, 0.0);
}

void AlignedKernel::set_background(const AlignedBackground& background) {
    table_.resize(background.modes);
    for (int a = 0; a < 3; ++a) {
        std::copy(background.direction[a], background.direction[a] + background.modes, direction_[a].begin());
    }
    copy_or_zero(background.frequency, background.modes, frequency_.data());
    copy_or_zero(background.damping, background.modes, table_.damping());
    table_.set_coupling(sum_of_magnitudes(background.e, background.modes));
    for (int i = 0; i < background.modes; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const double u[4] = {1.0, direction_[0][n], direction_[1][n], direction_[2][n]};
        int c = 0;
        for (int a = 0; a < 4; ++a) {
            for (int b = a; b < 4; ++b, ++c) {
                table_.weight(c)[i] = background.e[i] * u[a] * u[b];
            }
        }
    }
    table_.pad();
}

void AlignedKernel::set_wave_vector(const Eigen::Vector3d& k) {
    double* detuning = table_.detuning();
    for (int i = 0; i < table_.modes(); ++i) {
        const auto n = static_cast<std::size_t>(i);
        detuning[i] = k[0] * direction_[0][n] + k[1] * direction_[1][n] + k[2] * direction_[2][n] + frequency_[n];
    }
    table_.pad();
}

void AlignedKernel::evaluate(Complex omega, Matrix& m) const {
    Complex s[10];
    table_.sum(omega, 10, s, nullptr);
    detail::fill_aligned(s, 1.0, m);
}

void AlignedKernel::evaluate(Complex omega, Matrix& m, Matrix& derivative) const {
    Complex s[10];
    Complex d[10];
    table_.sum(omega, 10, s, d);
    detail::fill_aligned(s, 1.0, m);
    detail::fill_aligned(d, 0.0, derivative);
}

} // namespace miscid::waves
