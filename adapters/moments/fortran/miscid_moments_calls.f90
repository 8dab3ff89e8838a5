!> The handles and calls of the moments adapter, with the views and error arguments of the module `miscid`.
module miscid_moments_calls
    use, intrinsic :: iso_c_binding, only: c_char, c_int, c_int32_t, c_int64_t, c_loc, c_null_ptr, c_ptr, c_size_t
    use, intrinsic :: iso_fortran_env, only: int64, real64
    use miscid, only: miscid_report_t, miscid_view_t
    use miscid_errors, only: fortran_text
    use miscid_handle, only: handle_t
    use miscid_moments_c_interface
    implicit none
    private
    public :: miscid_moments_t, miscid_moments_workspace_t, miscid_moments_batch_t
    public :: miscid_moments_apply, miscid_moments_uncertainty, miscid_moments_last_error

    !> Immutable description; one per run, shared by all threads.
    type :: miscid_moments_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create !< from JSON text
        procedure :: destroy
        procedure :: state_doubles_per_cell
        procedure :: c_address
    end type

    !> Scratch memory, one per thread.
    type :: miscid_moments_workspace_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create => workspace_create
        procedure :: destroy => workspace_destroy
        procedure :: c_address => workspace_address
    end type

    !> Where the host's arrays are, and which cells to treat.
    type :: miscid_moments_batch_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create => batch_create
        procedure :: destroy => batch_destroy
        procedure :: bind !< an array or section: bind(MISCID_MOMENTS_FIELD_..., miscid_view(array), [axes])
        procedure :: set_box !< cells = a box with ghost margins
        procedure :: c_address => batch_address
    end type

    integer, parameter :: REFUSED = -1 !< a number no count may have: the library then refuses the call

contains
    ! ---------------------------------------------------------------------------------------------- the calls

    subroutine miscid_moments_apply(moments, workspace, batch, time, dt, report, stat, errmsg)
        type(miscid_moments_t), intent(in) :: moments
        type(miscid_moments_workspace_t), intent(inout) :: workspace
        type(miscid_moments_batch_t), intent(in) :: batch
        real(real64), intent(in) :: time, dt
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_moments_apply(moments%c_address(), workspace%c_address(), batch%c_address(), time, dt, &
                address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

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

    !> The calling thread's last error of this adapter; empty after a call that succeeded.
    function miscid_moments_last_error() result(text)
        character(:), allocatable :: text
        character(kind=c_char), allocatable, target :: buffer(:)
        integer(c_size_t) :: length

        length = c_miscid_moments_last_error(c_null_ptr, 0_c_size_t)
        allocate(buffer(length + 1))
        length = min(length, c_miscid_moments_last_error(c_loc(buffer), size(buffer, kind=c_size_t)))
        text = fortran_text(c_loc(buffer))
    end function

    ! ------------------------------------------------------------------------------------------- description

    subroutine create(self, json, stat, errmsg)
        class(miscid_moments_t), intent(inout) :: self
        character(*), intent(in) :: json
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_moments_create(json, len(json, kind=c_size_t), address)
        if (status >= 0) call self%handle%own(address, c_miscid_moments_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine destroy(self)
        class(miscid_moments_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    !> First extent of the host's array for MISCID_MOMENTS_FIELD_STATE; 0 where there is no description.
    function state_doubles_per_cell(self) result(count)
        class(miscid_moments_t), intent(in) :: self
        integer :: count
        integer(c_int32_t) :: number
        integer(c_int) :: status

        number = 0
        status = c_miscid_moments_state_doubles_per_cell(self%handle%address(), number)
        count = merge(int(number), 0, status >= 0)
    end function

    function c_address(self) result(address)
        class(miscid_moments_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    ! --------------------------------------------------------------------------------------------- workspace

    subroutine workspace_create(self, moments, stat, errmsg)
        class(miscid_moments_workspace_t), intent(inout) :: self
        type(miscid_moments_t), intent(in) :: moments
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_moments_workspace_create(moments%c_address(), address)
        if (status >= 0) call self%handle%own(address, c_miscid_moments_workspace_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine workspace_destroy(self)
        class(miscid_moments_workspace_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    function workspace_address(self) result(address)
        class(miscid_moments_workspace_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    ! ------------------------------------------------------------------------------------------------- batch

    subroutine batch_create(self, moments, stat, errmsg)
        class(miscid_moments_batch_t), intent(inout) :: self
        type(miscid_moments_t), intent(in) :: moments
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_moments_batch_create(moments%c_address(), address)
        if (status >= 0) call self%handle%own(address, c_miscid_moments_batch_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine batch_destroy(self)
        class(miscid_moments_batch_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    !> view is miscid_view(array); axes names its dimensions (MISCID_AXIS_*, MISCID_MOMENTS_AXIS_*), each at most once.
    subroutine bind(self, field, view, axes, stat, errmsg)
        class(miscid_moments_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        type(miscid_view_t), intent(in) :: view
        integer(c_int), intent(in) :: axes(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int32_t) :: count
        integer(c_int) :: status

        count = merge(view%rank, int(REFUSED, c_int32_t), size(axes) == view%rank)
        status = c_miscid_moments_bind_array(self%handle%address(), field, view%address, view%dtype, count, &
                int(axes, c_int32_t), view%extent, view%stride)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(errmsg) .and. count == REFUSED) errmsg = 'bind: axes must name each dimension of the array'
        if (present(stat)) stat = int(status)
    end subroutine

    !> extent: cells along i, j, k, node with ghosts; trailing axes may be left out. lower, upper: ghost cells at both ends.
    subroutine set_box(self, extent, lower, upper, stat, errmsg)
        class(miscid_moments_batch_t), intent(inout) :: self
        integer, intent(in) :: extent(:)
        integer, intent(in), optional :: lower(:), upper(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int64_t) :: box(4)
        integer(c_int64_t), target :: below(4), above(4)
        integer(c_int) :: status

        call take(extent, 1, box)
        below = 0
        above = 0
        if (present(lower)) call take(lower, 0, below)
        if (present(upper)) call take(upper, 0, above)
        status = c_miscid_moments_set_box(self%handle%address(), box, c_loc(below), c_loc(above))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)

    contains
        subroutine take(given, missing, full)
            integer, intent(in) :: given(:), missing
            integer(c_int64_t), intent(out) :: full(4)

            full = missing
            if (size(given) <= 4) then
                full(:size(given)) = given
            else
                full = REFUSED
            end if
        end subroutine
    end subroutine

    function batch_address(self) result(address)
        class(miscid_moments_batch_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    ! ------------------------------------------------------------------------------------------------ helpers

    subroutine explain(status, errmsg)
        integer(c_int), intent(in) :: status
        character(:), allocatable, intent(inout) :: errmsg

        if (status < 0) errmsg = miscid_moments_last_error()
    end subroutine

    function address_of(report) result(address)
        type(miscid_report_t), intent(in), optional :: report
        type(c_ptr) :: address

        address = c_null_ptr
        if (present(report)) address = report%c_address()
    end function
end module
