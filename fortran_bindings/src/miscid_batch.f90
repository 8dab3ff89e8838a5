!> Bound host arrays and the cells to treat.
module miscid_batch
    use, intrinsic :: iso_c_binding, only: c_int, c_int32_t, c_int64_t, c_loc, c_ptr
    use, intrinsic :: iso_fortran_env, only: int32, int64
    use miscid_c_interface
    use miscid_context, only: miscid_context_t, miscid_field_name
    use miscid_errors, only: explain
    use miscid_handle, only: handle_t
    use miscid_views, only: miscid_view_t
    implicit none
    private
    public :: miscid_batch_t

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
        generic :: set_box => set_box_int32, set_box_int64 !< cells = a box with ghost margins
        generic :: set_cells => set_cells_int32, set_cells_int64 !< cells = a list of index quadruples
        procedure :: c_address !< for calls of miscid_c_interface
        procedure, private :: set_box_int32, set_box_int64, set_cells_int32, set_cells_int64
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
        integer(c_int) :: status

        if (size(extents) /= size(axes) .or. size(strides) /= size(axes)) then
            call refuse(self, field, 'axes, extents and strides must have the same size', stat, errmsg)
        else
            status = c_miscid_batch_bind_array(self%handle%address, field, address, int(dtype, c_int32_t), size(axes, kind=c_int32_t), int(axes, c_int32_t), extents, strides)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
        end if
    end subroutine

    subroutine bind(self, field, view, axes, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        type(miscid_view_t), intent(in) :: view
        integer(c_int), intent(in) :: axes(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        character(80) :: complaint
        integer(c_int) :: status

        if (size(axes) /= view%rank) then
            write(complaint, '(a, i0, a, i0)') 'axes must name each dimension: the array has rank ', view%rank, &
                    ', axes has size ', size(axes)
            call refuse(self, field, trim(complaint), stat, errmsg)
        else
            status = c_miscid_batch_bind_array(self%handle%address, field, view%address, view%dtype, view%rank, int(axes, c_int32_t), view%extent, view%stride)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
        end if
    end subroutine

    !> The library is given a number of axes it must refuse, so that miscid_last_error() is set like for every refusal.
    subroutine refuse(self, field, complaint, stat, errmsg)
        type(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        character(*), intent(in) :: complaint
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        type(miscid_view_t) :: nothing
        integer(c_int32_t), parameter :: no_axis(1) = -1
        integer(c_int) :: status

        status = c_miscid_batch_bind_array(self%handle%address, field, nothing%address, nothing%dtype, -1_c_int32_t, no_axis, nothing%extent, nothing%stride)
        if (present(errmsg)) call explain(status, errmsg, 'field ' // miscid_field_name(field) // ': ' // complaint)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine unbind(self, field, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(c_int), intent(in) :: field
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        status = c_miscid_batch_unbind(self%handle%address, field)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> extent: cells along i, j, k, node with ghosts; trailing axes may be left out (extent 1). lower, upper: number of
    !! ghost cells at both ends, which are never touched; left out means none.
    subroutine set_box_int64(self, extent, lower, upper, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(int64), intent(in) :: extent(:)
        integer(int64), intent(in), optional :: lower(:), upper(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int64_t) :: box(4)
        integer(c_int64_t), target :: below(4), above(4)
        logical :: fits
        integer(c_int) :: status

        fits = size(extent) <= 4
        if (present(lower)) fits = fits .and. size(lower) <= 4
        if (present(upper)) fits = fits .and. size(upper) <= 4
        if (.not. fits) then
            box = -1 ! refused by the library, which then also knows the error
            status = c_miscid_batch_set_box(self%handle%address, box, c_loc(below), c_loc(above))
        if (present(errmsg)) call explain(status, errmsg, 'set_box: extent, lower and upper have at most the four entries i, j, k, node')
        if (present(stat)) stat = int(status)
            return
        end if
        box = 1
        box(:size(extent)) = extent
        below = 0
        above = 0
        if (present(lower)) below(:size(lower)) = lower
        if (present(upper)) above(:size(upper)) = upper
        status = c_miscid_batch_set_box(self%handle%address, box, c_loc(below), c_loc(above))
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    subroutine set_box_int32(self, extent, lower, upper, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(int32), intent(in) :: extent(:)
        integer(int32), intent(in), optional :: lower(:), upper(:)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(int64), allocatable :: below(:), above(:)

        allocate(below(0), above(0))
        if (present(lower)) below = int(lower, int64)
        if (present(upper)) above = int(upper, int64)
        call self%set_box_int64(int(extent, int64), below, above, stat, errmsg)
    end subroutine

    !> indices(4, count): i, j, k, node of each cell, counted from 0 at the first element of the bound arrays; copied.
    subroutine set_cells_int64(self, indices, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(int64), contiguous, intent(in) :: indices(:, :)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status

        if (size(indices, 1) == 4) then
            status = c_miscid_batch_set_cells(self%handle%address, size(indices, 2, kind=c_int64_t), indices)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
        else ! refused by the library, which then also knows the error
            status = c_miscid_batch_set_cells(self%handle%address, -1_c_int64_t, indices)
        if (present(errmsg)) call explain(status, errmsg, 'set_cells: the first dimension of indices must have the four entries i, j, k, node')
        if (present(stat)) stat = int(status)
        end if
    end subroutine

    subroutine set_cells_int32(self, indices, stat, errmsg)
        class(miscid_batch_t), intent(inout) :: self
        integer(int32), intent(in) :: indices(:, :)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg

        call self%set_cells_int64(int(indices, int64), stat, errmsg)
    end subroutine

    function c_address(self) result(address)
        class(miscid_batch_t), intent(in) :: self
        type(c_ptr) :: address

        address = self%handle%address
    end function
end module
