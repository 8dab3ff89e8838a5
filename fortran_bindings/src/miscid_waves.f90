!> Flavor waves between cells: the refractive force and the ray mover (miscid.h, "waves between cells").
!!
!! Arrays as in C with the axes reversed: content(bins, cells), group_velocity(bins, cells, dimensions),
!! neighbour(cells, 2, dimensions) counting cells from 0 with -1 for none, area likewise.
module miscid_waves
    use, intrinsic :: iso_c_binding
    use, intrinsic :: iso_fortran_env, only: int64, real64
    use miscid_c_interface
    use miscid_errors
    implicit none
    private
    public :: miscid_wave_force, miscid_move_waves

contains

    !> Refractive force -d Re(Omega)/dr at fixed wave number, k along `axis`.
    subroutine miscid_wave_force(volume, neighbour, area, axis, frequency, force, stat, errmsg)
        real(real64), contiguous, intent(in) :: volume(:), area(:, :, :), axis(:), frequency(:, :)
        integer(int64), contiguous, intent(in) :: neighbour(:, :, :)
        real(real64), contiguous, intent(inout) :: force(:, :)
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status
        integer(c_int64_t) :: cells

        cells = size(volume, kind=c_int64_t)
        if (.not. fits(volume, neighbour, area, frequency) .or. size(axis) /= size(area, 3) .or. &
                any(shape(force) /= shape(frequency))) cells = -1 ! refused by the library, which then knows the error
        status = c_miscid_wave_force(cells, size(area, 3, c_int32_t), volume, neighbour, area, &
                size(frequency, 1, c_int32_t), axis, frequency, force)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Moves wave content over path = c dt. `scratch` holds at least 2 x bins x cells numbers.
    subroutine miscid_move_waves(volume, neighbour, area, edge, group_velocity, force, path, content, scratch, lost, &
            stat, errmsg)
        real(real64), contiguous, intent(in) :: volume(:), area(:, :, :), edge(:), group_velocity(:, :, :), force(:, :)
        integer(int64), contiguous, intent(in) :: neighbour(:, :, :)
        real(real64), intent(in) :: path
        real(real64), contiguous, intent(inout) :: content(:, :), scratch(:)
        real(real64), intent(out) :: lost
        integer, intent(out), optional :: stat
        character(:), allocatable, intent(inout), optional :: errmsg
        integer(c_int) :: status
        integer(c_int64_t) :: cells

        cells = size(volume, kind=c_int64_t)
        if (.not. fits(volume, neighbour, area, content) .or. size(edge) /= size(content, 1) + 1 .or. &
                any(shape(force) /= shape(content)) .or. size(scratch) < 2 * size(content) .or. &
                any(shape(group_velocity) /= [shape(content), size(area, 3)])) cells = -1
        lost = 0
        status = c_miscid_move_waves(cells, size(area, 3, c_int32_t), volume, neighbour, area, &
                size(content, 1, c_int32_t), edge, group_velocity, force, path, content, scratch, lost)
        if (present(errmsg)) call explain(status, errmsg)
        if (present(stat)) stat = int(status)
    end subroutine

    !> Do these arrays belong to one mesh?
    pure logical function fits(volume, neighbour, area, content)
        real(real64), intent(in) :: volume(:), area(:, :, :), content(:, :)
        integer(int64), intent(in) :: neighbour(:, :, :)

        fits = all(shape(area) == shape(neighbour)) .and. size(area, 1) == size(volume) .and. size(area, 2) == 2 &
                .and. size(content, 2) == size(volume)
    end function
end module
