/* Three zones of a supernova code in C: the smallest complete host. See examples/README.md for the problem.
 *
 * This host keeps an array of structs: everything about one zone lies together. The views below describe that to miscid
 * with byte strides; nothing is copied or reordered. */
#include <miscid/miscid.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES = 3, TYPES = 2, GROUPS = 3, DIRECTIONS = 4, COMPONENTS = 4, STEPS = 5 };
enum { EE, XX, RE_EX, IM_EX };

typedef struct zone {
    double electron_density;
    double rho[TYPES][GROUPS][DIRECTIONS][COMPONENTS];
    double D0[3];
    int32_t status;
} zone;

static const char* const configuration =
    "{\"units\": {\"system\": \"cgs_mev\"},"
    " \"phase_space\": {\"groups\": 3, \"directions\": 4, \"form\": \"density\"},"
    " \"vacuum\": {\"mass_squared_difference\": 2.5e-3, \"mixing_angle\": 0.15, \"ordering\": \"inverted\"},"
    " \"collisions\": {\"mode\": \"off\"}}";

/* A real host would hand the status and the text to its own error handling. */
static void require(miscid_status status) {
    if (status < 0) {
        char text[512];
        miscid_last_error(text, sizeof text);
        fprintf(stderr, "three_zones: %s: %s\n", miscid_status_name(status), text);
        exit(EXIT_FAILURE);
    }
}

static void fill(zone* zones) {
    static const double electron_density[ZONES] = {5e31, 2e31, 1e31}; /* cm^-3 */
    for (int k = 0; k < ZONES; ++k) {
        memset(&zones[k], 0, sizeof zones[k]);
        zones[k].electron_density = electron_density[k];
        for (int t = 0; t < TYPES; ++t)
            for (int g = 0; g < GROUPS; ++g)
                for (int d = 0; d < DIRECTIONS; ++d) {
                    double* rho = zones[k].rho[t][g][d];
                    rho[EE] = 1.0e30 * (g + 1) * (1 + 0.25 * d) * (t == 0 ? 1.2 : 0.9) * (1.0 - 0.3 * k);
                    rho[XX] = 0.5e30 * (g + 1) * (1.0 - 0.3 * k);
                }
    }
}

static void bind(miscid_batch* batch, zone* zones, double* state, int32_t state_count) {
    static double energy[GROUPS] = {8, 12, 20}; /* MeV */
    static double direction[DIRECTIONS][3] = {{0.8, 0, 0.6}, {0, 0.8, 0.6}, {-0.8, 0, 0.6}, {0, -0.8, -0.6}};
    miscid_view view;

    require(miscid_view_init(&view, zones[0].rho));
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, ZONES, sizeof(zone)));
    require(miscid_view_add_axis(&view, MISCID_AXIS_TYPE, TYPES, sizeof zones[0].rho[0]));
    require(miscid_view_add_axis(&view, MISCID_AXIS_GROUP, GROUPS, sizeof zones[0].rho[0][0]));
    require(miscid_view_add_axis(&view, MISCID_AXIS_DIRECTION, DIRECTIONS, sizeof zones[0].rho[0][0][0]));
    require(miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, COMPONENTS, sizeof zones[0].rho[0][0][0][0]));
    require(miscid_batch_bind(batch, MISCID_FIELD_RHO, &view));

    require(miscid_view_init(&view, energy));
    require(miscid_view_add_axis(&view, MISCID_AXIS_GROUP, GROUPS, sizeof energy[0]));
    require(miscid_batch_bind(batch, MISCID_FIELD_ENERGY, &view));

    /* No cell axis: the directions are the same in every zone. */
    require(miscid_view_init(&view, direction));
    require(miscid_view_add_axis(&view, MISCID_AXIS_DIRECTION, DIRECTIONS, sizeof direction[0]));
    require(miscid_view_add_axis(&view, MISCID_AXIS_SPACE, 3, sizeof direction[0][0]));
    require(miscid_batch_bind(batch, MISCID_FIELD_DIRECTION, &view));

    require(miscid_view_init(&view, &zones[0].electron_density));
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, ZONES, sizeof(zone)));
    require(miscid_batch_bind(batch, MISCID_FIELD_ELECTRON_DENSITY, &view));

    require(miscid_view_init(&view, state));
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, ZONES, state_count * (int64_t)sizeof(double)));
    require(miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, state_count, sizeof(double)));
    require(miscid_batch_bind(batch, MISCID_FIELD_STATE, &view));

    require(miscid_view_init(&view, &zones[0].status));
    view.dtype = MISCID_INT32;
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, ZONES, sizeof(zone)));
    require(miscid_batch_bind(batch, MISCID_FIELD_STATUS, &view));

    require(miscid_view_init(&view, zones[0].D0));
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, ZONES, sizeof(zone)));
    require(miscid_view_add_axis(&view, MISCID_AXIS_VECTOR, 3, sizeof zones[0].D0[0]));
    require(miscid_batch_bind(batch, MISCID_FIELD_D0, &view));
}

static void print_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    printf(" %016" PRIx64, bits);
}

static void print(int step, const zone* zones) {
    for (int k = 0; k < ZONES; ++k) {
        const double* rho = zones[k].rho[0][1][2];
        printf("%d %d %" PRId32, step, k, zones[k].status);
        print_bits(rho[EE]);
        print_bits(rho[RE_EX]);
        for (int v = 0; v < 3; ++v)
            print_bits(zones[k].D0[v]);
        printf("  # ee=%.6g\n", rho[EE]);
    }
}

int main(void) {
    static zone zones[ZONES];
    const int64_t box[4] = {ZONES, 1, 1, 1};
    const double dt = 1e-6; /* s */
    miscid_config* config = NULL;
    miscid_context* context = NULL;
    miscid_workspace* workspace = NULL;
    miscid_batch* batch = NULL;
    int32_t state_count = 0;
    double* state;

    require(miscid_config_create(&config));
    require(miscid_config_read_json(config, configuration, strlen(configuration)));
    require(miscid_context_create(config, &context));
    miscid_config_destroy(config);
    require(miscid_workspace_create(context, &workspace));

    /* The module's memory is the host's: all zero means that there is none yet. */
    require(miscid_state_doubles_per_cell(context, &state_count));
    state = calloc(ZONES * (size_t)state_count, sizeof(double));
    if (state == NULL)
        return EXIT_FAILURE;

    require(miscid_batch_create(context, &batch));
    bind(batch, zones, state, state_count);
    require(miscid_batch_set_box(batch, box, NULL, NULL));

    fill(zones);
    for (int step = 0; step < STEPS; ++step) {
        for (int k = 0; k < ZONES; ++k)
            zones[k].electron_density *= 0.6;
        require(miscid_apply(context, workspace, batch, step * dt, dt, NULL));
        print(step, zones);
    }

    miscid_batch_destroy(batch);
    miscid_workspace_destroy(workspace);
    miscid_context_destroy(context);
    free(state);
    return EXIT_SUCCESS;
}
