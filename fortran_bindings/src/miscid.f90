!> miscid: neutrino flavor mixing in local equilibrium for supernova and neutron-star-merger codes.
!!
!! `use miscid` is all a host needs. miscid.h is the manual of what each call means; README.md tells what is different
!! here. Handles are released by `destroy` or when they go out of scope; they have one owner and cannot be copied. Every
!! call has `stat` (0 ok, > 0 usable, < 0 refused and nothing changed) and `errmsg` (set when refused), both optional;
!! without them the error is kept in miscid_last_error(). The library never stops its host. Cells, state components and
!! parameters count from 0, as in C and in all messages.
module miscid
    use miscid_batch, only: miscid_batch_t
    use miscid_config, only: miscid_config_t, miscid_parameter_count, miscid_parameter_text
    use miscid_constants
    use miscid_context, only: miscid_context_t, miscid_field_name, miscid_field_text
    use miscid_errors, only: miscid_last_error, miscid_status_name, miscid_status_text, miscid_validity_text
    use miscid_step, only: miscid_abi_number, miscid_apply, miscid_capture_cell, miscid_crossing_probability, &
            miscid_evaluate, miscid_flavor_to_invariant, miscid_invariant_to_flavor, miscid_report_t, &
            miscid_version, miscid_workspace_t
    use miscid_views, only: miscid_view, miscid_view_t
    use miscid_waves, only: miscid_move_waves, miscid_wave_force
    implicit none
    public
end module
