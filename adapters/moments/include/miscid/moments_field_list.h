/* miscid_moments: every array a host with moments can bind, once. Read by the C enum, the checks and, through CMake, by
 * the Fortran module. Ids are append-only.
 *
 *   MISCID_MOMENTS_FIELD(NAME, id, "axes beyond the cell", ACCESS, "meaning")
 *
 * Axes: s species, g energy group, x spatial component, c component of `state`. A leading '*': belongs to a cell (it may
 * still broadcast where it is only read); without it there is one for all cells.
 * One line each: CMake reads them.
 */
/* clang-format off */
MISCID_MOMENTS_FIELD(DENSITY, 1, "*sg", INOUT, "zeroth moment: number or energy density (moments.content) of species and group")
MISCID_MOMENTS_FIELD(FLUX, 2, "*sgx", INOUT, "first moment, in units of the zeroth: one component (spherical symmetry) or three")
MISCID_MOMENTS_FIELD(FLUX_X, 3, "*sg", INOUT, "the same as an array for each component: the first")
MISCID_MOMENTS_FIELD(FLUX_Y, 4, "*sg", INOUT, "the second")
MISCID_MOMENTS_FIELD(FLUX_Z, 5, "*sg", INOUT, "the third")
MISCID_MOMENTS_FIELD(NUMBER, 6, "*s", INOUT, "grey hosts: number density beside the energy density")
MISCID_MOMENTS_FIELD(ENERGY, 7, "g", IN, "neutrino energy of the group, measured in the fluid's frame (units.energy, default MeV); not for grey hosts")
MISCID_MOMENTS_FIELD(ENERGY_WIDTH, 8, "g", IN, "width of the group, same unit; only for the Pauli-aware closure")
MISCID_MOMENTS_FIELD(GROUP_FACTOR, 9, "g", IN, "multiplies moments.unit group by group, e.g. group widths where moments are per unit energy; 1 when not bound")
MISCID_MOMENTS_FIELD(ELECTRON_DENSITY, 10, "*", IN, "net electron number density in the fluid's frame (units.number_density, default cm^-3)")
MISCID_MOMENTS_FIELD(MASS_DENSITY, 11, "*", IN, "baryon mass density (units.mass_density, default g cm^-3); with electron_fraction instead of electron_density, and for the off-switch")
MISCID_MOMENTS_FIELD(ELECTRON_FRACTION, 12, "*", IN, "electrons per baryon")
MISCID_MOMENTS_FIELD(VELOCITY, 13, "*x", IN, "laboratory frame: velocity v^i of the fluid seen by the Eulerian observer, contravariant (units.velocity, default c)")
MISCID_MOMENTS_FIELD(METRIC, 14, "*x", IN, "laboratory frame: spatial metric, as many components as the flux: g_rr (sqrt(g_rr) with moments.metric = root), or g_xx g_xy g_xz g_yy g_yz g_zz; flat when not bound")
MISCID_MOMENTS_FIELD(RADIUS, 15, "*", IN, "distance from the centre, for the off-switch by radius; same unit as its limits")
MISCID_MOMENTS_FIELD(STATE, 16, "*c", INOUT, "memory of the module between steps, held by the host; zero at the start")
MISCID_MOMENTS_FIELD(STATUS, 17, "*", OUT, "status of the cell (int32), numbers of miscid/status_list.h")
MISCID_MOMENTS_FIELD(FLAGS, 18, "*", OUT, "what to know about the cell (int32), sum of MISCID_MOMENTS_FLAG_*")
MISCID_MOMENTS_FIELD(UNCERTAINTY, 19, "*", OUT, "written by miscid_moments_uncertainty")
