/** @file aligned_kernels.hpp
 *  1 - Pi(Omega', k') of waves on aligned states, Pi^{ab} = - sum_i e_i u_i^a u_i^b eta_bb / x_i with u = (1, q),
 *  eta = diag(1, -1, -1, -1), x_i = Omega' - k'.q_i - frequency_i + i D_i (flavor-waves.md 2; paper 002 Eqs. 41-44).
 *  Waves are the zeros of its determinant.
 *
 *  A kernel owns copies of the background and scratch: one per thread. Nothing allocates once reserve has been called.
 */
#pragma once

#include "waves/background.hpp"
#include "waves/mode_sums.hpp"

#include "phase_space/mode_grid.hpp"

namespace miscid::waves {

/** Poles of a kernel: frequency minus i damping of each mode. */
struct Poles {
    int count = 0;
    const double* frequency = nullptr;
    const double* damping = nullptr;
};

/** Storage of a kernel: modes padded to whole blocks, with columns of real weights. */
class ModeTable {
public:
    void reserve(int modes, int columns);
    /** Sets the number of modes; the caller fills the arrays and then calls pad. */
    void resize(int modes);
    /** Makes the modes that fill the last block harmless copies of the last mode, without weight. */
    void pad();

    int modes() const { return modes_; }
    int size() const { return size_; }
    double* detuning() { return detuning_.data(); }
    double* damping() { return damping_.data(); }
    double* weight(int column) { return weight_.data() + column * stride_; }
    const double* detuning() const { return detuning_.data(); }
    const double* damping() const { return damping_.data(); }
    const double* weight(int column) const { return weight_.data() + column * stride_; }
    long stride() const { return stride_; }
    double coupling() const { return coupling_; }
    void set_coupling(double coupling) { coupling_ = coupling; }

    /** sums[c] of 1/x with every column c and, if asked for, of -1/x^2. */
    void sum(Complex omega, int columns, Complex* sums, Complex* derivative) const;
    void frequency_range(double& low, double& high) const;

private:
    int modes_ = 0;
    int size_ = 0;
    int columns_ = 0;
    long stride_ = 0;
    double coupling_ = 0.0;
    phase_space::AlignedVector detuning_;
    phase_space::AlignedVector damping_;
    phase_space::AlignedVector weight_;
    mutable phase_space::AlignedVector planes_;
    mutable phase_space::AlignedVector sums_;
    const ModeSums* loops_ = &mode_sums();
};

/** What every kernel of rank R can do. */
template <int R>
class KernelBase {
public:
    static constexpr int rank = R;
    using Matrix = Eigen::Matrix<Complex, R, R>;
    using Vector = Eigen::Matrix<Complex, R, 1>;

    int modes() const { return table_.modes(); }
    Poles poles() const { return {table_.modes(), table_.detuning(), table_.damping()}; }
    /** Range of the pole frequencies; waves lie within twice the coupling around it. */
    void frequency_range(double& low, double& high) const { table_.frequency_range(low, high); }
    /** sum |e|; no Im Omega exceeds twice it. */
    double coupling() const { return table_.coupling(); }

protected:
    ModeTable table_;
};

namespace detail {

/** Matrix of rank 4 from sums over pairs a <= b of u^a u^b. */
template <typename Matrix>
void fill_aligned(const Complex* s, double unit, Matrix& m) {
    int c = 0;
    for (int a = 0; a < 4; ++a) {
        for (int b = a; b < 4; ++b, ++c) {
            m(a, b) = b == 0 ? s[c] : -s[c];
            m(b, a) = a == 0 ? s[c] : -s[c];
        }
        m(a, a) += unit;
    }
}

} // namespace detail

/** Waves along the axis that keep the symmetry: u = (1, v). */
class AxisymmetricKernel : public KernelBase<2> {
public:
    void reserve(int modes);
    void set_background(const AxisymmetricBackground& background);
    void set_wave_vector(double k);
    void evaluate(Complex omega, Matrix& one_minus_pi) const;
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const;
    /** phi_i = sum_a eta_aa u_i^a N^a of the null vector N. */
    Complex response(const Vector& null, int i) const { return null[0] - v_[static_cast<std::size_t>(i)] * null[1]; }

private:
    phase_space::AlignedVector v_;
};

/** Waves along the axis that break the symmetry, u = sqrt(1 - v^2) (cos, sin): one scalar, every root twice. */
class AxialBreakingKernel : public KernelBase<1> {
public:
    void reserve(int modes);
    void set_background(const AxisymmetricBackground& background);
    void set_wave_vector(double k);
    void evaluate(Complex omega, Matrix& one_minus_pi) const;
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const;
    /** Root mean square over azimuth. */
    Complex response(const Vector& null, int i) const;

private:
    phase_space::AlignedVector v_;
};

/** Any direction of k. */
class AlignedKernel : public KernelBase<4> {
public:
    void reserve(int modes);
    void set_background(const AlignedBackground& background);
    void set_wave_vector(const Eigen::Vector3d& k);
    void evaluate(Complex omega, Matrix& one_minus_pi) const;
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const;
    Complex response(const Vector& null, int i) const {
        const auto n = static_cast<std::size_t>(i);
        return null[0] - direction_[0][n] * null[1] - direction_[1][n] * null[2] - direction_[2][n] * null[3];
    }

private:
    phase_space::AlignedVector direction_[3];
    phase_space::AlignedVector frequency_;
};

} // namespace miscid::waves
