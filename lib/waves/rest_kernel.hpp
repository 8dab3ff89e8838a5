/** @file rest_kernel.hpp
 *  1 - Pi(Omega', k' = 0) of aligned states whose modes lose coherence at different rates: collisional instability
 *  (theory.md F11; paper 002 Eq. 49 with its damping; flavor-waves.md 2).
 *
 *  At k' = 0 every direction has the pole Omega' = -i D, so modes of equal damping count as one, whatever their
 *  direction: a handful of poles instead of one per mode, and no angular grid that could fake growth. In an isotropic
 *  state k' = 0 is k = 0 and holds the fastest collisional wave.
 */
#pragma once

#include "waves/root_finder.hpp"

namespace miscid::waves {

class RestKernel : public KernelBase<4> {
public:
    void reserve(int modes);
    /** Modes whose damping differs by less than `same` of the largest share a pole. `frequency` is not read. */
    void set_background(const AlignedBackground& background, double same = 1e-3);
    void evaluate(Complex omega, Matrix& one_minus_pi) const;
    void evaluate(Complex omega, Matrix& one_minus_pi, Matrix& derivative) const;
    /** phi = sum_a eta_aa u^a N^a of the null vector N in a direction. */
    static Complex response(const Vector& null, double x, double y, double z) {
        return null[0] - x * null[1] - y * null[2] - z * null[3];
    }
    /** Damping of the pole a mode belongs to. */
    double damping_of(int mode) const {
        return table_.damping()[static_cast<std::size_t>(pole_[static_cast<std::size_t>(mode)])];
    }

private:
    std::vector<int> order_; ///< modes by ascending damping
    std::vector<int> pole_;  ///< of each mode
};

extern template class RootFinder<RestKernel>;

} // namespace miscid::waves
