!> What only the moments adapter has: the uncertainty of the reconstruction.
module miscid_moments_uncertainties
    use, intrinsic :: iso_c_binding, only: c_int
    use, intrinsic :: iso_fortran_env, only: real64
    use miscid, only: miscid_report_t
    use miscid_moments_c_interface, only: c_miscid_moments_uncertainty
    use miscid_moments_calls
    implicit none
    private
    public :: miscid_moments_uncertainty

contains
    subroutine miscid_moments_uncertainty(moments, workspace, batch, time, dt, report, stat, errmsg)
        type(miscid_moments_t), intent(in) :: moments
        type(miscid_moments_workspace_t), intent(inout) :: workspace
        type(miscid_moments_batch_t), intent(in) :: batch
        real(real64), intent(in) :: time, dt
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_moments_uncertainty(moments%c_address(), workspace%c_address(), batch%c_address(), time, &
                dt, address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine
end module
