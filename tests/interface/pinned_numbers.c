/* What programs compiled against an older header rely on: every number below stays what it is for ever. The lists are
 * append-only. A new status, field or member is added at the end, here and in the header; a change of a line that is
 * already here breaks programs and needs a new ABI number. */
#include <miscid/miscid.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct pin {
    const char* name;
    long number;
} pin;

static const pin pinned_statuses[] = {
    {"OK", 0},
    {"PARTIAL", 1},
    {"REDUCE_TIME_STEP", 2},
    {"NULL_ARGUMENT", -1},
    {"BAD_ARGUMENT", -2},
    {"UNKNOWN_KEY", -3},
    {"BAD_VALUE", -4},
    {"BAD_JSON", -5},
    {"FILE_ERROR", -6},
    {"BAD_VIEW", -7},
    {"MISSING_FIELD", -8},
    {"CONTEXT_MISMATCH", -9},
    {"UNSUPPORTED", -10},
    {"OUT_OF_MEMORY", -11},
    {"BUFFER_TOO_SMALL", -12},
    {"INTERNAL_ERROR", -13},
    {"CELL_EVENT", 10},
    {"CELL_RELAXED", 11},
    {"CELL_REDUCE_TIME_STEP", 12},
    {"CELL_NOT_FINITE", -101},
    {"CELL_NEGATIVE_WEIGHT", -102},
    {"CELL_DIRECTION_NOT_UNIT", -103},
    {"CELL_EIGENVALUE_RANGE", -104},
    {"CELL_VELOCITY_RANGE", -105},
    {"CELL_UNITS_SUSPECT", -106},
    {"CELL_NEGATIVE_RATE", -107},
    {"CELL_ENERGY_RANGE", -108},
    {"CELL_BAD_STATE", -109},
    {"CELL_NO_TRACKED_SOLUTION", -120},
    {"CELL_ALIGNMENT_EVENT", -121},
    {"CELL_DEGENERATE_MODE", -122},
    {"CELL_NOT_CONVERGED", -123},
    {"CELL_NOT_CONSERVED", -124},
    {"CELL_WAVES_REFUSED", -125},
    {"CELL_VALIDITY_DOUBTFUL", 13},
    {"CELL_VALIDITY_VIOLATED", -126},
};

static const pin pinned_fields[] = {
    {"RHO", 1},
    {"AMPLITUDE", 2},
    {"WEIGHT", 3},
    {"DIRECTION", 4},
    {"ENERGY", 5},
    {"ELECTRON_DENSITY", 6},
    {"MUON_DENSITY", 7},
    {"MASS_DENSITY", 8},
    {"ELECTRON_FRACTION", 9},
    {"MATTER_VELOCITY", 10},
    {"DEPOLARIZATION_RATE", 11},
    {"VISCOSITY_RATE", 12},
    {"ABSORPTION", 13},
    {"EMISSION_EQUILIBRIUM", 14},
    {"STATE", 15},
    {"STATUS", 16},
    {"CELL_ID", 17},
    {"FLAVOR_CONTENT", 20},
    {"FLAVOR_CHANGE", 21},
    {"PROJECTED_ABSORPTION", 22},
    {"PROJECTED_EMISSION", 23},
    {"D0", 40},
    {"D1", 41},
    {"SIGNED_AMPLITUDE", 42},
    {"HAMILTONIAN_NORM", 43},
    {"RESIDUAL", 44},
    {"MIN_HAMILTONIAN", 45},
    {"ROTATION", 46},
    {"TILT", 47},
    {"KINEMATIC_HEAT", 48},
    {"ITERATIONS", 49},
    {"INERTIA", 50},
    {"ROTATION_FREQUENCY", 51},
    {"SOURCE_LEDGER", 52},
    {"EVENTS", 53},
    {"POLARIZATION_ENERGY", 54},
    {"EIGENSTATE_OCCUPATION", 55},
    {"STABILITY", 56},
    {"GROWTH_RATE", 60},
    {"GROWTH_RATE_LEFT", 61},
    {"GROWTH_FLOOR", 62},
    {"UNSTABLE_BAND_LOW", 63},
    {"UNSTABLE_BAND_HIGH", 64},
    {"UNSTABLE_WAVES", 65},
    {"VISCOSITY_MIN", 66},
    {"VISCOSITY_MAX", 67},
    {"WAVE_CONTENT", 68},
    {"WAVE_E_FOLDS", 69},
    {"WAVE_ITERATIONS", 70},
    {"CROSSING_AREA_RATIO", 71},
    {"CLOSURE_FLAGS", 72},
    {"VALIDITY_FLAGS", 80},
    {"VALIDITY_SCALE_SEPARATION", 81},
    {"VALIDITY_OSCILLATIONS_IN_CELL", 82},
    {"VALIDITY_POTENTIAL_OVER_ENERGY", 83},
    {"VALIDITY_COLLISION_OVERLAP", 84},
    {"VALIDITY_COLLISIONAL_BROADENING", 85},
    {"VALIDITY_GAS_PARAMETER", 86},
    {"VALIDITY_MISALIGNMENT", 87},
    {"VALIDITY_ADIABATICITY", 88},
    {"VALIDITY_LANDAU_ZENER", 89},
    {"VALIDITY_INHOMOGENEITY", 90},
    {"VALIDITY_HOMOGENEOUS_INSTABILITY", 91},
    {"VALIDITY_CROSSING", 92},
    {"VALIDITY_GROWTH", 93},
    {"VALIDITY_FLUCTUATION_ONSET", 94},
    {"VALIDITY_SEED_OF_FLUCTUATIONS", 95},
    {"VARIATION_LENGTH", 96},
    {"CELL_LENGTH", 97},
    {"MEAN_FREE_PATH", 98},
    {"WAVE_SPECTRUM", 99},
    {"WAVE_FREQUENCY", 100},
    {"WAVE_GROUP_VELOCITY", 101},
    {"COST", 57},
    {"BRANCH_END", 58},
};

static const pin header_statuses[] = {
#define MISCID_STATUS(name, value, text) {#name, MISCID_##name},
#include <miscid/status_list.h>
#undef MISCID_STATUS
};

static const pin header_fields[] = {
#define MISCID_FIELD(name, id, axes, unit, access, text) {#name, MISCID_FIELD_##name},
#include <miscid/field_list.h>
#undef MISCID_FIELD
};

/* Everything else: enumerators, and offsets and sizes of the two public structs on 64-bit systems. */
#define NUMBER(value, expected)                                                                                        \
    { #value, (long)(value), (expected) }
#define MEMBER(type, member, expected)                                                                                 \
    { #type "." #member, (long)offsetof(type, member), (expected) }
static const struct {
    const char* name;
    long number, expected;
} pinned_numbers[] = {
    NUMBER(MISCID_FLOAT64, 1),
    NUMBER(MISCID_FLOAT32, 2),
    NUMBER(MISCID_INT32, 3),
    NUMBER(MISCID_INT64, 4),
    NUMBER(MISCID_MEMORY_HOST, 1),
    NUMBER(MISCID_MEMORY_DEVICE, 2),
    NUMBER(MISCID_AXIS_I, 0),
    NUMBER(MISCID_AXIS_J, 1),
    NUMBER(MISCID_AXIS_K, 2),
    NUMBER(MISCID_AXIS_NODE, 3),
    NUMBER(MISCID_AXIS_TYPE, 4),
    NUMBER(MISCID_AXIS_GROUP, 5),
    NUMBER(MISCID_AXIS_DIRECTION, 6),
    NUMBER(MISCID_AXIS_COMPONENT, 7),
    NUMBER(MISCID_AXIS_EIGENSTATE, 8),
    NUMBER(MISCID_AXIS_FLAVOR, 9),
    NUMBER(MISCID_AXIS_SPACE, 10),
    NUMBER(MISCID_AXIS_VECTOR, 11),
    NUMBER(MISCID_AXIS_COUNT, 12),
    NUMBER(MISCID_AMR_VOLUME_WEIGHTED, 1),
    NUMBER(MISCID_AMR_COPY, 2),
    NUMBER(MISCID_AMR_RESET, 3),
    NUMBER(MISCID_PARAMETER_NAME, 1),
    NUMBER(MISCID_PARAMETER_TYPE, 2),
    NUMBER(MISCID_PARAMETER_DEFAULT, 3),
    NUMBER(MISCID_PARAMETER_RANGE, 4),
    NUMBER(MISCID_PARAMETER_UNIT, 5),
    NUMBER(MISCID_PARAMETER_DOC, 6),
    NUMBER(MISCID_PARAMETER_SOURCE, 7),
    NUMBER(sizeof(miscid_status), 4),
    NUMBER(sizeof(miscid_field), 4),
    NUMBER(sizeof(miscid_dtype), 4),
    NUMBER(sizeof(miscid_memory), 4),
    NUMBER(sizeof(miscid_axis), 4),
    NUMBER(sizeof(miscid_amr_rule), 4),
    NUMBER(sizeof(miscid_parameter_property), 4),
    MEMBER(miscid_view, struct_size, 0),
    MEMBER(miscid_view, data, 8),
    MEMBER(miscid_view, dtype, 16),
    MEMBER(miscid_view, memory, 20),
    MEMBER(miscid_view, axis_count, 24),
    MEMBER(miscid_view, reserved, 28),
    MEMBER(miscid_view, axis, 32),
    MEMBER(miscid_view, extent, 80),
    MEMBER(miscid_view, stride, 176),
    NUMBER(sizeof(miscid_view), 272),
    MEMBER(miscid_report, struct_size, 0),
    MEMBER(miscid_report, cells, 8),
    MEMBER(miscid_report, ok, 16),
    MEMBER(miscid_report, events, 24),
    MEMBER(miscid_report, relaxed, 32),
    MEMBER(miscid_report, reduce_time_step, 40),
    MEMBER(miscid_report, refused, 48),
    MEMBER(miscid_report, first_refused, 56),
    MEMBER(miscid_report, first_refused_status, 88),
    MEMBER(miscid_report, max_iterations, 92),
    MEMBER(miscid_report, iterations, 96),
    MEMBER(miscid_report, continued, 104),
    MEMBER(miscid_report, cold_starts, 112),
    MEMBER(miscid_report, max_residual, 120),
    MEMBER(miscid_report, max_rotation, 128),
    MEMBER(miscid_report, max_tilt, 136),
    MEMBER(miscid_report, time_step_factor, 144),
    NUMBER(sizeof(miscid_report), 152),
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Every entry of `list` is in `other` with the same number; `complaint` says what it means when not. */
static int compare(const char* what, const pin* list, size_t list_count, const pin* other, size_t other_count,
                   const char* complaint) {
    int errors = 0;
    for (size_t n = 0; n < list_count; ++n) {
        size_t m = 0;
        while (m < other_count && strcmp(list[n].name, other[m].name) != 0)
            ++m;
        if (m == other_count || list[n].number != other[m].number) {
            printf("%s %s = %ld %s\n", what, list[n].name, list[n].number, complaint);
            ++errors;
        }
    }
    return errors;
}

static int compare_both_ways(const char* what, const pin* pinned, size_t pinned_count, const pin* header,
                             size_t header_count) {
    return compare(what, pinned, pinned_count, header, header_count, "is gone from the header or was renumbered") +
           compare(what, header, header_count, pinned, pinned_count, "is new: append it to the pinned list");
}

int main(void) {
    int errors =
        compare_both_ways("status", pinned_statuses, COUNT(pinned_statuses), header_statuses, COUNT(header_statuses)) +
        compare_both_ways("field", pinned_fields, COUNT(pinned_fields), header_fields, COUNT(header_fields));
    for (size_t n = 0; n < COUNT(pinned_numbers); ++n)
        if (pinned_numbers[n].number != pinned_numbers[n].expected) {
            printf("%s is %ld, was pinned as %ld\n", pinned_numbers[n].name, pinned_numbers[n].number,
                   pinned_numbers[n].expected);
            ++errors;
        }
    if (miscid_view_size() != sizeof(miscid_view) || miscid_report_size() != sizeof(miscid_report)) {
        printf("the library was compiled with other structs than this header has\n");
        ++errors;
    }
    if (miscid_abi_number() != MISCID_ABI) {
        printf("the library has ABI number %d, the header %d\n", (int)miscid_abi_number(), MISCID_ABI);
        ++errors;
    }
    return errors != 0;
}
