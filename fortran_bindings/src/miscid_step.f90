!> The step: workspaces, reports, and the calls that treat the cells of a batch. The calls take the same arguments in
!! the same order as in miscid.h.
module miscid_step
    use, intrinsic :: iso_c_binding, only: c_char, c_int, c_int32_t, c_int64_t, c_loc, c_null_char, c_null_ptr, c_ptr, &
            c_size_t
    use, intrinsic :: iso_fortran_env, only: int64, real64
    use miscid_batch, only: miscid_batch_t
    use miscid_c_interface
    use miscid_constants, only: MISCID_FIELD_SIGNED_AMPLITUDE, MISCID_OUT_OF_MEMORY
    use miscid_context, only: miscid_context_t
    use miscid_errors, only: explain, fortran_text
    use miscid_handle, only: handle_t
    implicit none
    private
    public :: miscid_workspace_t, miscid_report_t, miscid_version, miscid_abi_number
    public :: miscid_apply, miscid_evaluate, miscid_capture_cell
    public :: miscid_invariant_to_flavor, miscid_flavor_to_invariant, miscid_crossing_probability

    !> Scratch memory, one per thread; keeps no history.
    type :: miscid_workspace_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create => workspace_create
        procedure :: destroy => workspace_destroy
        procedure :: c_address => workspace_address !< for calls of miscid_c_interface
    end type

    !> What one call did. Create it once and use it for many calls; one per thread.
    type :: miscid_report_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create => report_create
        procedure :: destroy => report_destroy
        procedure :: get => report_get !< a number by name: 'cells', 'ok', 'max_residual', 'first_refused_i', ...
        procedure :: c_address => report_address !< for calls of miscid_c_interface
    end type

contains
    ! ------------------------------------------------------------------------------------------------ the calls

    !> One miscidynamic step on every cell of the batch. time and dt in the host's unit of time (default s).
    subroutine miscid_apply(context, workspace, batch, time, dt, report, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        real(real64), intent(in) :: time, dt
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_apply(context%c_address(), workspace%c_address(), batch%c_address(), time, dt, &
                address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Writes only status and bound diagnostics: the mixing equilibrium of the state as it is, not stored.
    subroutine miscid_evaluate(context, workspace, batch, time, report, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        real(real64), intent(in) :: time
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_evaluate(context%c_address(), workspace%c_address(), batch%c_address(), time, &
                address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> One cell (i, j, k, node), with configuration and everything bound, as JSON that `miscid replay` runs again.
    subroutine miscid_capture_cell(context, workspace, batch, cell, time, dt, text, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        integer, intent(in) :: cell(4)
        real(real64), intent(in) :: time, dt
        character(:), allocatable, intent(out) :: text
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(kind=c_char), allocatable, target :: buffer(:)
        integer(c_size_t) :: needed
        integer(c_int) :: status
        integer :: failure

        text = ''
        needed = 0
        status = c_miscid_capture_cell(context%c_address(), workspace%c_address(), batch%c_address(), &
                int(cell, c_int64_t), time, dt, c_null_ptr, 0_c_size_t, needed)
        if (status >= 0) then
            allocate(buffer(needed), stat=failure)
            if (failure == 0) then
                status = c_miscid_capture_cell(context%c_address(), workspace%c_address(), batch%c_address(), &
                        int(cell, c_int64_t), time, dt, c_loc(buffer), size(buffer, kind=c_size_t), needed)
                if (status >= 0) text = fortran_text(c_loc(buffer))
            else
                status = MISCID_OUT_OF_MEMORY
            end if
        end if
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Invariant mode: from `amplitude` and `state` to what a classical host needs.
    subroutine miscid_invariant_to_flavor(context, workspace, batch, report, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_invariant_to_flavor(context%c_address(), workspace%c_address(), batch%c_address(), &
                address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Invariant mode: adds the host's flavor-diagonal change to `amplitude`.
    subroutine miscid_flavor_to_invariant(context, workspace, batch, report, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        type(miscid_report_t), intent(inout), optional :: report
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_flavor_to_invariant(context%c_address(), workspace%c_address(), batch%c_address(), &
                address_of(report))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Invariant mode: probability that a neutrino crossing from one cell to another changes its eigenstate label.
    !! distance(directions): path length in cm. probability(directions, groups, types).
    subroutine miscid_crossing_probability(context, workspace, batch, from, to, distance, probability, stat, errmsg)
        type(miscid_context_t), intent(in) :: context
        type(miscid_workspace_t), intent(inout) :: workspace
        type(miscid_batch_t), intent(in) :: batch
        integer, intent(in) :: from(4), to(4)
        real(real64), contiguous, intent(in) :: distance(:)
        real(real64), contiguous, intent(inout) :: probability(:, :, :)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int), allocatable :: axes(:)
        integer(int64), allocatable :: extents(:)
        integer(c_int64_t) :: first(4)
        integer(c_int) :: status
        character(160) :: complaint
        integer :: ignored

        complaint = ''
        first = from
        call context%field_shape(MISCID_FIELD_SIGNED_AMPLITUDE, axes, extents)
        if (size(extents) == 3) then
            if (any(shape(probability, kind=int64) /= extents(3:1:-1)) .or. size(distance) /= extents(3)) then
                write(complaint, '(a, 2(i0, ", "), i0, a)', iostat=ignored) 'crossing_probability: distance must have &
                        &one entry per direction, probability the shape (directions, groups, types) = (', &
                        extents(3:1:-1), ')'
                first = -1 ! refused by the library, which then also knows the error
            end if
        end if
        status = c_miscid_crossing_probability(context%c_address(), workspace%c_address(), batch%c_address(), first, &
                int(to, c_int64_t), distance, probability)
        if (present(errmsg)) call explain(status, errmsg, complaint)
        if (present(stat)) stat = int(status)
    end subroutine

    ! ------------------------------------------------------------------------------------------------ workspace

    subroutine workspace_create(self, context, stat, errmsg)
        class(miscid_workspace_t), intent(inout) :: self
        type(miscid_context_t), intent(in) :: context
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_workspace_create(context%c_address(), address)
        if (status >= 0) call self%handle%own(address, c_miscid_workspace_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine workspace_destroy(self)
        class(miscid_workspace_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    function workspace_address(self) result(address)
        class(miscid_workspace_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    ! --------------------------------------------------------------------------------------------------- report

    subroutine report_create(self, stat, errmsg)
        class(miscid_report_t), intent(inout) :: self
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_report_create(address)
        if (status >= 0) call self%handle%own(address, c_miscid_report_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine report_destroy(self)
        class(miscid_report_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    function report_get(self, name, stat, errmsg) result(number)
        class(miscid_report_t), intent(in) :: self
        character(*), intent(in) :: name
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        real(real64) :: number
        integer(c_int) :: status

        number = 0
        status = c_miscid_report_get(self%handle%address(), trim(name) // c_null_char, number)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end function

    function report_address(self) result(address)
        class(miscid_report_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    !> Null for a report that was not asked for.
    function address_of(report) result(address)
        type(miscid_report_t), intent(in), optional :: report
        type(c_ptr) :: address

        address = c_null_ptr
        if (present(report)) address = report%c_address()
    end function

    ! -------------------------------------------------------------------------------------------------- version

    !> Version of the library at run time; compare with MISCID_VERSION_* of these bindings.
    subroutine miscid_version(major, minor, patch)
        integer, intent(out) :: major, minor, patch
        integer(c_int32_t) :: numbers(3)
        integer(c_int) :: status

        numbers = 0
        status = c_miscid_version(numbers(1), numbers(2), numbers(3))
        major = int(numbers(1))
        minor = int(numbers(2))
        patch = int(numbers(3))
    end subroutine

    !> The library's ABI number; compare with MISCID_ABI of these bindings.
    function miscid_abi_number() result(number)
        integer :: number

        number = int(c_miscid_abi_number())
    end function
end module
