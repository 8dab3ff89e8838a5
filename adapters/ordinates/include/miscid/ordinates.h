/** @file ordinates.h
 *  miscid for discrete-ordinates (S_N) and Boltzmann codes that carry one classical distribution per species, group and direction,
 *  without flavor coherences: what mixing moves is moved between the species of each bin, in place. In every bin the sum
 *  over species of the neutrinos stays, hence number, energy and momentum; distributions stay above zero; a cell in which nothing
 *  mixes stays bit for bit. Codes that carry density matrices bind them to miscid.h directly.
 *
 *  Handles, threads and errors as in moments.h and miscid.h. Documentation: docs/adapters-ordinates.md.
 */
#ifndef MISCID_ORDINATES_H
#define MISCID_ORDINATES_H

#include <miscid/miscid.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Arrays a host can bind; axes and meaning in ordinates_field_list.h. */
typedef enum miscid_ordinates_field {
#define MISCID_ORDINATES_FIELD(name, id, axes, access, text) MISCID_ORDINATES_FIELD_##name = id,
#include <miscid/ordinates_field_list.h>
#undef MISCID_ORDINATES_FIELD
    MISCID_ORDINATES_FIELD_FORCE_INT = 0x7fffffff
} miscid_ordinates_field;

/** The axis of species in views; the others are those of miscid_axis. */
#define MISCID_ORDINATES_AXIS_SPECIES ((miscid_axis)16)

typedef struct miscid_ordinates miscid_ordinates;                     /**< immutable run-wide description */
typedef struct miscid_ordinates_workspace miscid_ordinates_workspace; /**< scratch of one thread */
typedef struct miscid_ordinates_batch miscid_ordinates_batch;         /**< bound host arrays and the cells to treat */

/** The calling thread's last error of these functions. @since 0.1 */
MISCID_EXPORT size_t miscid_ordinates_last_error(char* buffer, size_t capacity);
/** From JSON text as miscid_moments_create, with the adapter's parameters under "ordinates"; phase_space.groups and
 *  phase_space.directions are the host's. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_create(const char* text, size_t length, miscid_ordinates** ordinates);
MISCID_EXPORT void miscid_ordinates_destroy(miscid_ordinates* ordinates);
/** The context inside, as miscid_moments_context. @since 0.1 */
MISCID_EXPORT const miscid_context* miscid_ordinates_context(const miscid_ordinates* ordinates);
/** Species, groups and directions. Any out-pointer may be null. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_shape(const miscid_ordinates* ordinates, int32_t* species, int32_t* groups,
                                                   int32_t* directions);
/** Doubles of the field STATE per cell. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_state_doubles_per_cell(const miscid_ordinates* ordinates, int32_t* count);
MISCID_EXPORT miscid_status miscid_ordinates_workspace_create(const miscid_ordinates* ordinates,
                                                              miscid_ordinates_workspace** workspace);
MISCID_EXPORT void miscid_ordinates_workspace_destroy(miscid_ordinates_workspace* workspace);
MISCID_EXPORT miscid_status miscid_ordinates_batch_create(const miscid_ordinates* ordinates,
                                                          miscid_ordinates_batch** batch);
MISCID_EXPORT void miscid_ordinates_batch_destroy(miscid_ordinates_batch* batch);
/** Binds a host array; the view is copied, the array is not. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_bind(miscid_ordinates_batch* batch, miscid_ordinates_field field,
                                                  const miscid_view* view);
/** The same without the struct, for other languages. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_bind_array(miscid_ordinates_batch* batch, miscid_ordinates_field field,
                                                        void* data, int32_t dtype, int32_t axis_count,
                                                        const int32_t* axis, const int64_t* extent,
                                                        const int64_t* stride);
/** Binds an OUT field of miscid.h that has no direction axis (growth_rate, closure_flags, D0, ...). @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_bind_diagnostic(miscid_ordinates_batch* batch, miscid_field field,
                                                             const miscid_view* view);
/** Cells = a box with ghost margins, as miscid_batch_set_box. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_set_box(miscid_ordinates_batch* batch, const int64_t extent[4],
                                                     const int64_t lower[4], const int64_t upper[4]);
/** One step on every cell of the batch; statuses as miscid_apply. No allocation. @since 0.1 */
MISCID_EXPORT miscid_status miscid_ordinates_apply(const miscid_ordinates* ordinates,
                                                   miscid_ordinates_workspace* workspace,
                                                   const miscid_ordinates_batch* batch, double time, double dt,
                                                   miscid_report* report);

#ifdef __cplusplus
}
#endif
#endif
