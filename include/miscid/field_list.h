/* miscid: every field a host can bind, once. Read by the C enum, the field table (lib/capi/fields.cpp), the
 * documentation and, through CMake, by the Fortran module. Ids are append-only.
 *
 *   MISCID_FIELD(NAME, id, "axes beyond the cell", UNIT, ACCESS, "meaning")
 *
 * Axes: t type (0 neutrino, 1 antineutrino), g energy group, d direction, c density-matrix component,
 *       e eigenstate, f flavor, x spatial component, v flavor-vector component, s state component.
 * A leading '*' : the field belongs to a cell (it may still broadcast); without it the field is one for all cells.
 * ACCESS: IN the module only reads it; INOUT reads and writes; OUT only writes.
 */
MISCID_FIELD(RHO, 1, "*tgdc", OCCUPATION, INOUT, "density matrices: ee, xx, Re ex, Im ex; three flavors: ee, mumu, tautau, Re emu, Im emu, Re etau, Im etau, Re mutau, Im mutau")
MISCID_FIELD(AMPLITUDE, 2, "*tgde", OCCUPATION, INOUT, "invariant mode: occupations of the eigenstates of H by ascending eigenvalue")
MISCID_FIELD(WEIGHT, 3, "*gd", NUMBER_DENSITY, IN, "phase-space weight d3q/(2 pi)^3 per unit occupation (not used in density form)")
MISCID_FIELD(DIRECTION, 4, "*dx", NONE, IN, "unit vectors in the fluid's orthonormal frame")
MISCID_FIELD(ENERGY, 5, "g", ENERGY, IN, "neutrino energy of the group")
MISCID_FIELD(ELECTRON_DENSITY, 6, "*", NUMBER_DENSITY, IN, "net electron number density n(e-) - n(e+)")
MISCID_FIELD(MUON_DENSITY, 7, "*", NUMBER_DENSITY, IN, "three flavors: net muon number density n(mu-) - n(mu+); none when not bound")
MISCID_FIELD(MASS_DENSITY, 8, "*", MASS_DENSITY, IN, "baryon mass density; with electron_fraction instead of electron_density, and for matter.tau_effective_fraction")
MISCID_FIELD(ELECTRON_FRACTION, 9, "*", NONE, IN, "electrons per baryon Ye")
MISCID_FIELD(MATTER_VELOCITY, 10, "*x", VELOCITY, IN, "velocity of the matter relative to the frame of the directions; zero when not bound")
MISCID_FIELD(DEPOLARIZATION_RATE, 11, "*tgd", RATE, IN, "Gamma_q acting on the signed amplitude p, or on P as a whole (Johns & Kost Eq. 40)")
MISCID_FIELD(VISCOSITY_RATE, 12, "*tgd", RATE, IN, "flavor-wave viscosity given by the host (closure 'host'; reserved)")
MISCID_FIELD(ABSORPTION, 13, "*tgdf", RATE, IN, "absorption rate kappa of flavor e, x (e, mu, tau), stimulated absorption included")
MISCID_FIELD(EMISSION_EQUILIBRIUM, 14, "*tgdf", OCCUPATION, IN, "occupation of flavor e, x (e, mu, tau) in equilibrium with matter")
MISCID_FIELD(STATE, 15, "*s", NONE, INOUT, "memory of the module between steps, held by the host")
MISCID_FIELD(STATUS, 16, "*", INTEGER, OUT, "status of the cell (int32)")
MISCID_FIELD(CELL_ID, 17, "*", INTEGER, IN, "global number of the cell, for seeds and captures (int64; reserved)")
MISCID_FIELD(FLAVOR_CONTENT, 20, "*tgdf", OCCUPATION, OUT, "invariant mode: flavor-diagonal content of the eigenstate occupations")
MISCID_FIELD(FLAVOR_CHANGE, 21, "*tgdf", OCCUPATION, IN, "invariant mode: change of the flavor-diagonal content by the host's collisions")
MISCID_FIELD(PROJECTED_ABSORPTION, 22, "*tgde", RATE, OUT, "invariant mode: absorption rate of each eigenstate of H")
MISCID_FIELD(PROJECTED_EMISSION, 23, "*tgde", EMISSION_RATE, OUT, "invariant mode: emission (kappa f_eq) into each eigenstate of H")
MISCID_FIELD(D0, 40, "*v", NUMBER_DENSITY, OUT, "D_0 = sum w s P of the mixing equilibrium (three flavors: 8 components, docs/three-flavors.md)")
MISCID_FIELD(D1, 41, "*xv", NUMBER_DENSITY, OUT, "D_1 = sum w s v P, for each spatial component a flavor vector")
MISCID_FIELD(SIGNED_AMPLITUDE, 42, "*tgd", OCCUPATION, OUT, "two flavors: p = P.hhat of every mode")
MISCID_FIELD(HAMILTONIAN_NORM, 43, "*tgd", WAVENUMBER, OUT, "|H| of every mode; |H - Omega_c e| in a rotating frame; three flavors: smallest gap between eigenvalues of H")
MISCID_FIELD(RESIDUAL, 44, "*", NONE, OUT, "|D - F(D)| / sum |w s p| of the mixing equilibrium")
MISCID_FIELD(MIN_HAMILTONIAN, 45, "*", WAVENUMBER, OUT, "smallest |H| of any polarized mode; three flavors: smallest gap between eigenvalues that hold different occupations")
MISCID_FIELD(ROTATION, 46, "*", NONE, OUT, "bound on the rotation (rad) of any H in this step, summed over Newton and continuation steps")
MISCID_FIELD(TILT, 47, "*", NONE, OUT, "largest angle (rad) between an incoming P and +-H")
MISCID_FIELD(KINEMATIC_HEAT, 48, "*", ENERGY_WAVENUMBER, OUT, "heat of laying the incoming tilted P along H, sum (1/2) w s H.(P_out - P_in)")
MISCID_FIELD(ITERATIONS, 49, "*", NONE, OUT, "Newton iterations, continuation included")
MISCID_FIELD(INERTIA, 50, "*", NONE, OUT, "number of negative eigenvalues of g J (9 in the limit mu -> 0; 24 for three flavors)")
MISCID_FIELD(ROTATION_FREQUENCY, 51, "*", WAVENUMBER, OUT, "Omega_c of the rotating frame where a flavor axis is a symmetry, else 0 (about the first axis of two)")
MISCID_FIELD(SOURCE_LEDGER, 52, "*tf", NUMBER_DENSITY, OUT, "collisions 'full': number handed over by matter to flavor e and x, the integrals of C_ee and C_xx over the step")
MISCID_FIELD(EVENTS, 53, "*", NONE, OUT, "number of labels flipped by alignment events in this step")
MISCID_FIELD(POLARIZATION_ENERGY, 54, "*", ENERGY_WAVENUMBER, OUT, "U = (1/2) sum w s Hext.P + (mu/4)(D0^2 - D1^2)")
MISCID_FIELD(EIGENSTATE_OCCUPATION, 55, "*tgde", OCCUPATION, OUT, "occupations of the eigenstates of H by ascending eigenvalue")
MISCID_FIELD(STABILITY, 56, "*", NONE, OUT, "homogeneous stability: 1 certified stable (second variation of the energy definite), -1 certified unstable (det J < 0), 0 undecided")
MISCID_FIELD(GROWTH_RATE, 60, "*", RATE, OUT, "largest flavor-wave growth rate (reserved)")
