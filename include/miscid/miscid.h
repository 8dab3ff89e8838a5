/** @file miscid.h
 *  miscid: neutrino flavor mixing in local equilibrium for supernova and neutron-star-merger codes.
 *
 *  Who owns what
 *  -------------
 *  - miscid_config     text and numbers, used at start-up only. One thread at a time.
 *  - miscid_context    immutable after creation; one per run, shared by any number of threads.
 *  - miscid_workspace  scratch memory, one per thread; keeps no history.
 *  - miscid_batch      a description of arrays that belong to the host; one per thread or per block of cells.
 *  All per-cell memory, history included, lives in host arrays (field `state`).
 *
 *  What never happens: no abort, exit, assert or exception leaves the library; nothing is printed; no thread is started;
 *  the floating-point environment is not changed; miscid_apply and miscid_evaluate do not allocate.
 *  A cell either holds a finite, physical answer or is bit for bit what it was, with a status that says why.
 *
 *  Every function returns a status: 0 ok; > 0 usable; < 0 the call was refused and nothing changed.
 *  miscid_last_error() tells the calling thread what was wrong, and where.
 */
#ifndef MISCID_H
#define MISCID_H

#include <stddef.h>
#include <stdint.h>

#include <miscid/export.h>
#include <miscid/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Statuses of calls and cells; numbers and texts in status_list.h. */
typedef enum miscid_status {
#define MISCID_STATUS(name, value, text) MISCID_##name = value,
#include <miscid/status_list.h>
#undef MISCID_STATUS
    MISCID_STATUS_FORCE_INT = 0x7fffffff
} miscid_status;

/** Fields that can be bound; shapes, units and meaning in field_list.h. */
typedef enum miscid_field {
#define MISCID_FIELD(name, id, axes, unit, access, text) MISCID_FIELD_##name = id,
#include <miscid/field_list.h>
#undef MISCID_FIELD
    MISCID_FIELD_FORCE_INT = 0x7fffffff
} miscid_field;

/** Type of the numbers behind a view. */
typedef enum miscid_dtype {
    MISCID_FLOAT64 = 1,
    MISCID_FLOAT32 = 2,
    MISCID_INT32 = 3,
    MISCID_INT64 = 4,
    MISCID_DTYPE_FORCE_INT = 0x7fffffff
} miscid_dtype;

/** Where the memory behind a view lives. Device memory needs a library built with a device backend (docs/device.md); then
 *  every array of the batch lies there but for energy and what else all cells share. */
typedef enum miscid_memory {
    MISCID_MEMORY_HOST = 1,
    MISCID_MEMORY_DEVICE = 2,
    MISCID_MEMORY_FORCE_INT = 0x7fffffff
} miscid_memory;

/** Names of the axes of a view. The first four number cells, the others number what lies inside a cell. */
typedef enum miscid_axis {
    MISCID_AXIS_I = 0,
    MISCID_AXIS_J = 1,
    MISCID_AXIS_K = 2,
    MISCID_AXIS_NODE = 3,
    MISCID_AXIS_TYPE = 4,       /**< 0 neutrinos, 1 antineutrinos */
    MISCID_AXIS_GROUP = 5,      /**< energy group */
    MISCID_AXIS_DIRECTION = 6,  /**< direction (discrete ordinate) */
    MISCID_AXIS_COMPONENT = 7,  /**< density-matrix component; component of `state` */
    MISCID_AXIS_EIGENSTATE = 8, /**< eigenstate of H by ascending eigenvalue */
    MISCID_AXIS_FLAVOR = 9,     /**< flavor: e, x */
    MISCID_AXIS_SPACE = 10,     /**< spatial component x, y, z */
    MISCID_AXIS_VECTOR = 11,    /**< component of a flavor vector */
    MISCID_AXIS_FORCE_INT = 0x7fffffff
} miscid_axis;

/** Number of axis names; also the largest number of axes of one view. */
#define MISCID_AXIS_COUNT 12

/** What each per-cell number of `state` needs when a mesh is refined or coarsened. */
typedef enum miscid_amr_rule {
    MISCID_AMR_VOLUME_WEIGHTED = 1, /**< average with the volume, copy to children */
    MISCID_AMR_COPY = 2,            /**< copy from any parent or child */
    MISCID_AMR_RESET = 3,           /**< set to zero: the cell makes a cold start */
    MISCID_AMR_FORCE_INT = 0x7fffffff
} miscid_amr_rule;

/** What miscid_parameter_text() tells about a configuration parameter. */
typedef enum miscid_parameter_property {
    MISCID_PARAMETER_NAME = 1,
    MISCID_PARAMETER_TYPE = 2, /**< "number", "integer", "boolean" or "choice" */
    MISCID_PARAMETER_DEFAULT = 3,
    MISCID_PARAMETER_RANGE = 4,
    MISCID_PARAMETER_UNIT = 5,
    MISCID_PARAMETER_DOC = 6,
    MISCID_PARAMETER_SOURCE = 7, /**< where the default comes from */
    MISCID_PARAMETER_FORCE_INT = 0x7fffffff
} miscid_parameter_property;

typedef struct miscid_config miscid_config;       /**< start-up options */
typedef struct miscid_context miscid_context;     /**< immutable run-wide description */
typedef struct miscid_workspace miscid_workspace; /**< scratch of one thread */
typedef struct miscid_batch miscid_batch;         /**< bound host arrays and the cells to treat */

/** A strided view of a host array.
 *  Element (n_0, n_1, ...) along the named axes lies at (char*)data + sum n_a * stride[a] bytes. Strides may be negative
 *  or 0; an axis that is not named is broadcast. `data` is the element with all indices 0, ghost cells included.
 *  Set struct_size = sizeof(miscid_view), or use miscid_view_init(). */
typedef struct miscid_view {
    size_t struct_size;
    void* data;
    int32_t dtype;                   /**< miscid_dtype */
    int32_t memory;                  /**< miscid_memory */
    int32_t axis_count;              /**< number of entries used below */
    int32_t reserved;                /**< 0 */
    int32_t axis[MISCID_AXIS_COUNT]; /**< miscid_axis names, each at most once */
    int64_t extent[MISCID_AXIS_COUNT];
    int64_t stride[MISCID_AXIS_COUNT]; /**< bytes */
} miscid_view;

/** What one call did. Set struct_size = sizeof(miscid_report) before the call. */
typedef struct miscid_report {
    size_t struct_size;
    int64_t cells;            /**< cells in the range */
    int64_t ok;               /**< status 0, or 13 with validity.action = flag or refuse */
    int64_t events;           /**< labels flipped by an alignment event (cells) */
    int64_t relaxed;          /**< tracked branch ended, relaxed to another equilibrium */
    int64_t reduce_time_step; /**< want a smaller time step, untouched */
    int64_t refused;          /**< cells with a negative status, untouched */
    int64_t first_refused[4]; /**< indices (i, j, k, node) of the first of them */
    int32_t first_refused_status;
    int32_t max_iterations;  /**< largest number of Newton iterations in one cell */
    int64_t iterations;      /**< Newton iterations, all cells */
    int64_t continued;       /**< cells that needed continuation beyond the certified Newton solve */
    int64_t cold_starts;     /**< cells that had no state yet */
    double max_residual;     /**< largest |D - F(D)| / sum |w s p| */
    double max_rotation;     /**< largest rotation of any H (rad) */
    double max_tilt;         /**< largest angle between an incoming P and +-H (rad) */
    double time_step_factor; /**< multiply dt by this where cells ask for less, else 1 */
} miscid_report;

/* ------------------------------------------------------------------------------------------------ version, errors */

/** Version of the library at run time. Any pointer may be null. Thread-safe. @since 0.1 */
MISCID_EXPORT miscid_status miscid_version(int32_t* major, int32_t* minor, int32_t* patch);
/** The library's ABI number; compare with MISCID_ABI of the header you compiled with. @since 0.1 */
MISCID_EXPORT int32_t miscid_abi_number(void);
/** Static text of a status; "unknown status" for a number that is none. @since 0.1 */
MISCID_EXPORT const char* miscid_status_text(int32_t status);
/** Static name of a status, e.g. "CELL_EVENT". @since 0.1 */
MISCID_EXPORT const char* miscid_status_name(int32_t status);
/** Copies one line of text that says what a number of field `validity_flags` means (null-terminated, cut if need be) and
 *  returns its full length, without the terminator: what refuses the cell first, then what is doubtful. Bits that mean
 *  nothing are passed over. Thread-safe; leaves the last error alone. @since 0.1 */
MISCID_EXPORT size_t miscid_validity_text(int32_t flags, char* buffer, size_t capacity);
/** Copies the calling thread's last error (null-terminated, cut if need be) and returns its full length, without the
 *  terminator. Empty after a call that succeeded. @since 0.1 */
MISCID_EXPORT size_t miscid_last_error(char* buffer, size_t capacity);

/* ------------------------------------------------------------------------------------------------ configuration */

/** A configuration with every parameter at its default. Destroy with miscid_config_destroy. @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_create(miscid_config** config);
MISCID_EXPORT void miscid_config_destroy(miscid_config* config);
/** Reads parameters from JSON text of `length` bytes: {"phase_space": {"groups": 12, ...}, ...} or dotted names.
 *  An unknown key or bad value refuses the whole text, names the key, and leaves the configuration unchanged. @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_read_json(miscid_config* config, const char* text, size_t length);
/** As miscid_config_read_json, from a file. @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_read_file(miscid_config* config, const char* path);
/** Sets one parameter by its dotted name, e.g. ("phase_space.groups", 12). @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_set_number(miscid_config* config, const char* name, double value);
MISCID_EXPORT miscid_status miscid_config_set_integer(miscid_config* config, const char* name, int64_t value);
MISCID_EXPORT miscid_status miscid_config_set_boolean(miscid_config* config, const char* name, int32_t value);
MISCID_EXPORT miscid_status miscid_config_set_text(miscid_config* config, const char* name, const char* value);
/** Tells the module the host's unit of a quantity, in the module's default unit (CGS, energies in MeV):
 *  quantity is "number_density" (cm^-3), "mass_density" (g cm^-3), "energy" (MeV), "time" (s), "velocity" (c) or
 *  "rate" (s^-1; 1/time unless set).
 *  E.g. set_unit("number_density", 1e39) for numbers per fm^3. @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_set_unit(miscid_config* config, const char* quantity, double value);
/** Writes the configuration as JSON, all parameters included. `needed` receives the size with terminator; a null buffer
 *  only asks for it. @since 0.1 */
MISCID_EXPORT miscid_status miscid_config_write_json(const miscid_config* config, char* buffer, size_t capacity,
                                                     size_t* needed);
/** Number of configuration parameters. @since 0.1 */
MISCID_EXPORT int32_t miscid_parameter_count(void);
/** Static text about parameter `index` (0-based); null if index or property is out of range. @since 0.1 */
MISCID_EXPORT const char* miscid_parameter_text(int32_t index, miscid_parameter_property property);

/* ------------------------------------------------------------------------------------------------ context */

/** Makes the immutable context. The configuration may be destroyed afterwards. @since 0.1 */
MISCID_EXPORT miscid_status miscid_context_create(const miscid_config* config, miscid_context** context);
MISCID_EXPORT void miscid_context_destroy(miscid_context* context);
/** Packs the context into bytes (rank 0 reads, the host broadcasts, all ranks unpack). A null buffer asks for the size.
 *  @since 0.1 */
MISCID_EXPORT miscid_status miscid_context_pack(const miscid_context* context, void* buffer, size_t capacity,
                                                size_t* needed);
MISCID_EXPORT miscid_status miscid_context_unpack(const void* buffer, size_t length, miscid_context** context);
/** 64-bit fingerprint of configuration and state layout; store it with a restart and compare. @since 0.1 */
MISCID_EXPORT miscid_status miscid_context_fingerprint(const miscid_context* context, uint64_t* fingerprint);
/** Doubles of `state` per cell. All zero means "no state yet": the cell makes a cold start. @since 0.1 */
MISCID_EXPORT miscid_status miscid_state_doubles_per_cell(const miscid_context* context, int32_t* count);
/** Name, unit (static texts) and AMR rule of state component `index`. Any out-pointer may be null. @since 0.1 */
MISCID_EXPORT miscid_status miscid_state_component(const miscid_context* context, int32_t index, const char** name,
                                                   const char** unit, miscid_amr_rule* rule);
/** Static name and meaning of a field, e.g. "rho". Null for an unknown field. @since 0.1 */
MISCID_EXPORT const char* miscid_field_name(miscid_field field);
MISCID_EXPORT const char* miscid_field_text(miscid_field field);
/** Static unit of a field under this context's unit settings, e.g. "cm^-3", and the factor that turns the host's number
 *  into it. Any out-pointer may be null. @since 0.1 */
MISCID_EXPORT miscid_status miscid_field_unit(const miscid_context* context, miscid_field field, const char** unit,
                                              double* factor);
/** Axes a field has inside one cell and their extents; `axis` and `extent` hold MISCID_AXIS_COUNT entries. @since 0.1 */
MISCID_EXPORT miscid_status miscid_field_shape(const miscid_context* context, miscid_field field, int32_t* axis_count,
                                               int32_t* axis, int64_t* extent);

/* ------------------------------------------------------------------------------------------------ workspace */

/** Scratch for one thread; everything apply and evaluate need is allocated here. @since 0.1 */
MISCID_EXPORT miscid_status miscid_workspace_create(const miscid_context* context, miscid_workspace** workspace);
MISCID_EXPORT void miscid_workspace_destroy(miscid_workspace* workspace);
/** Reserves what calls with arrays in device memory need, on the device that is current in the calling thread: scratch, the
 *  work list of batches of up to `cells` cells, and memory for the copies between device and host. miscid_apply then
 *  allocates nothing. Again replaces; 0 cells gives it back. MISCID_UNSUPPORTED where the library was built without a device
 *  backend. @since 0.1 */
MISCID_EXPORT miscid_status miscid_workspace_reserve_device(const miscid_context* context, miscid_workspace* workspace,
                                                            int64_t cells);

/* ------------------------------------------------------------------------------------------------ batch */

/** A batch without arrays or cells; bind fields and set a box or a list of cells. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_create(const miscid_context* context, miscid_batch** batch);
/** Forgets the bindings; the host's arrays stay as they are. Null is allowed. @since 0.1 */
MISCID_EXPORT void miscid_batch_destroy(miscid_batch* batch);
/** Clears a view and sets struct_size, dtype float64 and host memory. @since 0.1 */
MISCID_EXPORT miscid_status miscid_view_init(miscid_view* view, void* data);
/** Appends an axis to a view. stride in bytes. @since 0.1 */
MISCID_EXPORT miscid_status miscid_view_add_axis(miscid_view* view, miscid_axis axis, int64_t extent, int64_t stride);
/** Binds a host array to a field; the view is copied, the array is not. Binding again replaces. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_bind(miscid_batch* batch, miscid_field field, const miscid_view* view);
/** The same without the struct, for other languages: arrays of `axis_count` axes, extents and byte strides. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_bind_array(miscid_batch* batch, miscid_field field, void* data, int32_t dtype,
                                                    int32_t axis_count, const int32_t* axis, const int64_t* extent,
                                                    const int64_t* stride);
MISCID_EXPORT miscid_status miscid_batch_unbind(miscid_batch* batch, miscid_field field);
/** Cells = a box: extents along (i, j, k, node), ghosts included, and ghost margins that are never touched. Unused
 *  axes have extent 1. lower and upper may be null (no ghosts). An empty box is valid. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_set_box(miscid_batch* batch, const int64_t extent[4], const int64_t lower[4],
                                                 const int64_t upper[4]);
/** Cells = a list of `count` index quadruples (i, j, k, node), copied. Replaces the box. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_set_cells(miscid_batch* batch, int64_t count, const int64_t* indices);
/** The host's stream (a cudaStream_t; null is the default one) in which calls work on arrays in device memory: after what the
 *  host has put there, and done when the call returns. Nothing to a batch in host memory. @since 0.1 */
MISCID_EXPORT miscid_status miscid_batch_set_stream(miscid_batch* batch, void* stream);

/* ------------------------------------------------------------------------------------------------ the step */

/** One miscidynamic step on every cell of the batch: collisions and mixing equilibrium (docs/step.md).
 *  time and dt in the host's unit of time (default s). Changes rho (or amplitude), state, status and bound diagnostics.
 *  report may be null. Threads: any number of calls at once with different workspaces and disjoint cells. No
 * allocation. Returns 0, MISCID_PARTIAL or MISCID_REDUCE_TIME_STEP, or < 0 with nothing changed. After MISCID_PARTIAL
 *  miscid_last_error() tells of the first refused cell. Cells that are refused or want a smaller step keep rho,
 *  amplitude and state bit for bit, and their diagnostics keep what they held; only status is written (and the validity
 *  fields, where validity.action = refuse). A view of a written field must not let two cells share memory. `time` is only
 *  checked so far. @since 0.1 */
MISCID_EXPORT miscid_status miscid_apply(const miscid_context* context, miscid_workspace* workspace,
                                         const miscid_batch* batch, double time, double dt, miscid_report* report);
/** As miscid_apply with dt = 0, but writes only status and bound OUT fields: the mixing equilibrium of the state as it
 *  is, not stored. With step.enabled = false nothing is computed. @since 0.1 */
MISCID_EXPORT miscid_status miscid_evaluate(const miscid_context* context, miscid_workspace* workspace,
                                            const miscid_batch* batch, double time, miscid_report* report);
/** Writes one cell (i, j, k, node), with configuration and everything bound, as JSON that `miscid replay` runs again.
 *  A null buffer asks for the size. May allocate. @since 0.1 */
MISCID_EXPORT miscid_status miscid_capture_cell(const miscid_context* context, miscid_workspace* workspace,
                                                const miscid_batch* batch, const int64_t cell[4], double time,
                                                double dt, char* buffer, size_t capacity, size_t* needed);

/* ------------------------------------------------------------------------------------------------ invariant mode */

/** Invariant mode: from `amplitude` and `state` to what a classical host needs. Writes whichever of flavor_content,
 *  projected_absorption, projected_emission are bound (the latter two need absorption and emission_equilibrium):
 *  content_f = sum_a |U_fa|^2 r_a, kappa_a = sum_f |U_fa|^2 kappa_f, with U the eigenvectors of H of the cell.
 *  Cells without state use the diagonal labels of a large matter potential. @since 0.1 */
MISCID_EXPORT miscid_status miscid_invariant_to_flavor(const miscid_context* context, miscid_workspace* workspace,
                                                       const miscid_batch* batch, miscid_report* report);
/** Invariant mode: adds the host's flavor-diagonal change (field flavor_change), projected on the eigenstates of H, to
 *  `amplitude`: r_a += sum_f |U_fa|^2 change_f. The trace of the change is kept. @since 0.1 */
MISCID_EXPORT miscid_status miscid_flavor_to_invariant(const miscid_context* context, miscid_workspace* workspace,
                                                       const miscid_batch* batch, miscid_report* report);
/** Invariant mode: probability that a neutrino crossing from cell `from` to cell `to` stays in its flavor state and so
 *  changes its eigenstate label: P_c = exp(-pi |H|_min^2 / (2 |dH_par/dl|)) on the straight line between the two H
 *  (docs/invariant-mode.md). At a surface where |H| of a mode passes through zero P_c = 1: the labels swap there.
 *  distance: path length in cm between the two cells, one per direction. probability: [type][group][direction],
 *  contiguous; three flavors [type][group][direction][pair], pairs of neighboring eigenvalues, the lower pair first. The
 *  host mixes r_1' = (1 - P_c) r_1 + P_c r_2 and vice versa on that interface. @since 0.1 */
MISCID_EXPORT miscid_status miscid_crossing_probability(const miscid_context* context, miscid_workspace* workspace,
                                                        const miscid_batch* batch, const int64_t from[4],
                                                        const int64_t to[4], const double* distance,
                                                        double* probability);

/* ------------------------------------------------------------------------------------------------ waves between cells */

/** The refractive force on flavor waves, F = -d Re(Omega)/dr at fixed wave number (Johns & Kost Eq. 88), from
 *  frequency[cell][bin] = Re(Omega) of every cell and bin of wave number k along one axis: central differences over the
 *  neighbours, one-sided at the ends of the mesh. Mesh arrays as in miscid_move_waves; axis[dimension]: components of
 *  the unit vector of k. force[cell][bin] is what miscid_move_waves takes. Thread-safe, no allocation. @since 0.1 */
MISCID_EXPORT miscid_status miscid_wave_force(int64_t cells, int32_t dimensions, const double* volume,
                                              const int64_t* neighbour, const double* area, int32_t bins,
                                              const double* axis, const double* frequency, double* force);
/** Moves the content of flavor waves through space and wave number (Johns & Kost Eqs. 84-90; docs/waves-transport.md):
 *  content[cell][bin], per unit volume and summed over the bin, none negative.
 *  volume[cell]; neighbour[dimension][side][cell] with side 0 the lower and 1 the upper one, -1 outside the mesh;
 *  area[dimension][side][cell] of the faces; 1 to 3 dimensions. edge[bins + 1]: ascending wave numbers.
 *  group_velocity[dimension][cell][bin] in units of c, cut at the light cone; force[cell][bin] = dk/dt; either may be
 *  null for none. path = c dt in the unit of length of the mesh. scratch: 2 x cells x bins doubles of the host's.
 *  lost (may be null) receives what left the mesh or the ends of the wave numbers: sum volume x content + lost is kept
 *  to round-off. Second order where smooth, never negative, the same bits for the same numbers. Thread-safe, no
 *  allocation, no history. @since 0.1 */
MISCID_EXPORT miscid_status miscid_move_waves(int64_t cells, int32_t dimensions, const double* volume,
                                              const int64_t* neighbour, const double* area, int32_t bins,
                                              const double* edge, const double* group_velocity, const double* force,
                                              double path, double* content, double* scratch, double* lost);

/* ------------------------------------------------------------------------------------------------ reports and views */

/** For languages that cannot see the structs: sizes, creation and access by name. @since 0.1 */
MISCID_EXPORT size_t miscid_report_size(void);
MISCID_EXPORT size_t miscid_view_size(void);
MISCID_EXPORT miscid_status miscid_report_create(miscid_report** report);
MISCID_EXPORT void miscid_report_destroy(miscid_report* report);
/** Number `name` ("cells", "ok", "max_residual", "first_refused_i", ...) of a report. @since 0.1 */
MISCID_EXPORT miscid_status miscid_report_get(const miscid_report* report, const char* name, double* value);

#ifdef __cplusplus
}
#endif
#endif
