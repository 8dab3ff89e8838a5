!> Given a host that transports occupations of eigenstates, when it asks for flavors and gives changes of flavors back,
!! then numbers are kept; and crossing probabilities arrive in Fortran's order of dimensions.
program test_invariant_mode
    use, intrinsic :: iso_fortran_env, only: real64
    use checks, only: check, finish
    use miscid
    use small_problem
    implicit none

    integer, parameter :: CELLS = 2, EIGENSTATES = 2, FLAVORS = 2
    integer, parameter :: AXES(5) = [MISCID_AXIS_EIGENSTATE, MISCID_AXIS_DIRECTION, MISCID_AXIS_GROUP, &
            MISCID_AXIS_TYPE, MISCID_AXIS_I]
    integer, parameter :: FLAVOR_AXES(5) = [MISCID_AXIS_FLAVOR, AXES(2:)]
    type(miscid_config_t) :: config
    type(miscid_context_t) :: context
    type(miscid_workspace_t) :: workspace
    type(miscid_batch_t) :: batch
    type(miscid_report_t) :: report
    real(real64), target :: amplitude(EIGENSTATES, DIRECTIONS, GROUPS, TYPES, CELLS), matter(CELLS)
    real(real64), target :: content(FLAVORS, DIRECTIONS, GROUPS, TYPES, CELLS)
    real(real64), target :: change(FLAVORS, DIRECTIONS, GROUPS, TYPES, CELLS)
    real(real64), allocatable, target :: state(:, :)
    real(real64) :: before(EIGENSTATES, DIRECTIONS, GROUPS, TYPES, CELLS), rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES)
    real(real64) :: probability(DIRECTIONS, GROUPS, TYPES), distance(2 * DIRECTIONS)
    character(:), allocatable :: errmsg
    integer :: n, stat

    errmsg = ''
    call config%create()
    call describe(config)
    call config%set('transport.mode', 'invariant', stat, errmsg)
    call context%create(config, stat, errmsg)
    call workspace%create(context)
    call report%create()
    allocate(state(context%state_doubles_per_cell(), CELLS), source=0.0_real64)
    do n = 1, CELLS
        rho = initial_density(n)
        amplitude(1, :, :, :, n) = rho(2, :, :, :) ! dense matter: the lower eigenstate is x
        amplitude(2, :, :, :, n) = rho(1, :, :, :)
        matter(n) = electron_density(n)
    end do

    call batch%create(context)
    call bind(MISCID_FIELD_AMPLITUDE, miscid_view(amplitude), AXES)
    call bind(MISCID_FIELD_ELECTRON_DENSITY, miscid_view(matter), [MISCID_AXIS_I])
    call bind(MISCID_FIELD_ENERGY, miscid_view(energy), [MISCID_AXIS_GROUP])
    call bind(MISCID_FIELD_DIRECTION, miscid_view(direction), [MISCID_AXIS_SPACE, MISCID_AXIS_DIRECTION])
    call bind(MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
    call bind(MISCID_FIELD_FLAVOR_CONTENT, miscid_view(content), FLAVOR_AXES)
    call bind(MISCID_FIELD_FLAVOR_CHANGE, miscid_view(change), FLAVOR_AXES)
    call batch%set_box([CELLS])

    call miscid_apply(context, workspace, batch, 0.0_real64, STEP, report, stat, errmsg)
    call check(stat == MISCID_OK, 'a step in invariant mode: ' // errmsg)
    call miscid_invariant_to_flavor(context, workspace, batch, report, stat, errmsg)
    call check(stat == MISCID_OK, 'flavor content: ' // errmsg)
    call check(nint(report%get('ok')) == CELLS, 'the report counts the cells')
    call check(close_to(sum(content, 1), sum(amplitude, 1)), 'the flavor content has the same number')

    change(1, :, :, :, :) = 0.1_real64 * content(1, :, :, :, :)
    change(2, :, :, :, :) = 0
    before = amplitude
    call miscid_flavor_to_invariant(context, workspace, batch, report, stat, errmsg)
    call check(stat == MISCID_OK, 'a change of flavor: ' // errmsg)
    call check(close_to(sum(amplitude, 1), sum(before, 1) + sum(change, 1)), 'the change adds its number')

    distance = 1e5_real64 ! cm
    probability = -1
    call miscid_crossing_probability(context, workspace, batch, [0, 0, 0, 0], [1, 0, 0, 0], distance(::2), &
            probability, stat, errmsg)
    call check(stat == MISCID_OK, 'crossing probabilities: ' // errmsg)
    call check(all(probability >= 0 .and. probability <= 1), 'they are probabilities')
    call finish()

contains
    subroutine bind(field, view, axes)
        integer, intent(in) :: field, axes(:)
        type(miscid_view_t), intent(in) :: view

        call batch%bind(field, view, axes, stat, errmsg)
        call check(stat == MISCID_OK, 'bind ' // miscid_field_name(field) // ': ' // errmsg)
    end subroutine

    function close_to(a, b) result(close)
        real(real64), intent(in) :: a(:, :, :, :), b(:, :, :, :)
        logical :: close

        close = all(abs(a - b) <= 1e-13_real64 * abs(b))
    end function
end program
