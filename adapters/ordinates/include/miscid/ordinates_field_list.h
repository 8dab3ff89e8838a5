/* miscid_ordinates: every array a host with discrete ordinates can bind, once. Ids are append-only.
 *
 *   MISCID_ORDINATES_FIELD(NAME, id, "axes beyond the cell", ACCESS, "meaning")
 *
 * Axes: s species, g energy group, d direction, x spatial component, c component of `state`; '*': belongs to a cell.
 * One line each: CMake reads them.
 */
/* clang-format off */
MISCID_ORDINATES_FIELD(DISTRIBUTION, 1, "*sgd", INOUT, "distribution function or intensity of species, group and direction")
MISCID_ORDINATES_FIELD(WEIGHT, 2, "*gd", IN, "neutrinos per cm^3 of a bin where DISTRIBUTION is 1 (times ordinates.unit), e.g. w_d E^2 dE/(2 pi hbar c)^3; 1 when not bound")
MISCID_ORDINATES_FIELD(DIRECTION, 3, "*dx", IN, "unit vectors in the fluid's orthonormal frame")
MISCID_ORDINATES_FIELD(ENERGY, 4, "g", IN, "neutrino energy of the group (units.energy, default MeV)")
MISCID_ORDINATES_FIELD(ELECTRON_DENSITY, 5, "*", IN, "net electron number density (units.number_density)")
MISCID_ORDINATES_FIELD(MASS_DENSITY, 6, "*", IN, "baryon mass density (units.mass_density)")
MISCID_ORDINATES_FIELD(ELECTRON_FRACTION, 7, "*", IN, "electrons per baryon")
MISCID_ORDINATES_FIELD(RADIUS, 8, "*", IN, "distance from the centre, for the off-switch by radius")
MISCID_ORDINATES_FIELD(STATE, 9, "*c", INOUT, "memory of the module between steps, held by the host; zero at the start")
MISCID_ORDINATES_FIELD(STATUS, 10, "*", OUT, "status of the cell (int32)")
MISCID_ORDINATES_FIELD(TILTED, 11, "*", OUT, "int32: 1 where matrix mode loses coherence (MISCID_MOMENTS_FLAG_TILT of moments.h), 2 off")
