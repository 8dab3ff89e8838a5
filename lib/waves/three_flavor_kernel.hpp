/** @file three_flavor_kernel.hpp
 *  1 - Pi(Omega, k) of three flavors, 32 x 32: as general_kernel.hpp with the structure constants of SU(3) (theory.md
 *  F6, row 17).
 *
 *  The pairs |a><b| of eigenstates of H_i are eigenvectors of its precession, with y_A = <b|Lambda_A|a> and frequency
 *  E_a - E_b:   T_i = sum_{a != b} (y y^dagger/2) (-i[P]x)/(x - E_a + E_b) + (rest) (-i[P]x)/x.
 *  The rest vanishes at a mixing equilibrium [H, rho] = 0.
 */
#pragma once

#include "waves/root_finder.hpp"

#include <array>

namespace miscid::waves {

class ThreeFlavorKernel {
public:
    static constexpr int rank = 32;
    using Matrix = Eigen::Matrix<Complex, rank, rank>;
    using Vector = Eigen::Matrix<Complex, rank, 1>;

    void reserve(int modes);
    void set_background(const ThreeFlavorBackground& background);
    void set_wave_vector(const Eigen::Vector3d& k);
    void evaluate(Complex omega, Matrix& one_minus_pi) const { assemble(omega, one_minus_pi, nullptr); }
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const {
        assemble(omega, one_minus_pi, &derivative);
    }

    int modes() const { return modes_; }
    bool equilibrium() const { return equilibrium_; }
    Poles poles() const { return {static_cast<int>(frequency_.size()), frequency_.data(), pole_damping_.data()}; }
    double coupling() const { return coupling_; }
    /** dOmega/dk from the null vectors on both sides. */
    Eigen::Vector3cd group_velocity(const Vector& left, const Vector& null, Complex omega) const;

private:
    static constexpr int transitions = 6;
    using Transfer = Eigen::Matrix<Complex, 8, 8>;
    struct Mode {
        Eigen::Vector3d direction;
        double g = 0.0;
        double damping = 0.0;
        double along_k = 0.0;
        std::array<double, transitions> splitting{}; ///< E_a - E_b
        std::array<Transfer, transitions> part;      ///< (y y^dagger/2) (-i[P]x)
        Transfer rest;
    };
    void assemble(Complex omega, Matrix& value, Matrix* derivative) const;
    Transfer transfer(const Mode& mode, Complex omega, bool derivative) const;

    int modes_ = 0;
    bool equilibrium_ = false;
    double coupling_ = 0.0;
    std::vector<Mode, Eigen::aligned_allocator<Mode>> mode_;
    std::vector<double> frequency_;
    std::vector<double> pole_damping_;
};

extern template class RootFinder<ThreeFlavorKernel>;

} // namespace miscid::waves
