/* miscid: every assumption of miscidynamics that is checked in a cell, once. Read by lib/validity/criteria.
 *
 *   MISCID_CRITERION(NAME, bit, "key", "equations", flagged above, refused above, "what is wrong when it is flagged")
 *
 * Every value is the larger the worse. never = no value makes the module refuse the cell for this reason.
 */
MISCID_CRITERION(SCALE_SEPARATION, 0, "scale_separation", "002-6", 0.01, 1.0,
                 "the oscillation length is not small against the length on which the medium varies")
MISCID_CRITERION(OSCILLATIONS_IN_CELL, 1, "oscillations_in_cell", "002-6, 003 before Eq. 6", 0.1, 1.0,
                 "the cell is not many oscillation lengths wide, so nothing averages within it")
MISCID_CRITERION(POTENTIAL_OVER_ENERGY, 2, "potential_over_energy", "004-11", 1e-4, 0.1,
                 "refractive energies are not small against neutrino energies")
MISCID_CRITERION(COLLISION_OVERLAP, 3, "collision_overlap", "004-12", 1e-4, 0.1,
                 "collisions last as long as the time between them")
MISCID_CRITERION(COLLISIONAL_BROADENING, 4, "collisional_broadening", "004-17", 0.01, 1.0,
                 "collisions are not rare on the time scale of forward scattering")
MISCID_CRITERION(GAS_PARAMETER, 5, "gas_parameter", "004-19", 1e-4, 0.1,
                 "sqrt2 G_F E^2 is not small: not a weakly coupled gas")
MISCID_CRITERION(MISALIGNMENT, 6, "misalignment", "002-3", 0.1, never,
                 "polarizations do not lie along their H: the state is not in local mixing equilibrium")
MISCID_CRITERION(ADIABATICITY, 7, "adiabaticity", "003 after Eq. 12", 0.1, never,
                 "H turns in less than its own oscillation time")
MISCID_CRITERION(LANDAU_ZENER, 8, "landau_zener", "theory 4.4", 0.01, never,
                 "a mode passes a small |H| so fast that it may stay in its flavor state")
MISCID_CRITERION(INHOMOGENEITY, 9, "inhomogeneity", "002-8, 002-45", 0.1, 1.0,
                 "flavor waves are not weak against the mean polarizations")
MISCID_CRITERION(HOMOGENEOUS_INSTABILITY, 10, "homogeneous_instability", "theory 5.5", 0.75, never,
                 "the mixing equilibrium is unstable to homogeneous perturbations")
MISCID_CRITERION(CROSSING, 11, "crossing", "003, theory 5.10", 1e-6, never,
                 "the lepton number changes sign over directions: flavor waves may grow")
MISCID_CRITERION(GROWTH, 12, "growth", "002-46", 1.0, never,
                 "flavor waves grow within the time step: a closure for the viscosity is needed")
MISCID_CRITERION(FLUCTUATION_ONSET, 13, "fluctuation_onset", "004-20..25", 1.0, never,
                 "quantum fluctuations alone reach large amplitude within the time step")
MISCID_CRITERION(SEED_OF_FLUCTUATIONS, 14, "seed_of_fluctuations", "004-26..29", 1.0, never,
                 "quantum fluctuations exceed mass mixing as seed of an instability")
