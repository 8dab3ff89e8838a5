/** @file seeds.hpp  Small random fields from which flavor waves grow. */
#pragma once

#include "kinetics/periodic_box.hpp"
#include "kinetics/random_numbers.hpp"

namespace miscid::kinetics {

struct SeedField {
    double rms = 1e-3;      ///< of the transverse field relative to P, rms over the box of (e_x, e_y) together
    double largest_k = 2.0; ///< waves with |k| below this, all with the same power
    bool breaks_axial_symmetry = false; ///< adds fields proportional to v_x and v_y
};

/** Turns the P of every cell by a random field e(z) common to all modes: P along z gets the transverse part P e(z), and
 *  |P| (three flavors: the spectrum of rho) stays as it is. */
void tilt(PeriodicBox& box, const SeedField& seed, RandomNumbers& random);

/** Turns P by one wave, e = amplitude (cos kz, -sin kz) for every mode, n = k L/2pi: the wave exp(ikz) of S = P^x - i P^y.
 *  Factors per mode multiply the amplitude. Two flavors. */
void tilt_by_wave(PeriodicBox& box, int n, const Eigen::VectorXcd& amplitude_of_mode);

} // namespace miscid::kinetics
