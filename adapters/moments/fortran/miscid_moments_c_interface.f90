!> The functions of miscid/moments.h as they are; compared with the header by fortran_bindings/check_interfaces.py.
module miscid_moments_c_interface
    use, intrinsic :: iso_c_binding, only: c_char, c_double, c_int, c_int32_t, c_int64_t, c_ptr, c_size_t
    implicit none
    public

    interface
        function c_miscid_moments_last_error(buffer, capacity) bind(C, name='miscid_moments_last_error') result(length)
            import
            type(c_ptr), value :: buffer
            integer(c_size_t), value :: capacity
            integer(c_size_t) :: length
        end function

        function c_miscid_moments_create(text, length, moments) bind(C, name='miscid_moments_create') result(status)
            import
            character(kind=c_char), intent(in) :: text(*)
            integer(c_size_t), value :: length
            type(c_ptr), intent(out) :: moments
            integer(c_int) :: status
        end function

        subroutine c_miscid_moments_destroy(moments) bind(C, name='miscid_moments_destroy')
            import
            type(c_ptr), value :: moments
        end subroutine

        function c_miscid_moments_context(moments) bind(C, name='miscid_moments_context') result(context)
            import
            type(c_ptr), value :: moments
            type(c_ptr) :: context
        end function

        function c_miscid_moments_state_doubles_per_cell(moments, count) &
                bind(C, name='miscid_moments_state_doubles_per_cell') result(status)
            import
            type(c_ptr), value :: moments
            integer(c_int32_t), intent(out) :: count
            integer(c_int) :: status
        end function

        function c_miscid_moments_shape(moments, species, groups, directions) &
                bind(C, name='miscid_moments_shape') result(status)
            import
            type(c_ptr), value :: moments
            integer(c_int32_t), intent(out) :: species, groups, directions
            integer(c_int) :: status
        end function

        function c_miscid_moments_workspace_create(moments, workspace) &
                bind(C, name='miscid_moments_workspace_create') result(status)
            import
            type(c_ptr), value :: moments
            type(c_ptr), intent(out) :: workspace
            integer(c_int) :: status
        end function

        subroutine c_miscid_moments_workspace_destroy(workspace) bind(C, name='miscid_moments_workspace_destroy')
            import
            type(c_ptr), value :: workspace
        end subroutine

        function c_miscid_moments_batch_create(moments, batch) &
                bind(C, name='miscid_moments_batch_create') result(status)
            import
            type(c_ptr), value :: moments
            type(c_ptr), intent(out) :: batch
            integer(c_int) :: status
        end function

        subroutine c_miscid_moments_batch_destroy(batch) bind(C, name='miscid_moments_batch_destroy')
            import
            type(c_ptr), value :: batch
        end subroutine

        function c_miscid_moments_bind(batch, field, view) bind(C, name='miscid_moments_bind') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int), value :: field
            type(c_ptr), value :: view
            integer(c_int) :: status
        end function

        function c_miscid_moments_bind_array(batch, field, data, dtype, axis_count, axis, extent, stride) &
                bind(C, name='miscid_moments_bind_array') result(status)
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

        function c_miscid_moments_bind_diagnostic(batch, field, view) &
                bind(C, name='miscid_moments_bind_diagnostic') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int), value :: field
            type(c_ptr), value :: view
            integer(c_int) :: status
        end function

        function c_miscid_moments_set_box(batch, extent, lower, upper) &
                bind(C, name='miscid_moments_set_box') result(status)
            import
            type(c_ptr), value :: batch
            integer(c_int64_t), intent(in) :: extent(4)
            type(c_ptr), value :: lower
            type(c_ptr), value :: upper
            integer(c_int) :: status
        end function

        function c_miscid_moments_apply(moments, workspace, batch, time, dt, report) &
                bind(C, name='miscid_moments_apply') result(status)
            import
            type(c_ptr), value :: moments
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            real(c_double), value :: time
            real(c_double), value :: dt
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function

        function c_miscid_moments_uncertainty(moments, workspace, batch, time, dt, report) &
                bind(C, name='miscid_moments_uncertainty') result(status)
            import
            type(c_ptr), value :: moments
            type(c_ptr), value :: workspace
            type(c_ptr), value :: batch
            real(c_double), value :: time
            real(c_double), value :: dt
            type(c_ptr), value :: report
            integer(c_int) :: status
        end function
    end interface
end module
