!> What all handles share: one owner, released once.
module miscid_handle
    use, intrinsic :: iso_c_binding, only: c_associated, c_null_ptr, c_ptr
    implicit none
    private
    public :: handle_t

    abstract interface
        subroutine destroyer(address) bind(C)
            import :: c_ptr
            type(c_ptr), value :: address
        end subroutine
    end interface

    !> Owns one object of the C library. It is a component of the public handle types, not their parent: gfortran 12
    !! would copy an inherited handle as plain memory when a host's own type that contains it is assigned.
    type :: handle_t
        type(c_ptr) :: address = c_null_ptr
        procedure(destroyer), pointer, nopass, private :: destroy => null()
    contains
        procedure :: own
        procedure :: release
        procedure, private :: assign
        generic :: assignment(=) => assign
        final :: finalize
    end type

contains
    !> Takes over a new object; what was owned before is released.
    subroutine own(self, address, destroy)
        class(handle_t), intent(inout) :: self
        type(c_ptr), intent(in) :: address
        procedure(destroyer) :: destroy

        call self%release()
        self%address = address
        self%destroy => destroy
    end subroutine

    impure elemental subroutine release(self)
        class(handle_t), intent(inout) :: self

        if (c_associated(self%address)) call self%destroy(self%address)
        self%address = c_null_ptr
    end subroutine

    !> A copy owns nothing: the original stays the only owner, and using the copy is refused as a null argument.
    subroutine assign(self, other)
        class(handle_t), intent(inout) :: self
        type(handle_t), intent(in) :: other

        if (.not. c_associated(self%address, other%address)) call self%release()
    end subroutine

    impure elemental subroutine finalize(self)
        type(handle_t), intent(inout) :: self

        call self%release()
    end subroutine
end module
