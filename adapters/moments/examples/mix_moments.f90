!> A code with moments q(zone, species, group, moment) and miscid in under 60 lines: what a first trial looks like.
program mix_moments
    use, intrinsic :: iso_fortran_env, only: int32, real64
    use miscid_moments
    implicit none
    integer, parameter :: ZONES = 20, SPECIES = 3, GROUPS = 4, E = 1, F = 2
    real(real64), target :: q(ZONES, SPECIES, GROUPS, 2)    ! MeV cm^-3: energy density and radial flux / c
    real(real64), target :: energy(GROUPS) = [5, 10, 18, 30] ! MeV
    real(real64), target :: density(ZONES), ye(ZONES)       ! g cm^-3, electrons per baryon
    real(real64), allocatable, target :: state(:, :)        ! the module's memory: goes into the restart file
    integer(int32), target :: status(ZONES)
    type(miscid_moments_t) :: moments
    type(miscid_moments_workspace_t) :: workspace
    type(miscid_moments_batch_t) :: batch
    character(:), allocatable :: errmsg
    real(real64) :: total(GROUPS)
    integer :: k, step, stat

    call moments%create('{"phase_space.groups": 4, "viscosity.closure": "marginal", "collisions.mode": "off", &
            &"equilibrium.cold_start": "from_incoming", &
            &"moments": {"species": ["nu_e", "nubar_e", "nu_x"], "off_above_density": 1e12}}', stat, errmsg)
    if (stat < 0) error stop 'miscid_moments: see errmsg'
    call workspace%create(moments)
    call batch%create(moments)
    allocate(state(moments%state_doubles_per_cell(), ZONES), source=0.0_real64)

    do k = 1, ZONES ! the host's own problem
        density(k) = 1e13_real64 / k**3
        ye(k) = 0.3_real64
        q(k, 1, :, E) = 1e32_real64 * exp(-energy / 12) * energy / k**2
        q(k, 2, :, E) = 0.95_real64 * q(k, 1, :, E)
        q(k, 3, :, E) = 1.2_real64 * q(k, 1, :, E)
        q(k, 1, :, F) = 0.35_real64 * q(k, 1, :, E)
        q(k, 2, :, F) = 0.55_real64 * q(k, 2, :, E)
        q(k, 3, :, F) = 0.60_real64 * q(k, 3, :, E)
    end do
    call batch%bind(MISCID_MOMENTS_FIELD_DENSITY, miscid_view(q(:, :, :, E)), &
            [MISCID_AXIS_I, MISCID_MOMENTS_AXIS_SPECIES, MISCID_AXIS_GROUP])
    call batch%bind(MISCID_MOMENTS_FIELD_FLUX, miscid_view(q(:, :, :, F)), &
            [MISCID_AXIS_I, MISCID_MOMENTS_AXIS_SPECIES, MISCID_AXIS_GROUP])
    call batch%bind(MISCID_MOMENTS_FIELD_ENERGY, miscid_view(energy), [MISCID_AXIS_GROUP])
    call batch%bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, miscid_view(density), [MISCID_AXIS_I])
    call batch%bind(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, miscid_view(ye), [MISCID_AXIS_I])
    call batch%bind(MISCID_MOMENTS_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
    call batch%bind(MISCID_MOMENTS_FIELD_STATUS, miscid_view(status), [MISCID_AXIS_I], stat, errmsg)
    call batch%set_box([ZONES])
    do step = 1, 3 ! transport, collisions, then
        call miscid_moments_apply(moments, workspace, batch, time=1e-6_real64 * step, dt=1e-6_real64, stat=stat, errmsg=errmsg)
        if (stat < 0) error stop 'miscid_moments_apply: see errmsg'
    end do
    total = sum(q(8, :, :, E), dim=1)
    print '(a, i0, a, i0, a, 3f8.4)', 'refused: ', count(status < 0), ' of ', ZONES, &
            '; parts of nu_e, nubar_e, nu_x in zone 8, 10 MeV:', q(8, :, 2, E) / total(2)
end program
