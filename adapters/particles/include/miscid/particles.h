/** @file particles.h
 *  miscid for Monte Carlo codes: packets of neutrinos, a different number in every cell, in any order, in an array of structs or
 *  as a list of pointers (linked lists). One call per step sorts the packets of each cell into directions and energy
 *  groups, does the miscid step (miscid.h) on them and changes the species of packets with the probability that follows. A
 *  packet keeps its weight, energy and direction, so number, energy and momentum stay exactly. The draw depends on seed, step
 *  and packet only: the same for any order of packets and number of threads or ranks.
 *
 *  Rules and error handling are those of miscid.h. Documentation: docs/adapters-particles.md.
 */
#ifndef MISCID_PARTICLES_H
#define MISCID_PARTICLES_H

#include <miscid/miscid.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Members of a packet. */
typedef enum miscid_particles_member {
    MISCID_PARTICLES_WEIGHT = 1,    /**< number of neutrinos (times particles.unit); float64 */
    MISCID_PARTICLES_SPECIES = 2,   /**< index into particles.species; int32 or int64; changed in place */
    MISCID_PARTICLES_ENERGY = 3,    /**< in the fluid's frame, units.energy; float64 */
    MISCID_PARTICLES_DIRECTION = 4, /**< three float64 in a row, fluid's orthonormal frame; of any length above 0 */
    MISCID_PARTICLES_CELL =
        5, /**< cell of the packet, from 0; int32 or int64; others than those of the batch are skipped */
    MISCID_PARTICLES_ID = 6, /**< number of the packet for the draw; int64; its place in the array when not bound */
    MISCID_PARTICLES_MEMBER_FORCE_INT = 0x7fffffff
} miscid_particles_member;

/** Arrays with one entry per cell; stride in bytes. */
typedef enum miscid_particles_field {
    MISCID_PARTICLES_FIELD_VOLUME = 1, /**< of the cell in the fluid's frame, cm^3 (times particles.volume_unit) */
    MISCID_PARTICLES_FIELD_ELECTRON_DENSITY = 2,
    MISCID_PARTICLES_FIELD_MASS_DENSITY = 3,
    MISCID_PARTICLES_FIELD_ELECTRON_FRACTION = 4,
    MISCID_PARTICLES_FIELD_RADIUS = 5, /**< for the off-switch */
    MISCID_PARTICLES_FIELD_STATE =
        6, /**< miscid_particles_state_doubles_per_cell doubles in a row; zero at the start */
    MISCID_PARTICLES_FIELD_STATUS = 7,  /**< int32 */
    MISCID_PARTICLES_FIELD_CHANGED = 8, /**< int32: packets that changed species */
    MISCID_PARTICLES_FIELD_FORCE_INT = 0x7fffffff
} miscid_particles_field;

typedef struct miscid_particles miscid_particles;                     /**< immutable run-wide description */
typedef struct miscid_particles_workspace miscid_particles_workspace; /**< scratch of one thread */
typedef struct miscid_particles_batch miscid_particles_batch;         /**< bound packets and cells */

/** The calling thread's last error of these functions. @since 0.1 */
MISCID_EXPORT size_t miscid_particles_last_error(char* buffer, size_t capacity);
/** From JSON text as miscid_moments_create, with the adapter's parameters under "particles". @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_create(const char* text, size_t length, miscid_particles** particles);
MISCID_EXPORT void miscid_particles_destroy(miscid_particles* particles);
/** Doubles of STATE per cell. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_state_doubles_per_cell(const miscid_particles* particles, int32_t* count);
/** Scratch for one thread and up to `packets` packets per call. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_workspace_create(const miscid_particles* particles, int64_t packets,
                                                              int64_t cells, miscid_particles_workspace** workspace);
MISCID_EXPORT void miscid_particles_workspace_destroy(miscid_particles_workspace* workspace);
MISCID_EXPORT miscid_status miscid_particles_batch_create(const miscid_particles* particles,
                                                          miscid_particles_batch** batch);
MISCID_EXPORT void miscid_particles_batch_destroy(miscid_particles_batch* batch);
/** The packets: `count` structs from `data` on, `stride` bytes apart. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_bind_array(miscid_particles_batch* batch, void* data, int64_t stride,
                                                        int64_t count);
/** The packets: structs at `count` addresses. The list is not copied. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_bind_pointers(miscid_particles_batch* batch, void* const* packets,
                                                           int64_t count);
/** Where in a packet a member lies. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_bind_member(miscid_particles_batch* batch, miscid_particles_member member,
                                                         int64_t offset, int32_t dtype);
/** An array over cells, the first entry at `data`. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_bind_cells(miscid_particles_batch* batch, miscid_particles_field field,
                                                        void* data, int64_t stride);
/** Number of cells. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_set_cells(miscid_particles_batch* batch, int64_t cells);
/** One step on every cell. `step` numbers the steps of the run, for the draw. Changes SPECIES of packets, STATE, STATUS and
 *  CHANGED. No allocation. Statuses as miscid_apply. @since 0.1 */
MISCID_EXPORT miscid_status miscid_particles_apply(const miscid_particles* particles,
                                                   miscid_particles_workspace* workspace,
                                                   const miscid_particles_batch* batch, uint64_t step, double time,
                                                   double dt, miscid_report* report);

#ifdef __cplusplus
}
#endif
#endif
