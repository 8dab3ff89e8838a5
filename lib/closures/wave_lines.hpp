/** @file wave_lines.hpp
 *  The waves a closure looks at: lines through the space of wave vectors k' = k' n, each with its dispersion kernel.
 *
 *  Axisymmetric cell: the axis with the symmetric waves, and the axis once more with those that break the symmetry.
 *  Three-dimensional cell: a fan of directions about the lepton-number flux with the full 4x4 kernel, which holds all waves
 *  of these directions (theory.md 5.12).
 */
#pragma once

#include "waves/wave.hpp"

#include <vector>

namespace miscid::closures {

using waves::Complex;

/** Shape of one wave over the modes of the background, and over directions where no mode stands. */
struct WaveShape {
    double* R = nullptr;           ///< |s_i|^2 = p_i^2 R_i I, sum |e| R = sum |e| (flavor-waves.md 3)
    double* growth_of_e = nullptr; ///< d Im Omega/d e_i of a wave whose k, not k', stays; null: not wanted
    double* R_between = nullptr;   ///< R at the host's directions
    double velocity = 0.0;         ///< Re dOmega/dk along the line
    double seed_gain = 0.0;        ///< intensity left in this wave by a tilt of one radian common to all directions
};

class WaveLines {
public:
    static constexpr int most_lines = 7;

    void reserve(int modes);
    /** The arrays must outlive their use here. */
    void set_axisymmetric(int modes, const double* v, bool axial_breaking);
    void set_directions(int modes, const double* const* direction, const Eigen::Vector3d& axis);
    void set_background(const double* e, const double* damping);

    int lines() const { return lines_; }
    /** Waves per root: those that break the axial symmetry come in pairs. */
    double multiplicity(int line) const { return axisymmetric_ && line == 1 ? 2.0 : 1.0; }
    /** Growth per |k'| that discrete angles can fake. */
    double floor_slope(int line, double kappa);
    /** D_1 along the line. */
    double flux(int line) const;

    /** Range of k' that holds the bands: a band ends where a wave's phase velocity is that of a crossing, u = v_c, and there k'
     * follows from principal values P_n = sum e v^n/(u - v): 1 + (P_0 - P_2)/k' + (P_1^2 - P_0 P_2)/k'^2 = 0, or k' = sum e
     * (1 - v^2)/2/(u - v) for waves that break the symmetry. Without such a formula (damping, beams, three dimensions): 2 sum |e|
     * to either side. */
    void range(int line, double total, bool beams, double& low, double& high) const;

    waves::RootSet unstable(int line, double k, double floor);
    bool polish(int line, double k, Complex& omega);
    /** Shape of the wave at a root; `between` directions with cosines `v` (axisymmetric only). False if there is none. */
    bool shape(int line, double k, Complex omega, double broadening, int between, const double* v,
               const double* damping_between, WaveShape& shape);
    long evaluations() const {
        return axial_finder_.evaluations() + breaking_finder_.evaluations() + finder_.evaluations();
    }

private:
    template <typename Kernel>
    bool fill(const Kernel& kernel, const waves::RootFinder<Kernel>& finder, int line, Complex omega, double k,
              double broadening, int between, const double* v, const double* damping_between, WaveShape& shape);

    bool axisymmetric_ = true;
    int modes_ = 0;
    int lines_ = 0;
    const double* v_ = nullptr;
    const double* direction_[3] = {nullptr, nullptr, nullptr};
    const double* e_ = nullptr;
    const double* damping_ = nullptr;
    Eigen::Vector3d n_[most_lines];
    waves::AxisymmetricKernel axial_;
    waves::AxialBreakingKernel breaking_;
    waves::AlignedKernel kernel_;
    waves::RootFinder<waves::AxisymmetricKernel> axial_finder_;
    waves::RootFinder<waves::AxialBreakingKernel> breaking_finder_;
    waves::RootFinder<waves::AlignedKernel> finder_;
    int stride_ = 0;
    std::vector<double> cosines_; ///< of every mode to every line
    std::vector<double> scratch_;
};

} // namespace miscid::closures
