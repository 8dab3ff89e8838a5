/** @file marker_box.hpp
 *  The kinetic equation (d_t + v d_z) E_v = (D_0 - v D_1) x E_v, D_n = sum_v a_v v^n u_v, on Lagrangian markers in a
 *  periodic box (docs/embedded-box.md).
 *
 *  Beam v carries N markers at z = (j + s_v) dz, all moving together, so streaming is exact. Marker j holds u, E in
 *  units of an amplitude a_v of its beam (quadrature weight included): u = z is a beam without flavor coherence, and a
 *  direction without lepton number still shows how it would have been mixed. Rotations are Cayley's, exact in |u|.
 *  Fields are deposited and gathered with the same 4-point cubic weights, one set per beam.
 *
 *  Everything happens in a gauge that takes out the carrier of the waves: H_z - Omega_0, D_1z + K_0, which is
 *  S -> S exp(-i k_0 z + i Omega_0 t), k_0 = -K_0, S = u_x - i u_y. K_0 and Omega_0 follow the field. So neither matter
 *  nor D_0z is stiff. Units: mu = c = 1, any frequency.
 *
 *  Numbers are float, sums double; every instruction set gives the same bits. Nothing allocates after reserve.
 */
#pragma once

#include "kinetics/marker_kernels.hpp"
#include "kinetics/random_numbers.hpp"

#include <Eigen/Core>

#include <vector>

namespace miscid::kinetics {

class MarkerBox {
public:
    explicit MarkerBox(equilibrium::DispatchLevel level);

    void reserve(int beams, int markers);
    /** Starts a box: cosines, amplitudes a_v = w_v E_v and length; u = z, shifts zero, k_0 = D_1z. */
    void start(int beams, int markers, double length, const double* v, const double* amplitude);

    /** Tilts u by a field common to all beams: independent normal amplitudes for |k| <= largest_k (at most N/4 waves of
     * either sign), weighted with sqrt(I_-) on E > 0 and sqrt(I_+) on E < 0 so that no lepton number comes in at
     * second order. */
    void tilt(double rms, double largest_k, RandomNumbers& random);

    /** `steps` steps of length h. `source` is de/dt of each beam along z, spread over the steps; `loss` a decay rate of
     * S; either may be null. */
    void run(int steps, double h, const double* source, const double* loss);

    int beams() const { return arrays_.beams; }
    int markers() const { return arrays_.markers; }
    double length() const { return length_; }
    double amplitude(int beam) const { return a_[static_cast<std::size_t>(beam)]; }
    /** mean over markers of u_z, times a_v. */
    double mean(int beam) const { return amplitude(beam) * mean_of_u(beam); }
    double mean_of_u(int beam) const;
    /** mean |u|^2, and that of its transverse part. */
    double square(int beam) const;
    double transverse_square(int beam) const;
    /** sum a^2 <|S|^2> / sum a^2 <|u|^2>. */
    double wave_content() const;
    /** The lepton number sum a <u_z> should have; run() keeps it there. */
    double lepton_number() const { return lepton_number_; }
    void set_lepton_number(double value) { lepton_number_ = value; }
    /** Brings sum a <u_z> to lepton_number() by turning markers a little towards or away from the axis. */
    void correct_lepton_number();

    /** Marker by marker, for states and tests. */
    float& u(int beam, int component, int marker) {
        return rings_[place(beam, component) + static_cast<std::size_t>(marker)];
    }
    float u(int beam, int component, int marker) const {
        return rings_[place(beam, component) + static_cast<std::size_t>(marker)];
    }
    /** To be called after markers were written. */
    void repeat_rings();
    double shift(int beam) const { return shift_[static_cast<std::size_t>(beam)]; }
    void set_shift(int beam, double shift) { shift_[static_cast<std::size_t>(beam)] = shift; }
    void set_amplitude(int beam, double a);
    double gauge_frequency() const { return omega_; }
    double gauge_wave_number() const { return k_; }
    void set_gauge(double omega, double k) {
        omega_ = omega;
        k_ = k;
    }
    int steps_done() const { return steps_done_; }
    void set_steps_done(int steps) { steps_done_ = steps; }
    /** D_n, n = 0, 1, on the nodes, as it is now, without the gauge. For tests and pictures. */
    void field_now(int moment, int component, double* nodes);

private:
    std::size_t place(int beam, int component) const {
        return static_cast<std::size_t>((3 * beam + component) * arrays_.ring);
    }
    void set_taps();
    void drift(double h);
    void step(double h);
    void remember_wave();
    void center_gauge(double h);
    void add(const double* source, const double* loss, double h);

    MarkerKernels kernels_;
    MarkerArrays arrays_;
    double length_ = 0.0;
    double dz_ = 0.0;
    double omega_ = 0.0;
    double k_ = 0.0;
    double lepton_number_ = 0.0;
    double largest_a_ = 0.0;
    int steps_done_ = 0;
    bool remembered_ = false;
    std::vector<double> v_, a_, shift_;
    std::vector<double> wave_; ///< N(z) = sum a S on the nodes, one step ago
    std::vector<int> gather_, deposit_;
    using Floats = std::vector<float, Eigen::aligned_allocator<float>>;
    Floats rings_, middle_, field_, v_float_, a_float_, tap_;
};

} // namespace miscid::kinetics
