!> Bound host arrays and the cells to treat.
module miscid_batch
    use, intrinsic :: iso_c_binding, only: c_int, c_int32_t, c_int64_t, c_loc, c_ptr
    use, intrinsic :: iso_fortran_env, only: int64
    use miscid_c_interface
    use miscid_context, only: miscid_context_t, miscid_field_name
    use miscid_errors, only: explain
    use miscid_handle, only: handle_t
    use miscid_views, only: miscid_view_t
    implicit none
    private
    public :: miscid_batch_t

    !> A number no count or extent may have. Where these bindings find an error they give it to the library, which then
    !! refuses the call and knows the error in miscid_last_error() like any other.
    integer, parameter :: REFUSED = -1

    !> A description of arrays that belong to the host; one per thread or per block of cells.
    !!
    !! call batch%bind(MISCID_FIELD_RHO, miscid_view(rho(:, :, :, 1, 2:)), [MISCID_AXIS_I, ...], stat, errmsg)
    !!
    !! binds an array or section with one axis name per dimension. Nothing is copied, then or later. Bind again when the
    !! array moves (README.md, "Arrays").
    type :: miscid_batch_t
        private
        type(handle_t) :: handle
    contains
        procedure :: create
        procedure :: destroy
        procedure :: bind !< an array or section
        procedure :: bind_address !< by address, extents and byte strides, for what no array section can describe
        procedure :: unbind
        procedure :: set_box !< cells = a box with ghost margins
        procedure :: set_cells !< cells = a list of index quadruples
        procedure :: c_address !< for calls of miscid_c_interface
    end type

contains
    subroutine create(self, context, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        type(miscid_context_t), intent(in) :: context
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(c_ptr) :: address
        integer(c_int) :: status

        status = c_miscid_batch_create(context%c_address(), address)
        if (status >= 0) call self%handle%own(address, c_miscid_batch_destroy)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    impure elemental subroutine destroy(self)
        class(miscid_batch_t), intent(inout) :: self

        call self%handle%release()
    end subroutine

    !> dtype is one of MISCID_FLOAT64, ...; axes, extents and strides (in bytes) have one entry per axis.
    subroutine bind_address(self, field, address, dtype, axes, extents, strides, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        type(c_ptr), intent(in) :: address
        integer(c_int), intent(in) :: dtype
        integer(c_int), intent(in) :: axes(:)
        integer(int64), intent(in) :: extents(:), strides(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(120) :: complaint
        integer(c_int32_t) :: count
        integer(c_int) :: status

        complaint = ''
        count = size(axes, kind=c_int32_t)
        if (size(extents) /= size(axes) .or. size(strides) /= size(axes)) then
            complaint = 'field ' // miscid_field_name(field) // ': axes, extents and strides must have the same size'
            count = REFUSED
        end if
        status = c_miscid_batch_bind_array(self%handle%address(), field, address, int(dtype, c_int32_t), count, &
                int(axes, c_int32_t), extents, strides)
        if (present(errmsg)) call explain(status, errmsg, complaint)
        if (present(stat)) stat = int(status)
    end subroutine

    !> view is miscid_view(array); axes names its dimensions (MISCID_AXIS_*), each at most once.
    subroutine bind(self, field, view, axes, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        type(miscid_view_t), intent(in) :: view
        integer(c_int), intent(in) :: axes(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(120) :: complaint
        integer(c_int32_t) :: count
        integer(c_int) :: status
        integer :: ignored

        complaint = ''
        count = view%rank
        if (size(axes) /= view%rank) then
            write(complaint, '(3a, i0, a, i0)', iostat=ignored) 'field ', miscid_field_name(field), &
                    ': axes must name each dimension; the array has rank ', view%rank, ', axes has size ', size(axes)
            count = REFUSED
        end if
        status = c_miscid_batch_bind_array(self%handle%address(), field, view%address, view%dtype, count, &
                int(axes, c_int32_t), view%extent, view%stride)
        if (present(errmsg)) call explain(status, errmsg, complaint)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine unbind(self, field, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_batch_unbind(self%handle%address(), field)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> extent: cells along i, j, k, node with ghosts; trailing axes may be left out (extent 1). lower, upper: number of
    !! ghost cells at both ends, which are never touched; left out means none.
    subroutine set_box(self, extent, lower, upper, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer, intent(in) :: extent(:)
        integer, intent(in), optional :: lower(:), upper(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(120) :: complaint
        integer(c_int64_t) :: box(4)
        integer(c_int64_t), target :: below(4), above(4)
        integer(c_int) :: status

        complaint = ''
        call take(extent, 1, box)
        below = 0
        above = 0
        if (present(lower)) call take(lower, 0, below)
        if (present(upper)) call take(upper, 0, above)
        status = c_miscid_batch_set_box(self%handle%address(), box, c_loc(below), c_loc(above))
        if (present(errmsg)) call explain(status, errmsg, complaint)
        if (present(stat)) stat = int(status)

    contains
        subroutine take(given, missing, full)
            integer, intent(in) :: given(:), missing
            integer(c_int64_t), intent(out) :: full(4)

            full = missing
            if (size(given) <= 4) then
                full(:size(given)) = given
            else
                complaint = 'set_box: extent, lower and upper have at most the four entries i, j, k, node'
                full = REFUSED
            end if
        end subroutine
    end subroutine

    !> indices(4, count): i, j, k, node of each cell, counted from 0 at the first element of the bound arrays; copied.
    subroutine set_cells(self, indices, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer, intent(in) :: indices(:, :)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(120) :: complaint
        integer(c_int64_t) :: count
        integer(c_int) :: status

        complaint = ''
        count = size(indices, 2, kind=c_int64_t)
        if (size(indices, 1) /= 4) then
            complaint = 'set_cells: the first dimension of indices must have the four entries i, j, k, node'
            count = REFUSED
        end if
        status = c_miscid_batch_set_cells(self%handle%address(), count, int(indices, c_int64_t))
        if (present(errmsg)) call explain(status, errmsg, complaint)
        if (present(stat)) stat = int(status)
    end subroutine

    function c_address(self) result(address)
        class(miscid_batch_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address()
    end function
end module
