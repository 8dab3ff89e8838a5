!> What a status means, and how a call tells it.
!!
!! Every procedure of the bindings has two optional arguments. `stat` receives the status: 0 ok, > 0 usable, < 0 refused
!! with nothing changed. `errmsg` is set only when the call was refused. Without them the error can still be asked for
!! with miscid_last_error(): the library never stops its host.
module miscid_errors
    use, intrinsic :: iso_c_binding, only: c_associated, c_char, c_f_pointer, c_int, c_int32_t, c_loc, &
            c_null_ptr, c_ptr, c_size_t
    use miscid_c_interface
    implicit none
    private
    public :: miscid_last_error, miscid_status_name, miscid_status_text, miscid_validity_text, explain, fortran_text

    interface
        function c_strlen(text) bind(C, name='strlen') result(length)
            import :: c_ptr, c_size_t
            type(c_ptr), value :: text
            integer(c_size_t) :: length
        end function
    end interface

contains
    !> The calling thread's last error; empty after a call that succeeded.
    function miscid_last_error() result(text)
        character(:), allocatable :: text
        character(kind=c_char), allocatable, target :: buffer(:)
        integer(c_size_t) :: length

        length = c_miscid_last_error(c_null_ptr, 0_c_size_t)
        allocate(buffer(length + 1))
        length = min(length, c_miscid_last_error(c_loc(buffer), size(buffer, kind=c_size_t)))
        text = fortran_text(c_loc(buffer))
    end function

    !> What a number of field MISCID_FIELD_VALIDITY_FLAGS means, in one line.
    function miscid_validity_text(flags) result(text)
        integer, intent(in) :: flags
        character(:), allocatable :: text
        character(kind=c_char), allocatable, target :: buffer(:)
        integer(c_size_t) :: length

        length = c_miscid_validity_text(int(flags, c_int32_t), c_null_ptr, 0_c_size_t)
        allocate(buffer(length + 1))
        length = c_miscid_validity_text(int(flags, c_int32_t), c_loc(buffer), size(buffer, kind=c_size_t))
        text = fortran_text(c_loc(buffer))
    end function

    !> Meaning of a status, e.g. of one cell.
    function miscid_status_text(status) result(text)
        integer, intent(in) :: status
        character(:), allocatable :: text

        text = fortran_text(c_miscid_status_text(int(status, c_int32_t)))
    end function

    !> Name of a status, e.g. 'CELL_EVENT'.
    function miscid_status_name(status) result(text)
        integer, intent(in) :: status
        character(:), allocatable :: text

        text = fortran_text(c_miscid_status_name(int(status, c_int32_t)))
    end function

    !> Says why a call was refused; leaves errmsg alone if it was not. `complaint`, where not blank, replaces the
    !! library's words, because these bindings sometimes know better what the caller did. errmsg is not optional here:
    !! gfortran 12 loses the new length of an optional one that is passed on.
    subroutine explain(status, errmsg, complaint)
        integer(c_int), intent(in) :: status
        character(:), allocatable, intent(inout) :: errmsg
        character(*), intent(in), optional :: complaint

        if (status >= 0) return
        errmsg = miscid_last_error()
        if (present(complaint)) then
            if (len_trim(complaint) > 0) errmsg = trim(complaint)
        end if
        if (len(errmsg) == 0) errmsg = miscid_status_text(int(status))
    end subroutine

    !> A Fortran copy of a C text; empty for a null pointer.
    function fortran_text(pointer) result(text)
        type(c_ptr), intent(in) :: pointer
        character(:), allocatable :: text
        character(kind=c_char), pointer :: letters(:)
        integer :: n

        if (.not. c_associated(pointer)) then
            text = ''
            return
        end if
        call c_f_pointer(pointer, letters, [c_strlen(pointer)])
        allocate(character(size(letters)) :: text)
        do n = 1, size(letters)
            text(n:n) = letters(n)
        end do
    end function
end module
