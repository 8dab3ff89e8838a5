!> Given the same physics in different memory layouts, when a step is made, then every layout gives the same bits, the
!! status is 0, and nothing outside the cells is touched.
program test_step
    use, intrinsic :: iso_fortran_env, only: int32, int64, real32, real64
    use checks, only: check, finish
    use miscid
    use small_problem
    implicit none

    integer, parameter :: CELLS = 4
    type(miscid_context_t) :: context
    type(miscid_workspace_t) :: workspace
    real(real64) :: expected(COMPONENTS, DIRECTIONS, GROUPS, TYPES, CELLS), expected_D0(3, CELLS)
    integer :: stat

    call make_context(context)
    call workspace%create(context, stat)
    call check(stat == MISCID_OK, 'a workspace is created')

    call plain_layout()
    call transposed_layout()
    call sections_of_larger_arrays()
    call array_of_structures()
    call box_with_ghosts()
    call list_of_cells()
    call finish()

contains
    !> What all layouts have in common: phase space, and the state in one way or another.
    subroutine start(batch, state)
        type(miscid_batch_t), intent(inout) :: batch
        real(real64), allocatable, target, intent(out) :: state(:, :)
        integer :: stat(3)

        allocate(state(context%state_doubles_per_cell(), CELLS), source=0.0_real64)
        call batch%create(context, stat(1))
        call batch%bind(MISCID_FIELD_ENERGY, miscid_view(energy), [MISCID_AXIS_GROUP], stat(2))
        call batch%bind(MISCID_FIELD_DIRECTION, miscid_view(direction), [MISCID_AXIS_SPACE, MISCID_AXIS_DIRECTION], &
                stat(3))
        call check(all(stat == MISCID_OK), 'a batch is created and knows the phase space')
    end subroutine

    subroutine bind_or_fail(batch, field, view, axes)
        type(miscid_batch_t), intent(inout) :: batch
        integer, intent(in) :: field, axes(:)
        type(miscid_view_t), intent(in) :: view
        character(:), allocatable :: errmsg
        integer :: stat

        errmsg = ''
        call batch%bind(field, view, axes, stat, errmsg)
        call check(stat == MISCID_OK, 'bind ' // miscid_field_name(field) // ': ' // errmsg)
    end subroutine

    subroutine apply_or_fail(batch, what)
        type(miscid_batch_t), intent(in) :: batch
        character(*), intent(in) :: what
        character(:), allocatable :: errmsg
        integer :: stat

        errmsg = ''
        call miscid_apply(context, workspace, batch, 0.0_real64, STEP, stat=stat, errmsg=errmsg)
        call check(stat == MISCID_OK, what // ': apply answers ' // miscid_status_name(stat) // ' ' // errmsg)
    end subroutine

    subroutine plain_layout()
        type(miscid_batch_t) :: batch
        type(miscid_report_t) :: report
        real(real64), target :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES, CELLS), matter(CELLS), D0(3, CELLS)
        real(real64), allocatable, target :: state(:, :)
        integer(int32), target :: statuses(CELLS)
        character(:), allocatable :: text
        integer :: n, stat

        do n = 1, CELLS
            rho(:, :, :, :, n) = initial_density(n)
            matter(n) = electron_density(n)
        end do
        statuses = -1
        D0 = 0
        call start(batch, state)
        call bind_or_fail(batch, MISCID_FIELD_RHO, miscid_view(rho), [MISCID_AXIS_COMPONENT, MISCID_AXIS_DIRECTION, &
                MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATUS, miscid_view(statuses), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_D0, miscid_view(D0), [MISCID_AXIS_VECTOR, MISCID_AXIS_I])
        call batch%set_box([CELLS], stat=stat)
        call check(stat == MISCID_OK, 'a box is set')

        call miscid_capture_cell(context, workspace, batch, [2, 0, 0, 0], 0.0_real64, STEP, &
                text, stat)
        call check(stat == MISCID_OK .and. index(text, '{') > 0, 'a cell is captured as JSON')

        call report%create(stat)
        call check(stat == MISCID_OK, 'a report is created')
        call miscid_apply(context, workspace, batch, 0.0_real64, STEP, report, stat)
        call check(stat == MISCID_OK, 'one step on contiguous arrays: ' // miscid_status_name(stat))
        call check(all(statuses == MISCID_OK), 'every cell answers 0')
        call check(nint(report%get('cells')) == CELLS, 'the report counts the cells')
        call check(nint(report%get('ok')) == CELLS, 'the report counts the cells that are ok')
        call check(any(abs(rho(3, :, :, :, :)) > 0), 'flavors have mixed')
        do n = 1, CELLS
            call check(all(abs(rho(1, :, :, :, n) + rho(2, :, :, :, n) - sum_of_initial(n)) < 1e-10_real64 * &
                    sum_of_initial(n)), 'the trace is kept')
        end do
        expected = rho
        expected_D0 = D0

        call miscid_evaluate(context, workspace, batch, STEP, report, stat)
        call check(stat == MISCID_OK, 'evaluate')
        call check(all(same_bits(rho, expected)), 'evaluate leaves rho alone')
    end subroutine

    function sum_of_initial(n) result(trace)
        integer, intent(in) :: n
        real(real64) :: trace(DIRECTIONS, GROUPS, TYPES), rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES)

        rho = initial_density(n)
        trace = rho(1, :, :, :) + rho(2, :, :, :)
    end function

    !> Cells fastest, component slowest, rank 7 with two axes of extent 1; real32 where nothing is lost by it.
    subroutine transposed_layout()
        type(miscid_batch_t) :: batch
        real(real64), target :: rho(CELLS, 1, 1, TYPES, GROUPS, DIRECTIONS, COMPONENTS), matter(CELLS, 1, 1)
        real(real64), target :: transposed_state(CELLS, 200)
        real(real32), target :: energy32(GROUPS)
        real(real64), allocatable, target :: state(:, :)
        integer :: n

        do n = 1, CELLS
            rho(n, 1, 1, :, :, :, :) = reshape(initial_density(n), [TYPES, GROUPS, DIRECTIONS, COMPONENTS], &
                    order=[4, 3, 2, 1])
            matter(n, 1, 1) = electron_density(n)
        end do
        transposed_state = 0
        energy32 = real(energy, real32)
        call start(batch, state)
        call bind_or_fail(batch, MISCID_FIELD_RHO, miscid_view(rho), [MISCID_AXIS_I, MISCID_AXIS_J, MISCID_AXIS_K, &
                MISCID_AXIS_TYPE, MISCID_AXIS_GROUP, MISCID_AXIS_DIRECTION, MISCID_AXIS_COMPONENT])
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter), &
                [MISCID_AXIS_I, MISCID_AXIS_J, MISCID_AXIS_K])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(transposed_state(:, :size(state, 1))), &
                [MISCID_AXIS_I, MISCID_AXIS_COMPONENT])
        call bind_or_fail(batch, MISCID_FIELD_ENERGY, miscid_view(energy32), [MISCID_AXIS_GROUP])
        call batch%set_box([CELLS, 1, 1])
        call apply_or_fail(batch, 'transposed layout')
        do n = 1, CELLS
            call check(all(same_bits(reshape(rho(n, 1, 1, :, :, :, :), [COMPONENTS, DIRECTIONS, GROUPS, TYPES], &
                    order=[4, 3, 2, 1]), expected(:, :, :, :, n))), 'the transposed layout gives the same bits')
        end do
    end subroutine

    !> Every second cell, counted backwards, inside larger arrays whose other elements must stay as they are.
    subroutine sections_of_larger_arrays()
        type(miscid_batch_t) :: batch
        real(real64), parameter :: UNTOUCHED = -7.25e77_real64
        real(real64), target :: rho(-1:2 * CELLS, DIRECTIONS + 2, GROUPS, 0:TYPES, COMPONENTS), matter(2 * CELLS)
        integer(int32), target :: statuses(3 * CELLS)
        real(real64), allocatable, target :: state(:, :)
        integer :: n, cell

        rho = UNTOUCHED
        matter = UNTOUCHED
        statuses = 77
        do n = 1, CELLS
            cell = 2 * CELLS - 2 * (n - 1)
            rho(cell, 2:DIRECTIONS + 1, :, 1:, :) = reshape(initial_density(n), &
                    [DIRECTIONS, GROUPS, TYPES, COMPONENTS], order=[4, 1, 2, 3])
            matter(cell) = electron_density(n)
        end do
        call start(batch, state)
        call bind_or_fail(batch, MISCID_FIELD_RHO, miscid_view(rho(2 * CELLS:2:-2, 2:DIRECTIONS + 1, :, 1:, :)), &
                [MISCID_AXIS_I, MISCID_AXIS_DIRECTION, MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_COMPONENT])
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter(2 * CELLS:2:-2)), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATUS, miscid_view(statuses(::3)), [MISCID_AXIS_I])
        call batch%set_box([CELLS])
        call apply_or_fail(batch, 'sections')
        do n = 1, CELLS
            cell = 2 * CELLS - 2 * (n - 1)
            call check(all(same_bits(reshape(rho(cell, 2:DIRECTIONS + 1, :, 1:, :), &
                    [COMPONENTS, DIRECTIONS, GROUPS, TYPES], order=[2, 3, 4, 1]), expected(:, :, :, :, n))), &
                    'sections give the same bits')
            rho(cell, 2:DIRECTIONS + 1, :, 1:, :) = UNTOUCHED
        end do
        call check(all(same_bits(rho, UNTOUCHED)), 'elements outside a section are untouched')
        call check(all(statuses(::3) == MISCID_OK), 'statuses of a section with step 3')
        call check(all(statuses(2::3) == 77 .and. statuses(3::3) == 77), 'statuses between them are untouched')
    end subroutine

    !> One structure per cell; the density matrices, a component with dimensions, are described by address and strides.
    subroutine array_of_structures()
        use, intrinsic :: iso_c_binding, only: c_loc
        type :: zone_t
            real(real64) :: temperature = 1
            real(real64) :: electron_density = 0
            integer(int32) :: status = -1
            real(real64) :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES) = 0
        end type
        type(zone_t), target :: zones(CELLS)
        type(miscid_batch_t) :: batch
        real(real64), allocatable, target :: state(:, :)
        integer(int64), parameter :: SIZES(5) = [COMPONENTS, DIRECTIONS, GROUPS, TYPES, CELLS]
        integer(int64) :: zone_bytes
        integer :: n, stat

        do n = 1, CELLS
            zones(n)%rho = initial_density(n)
            zones(n)%electron_density = electron_density(n)
        end do
        zone_bytes = storage_size(zones, int64) / 8
        call start(batch, state)
        call batch%bind_address(MISCID_FIELD_RHO, c_loc(zones(1)%rho), MISCID_FLOAT64, [MISCID_AXIS_COMPONENT, &
                MISCID_AXIS_DIRECTION, MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_I], &
                SIZES, [8_int64, 8 * SIZES(1), 8 * product(SIZES(:2)), 8 * product(SIZES(:3)), zone_bytes], stat)
        call check(stat == MISCID_OK, 'bind by address')
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(zones%electron_density), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATUS, miscid_view(zones%status), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
        call batch%set_box([CELLS])
        call apply_or_fail(batch, 'array of structures')
        call check(all(zones%status == MISCID_OK), 'statuses in structures')
        do n = 1, CELLS
            call check(all(same_bits(zones(n)%rho, expected(:, :, :, :, n))), 'structures give the same bits')
        end do
    end subroutine

    !> A 2 x 2 box with one ghost cell on each side in both directions, full of numbers that are no density.
    subroutine box_with_ghosts()
        type(miscid_batch_t) :: batch
        real(real64), parameter :: GHOST = -3.5e99_real64
        real(real64), target :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES, 0:3, 0:3), matter(0:3, 0:3)
        real(real64), target :: zone_state(200, 0:3, 0:3), D0(3, 0:3, 0:3)
        integer(int32), target :: statuses(0:3, 0:3)
        real(real64), allocatable, target :: state(:, :)
        integer :: i, j, n

        rho = GHOST
        matter = GHOST
        zone_state = GHOST
        D0 = GHOST
        statuses = 77
        n = 0
        do j = 1, 2
            do i = 1, 2
                n = n + 1
                rho(:, :, :, :, i, j) = initial_density(n)
                matter(i, j) = electron_density(n)
                zone_state(:, i, j) = 0
            end do
        end do
        call start(batch, state)
        call bind_or_fail(batch, MISCID_FIELD_RHO, miscid_view(rho), [MISCID_AXIS_COMPONENT, MISCID_AXIS_DIRECTION, &
                MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_I, MISCID_AXIS_J])
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter), [MISCID_AXIS_I, MISCID_AXIS_J])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(zone_state(:size(state, 1), :, :)), &
                [MISCID_AXIS_COMPONENT, MISCID_AXIS_I, MISCID_AXIS_J])
        call bind_or_fail(batch, MISCID_FIELD_STATUS, miscid_view(statuses), [MISCID_AXIS_I, MISCID_AXIS_J])
        call bind_or_fail(batch, MISCID_FIELD_D0, miscid_view(D0), [MISCID_AXIS_VECTOR, MISCID_AXIS_I, MISCID_AXIS_J])
        call batch%set_box([4, 4], lower=[1, 1], upper=[1, 1])
        call apply_or_fail(batch, 'box with ghosts')
        n = 0
        do j = 1, 2
            do i = 1, 2
                n = n + 1
                call check(all(same_bits(rho(:, :, :, :, i, j), expected(:, :, :, :, n))), 'ghosts change no bit')
                call check(all(same_bits(D0(:, i, j), expected_D0(:, n))), 'ghosts change no bit of D0')
                call check(statuses(i, j) == MISCID_OK, 'status inside the ghosts')
                rho(:, :, :, :, i, j) = GHOST
                zone_state(:, i, j) = GHOST
                D0(:, i, j) = GHOST
                statuses(i, j) = 77
            end do
        end do
        call check(all(same_bits(rho, GHOST)), 'rho of ghost cells is untouched')
        call check(all(same_bits(zone_state, GHOST)), 'state of ghost cells is untouched')
        call check(all(same_bits(D0, GHOST)), 'diagnostics of ghost cells are untouched')
        call check(all(statuses == 77), 'status of ghost cells is untouched')
    end subroutine

    !> Two of the cells, by their indices from 0.
    subroutine list_of_cells()
        type(miscid_batch_t) :: batch
        real(real64), target :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES, CELLS), matter(CELLS)
        real(real64), allocatable, target :: state(:, :)
        integer :: n, stat

        do n = 1, CELLS
            rho(:, :, :, :, n) = initial_density(n)
            matter(n) = electron_density(n)
        end do
        call start(batch, state)
        call bind_or_fail(batch, MISCID_FIELD_RHO, miscid_view(rho), [MISCID_AXIS_COMPONENT, MISCID_AXIS_DIRECTION, &
                MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter), [MISCID_AXIS_I])
        call bind_or_fail(batch, MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
        call batch%set_cells(reshape([3, 0, 0, 0, 1, 0, 0, 0], [4, 2]), stat)
        call check(stat == MISCID_OK, 'a list of cells is set')
        call apply_or_fail(batch, 'list of cells')
        do n = 1, CELLS
            if (mod(n, 2) == 0) then
                call check(all(same_bits(rho(:, :, :, :, n), expected(:, :, :, :, n))), 'cells of the list')
            else
                call check(all(same_bits(rho(:, :, :, :, n), initial_density(n))), 'other cells are untouched')
            end if
        end do
    end subroutine
end program
