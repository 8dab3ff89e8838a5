/** @file moments.h
 *  miscid for codes that carry two moments of the neutrino distribution, energy (or number) density and flux, per species
 *  and energy group, as most supernova and merger codes do.
 *
 *  One call per step and block of cells: the angular distribution of every species and group is reconstructed from its two
 *  moments (maximum entropy), the miscid step is done on it (miscid.h), and what mixing moves is folded back into the
 *  host's own arrays, where they are and as they are. In each group the sums over species of number, energy and momentum
 *  stay, E >= 0 and |F| <= E stay, and a cell in which nothing mixes stays bit for bit.
 *
 *  The rules are those of miscid.h: opaque handles; every function returns a miscid_status; nothing is printed, thrown or
 *  aborted; miscid_moments_apply does not allocate; all memory per cell lives in host arrays. Documentation:
 *  docs/adapters-moments.md.
 *
 *  - miscid_moments            immutable after creation; one per run, shared by any number of threads.
 *  - miscid_moments_workspace  scratch, one per thread.
 *  - miscid_moments_batch      where the host's arrays are, and which cells to treat; one per block of cells.
 */
#ifndef MISCID_MOMENTS_H
#define MISCID_MOMENTS_H

#include <miscid/miscid.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Arrays a host can bind; axes and meaning in moments_field_list.h. */
typedef enum miscid_moments_field {
#define MISCID_MOMENTS_FIELD(name, id, axes, access, text) MISCID_MOMENTS_FIELD_##name = id,
#include <miscid/moments_field_list.h>
#undef MISCID_MOMENTS_FIELD
    MISCID_MOMENTS_FIELD_FORCE_INT = 0x7fffffff
} miscid_moments_field;

/** Axes of views beyond those of miscid_axis. Energy nodes: hosts with several nodes in an energy element, whose groups
 *  are numbered node first: group = element * nodes + node; MISCID_AXIS_GROUP then counts elements. */
#define MISCID_MOMENTS_AXIS_SPECIES ((miscid_axis)16)
#define MISCID_MOMENTS_AXIS_ENERGY_NODE ((miscid_axis)17)

/** Bits of the field FLAGS. */
#define MISCID_MOMENTS_FLAG_OFF 1 /**< left alone by moments.off_* */
#define MISCID_MOMENTS_FLAG_NU_X_SHARED                                                                                \
    2                              /**< nu_x and its antineutrino share an array: what tells them apart is lost */
#define MISCID_MOMENTS_FLAG_BEAM 4 /**< a flux the directions cannot hold: part of it is carried as a beam */
#define MISCID_MOMENTS_FLAG_TILT                                                                                       \
    8 /**< matrix mode: more than 1e-3 of a polarization was not along the electron axis and
                                               is lost in flavor-diagonal moments; use transport.mode = invariant */
#define MISCID_MOMENTS_FLAG_PAULI 16 /**< pauli closure: occupation and flux outside its range, minerbo used */
#define MISCID_MOMENTS_FLAG_NOTHING_MIXES                                                                              \
    32 /**< the moments tell that mixing would change less than moments.negligible: cell and state are left as they are */

typedef struct miscid_moments miscid_moments;                     /**< immutable run-wide description */
typedef struct miscid_moments_workspace miscid_moments_workspace; /**< scratch of one thread */
typedef struct miscid_moments_batch miscid_moments_batch;         /**< bound host arrays and the cells to treat */

/** The calling thread's last error of these functions, as miscid_last_error(). @since 0.1 */
MISCID_EXPORT size_t miscid_moments_last_error(char* buffer, size_t capacity);

/** Makes the description from JSON text of `length` bytes: the parameters of miscid_config, nested or dotted, and those of
 *  this adapter under "moments" (docs/adapters-moments.md lists them). phase_space.directions and phase_space.form are
 *  the adapter's to set. An unknown key is refused by name. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_create(const char* text, size_t length, miscid_moments** moments);
MISCID_EXPORT void miscid_moments_destroy(miscid_moments* moments);
/** The context inside, for miscid_state_component, miscid_context_fingerprint and the like. Belongs to `moments`; null for
 *  null. @since 0.1 */
MISCID_EXPORT const miscid_context* miscid_moments_context(const miscid_moments* moments);
/** Doubles of the field STATE per cell. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_state_doubles_per_cell(const miscid_moments* moments, int32_t* count);
/** Species, groups and directions. Any out-pointer may be null. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_shape(const miscid_moments* moments, int32_t* species, int32_t* groups,
                                                 int32_t* directions);

/** Scratch for one thread; everything the calls below need is allocated here. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_workspace_create(const miscid_moments* moments,
                                                            miscid_moments_workspace** workspace);
MISCID_EXPORT void miscid_moments_workspace_destroy(miscid_moments_workspace* workspace);

/** A batch without arrays or cells. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_batch_create(const miscid_moments* moments, miscid_moments_batch** batch);
MISCID_EXPORT void miscid_moments_batch_destroy(miscid_moments_batch* batch);
/** Binds a host array; the view is copied, the array is not. Binding again replaces. Moments may be float64 or float32
 *  (conservation is then that of float32), STATE is float64, STATUS and FLAGS are int32. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_bind(miscid_moments_batch* batch, miscid_moments_field field,
                                                const miscid_view* view);
/** The same without the struct, for other languages. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_bind_array(miscid_moments_batch* batch, miscid_moments_field field,
                                                      void* data, int32_t dtype, int32_t axis_count,
                                                      const int32_t* axis, const int64_t* extent,
                                                      const int64_t* stride);
/** Binds an OUT field of miscid.h that has no direction axis (growth_rate, closure_flags, D0, ...). @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_bind_diagnostic(miscid_moments_batch* batch, miscid_field field,
                                                           const miscid_view* view);
/** Cells = a box with ghost margins, as miscid_batch_set_box. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_set_box(miscid_moments_batch* batch, const int64_t extent[4],
                                                   const int64_t lower[4], const int64_t upper[4]);

/** One step on every cell of the batch. Changes the moments, STATE, STATUS, FLAGS and bound diagnostics of cells it treats.
 *  time and dt in units.time (default s). Threads: any number of calls at once with different workspaces and disjoint
 *  cells. No allocation. Returns 0, MISCID_PARTIAL or MISCID_REDUCE_TIME_STEP as miscid_apply, or < 0 with nothing
 *  changed. Refused cells keep moments and state bit for bit. report may be null. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_apply(const miscid_moments* moments, miscid_moments_workspace* workspace,
                                                 const miscid_moments_batch* batch, double time, double dt,
                                                 miscid_report* report);
/** What the reconstruction leaves open: the same step with moments.closure and with moments.other_closure, from the same
 *  moments and state, of which neither is changed. Writes UNCERTAINTY = sum |N_a - N_b| / (2 sum N) over species and
 *  groups, the part of all neutrinos whose flavor the choice decides (-1 where the cell was refused). Takes two steps' time. Call it before
 *  miscid_moments_apply. @since 0.1 */
MISCID_EXPORT miscid_status miscid_moments_uncertainty(const miscid_moments* moments,
                                                       miscid_moments_workspace* workspace,
                                                       const miscid_moments_batch* batch, double time, double dt,
                                                       miscid_report* report);

#ifdef __cplusplus
}
#endif
#endif
