!> Given any array section, when it is viewed, then address and byte strides lead to the caller's own elements.
program test_views
    use, intrinsic :: iso_c_binding, only: c_associated, c_intptr_t, c_loc
    use, intrinsic :: iso_fortran_env, only: int32, int64, real32, real64
    use checks, only: check, finish
    use miscid, only: MISCID_FLOAT32, MISCID_FLOAT64, MISCID_INT32, MISCID_INT64, miscid_view, miscid_view_t
    implicit none

    type :: zone_t
        real(real64) :: density = 0
        integer(int32) :: status = 0
        real(real64) :: temperature = 0
    end type

    real(real64), target :: line(12) = 0, cube(2, 3, 4) = 0, all7(2, 3, 2, 3, 2, 3, 2) = 0
    real(real32), target :: single(4, 5) = 0
    integer(int32), target :: statuses(6) = 0
    integer(int64), target :: ids(3, 2) = 0
    type(zone_t), target :: zones(5)
    real(real64), pointer :: split(:, :, :)
    type(miscid_view_t) :: view
    integer(int64) :: bytes

    view = miscid_view(line)
    call check(view%dtype == MISCID_FLOAT64 .and. view%rank == 1, 'type and rank of a real64 vector')
    call check(view%extent(1) == 12 .and. view%stride(1) == 8, 'extent and stride of a whole vector')
    call check(leads_to([11], line(12)), 'last element of a whole vector')

    view = miscid_view(line(2::3))
    call check(view%extent(1) == 4 .and. view%stride(1) == 24, 'extent and stride with step 3')
    call check(leads_to([0], line(2)) .and. leads_to([3], line(11)), 'elements with step 3')

    view = miscid_view(line(11:1:-2))
    call check(view%extent(1) == 6 .and. view%stride(1) == -16, 'extent and stride with step -2')
    call check(leads_to([0], line(11)) .and. leads_to([5], line(1)), 'elements with step -2')

    view = miscid_view(cube(2:1:-1, 2:2, ::3))
    call check(all(view%extent(1:3) == [2, 1, 2]), 'extents of a section of rank 3')
    call check(all(view%stride(1:3) == [-8, 0, 3 * 6 * 8]), 'strides of a section of rank 3; extent 1 has stride 0')
    call check(leads_to([1, 0, 1], cube(1, 2, 4)), 'elements of a section of rank 3')

    view = miscid_view(cube(1, :, 4))
    call check(view%rank == 1 .and. view%stride(1) == 16, 'a section with scalar subscripts has lower rank')
    call check(leads_to([2], cube(1, 3, 4)), 'elements of a section with scalar subscripts')

    view = miscid_view(cube(:, 3:2, :))
    call check(all(view%extent(1:3) == [2, 0, 4]) .and. all(view%stride == 0), 'an empty section')
    call check(c_associated(view%address), 'an empty section has an address that may be given away')

    view = miscid_view(zones%temperature)
    bytes = storage_size(zones) / 8
    call check(view%extent(1) == 5 .and. view%stride(1) == bytes, 'a component of an array of structures')
    call check(c_associated(view%address, c_loc(zones(1)%temperature)), 'address of a component')

    view = miscid_view(zones(5:1:-2)%status)
    call check(view%dtype == MISCID_INT32 .and. view%stride(1) == -2 * bytes, 'every second component, backwards')
    call check(c_associated(view%address, c_loc(zones(5)%status)), 'address of the last component')

    view = miscid_view(single(:, 5:1:-4))
    call check(view%dtype == MISCID_FLOAT32, 'type of a real32 array')
    call check(all(view%stride(1:2) == [4, -64]), 'strides of a real32 section')
    view = miscid_view(statuses(6:1:-1))
    call check(view%dtype == MISCID_INT32 .and. view%stride(1) == -4, 'an int32 section')
    view = miscid_view(ids)
    call check(view%dtype == MISCID_INT64 .and. all(view%stride(1:2) == [8, 24]), 'an int64 array')

    split(1:2, 1:2, 1:3) => line
    view = miscid_view(split(:, 2:1:-1, :))
    call check(all(view%extent(1:3) == [2, 2, 3]), 'extents of an index that was split in two')
    call check(all(view%stride(1:3) == [8, -16, 32]), 'strides of an index that was split in two')
    call check(leads_to([1, 0, 2], line(12)), 'elements of an index that was split in two')

    nullify(split)
    view = miscid_view(split)
    call check(.not. c_associated(view%address), 'a disassociated pointer has no address')

    call check_lower_bounds(line)
    call check_ranks()
    call finish()

contains
    !> Whether the element at indices counted from 0, found as the C library finds it, is the expected one.
    function leads_to(indices, expected) result(does)
        integer, intent(in) :: indices(:)
        real(real64), target, intent(in) :: expected
        logical :: does
        integer(c_intptr_t) :: address

        address = transfer(view%address, address) + int(sum(indices * view%stride(:view%rank)), c_intptr_t)
        does = address == transfer(c_loc(expected), address)
    end function

    !> Lower bounds such as those of ghost zones do not matter.
    subroutine check_lower_bounds(array)
        real(real64), target, intent(inout) :: array(-1:)

        view = miscid_view(array)
        call check(c_associated(view%address, c_loc(array(-1))), 'the view starts at the lower bound')
    end subroutine

    !> Steps 2 in every dimension, for all ranks.
    subroutine check_ranks()
        integer(int64), parameter :: whole(7) = 8 * [1, 2, 6, 12, 36, 72, 216]
        integer :: rank

        do rank = 1, 7
            select case (rank)
            case (1)
                view = miscid_view(all7(1, ::2, 1, 1, 1, 1, 1))
                call check(view%stride(1) == 2 * whole(2), 'rank 1')
                call check(leads_to([1], all7(1, 3, 1, 1, 1, 1, 1)), 'element at rank 1')
            case (2)
                view = miscid_view(all7(1, ::2, 1, 3:1:-2, 1, 1, 1))
                call check(all(view%stride(:2) == [2 * whole(2), -2 * whole(4)]), 'rank 2')
                call check(leads_to([1, 0], all7(1, 3, 1, 3, 1, 1, 1)), 'element at rank 2')
            case (3)
                view = miscid_view(all7(:, ::2, 2, ::2, 1, 1, 1))
                call check(all(view%stride(:3) == [whole(1), 2 * whole(2), 2 * whole(4)]), 'rank 3')
                call check(leads_to([1, 1, 1], all7(2, 3, 2, 3, 1, 1, 1)), 'element at rank 3')
            case (4)
                view = miscid_view(all7(:, ::2, 2, ::2, :, 3, 1))
                call check(all(view%stride(:4) == [whole(1), 2 * whole(2), 2 * whole(4), whole(5)]), 'rank 4')
                call check(leads_to([1, 1, 1, 1], all7(2, 3, 2, 3, 2, 3, 1)), 'element at rank 4')
            case (5)
                view = miscid_view(all7(2, :, :, :, 1, ::2, :))
                call check(all(view%stride(:5) == [whole(2:4), 2 * whole(6), whole(7)]), 'rank 5')
                call check(leads_to([2, 1, 2, 1, 1], all7(2, 3, 2, 3, 1, 3, 2)), 'element at rank 5')
            case (6)
                view = miscid_view(all7(:, 1, :, :, :, :, 2:1:-1))
                call check(all(view%stride(:6) == [whole(1), whole(3:6), -whole(7)]), 'rank 6')
                call check(leads_to([1, 1, 2, 1, 2, 0], all7(2, 1, 2, 3, 2, 3, 2)), 'element at rank 6')
            case (7)
                view = miscid_view(all7(2:1:-1, ::2, :, :, :, :, :))
                call check(all(view%stride == [-whole(1), 2 * whole(2), whole(3:7)]), 'rank 7')
                call check(leads_to([0, 1, 1, 2, 1, 2, 1], all7(2, 3, 2, 3, 2, 3, 2)), 'element at rank 7')
            end select
        end do
    end subroutine
end program
