/** @file conversion.hpp
 *  Flavor at the outer boundary against the closed form of adiabatic conversion.
 *
 *  Far outside mu D is negligible and H = s omega B + lambda z, so a neutrino that kept its signed amplitude p has
 *      rho_ee = (P0 + p hhat_z)/2,
 *      hhat_z = (lambda - s omega cos 2theta)/sqrt((s omega sin 2theta)^2 + (lambda - s omega cos 2theta)^2)
 *  with P0 and p = f_e - f_x of the unmixed star (theory.md section 7 row 7; Johns & Kost Eq. 16 with mu = 0).
 */
#pragma once

#include "host.hpp"

#include <nlohmann/json.hpp>

namespace miscid::apps {

/** sqrt(2) G_F n_e, cm^-1. */
double matter_potential(const MatterPoint& matter);

/** z component of the direction of H without neutrinos around. */
double adiabatic_direction(const Mixing& mixing, int type, double energy, double matter_potential);

/** Per type and group: electron part of the flux through the outer boundary, its closed form and their difference. */
nlohmann::json conversion(const Host& host, const Star& star, const Mixing& mixing);

} // namespace miscid::apps
