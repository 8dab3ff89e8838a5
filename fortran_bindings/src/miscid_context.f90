!> The immutable description of a run, and what it tells about fields and state.
module miscid_context
    use, intrinsic :: iso_c_binding, only: c_int, c_int32_t, c_int64_t, c_loc, c_null_ptr, c_ptr, c_size_t
    use, intrinsic :: iso_fortran_env, only: int8, int64, real64
    use miscid_c_interface
    use miscid_config, only: miscid_config_t
    use miscid_constants, only: MISCID_AXIS_COUNT, MISCID_OUT_OF_MEMORY
    use miscid_errors, only: explain, fortran_text
    use miscid_handle, only: handle_t
    implicit none
    private
    public :: miscid_context_t, miscid_field_name, miscid_field_text

    !> Immutable after creation; one per run, shared by any number of threads.
    type :: miscid_context_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create !< from a configuration, which may be destroyed afterwards
        procedure :: destroy
        procedure :: pack !< into bytes: rank 0 reads, the host broadcasts, all ranks unpack
        procedure :: unpack !< creates the context from such bytes
        procedure :: fingerprint !< of configuration and state layout; store it with a restart and compare
        procedure :: state_doubles_per_cell !< how much memory the host holds per cell; all zero means "no state yet"
        procedure :: state_component !< name, unit and AMR rule of one number of the state
        procedure :: field_unit
        procedure :: field_shape !< axes a field has inside one cell
        procedure :: c_address !< for calls of miscid_c_interface
    end type

contains
    subroutine create(self, config, stat, errmsg)
        class(miscid_context_t), intent(inout) :: self
        type(miscid_config_t), intent(in) :: config
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_context_create(config%c_address(), address)
        if (status >= 0) call self%handle%own(address, c_miscid_context_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine destroy(self)
        class(miscid_context_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    subroutine pack(self, bytes, stat, errmsg)
        class(miscid_context_t), intent(in) :: self
        integer(int8), allocatable, target, intent(out) :: bytes(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_size_t) :: needed
        integer(c_int) :: status
        integer :: failure

        needed = 0
        status = c_miscid_context_pack(self%handle%address(), c_null_ptr, 0_c_size_t, needed)
        if (status >= 0) then
            allocate(bytes(needed), stat=failure)
            if (failure == 0) then
                status = c_miscid_context_pack(self%handle%address(), c_loc(bytes), size(bytes, kind=c_size_t), needed)
            else
                status = MISCID_OUT_OF_MEMORY
            end if
        end if
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine unpack(self, bytes, stat, errmsg)
        class(miscid_context_t), intent(inout) :: self
        integer(int8), contiguous, target, intent(in) :: bytes(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address, packed
        integer(c_int) :: status

        packed = c_null_ptr
        if (size(bytes) > 0) packed = c_loc(bytes)
        status = c_miscid_context_unpack(packed, size(bytes, kind=c_size_t), address)
        if (status >= 0) call self%handle%own(address, c_miscid_context_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> 64 bits; only equality has a meaning.
    function fingerprint(self, stat, errmsg) result(bits)
        class(miscid_context_t), intent(in) :: self
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(int64) :: bits
        integer(c_int) :: status

        bits = 0
        status = c_miscid_context_fingerprint(self%handle%address(), bits)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end function

    function state_doubles_per_cell(self, stat, errmsg) result(count)
        class(miscid_context_t), intent(in) :: self
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer :: count
        integer(c_int32_t) :: doubles
        integer(c_int) :: status

        doubles = 0
        status = c_miscid_state_doubles_per_cell(self%handle%address(), doubles)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
        count = int(doubles)
    end function

    !> index counts from 0; rule is one of MISCID_AMR_*.
    subroutine state_component(self, index, name, unit, rule, stat, errmsg)
        class(miscid_context_t), intent(in) :: self
        integer, intent(in) :: index
        character(:), allocatable, intent(out), optional :: name, unit
        integer(c_int), intent(out), optional :: rule
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: c_name, c_unit
        integer(c_int) :: c_rule, status

        c_name = c_null_ptr
        c_unit = c_null_ptr
        c_rule = 0
        status = c_miscid_state_component(self%handle%address(), int(index, c_int32_t), c_name, c_unit, c_rule)
        if (present(name)) name = fortran_text(c_name)
        if (present(unit)) unit = fortran_text(c_unit)
        if (present(rule)) rule = c_rule
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> The unit of a field under this context's unit settings, and the factor that turns the host's number into it.
    subroutine field_unit(self, field, unit, factor, stat, errmsg)
        class(miscid_context_t), intent(in) :: self
        integer(c_int), intent(in) :: field
        character(:), allocatable, intent(out), optional :: unit
        real(real64), intent(out), optional :: factor
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: c_unit
        real(real64) :: c_factor
        integer(c_int) :: status

        c_unit = c_null_ptr
        c_factor = 0
        status = c_miscid_field_unit(self%handle%address(), field, c_unit, c_factor)
        if (present(unit)) unit = fortran_text(c_unit)
        if (present(factor)) factor = c_factor
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Axes (MISCID_AXIS_*) a field has inside one cell, and their extents. Both have size 0 if the call is refused.
    subroutine field_shape(self, field, axes, extents, stat, errmsg)
        class(miscid_context_t), intent(in) :: self
        integer(c_int), intent(in) :: field
        integer(c_int), allocatable, intent(out) :: axes(:)
        integer(int64), allocatable, intent(out) :: extents(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int32_t) :: axis(MISCID_AXIS_COUNT), count
        integer(c_int64_t) :: extent(MISCID_AXIS_COUNT)
        integer(c_int) :: status

        count = 0
        status = c_miscid_field_shape(self%handle%address(), field, count, axis, extent)
        if (status < 0) count = 0
        axes = int(axis(:count), c_int)
        extents = int(extent(:count), int64)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    function c_address(self) result(address)
        class(miscid_context_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    !> Name of a field, e.g. 'rho'; empty for an unknown one.
    function miscid_field_name(field) result(text)
        integer(c_int), intent(in) :: field
        character(:), allocatable :: text

        text = fortran_text(c_miscid_field_name(field))
    end function

    !> Meaning of a field; empty for an unknown one.
    function miscid_field_text(field) result(text)
        integer(c_int), intent(in) :: field
        character(:), allocatable :: text

        text = fortran_text(c_miscid_field_text(field))
    end function
end module
