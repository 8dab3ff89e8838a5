/* The header compiles alone, twice included, in every standard a host may use; see CMakeLists.txt. */
#include <miscid/miscid.h>

int every_type_is_complete_or_opaque(const miscid_context* context, miscid_workspace* workspace,
                                     const miscid_batch* batch, miscid_config* config);

int every_type_is_complete_or_opaque(const miscid_context* context, miscid_workspace* workspace,
                                     const miscid_batch* batch, miscid_config* config) {
    miscid_view view;
    miscid_report report;
    view.struct_size = sizeof(view);
    report.struct_size = sizeof(report);
    return config != NULL && view.struct_size > 0 && MISCID_FIELD_RHO == 1 && MISCID_ABI >= 0 &&
           miscid_apply(context, workspace, batch, 0.0, 0.0, &report) == MISCID_OK;
}
