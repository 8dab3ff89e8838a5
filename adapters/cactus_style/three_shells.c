/* A Cactus thorn: vector grid functions, one per moment, `gf[point + points * (group + groups * species)]`, point =
 * i + ni (j + nj k), ghosts on all sides. Number per cm^3 and MeV are the units here; a thorn in G = c = Msun = 1 sets
 * moments.unit. */
#include <miscid/moments.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES = 3, SPECIES = 3, GROUPS = 4, STEPS = 3, GHOSTS = 2 };
enum { NI = ZONES + 2 * GHOSTS, NJ = 1 + 2 * GHOSTS, NK = 1 + 2 * GHOSTS, POINTS = NI * NJ * NK };

static const double energy[GROUPS] = {6, 10, 16, 26}; /* MeV */
static const double temperature[SPECIES] = {4, 5, 6}, amount[SPECIES] = {1, 0.9, 2.4},
                    factor[SPECIES] = {0.25, 0.5, 0.55};
static double rE[POINTS * GROUPS * SPECIES], rFx[POINTS * GROUPS * SPECIES], rFy[POINTS * GROUPS * SPECIES],
    rFz[POINTS * GROUPS * SPECIES], rho[POINTS], Y_e[POINTS];
static int32_t status[POINTS];

static void require(miscid_status outcome) {
    if (outcome < 0) {
        char text[512];
        miscid_moments_last_error(text, sizeof text);
        fprintf(stderr, "three_shells: %s: %s\n", miscid_status_name(outcome), text);
        exit(EXIT_FAILURE);
    }
}

/* CCTK_GFINDEX3D */
static int point(int i, int j, int k) {
    return i + NI * (j + NJ * k);
}

static int at(int p, int g, int s) {
    return p + POINTS * (g + GROUPS * s);
}

static miscid_view grid_function(void* data, int32_t dtype) {
    const int64_t size = dtype == MISCID_INT32 ? 4 : 8;
    miscid_view view;
    require(miscid_view_init(&view, data));
    view.dtype = dtype;
    require(miscid_view_add_axis(&view, MISCID_AXIS_I, NI, size));
    require(miscid_view_add_axis(&view, MISCID_AXIS_J, NJ, size * NI));
    require(miscid_view_add_axis(&view, MISCID_AXIS_K, NK, size * NI * NJ));
    return view;
}

static void bind_vector(miscid_moments_batch* batch, miscid_moments_field field, double* data) {
    miscid_view view = grid_function(data, MISCID_FLOAT64);
    require(miscid_view_add_axis(&view, MISCID_AXIS_GROUP, GROUPS, 8 * POINTS));
    require(miscid_view_add_axis(&view, MISCID_MOMENTS_AXIS_SPECIES, SPECIES, 8 * POINTS * GROUPS));
    require(miscid_moments_bind(batch, field, &view));
}

static void bind_scalar(miscid_moments_batch* batch, miscid_moments_field field, void* data, int32_t dtype) {
    miscid_view view = grid_function(data, dtype);
    require(miscid_moments_bind(batch, field, &view));
}

int main(void) {
    const char* text = "{\"phase_space.groups\": 4, \"vacuum.ordering\": \"inverted\", \"collisions.mode\": \"off\","
                       " \"viscosity.closure\": \"marginal\", \"equilibrium.cold_start\": \"from_incoming\","
                       " \"moments\": {\"polar\": 8, \"azimuth\": 4}}";
    const int64_t extent[4] = {NI, NJ, NK, 1}, ghosts[4] = {GHOSTS, GHOSTS, GHOSTS, 0};
    miscid_moments* moments = NULL;
    miscid_moments_workspace* workspace = NULL;
    miscid_moments_batch* batch = NULL;
    miscid_view view;
    int32_t doubles = 0;
    double* state;

    require(miscid_moments_create(text, strlen(text), &moments));
    require(miscid_moments_workspace_create(moments, &workspace));
    require(miscid_moments_batch_create(moments, &batch));
    require(miscid_moments_state_doubles_per_cell(moments, &doubles));
    state = calloc((size_t)doubles * POINTS, sizeof(double)); /* a thorn: a vector grid function of `doubles` */
    if (state == NULL)
        return EXIT_FAILURE;

    for (int z = 0; z < ZONES; ++z) {
        const int p = point(GHOSTS + z, GHOSTS, GHOSTS);
        rho[p] = 1e10 / (1 + z);
        Y_e[p] = 0.3;
        for (int s = 0; s < SPECIES; ++s)
            for (int g = 0; g < GROUPS; ++g) {
                const double E =
                    2e30 * amount[s] * pow(energy[g], 3) * exp(-energy[g] / temperature[s]) / (1 + 0.5 * z);
                rE[at(p, g, s)] = E;
                rFz[at(p, g, s)] = E * (factor[s] + 0.05 * z);
            }
    }

    bind_vector(batch, MISCID_MOMENTS_FIELD_DENSITY, rE);
    bind_vector(batch, MISCID_MOMENTS_FIELD_FLUX_X, rFx);
    bind_vector(batch, MISCID_MOMENTS_FIELD_FLUX_Y, rFy);
    bind_vector(batch, MISCID_MOMENTS_FIELD_FLUX_Z, rFz);
    bind_scalar(batch, MISCID_MOMENTS_FIELD_MASS_DENSITY, rho, MISCID_FLOAT64);
    bind_scalar(batch, MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, Y_e, MISCID_FLOAT64);
    bind_scalar(batch, MISCID_MOMENTS_FIELD_STATUS, status, MISCID_INT32);
    view = grid_function(state, MISCID_FLOAT64);
    require(miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, doubles, 8 * POINTS));
    require(miscid_moments_bind(batch, MISCID_MOMENTS_FIELD_STATE, &view));
    require(miscid_view_init(&view, (void*)energy)); /* only read */
    require(miscid_view_add_axis(&view, MISCID_AXIS_GROUP, GROUPS, 8));
    require(miscid_moments_bind(batch, MISCID_MOMENTS_FIELD_ENERGY, &view));
    require(miscid_moments_set_box(batch, extent, ghosts, ghosts));

    for (int step = 0; step < STEPS; ++step) {
        for (int z = 0; z < ZONES; ++z)
            for (int g = 0; g < GROUPS; ++g) {
                rE[at(point(GHOSTS + z, GHOSTS, GHOSTS), g, 0)] *= 1 + 0.01 * step;
                rFz[at(point(GHOSTS + z, GHOSTS, GHOSTS), g, 0)] *= 1 + 0.01 * step;
            }
        require(miscid_moments_apply(moments, workspace, batch, step * 1e-6, 1e-6, NULL));
        for (int z = 0; z < ZONES; ++z) {
            const int p = point(GHOSTS + z, GHOSTS, GHOSTS);
            const double E = rE[at(p, 1, 0)];
            printf("%d %d %d %.15e %.15e %.15e\n", step, z, (int)status[p], E, rE[at(p, 1, 2)], rFz[at(p, 1, 0)] / E);
        }
    }
    miscid_moments_batch_destroy(batch);
    miscid_moments_workspace_destroy(workspace);
    miscid_moments_destroy(moments);
    free(state);
    return EXIT_SUCCESS;
}
