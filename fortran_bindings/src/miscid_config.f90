!> Start-up options, and the list of all of them.
module miscid_config
    use, intrinsic :: iso_c_binding, only: c_char, c_int, c_int32_t, c_int64_t, c_loc, c_null_char, &
            c_null_ptr, c_ptr, c_size_t
    use, intrinsic :: iso_fortran_env, only: int32, int64, real64
    use miscid_c_interface
    use miscid_constants, only: MISCID_OUT_OF_MEMORY
    use miscid_errors, only: explain, fortran_text
    use miscid_handle, only: handle_t
    implicit none
    private
    public :: miscid_config_t, miscid_parameter_count, miscid_parameter_text

    !> Text and numbers, used at start-up only. One thread at a time.
    type :: miscid_config_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create !< every parameter at its default
        procedure :: destroy
        procedure :: read_json !< from text: {"phase_space": {"groups": 12, ...}, ...} or dotted names
        procedure :: read_file !< from a file with such text
        procedure :: set_unit !< the host's unit of a quantity in the module's default unit
        procedure :: write_json !< all parameters, as text
        procedure :: c_address !< for calls of miscid_c_interface
        generic :: set => set_number, set_integer, set_int64, set_boolean, set_text !< one parameter by its dotted name
        procedure, private :: set_number, set_integer, set_int64, set_boolean, set_text
    end type

contains
    subroutine create(self, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_config_create(address)
        if (status >= 0) call self%handle%own(address, c_miscid_config_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine destroy(self)
        class(miscid_config_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    subroutine read_json(self, text, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: text
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_read_json(self%handle%address(), text, len(text, kind=c_size_t))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine read_file(self, path, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: path
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_read_file(self%handle%address(), trim(path) // c_null_char)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Real parameters take real64 only, so that a literal such as 0.15 without kind is caught by the compiler.
    subroutine set_number(self, name, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: name
        real(real64), intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_number(self%handle%address(), trim(name) // c_null_char, value)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine set_integer(self, name, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: name
        integer(int32), intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_integer(self%handle%address(), trim(name) // c_null_char, int(value, c_int64_t))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine set_int64(self, name, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: name
        integer(int64), intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_integer(self%handle%address(), trim(name) // c_null_char, value)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine set_boolean(self, name, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: name
        logical, intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_boolean(self%handle%address(), trim(name) // c_null_char, &
                merge(1_c_int32_t, 0_c_int32_t, value))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine set_text(self, name, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: name
        character(*), intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_text(self%handle%address(), trim(name) // c_null_char, trim(value) // c_null_char)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> quantity: 'number_density' (cm^-3), 'mass_density' (g cm^-3), 'energy' (MeV), 'time' (s), 'velocity' (c) or
    !! 'rate' (s^-1; 1/time unless set). E.g. set_unit('number_density', 1d39) for numbers per fm^3.
    subroutine set_unit(self, quantity, value, stat, errmsg)
        class(miscid_config_t), intent(inout) :: self
        character(*), intent(in) :: quantity
        real(real64), intent(in) :: value
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_config_set_unit(self%handle%address(), trim(quantity) // c_null_char, value)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine write_json(self, text, stat, errmsg)
        class(miscid_config_t), intent(in) :: self
        character(:), allocatable, intent(out) :: text
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(kind=c_char), allocatable, target :: buffer(:)
        integer(c_size_t) :: needed
        integer(c_int) :: status
        integer :: failure

        text = ''
        needed = 0
        status = c_miscid_config_write_json(self%handle%address(), c_null_ptr, 0_c_size_t, needed)
        if (status >= 0) then
            allocate(buffer(needed), stat=failure)
            if (failure == 0) then
                status = c_miscid_config_write_json(self%handle%address(), c_loc(buffer), &
                        size(buffer, kind=c_size_t), needed)
                if (status >= 0) text = fortran_text(c_loc(buffer))
            else
                status = MISCID_OUT_OF_MEMORY
            end if
        end if
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    function c_address(self) result(address)
        class(miscid_config_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function

    function miscid_parameter_count() result(count)
        integer :: count

        count = int(c_miscid_parameter_count())
    end function

    !> Text about parameter `index`, counted from 0; property is one of MISCID_PARAMETER_*. Empty if there is none.
    function miscid_parameter_text(index, property) result(text)
        integer, intent(in) :: index
        integer(c_int), intent(in) :: property
        character(:), allocatable :: text

        text = fortran_text(c_miscid_parameter_text(int(index, c_int32_t), property))
    end function
end module
