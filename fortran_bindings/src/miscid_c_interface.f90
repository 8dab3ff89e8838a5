!> The functions of miscid.h as C declares them, each under its C name with `c_` in front.
!!
!! This is the raw layer: pointers are type(c_ptr), texts end with a null character, every function returns a status.
!! Most programs want the module `miscid` instead. miscid.h is the manual; check_interfaces.py compares the two.
!! A pointer that may be null is passed as type(c_ptr) by value.
module miscid_c_interface
    use, intrinsic :: iso_c_binding, only: c_char, c_double, c_int, c_int32_t, c_int64_t, c_ptr, c_size_t
    implicit none
    private :: c_char, c_double, c_int, c_int32_t, c_int64_t, c_ptr, c_size_t
    public

    ! ------------------------------------------------------------------------------------------ version, errors
    interface
        function c_miscid_version(major, minor, patch) bind(C, name='miscid_version') result(status)
            import
            integer(c_int32_t), intent(out) :: major, minor, patch
            integer(c_int) :: status
        end function

        function c_miscid_abi_number() bind(C, name='miscid_abi_number') result(number)
            import
            integer(c_int32_t) :: number
        end function

        function c_miscid_status_text(status) bind(C, name='miscid_status_text') result(text)
            import
            integer(c_int32_t), value :: status
            type(c_ptr) :: text
        end function

        function c_miscid_status_name(status) bind(C, name='miscid_status_name') result(text)
            import
            integer(c_int32_t), value :: status
            type(c_ptr) :: text
        end function

        function c_miscid_validity_text(flags, buffer, capacity) bind(C, name='miscid_validity_text') result(length)
            import
            integer(c_int32_t), value :: flags
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t) :: length
        end function

        function c_miscid_last_error(buffer, capacity) bind(C, name='miscid_last_error') result(length)
            import
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t) :: length
        end function
    end interface

    ! -------------------------------------------------------------------------------------------- configuration
    interface
        function c_miscid_config_create(config) bind(C, name='miscid_config_create') result(status)
            import
            type(c_ptr), intent(out) :: config
            integer(c_int) :: status
        end function

        subroutine c_miscid_config_destroy(config) bind(C, name='miscid_config_destroy')
            import
            type(c_ptr), value :: config
        end subroutine

        function c_miscid_config_read_json(config, text, length) bind(C, name='miscid_config_read_json') result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: text(*)
            integer(c_size_t), value :: length
            integer(c_int) :: status
        end function

        function c_miscid_config_read_file(config, path) bind(C, name='miscid_config_read_file') result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: path(*)
            integer(c_int) :: status
        end function

        function c_miscid_config_set_number(config, name, value) bind(C, name='miscid_config_set_number') &
                result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: name(*)
            real(c_double), value :: value
            integer(c_int) :: status
        end function

        function c_miscid_config_set_integer(config, name, value) bind(C, name='miscid_config_set_integer') &
                result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: name(*)
            integer(c_int64_t), value :: value
            integer(c_int) :: status
        end function

        function c_miscid_config_set_boolean(config, name, value) bind(C, name='miscid_config_set_boolean') &
                result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: name(*)
            integer(c_int32_t), value :: value
            integer(c_int) :: status
        end function

        function c_miscid_config_set_text(config, name, value) bind(C, name='miscid_config_set_text') result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: name(*)
            character(kind=c_char), intent(in) :: value(*)
            integer(c_int) :: status
        end function

        function c_miscid_config_set_unit(config, quantity, value) bind(C, name='miscid_config_set_unit') &
                result(status)
            import
            type(c_ptr), value :: config
            character(kind=c_char), intent(in) :: quantity(*)
            real(c_double), value :: value
            integer(c_int) :: status
        end function

        function c_miscid_config_write_json(config, buffer, capacity, needed) &
                bind(C, name='miscid_config_write_json') result(status)
            import
            type(c_ptr), value :: config
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t), intent(out) :: needed
            integer(c_int) :: status
        end function

        function c_miscid_parameter_count() bind(C, name='miscid_parameter_count') result(count)
            import
            integer(c_int32_t) :: count
        end function

        function c_miscid_parameter_text(index, property) bind(C, name='miscid_parameter_text') result(text)
            import
            integer(c_int32_t), value :: index
            integer(c_int), value :: property
            type(c_ptr) :: text
        end function
    end interface

    ! -------------------------------------------------------------------------------------------------- context
    interface
        function c_miscid_context_create(config, context) bind(C, name='miscid_context_create') result(status)
            import
            type(c_ptr), value :: config
            type(c_ptr), intent(out) :: context
            integer(c_int) :: status
        end function

        subroutine c_miscid_context_destroy(context) bind(C, name='miscid_context_destroy')
            import
            type(c_ptr), value :: context
        end subroutine

        function c_miscid_context_pack(context, buffer, capacity, needed) bind(C, name='miscid_context_pack') &
                result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t), intent(out) :: needed
            integer(c_int) :: status
        end function

        function c_miscid_context_unpack(buffer, length, context) bind(C, name='miscid_context_unpack') result(status)
            import
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: length
            type(c_ptr), intent(out) :: context
            integer(c_int) :: status
        end function

        function c_miscid_context_fingerprint(context, fingerprint) bind(C, name='miscid_context_fingerprint') &
                result(status)
            import
            type(c_ptr), value :: context
            integer(c_int64_t), intent(out) :: fingerprint
            integer(c_int) :: status
        end function

        function c_miscid_state_doubles_per_cell(context, count) bind(C, name='miscid_state_doubles_per_cell') &
                result(status)
            import
            type(c_ptr), value :: context
            integer(c_int32_t), intent(out) :: count
            integer(c_int) :: status
        end function

        function c_miscid_state_component(context, index, name, unit, rule) bind(C, name='miscid_state_component') &
                result(status)
            import
            type(c_ptr), value :: context
            integer(c_int32_t), value :: index
            type(c_ptr), intent(out) :: name
            type(c_ptr), intent(out) :: unit
            integer(c_int), intent(out) :: rule
            integer(c_int) :: status
        end function

        function c_miscid_field_name(field) bind(C, name='miscid_field_name') result(text)
            import
            integer(c_int), value :: field
            type(c_ptr) :: text
        end function

        function c_miscid_field_text(field) bind(C, name='miscid_field_text') result(text)
            import
            integer(c_int), value :: field
            type(c_ptr) :: text
        end function

        function c_miscid_field_unit(context, field, unit, factor) bind(C, name='miscid_field_unit') result(status)
            import
            type(c_ptr), value :: context
            integer(c_int), value :: field
            type(c_ptr), intent(out) :: unit
            real(c_double), intent(out) :: factor
            integer(c_int) :: status
        end function

        function c_miscid_field_shape(context, field, axis_count, axis, extent) bind(C, name='miscid_field_shape') &
                result(status)
            import
            type(c_ptr), value :: context
            integer(c_int), value :: field
            integer(c_int32_t), intent(out) :: axis_count
            integer(c_int32_t), intent(out) :: axis(*)
            integer(c_int64_t), intent(out) :: extent(*)
            integer(c_int) :: status
        end function
    end interface

    ! ------------------------------------------------------------------------------------------ workspace, batch
    interface
        function c_miscid_workspace_create(context, workspace) bind(C, name='miscid_workspace_create') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), intent(out) :: workspace
            integer(c_int) :: status
        end function

        subroutine c_miscid_workspace_destroy(workspace) bind(C, name='miscid_workspace_destroy')
            import
            type(c_ptr), value :: workspace
        end subroutine

        function c_miscid_workspace_reserve_device(context, workspace, cells) &
                bind(C, name='miscid_workspace_reserve_device') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            integer(c_int64_t), value :: cells
            integer(c_int) :: status
        end function

        function c_miscid_batch_create(context, batch) bind(C, name='miscid_batch_create') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), intent(out) :: batch
            integer(c_int) :: status
        end function

        subroutine c_miscid_batch_destroy(batch) bind(C, name='miscid_batch_destroy')
            import
            type(c_ptr), value :: batch
        end subroutine

        function c_miscid_view_init(view, data) bind(C, name='miscid_view_init') result(status)
            import
            type(c_ptr), value :: view
            type(c_ptr), value :: data
            integer(c_int) :: status
        end function

        function c_miscid_view_add_axis(view, axis, extent, stride) bind(C, name='miscid_view_add_axis') &
                result(status)
            import
            type(c_ptr), value :: view
            integer(c_int), value :: axis
            integer(c_int64_t), value :: extent
            integer(c_int64_t), value :: stride
            integer(c_int) :: status
        end function

        function c_miscid_batch_bind(batch, field, view) bind(C, name='miscid_batch_bind') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int), value :: field
            type(c_ptr), value :: view
            integer(c_int) :: status
        end function

        function c_miscid_batch_bind_array(batch, field, data, dtype, axis_count, axis, extent, stride) &
                bind(C, name='miscid_batch_bind_array') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int), value :: field
            type(c_ptr), value :: data
            integer(c_int32_t), value :: dtype
            integer(c_int32_t), value :: axis_count
            integer(c_int32_t), intent(in) :: axis(*)
            integer(c_int64_t), intent(in) :: extent(*)
            integer(c_int64_t), intent(in) :: stride(*)
            integer(c_int) :: status
        end function

        function c_miscid_batch_unbind(batch, field) bind(C, name='miscid_batch_unbind') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int), value :: field
            integer(c_int) :: status
        end function

        function c_miscid_batch_set_box(batch, extent, lower, upper) bind(C, name='miscid_batch_set_box') &
                result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int64_t), intent(in) :: extent(4)
            type(c_ptr), value :: lower
            type(c_ptr), value :: upper
            integer(c_int) :: status
        end function

        function c_miscid_batch_set_cells(batch, count, indices) bind(C, name='miscid_batch_set_cells') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int64_t), value :: count
            integer(c_int64_t), intent(in) :: indices(*)
            integer(c_int) :: status
        end function

        function c_miscid_batch_set_stream(batch, stream) bind(C, name='miscid_batch_set_stream') result(status)
            import
            type(c_ptr), value :: batch
            type(c_ptr), value :: stream
            integer(c_int) :: status
        end function
    end interface

    ! ------------------------------------------------------------------------------------------------- the step
    interface
        function c_miscid_apply(context, workspace, batch, time, dt, report) bind(C, name='miscid_apply') &
                result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            real(c_double), value :: time
            real(c_double), value :: dt
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function

        function c_miscid_evaluate(context, workspace, batch, time, report) bind(C, name='miscid_evaluate') &
                result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            real(c_double), value :: time
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function

        function c_miscid_capture_cell(context, workspace, batch, cell, time, dt, buffer, capacity, needed) &
                bind(C, name='miscid_capture_cell') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            integer(c_int64_t), intent(in) :: cell(4)
            real(c_double), value :: time
            real(c_double), value :: dt
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t), intent(out) :: needed
            integer(c_int) :: status
        end function
    end interface

    ! ------------------------------------------------------------------------------------------- invariant mode
    interface
        function c_miscid_invariant_to_flavor(context, workspace, batch, report) &
                bind(C, name='miscid_invariant_to_flavor') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function

        function c_miscid_flavor_to_invariant(context, workspace, batch, report) &
                bind(C, name='miscid_flavor_to_invariant') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function

        function c_miscid_crossing_probability(context, workspace, batch, from, to, distance, probability) &
                bind(C, name='miscid_crossing_probability') result(status)
            import
            type(c_ptr), value :: context
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            integer(c_int64_t), intent(in) :: from(4)
            integer(c_int64_t), intent(in) :: to(4)
            real(c_double), intent(in) :: distance(*)
            real(c_double), intent(out) :: probability(*)
            integer(c_int) :: status
        end function
    end interface

    ! -------------------------------------------------------------------------------------- waves between cells
    interface
        function c_miscid_wave_force(cells, dimensions, volume, neighbour, area, bins, axis, frequency, force) &
                bind(C, name='miscid_wave_force') result(status)
            import
            integer(c_int64_t), value :: cells
            integer(c_int32_t), value :: dimensions
            real(c_double), intent(in) :: volume(*)
            integer(c_int64_t), intent(in) :: neighbour(*)
            real(c_double), intent(in) :: area(*)
            integer(c_int32_t), value :: bins
            real(c_double), intent(in) :: axis(*)
            real(c_double), intent(in) :: frequency(*)
            real(c_double), intent(out) :: force(*)
            integer(c_int) :: status
        end function

        function c_miscid_move_waves(cells, dimensions, volume, neighbour, area, bins, edge, group_velocity, force, &
                path, content, scratch, lost) bind(C, name='miscid_move_waves') result(status)
            import
            integer(c_int64_t), value :: cells
            integer(c_int32_t), value :: dimensions
            real(c_double), intent(in) :: volume(*)
            integer(c_int64_t), intent(in) :: neighbour(*)
            real(c_double), intent(in) :: area(*)
            integer(c_int32_t), value :: bins
            real(c_double), intent(in) :: edge(*)
            real(c_double), intent(in) :: group_velocity(*)
            real(c_double), intent(in) :: force(*)
            real(c_double), value :: path
            real(c_double), intent(inout) :: content(*)
            real(c_double), intent(inout) :: scratch(*)
            real(c_double), intent(out) :: lost
            integer(c_int) :: status
        end function
    end interface

    ! ---------------------------------------------------------------------------------------- reports and views
    interface
        function c_miscid_report_size() bind(C, name='miscid_report_size') result(bytes)
            import
            integer(c_size_t) :: bytes
        end function

        function c_miscid_view_size() bind(C, name='miscid_view_size') result(bytes)
            import
            integer(c_size_t) :: bytes
        end function

        function c_miscid_report_create(report) bind(C, name='miscid_report_create') result(status)
            import
            type(c_ptr), intent(out) :: report
            integer(c_int) :: status
        end function

        subroutine c_miscid_report_destroy(report) bind(C, name='miscid_report_destroy')
            import
            type(c_ptr), value :: report
        end subroutine

        function c_miscid_report_get(report, name, value) bind(C, name='miscid_report_get') result(status)
            import
            type(c_ptr), value :: report
            character(kind=c_char), intent(in) :: name(*)
            real(c_double), intent(out) :: value
            integer(c_int) :: status
        end function
    end interface
end module
