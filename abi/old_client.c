/* A program of an older release, built with the headers in abi/headers and run with the library as it is now: what it uses
 * must still be there and mean the same. Never changed with the library; a new one is added beside it when the ABI number
 * is raised. */
#include <miscid/miscid.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            char text[512];                                                                                            \
            miscid_last_error(text, sizeof text);                                                                      \
            printf("line %d: %s does not hold; last error: %s\n", __LINE__, #condition, text);                         \
            return 1;                                                                                                  \
        }                                                                                                              \
    } while (0)

/* What a newer library appends to the structs, it must not write here. */
struct guarded_report {
    miscid_report report;
    char guard[64];
};

int main(void) {
    miscid_config* config = NULL;
    miscid_context* context = NULL;
    miscid_workspace* workspace = NULL;
    miscid_batch* batch = NULL;
    struct guarded_report r;
    int32_t count = 0, status = 77;
    const char json[] = "{\"units\": {\"system\": \"natural\"}, \"vacuum\": {\"mixing_angle\": 0.2,"
                        " \"mass_squared_difference\": 2}}";
    double rho[2][4] = {{0.6, 0.3, 0, 0}, {0.35, 0.25, 0, 0}}; /* nu, nubar: ee, xx, Re ex, Im ex */
    double energy = 1, direction[3] = {0, 0, 1}, weight = 3, electrons = 4, state[4096] = {0}, D0[3];
    miscid_view view;

    REQUIRE(miscid_abi_number() == MISCID_ABI);
    REQUIRE(miscid_view_size() >= sizeof(miscid_view) && miscid_report_size() >= sizeof(miscid_report));
    REQUIRE(miscid_config_create(&config) == MISCID_OK);
    REQUIRE(miscid_config_read_json(config, json, strlen(json)) == MISCID_OK);
    REQUIRE(miscid_config_set_integer(config, "phase_space.groups", 1) == MISCID_OK);
    REQUIRE(miscid_context_create(config, &context) == MISCID_OK);
    miscid_config_destroy(config);
    REQUIRE(miscid_state_doubles_per_cell(context, &count) == MISCID_OK && count > 0 && count <= 4096);
    REQUIRE(miscid_workspace_create(context, &workspace) == MISCID_OK);
    REQUIRE(miscid_batch_create(context, &batch) == MISCID_OK);

#define BIND(field, data) REQUIRE(miscid_batch_bind(batch, field, &view) == MISCID_OK)
    miscid_view_init(&view, rho);
    miscid_view_add_axis(&view, MISCID_AXIS_TYPE, 2, sizeof rho[0]);
    miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, 4, sizeof(double));
    BIND(MISCID_FIELD_RHO, rho);
    miscid_view_init(&view, &energy);
    BIND(MISCID_FIELD_ENERGY, energy);
    miscid_view_init(&view, direction);
    miscid_view_add_axis(&view, MISCID_AXIS_SPACE, 3, sizeof(double));
    BIND(MISCID_FIELD_DIRECTION, direction);
    miscid_view_init(&view, &weight);
    BIND(MISCID_FIELD_WEIGHT, weight);
    miscid_view_init(&view, &electrons);
    BIND(MISCID_FIELD_ELECTRON_DENSITY, electrons);
    miscid_view_init(&view, state);
    miscid_view_add_axis(&view, MISCID_AXIS_COMPONENT, count, sizeof(double));
    BIND(MISCID_FIELD_STATE, state);
    miscid_view_init(&view, D0);
    miscid_view_add_axis(&view, MISCID_AXIS_VECTOR, 3, sizeof(double));
    BIND(MISCID_FIELD_D0, D0);
    miscid_view_init(&view, &status);
    view.dtype = MISCID_INT32;
    BIND(MISCID_FIELD_STATUS, status);

    for (int step = 0; step < 5; ++step) {
        double expected[3] = {0, 0, 0};
        memset(&r, 0x5a, sizeof r);
        r.report.struct_size = sizeof r.report;
        REQUIRE(miscid_apply(context, workspace, batch, 0.0, 0.1, &r.report) == MISCID_OK);
        REQUIRE(status == MISCID_OK && r.report.cells == 1 && r.report.refused == 0);
        for (size_t i = 0; i < sizeof r.guard; ++i)
            REQUIRE(r.guard[i] == 0x5a);
        REQUIRE(fabs(rho[0][0] + rho[0][1] - 0.9) < 1e-14 && fabs(rho[1][0] + rho[1][1] - 0.6) < 1e-14);
        for (int type = 0; type < 2; ++type) { /* D_0 = sum w s P */
            const double sw = type == 0 ? weight : -weight;
            expected[0] += sw * 2 * rho[type][2];
            expected[1] -= sw * 2 * rho[type][3];
            expected[2] += sw * (rho[type][0] - rho[type][1]);
        }
        for (int a = 0; a < 3; ++a)
            REQUIRE(fabs(D0[a] - expected[a]) < 1e-12);
        electrons *= 0.8;
    }
    REQUIRE(fabs(rho[0][2]) > 1e-3); /* something has mixed */
    rho[0][0] = NAN;
    REQUIRE(miscid_apply(context, workspace, batch, 0.0, 0.1, NULL) == MISCID_PARTIAL);
    REQUIRE(status == MISCID_CELL_NOT_FINITE);
    miscid_batch_destroy(batch);
    miscid_workspace_destroy(workspace);
    miscid_context_destroy(context);
    return 0;
}
