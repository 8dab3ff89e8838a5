/** @file general_kernel.hpp
 *  1 - Pi(Omega, k) of waves on any background, 12 x 12 (theory.md F5, F6; flavor-waves.md 2; paper 002 Eqs. 45-51).
 *
 *  Pi^{ab} = sum_i g_i u_i^a u_i^b eta_bb T_i(x_i),  T = (x - i[H]x)^{-1} (-i[P]x),  x_i = Omega - k.q_i + i D_i.
 *  With h = H/|H|, F_0 = 1/x and F_+- = 1/(x - |H|) -+ 1/(x + |H|):
 *      T = -i h (h x P)^T F_0 + (P h^T - h.P) F_+ / 2 - i (1 - h h^T) [P]x F_- / 2.
 *  At a mixing equilibrium P || H the first term is gone, and with it the N roots Omega = k.q_i - i D_i, which are
 *  exact eigenvalues without feedback.
 */
#pragma once

#include "waves/root_finder.hpp"

namespace miscid::waves {

class GeneralKernel {
public:
    static constexpr int rank = 12;
    using Matrix = Eigen::Matrix<Complex, rank, rank>;
    using Vector = Eigen::Matrix<Complex, rank, 1>;

    void reserve(int modes);
    void set_background(const Background& background);
    void set_wave_vector(const Eigen::Vector3d& k);
    void evaluate(Complex omega, Matrix& one_minus_pi) const;
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const;

    int modes() const { return modes_; }
    /** P || H in every mode, to rounding. */
    bool equilibrium() const { return equilibrium_; }
    Poles poles() const { return {pole_count_, pole_frequency_.data(), pole_damping_.data()}; }
    void frequency_range(double& low, double& high) const;
    double coupling() const { return coupling_; }

    /** h_i = sum_a eta_aa u_i^a N^a, the wave's Hamiltonian vector in a mode. */
    Eigen::Vector3cd hamiltonian(const Vector& null, int i) const;
    /** m_i = sum_a u_i^a n^a of a left null vector. */
    Eigen::Vector3cd left_hamiltonian(const Vector& left, int i) const;
    /** P_i = T_i h_i, the wave's polarization vector in a mode. */
    Eigen::Vector3cd polarization(const Vector& null, Complex omega, int i) const;
    /** dOmega/dk from the null vectors on both sides: l^H diag(q) r / l^H r. */
    Eigen::Vector3cd group_velocity(const Vector& left, const Vector& null, Complex omega) const;

    Eigen::Vector3d direction(int i) const { return component(direction_, i); }
    Eigen::Vector3d P(int i) const { return component(P_, i); }
    Eigen::Vector3d unit_H(int i) const { return component(unit_, i); }
    double g(int i) const { return g_[static_cast<std::size_t>(i)]; }
    double H_length(int i) const { return length_[static_cast<std::size_t>(i)]; }
    double damping(int i) const { return damping_[static_cast<std::size_t>(i)]; }
    /** Omega - k.q_i + i D_i */
    Complex x(Complex omega, int i) const {
        const auto n = static_cast<std::size_t>(i);
        return omega - Complex(along_k_[n], -damping_[n]);
    }

private:
    using Array = phase_space::AlignedVector;
    static Eigen::Vector3d component(const Array (&a)[3], int i) {
        const auto n = static_cast<std::size_t>(i);
        return {a[0][n], a[1][n], a[2][n]};
    }
    double* weight(int column) { return weight_.data() + column * stride_; }
    void fill_weights();
    void fractions(Complex omega, int set, bool derivative) const;
    void assemble(Complex omega, Matrix* value, Matrix* derivative) const;
    /** T_i, or dT_i/dOmega. */
    Eigen::Matrix3cd transfer(Complex omega, int i, bool derivative) const;

    int modes_ = 0;
    int size_ = 0;
    long stride_ = 0;
    bool equilibrium_ = false;
    double coupling_ = 0.0;
    int pole_count_ = 0;
    Array direction_[3], P_[3], unit_[3];
    Array g_, length_, damping_;
    Array along_k_;
    Array detuning_[2]; ///< k.q + |H|, k.q - |H|
    Array pole_frequency_, pole_damping_;
    Array weight_;
    mutable Array planes_, sums_;
    const ModeSums* loops_ = &mode_sums();
};

extern template class RootFinder<GeneralKernel>;

} // namespace miscid::waves
