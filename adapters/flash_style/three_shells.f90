!> Arrays of FLASH/Flash-X with thornado: u(node, E, x1, x2, x3, moment, species), number moments per phase-space volume, two
!! energy nodes and three space nodes per element, energy node fastest; x1 is the radius.
program three_shells
    use, intrinsic :: iso_fortran_env, only: int32, real64
    use miscid_moments
    implicit none
    integer, parameter :: E_NODES = 2, X_NODES = 3, ELEMENTS = 2, SPECIES = 3, GHOSTS = 1, N_CR = 4
    integer, parameter :: iCR_N = 1, iCR_G1 = 2, iCR_G2 = 3, iCR_G3 = 4
    real(real64), parameter :: ENERGY_MEV(4) = [6, 10, 16, 26], T(3) = [4.0_real64, 5.0_real64, 6.0_real64]
    real(real64), parameter :: A(3) = [1.0_real64, 0.9_real64, 2.4_real64]
    real(real64), parameter :: FACTOR(3) = [0.25_real64, 0.5_real64, 0.55_real64]
    real(real64), parameter :: PI = acos(-1.0_real64), HBAR_C = 1.973269804e-11_real64 ! MeV cm
    ! thornado's uCR(1:nDOF, 1-swE:nE+swE, 1-swX:nX+swX, ..., 1:nCR, 1:nSpecies)
    real(real64), target :: u(E_NODES * X_NODES, ELEMENTS, 1 - GHOSTS:1 + GHOSTS, 1, 1, N_CR, SPECIES)
    real(real64), target :: rho(X_NODES, 1 - GHOSTS:1 + GHOSTS, 1, 1), ye(X_NODES, 1 - GHOSTS:1 + GHOSTS, 1, 1)
    real(real64), target :: energy(E_NODES, ELEMENTS), width(E_NODES, ELEMENTS) = 3.0_real64, per_occupation(E_NODES, ELEMENTS)
    real(real64), allocatable, target :: state(:, :, :)
    integer(int32), target :: status(X_NODES, 1 - GHOSTS:1 + GHOSTS)
    real(real64), pointer :: split(:, :, :, :, :, :, :, :) ! nDOF as energy node times space node; the same memory
    integer, parameter :: MOMENT_AXES(7) = [MISCID_MOMENTS_AXIS_ENERGY_NODE, MISCID_AXIS_NODE, MISCID_AXIS_GROUP, &
            MISCID_AXIS_I, MISCID_AXIS_J, MISCID_AXIS_K, MISCID_MOMENTS_AXIS_SPECIES]
    type(miscid_moments_t) :: moments
    type(miscid_moments_workspace_t) :: workspace
    type(miscid_moments_batch_t) :: batch
    character(:), allocatable :: errmsg
    real(real64) :: number
    integer :: e, g, n, s, stat, step

    call moments%create('{"phase_space.groups": 4, "vacuum.ordering": "inverted", "collisions.mode": "off", &
            &"viscosity.closure": "marginal", "equilibrium.cold_start": "from_incoming", &
            &"moments": {"content": "number", "polar": 8, "azimuth": 4}}', stat, errmsg)
    call require()
    call workspace%create(moments, stat, errmsg)
    call batch%create(moments, stat, errmsg)
    allocate(state(moments%state_doubles_per_cell(), X_NODES, 1 - GHOSTS:1 + GHOSTS), source=0.0_real64)

    energy = reshape(ENERGY_MEV, shape(energy))
    per_occupation = energy**2 * width / (2 * PI**2 * HBAR_C**3) ! neutrinos per cm^3 where N = 1
    u = -1
    rho = 0
    ye = 0.3_real64
    do n = 1, X_NODES ! three zones are the three space nodes of element 1
        rho(n, 1, 1, 1) = 1e10_real64 / n
        do s = 1, SPECIES
            do e = 1, ELEMENTS
                do g = 1, E_NODES
                    number = 2e30_real64 * A(s) * energy(g, e)**2 * exp(-energy(g, e) / T(s)) / (1 + 0.5_real64 * (n - 1))
                    u(g + E_NODES * (n - 1), e, 1, 1, 1, iCR_N, s) = number / per_occupation(g, e)
                    u(g + E_NODES * (n - 1), e, 1, 1, 1, iCR_G1, s) = &
                            number / per_occupation(g, e) * (FACTOR(s) + 0.05_real64 * (n - 1))
                    u(g + E_NODES * (n - 1), e, 1, 1, 1, iCR_G2:iCR_G3, s) = 0
                end do
            end do
        end do
    end do

    ! Ghost elements are left out of the section rather than told as margins.
    split(1:E_NODES, 1:X_NODES, 1:ELEMENTS, 1:1 + 2 * GHOSTS, 1:1, 1:1, 1:N_CR, 1:SPECIES) => u
    call bind(MISCID_MOMENTS_FIELD_DENSITY, miscid_view(split(:, :, :, 2:2, :, :, iCR_N, :)), MOMENT_AXES)
    ! The radial component is the adapter's z, the polar axis of its directions; (2, 3, 1) keeps the handedness.
    call bind(MISCID_MOMENTS_FIELD_FLUX_X, miscid_view(split(:, :, :, 2:2, :, :, iCR_G2, :)), MOMENT_AXES)
    call bind(MISCID_MOMENTS_FIELD_FLUX_Y, miscid_view(split(:, :, :, 2:2, :, :, iCR_G3, :)), MOMENT_AXES)
    call bind(MISCID_MOMENTS_FIELD_FLUX_Z, miscid_view(split(:, :, :, 2:2, :, :, iCR_G1, :)), MOMENT_AXES)
    call bind(MISCID_MOMENTS_FIELD_ENERGY, miscid_view(energy), [MISCID_MOMENTS_AXIS_ENERGY_NODE, MISCID_AXIS_GROUP])
    call bind(MISCID_MOMENTS_FIELD_GROUP_FACTOR, miscid_view(per_occupation), &
            [MISCID_MOMENTS_AXIS_ENERGY_NODE, MISCID_AXIS_GROUP])
    call bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, miscid_view(rho(:, 1:1, 1, 1)), [MISCID_AXIS_NODE, MISCID_AXIS_I])
    call bind(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, miscid_view(ye(:, 1:1, 1, 1)), [MISCID_AXIS_NODE, MISCID_AXIS_I])
    call bind(MISCID_MOMENTS_FIELD_STATE, miscid_view(state(:, :, 1:1)), &
            [MISCID_AXIS_COMPONENT, MISCID_AXIS_NODE, MISCID_AXIS_I])
    call bind(MISCID_MOMENTS_FIELD_STATUS, miscid_view(status(:, 1:1)), [MISCID_AXIS_NODE, MISCID_AXIS_I])
    call batch%set_box([1, 1, 1, X_NODES], stat=stat, errmsg=errmsg)
    call require()

    do step = 0, 2
        u(:, :, 1, 1, 1, :, 1) = u(:, :, 1, 1, 1, :, 1) * (1 + 0.01_real64 * step)
        call miscid_moments_apply(moments, workspace, batch, step * 1e-6_real64, 1e-6_real64, stat=stat, errmsg=errmsg)
        call require()
        do n = 1, X_NODES
            g = 2 + E_NODES * (n - 1)
            number = energy(2, 1) * per_occupation(2, 1)
            print '(i0, 2(1x, i0), 3es23.15)', step, n - 1, status(n, 1), u(g, 1, 1, 1, 1, iCR_N, 1) * number, &
                    u(g, 1, 1, 1, 1, iCR_N, 3) * number, u(g, 1, 1, 1, 1, iCR_G1, 1) / u(g, 1, 1, 1, 1, iCR_N, 1)
        end do
    end do
    if (any(u(:, :, 0, :, :, :, :) /= -1)) error stop 'ghost elements were touched'

contains
    subroutine bind(field, view, axes)
        integer, intent(in) :: field, axes(:)
        type(miscid_view_t), intent(in) :: view

        call batch%bind(field, view, axes, stat, errmsg)
        call require()
    end subroutine

    subroutine require()
        if (stat >= 0) return
        print '(2a)', 'three_shells: ', errmsg
        error stop 1
    end subroutine
end program
