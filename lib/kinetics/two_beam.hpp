/** @file two_beam.hpp
 *  Two opposite beams, Fiorillo, Raffelt & Sigl Eqs. 8-13: P^z = zeta_+ and zeta_-, v = +-1, self-interaction strength 1,
 *
 *      (d_t + d_z) P_+ = 2 P_- x P_+,   (d_t - d_z) P_- = 2 P_+ x P_-.
 *
 *  Analytic parts are in terms of psi = P^x + i P^y; its k is -k of the S branch (flavor-waves.md section 1).
 */
#pragma once

#include "kinetics/spectral_flow.hpp"

#include <complex>
#include <vector>

namespace miscid::kinetics {

/** Adds amplitude cos(2 pi n z/L + phase) to P^x or P^y of a beam, z in [-L/2, L/2). */
struct TwoBeamSeed {
    int beam = 0;      ///< 0: +, 1: -
    int component = 0; ///< 0: x, 1: y
    int n = 0;
    double amplitude = 0.0;
    double phase = 0.0;
};

/** Random seeds of Eq. 13: normal amplitudes of variance sigma2, uniform phases, n = -n_max..n_max with c_-n = c_n. */
std::vector<TwoBeamSeed> random_two_beam_seeds(double sigma2, int n_max, unsigned long long seed);

struct TwoBeamProblem {
    double length = 100.0;
    double zeta_plus = 0.5;
    double zeta_minus = -0.5;
    std::vector<TwoBeamSeed> seeds;
};

Gas two_beam_gas();
/** P of both beams at t = 0 on `cells` cells. */
SpectralFlow two_beam_flow(const TwoBeamProblem& problem, int cells);

/** Eqs. 9-11 for one wave number. */
struct TwoBeamWave {
    std::complex<double> growing; ///< omega_k with the larger imaginary part
    std::complex<double> decaying;
    double growth() const { return growing.imag(); }
};
TwoBeamWave two_beam_wave(double k, double zeta_plus, double zeta_minus);
/** Amplitude alpha_k of the growing wave of Eq. 10 in given psi_+-(k), normalised as there (Eq. 11). */
std::complex<double> growing_amplitude(double k, double zeta_plus, double zeta_minus, std::complex<double> psi_plus,
                                       std::complex<double> psi_minus);
/** Fourier components L^-1 int psi exp(-ikz) dz of both beams, for frequencies n = 0..cells-1 (n > cells/2: n - cells). */
std::vector<std::complex<double>> two_beam_psi(const BoxField& field, int beam);

} // namespace miscid::kinetics
