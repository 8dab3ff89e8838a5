!> What all handles share: one owner, released once.
module miscid_handle
    use, intrinsic :: iso_c_binding, only: c_associated, c_intptr_t, c_loc, c_null_ptr, c_ptr
    implicit none
    private
    public :: handle_t

    abstract interface
        subroutine destroyer(object) bind(C)
            import :: c_ptr
            type(c_ptr), value :: object
        end subroutine
    end interface

    !> Owns one object of the C library.
    !!
    !! A copy owns nothing: using it is refused as a null argument. Assignment sees to that, and `home` where a compiler
    !! copies plain memory instead (gfortran 12: allocatable components of types that hosts copy): away from home the
    !! object is neither given out nor released.
    type :: handle_t
        private
        type(c_ptr) :: object = c_null_ptr
        integer(c_intptr_t) :: home = 0 !< where this handle lay when it took the object over
        procedure(destroyer), pointer, nopass :: destroy => null()
    contains
        procedure :: own
        procedure :: release
        procedure :: address !< of the object; null if there is none
        procedure, private :: assign
        generic :: assignment(=) => assign
        final :: finalize
    end type

contains
    !> Takes over a new object; what was owned before is released.
    subroutine own(self, object, destroy)
        class(handle_t), intent(inout) :: self
        type(c_ptr), intent(in) :: object
        procedure(destroyer) :: destroy

        call self%release()
        self%object = object
        self%home = place(self%home)
        self%destroy => destroy
    end subroutine

    impure elemental subroutine release(self)
        class(handle_t), intent(inout) :: self

        if (c_associated(self%address())) call self%destroy(self%object)
        self%object = c_null_ptr
    end subroutine

    function address(self) result(object)
        class(handle_t), intent(in) :: self
        type(c_ptr) :: object

        object = c_null_ptr
        if (self%home == place(self%home)) object = self%object
    end function

    function place(component) result(number)
        integer(c_intptr_t), target, intent(in) :: component
        integer(c_intptr_t) :: number

        number = transfer(c_loc(component), number)
    end function

    subroutine assign(self, other)
        class(handle_t), intent(inout) :: self
        type(handle_t), intent(in) :: other

        if (.not. c_associated(self%object, other%object)) call self%release() ! else it is assigned to itself
    end subroutine

    impure elemental subroutine finalize(self)
        type(handle_t), intent(inout) :: self

        call self%release()
    end subroutine
end module
