/** @file constants.hpp
 *  Constants of nature, CODATA 2018 / PDG 2022, in the module's units: cm, s, MeV, eV^2 (hbar = c = 1 where possible).
 *  Internally every frequency is a wave number in cm^-1.
 */
#pragma once

namespace miscid::medium::constants {

inline constexpr double speed_of_light = 2.99792458e10;       // cm/s, exact
inline constexpr double hbar_c = 1.973269804e-11;             // MeV cm, CODATA 2018
inline constexpr double fermi_constant = 1.1663787e-11;       // MeV^-2, PDG 2022
inline constexpr double atomic_mass_unit = 1.66053906660e-24; // g, CODATA 2018
inline constexpr double pi = 3.14159265358979323846;
inline constexpr double sqrt2 = 1.41421356237309504880;

/** sqrt(2) G_F in cm^-1 per cm^-3: the potential of one electron (or neutrino) per cm^3. */
inline constexpr double sqrt2_fermi_constant = sqrt2 * fermi_constant * hbar_c * hbar_c;

/** dm2/(2E) in cm^-1 for dm2 = 1 eV^2 and E = 1 MeV. */
inline constexpr double vacuum_frequency = 0.5 * 1e-12 / hbar_c;

/** Number of quantum states per cm^3 with momentum below 1 MeV: (4 pi/3) / (2 pi hbar c)^3. */
inline constexpr double states_below_one_mev = 1.0 / (6.0 * pi * pi * hbar_c * hbar_c * hbar_c);

} // namespace miscid::medium::constants
