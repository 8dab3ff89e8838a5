!> Packets in an array of a derived type, with the module `miscid_particles`: only species change, and what the library counts is so.
program test_packets
    use, intrinsic :: iso_fortran_env, only: int32, int64, real64
    use miscid_particles
    implicit none
    type :: packet
        real(real64) :: weight, energy, direction(3)
        integer(int32) :: species, cell
    end type
    integer, parameter :: PACKETS = 4000, CELLS = 2
    type(packet), target :: p(PACKETS)
    integer(int32) :: before(PACKETS)
    real(real64), target :: volume(CELLS) = 1e18_real64, electrons(CELLS) = 3e33_real64
    real(real64), allocatable, target :: state(:, :)
    integer(int32), target :: status(CELLS), changed(CELLS)
    type(miscid_particles_t) :: particles
    type(miscid_particles_workspace_t) :: workspace
    type(miscid_particles_batch_t) :: batch
    character(:), allocatable :: errmsg
    real(real64) :: weights
    integer :: stat, i

    call particles%create('{"viscosity.closure": "equipartition", "collisions.mode": "off", &
            &"equilibrium.cold_start": "from_incoming", &
            &"particles": {"species": ["nu_e", "nubar_e", "nu_x", "nubar_x"]}}', stat, errmsg)
    call expect(stat >= 0, 'create')
    call workspace%create(particles, PACKETS, CELLS)
    call batch%create(particles)
    allocate(state(particles%state_doubles_per_cell(), CELLS), source=0.0_real64)
    do i = 1, PACKETS ! nubar_e more forward, fewer nu_x
        p(i)%species = mod(i, 4)
        p(i)%cell = mod(i / 4, 2)
        p(i)%weight = 1e46_real64 * merge(0.3_real64, 1.0_real64, mod(i, 4) >= 2)
        p(i)%energy = 10 + mod(i, 7)
        p(i)%direction = [sin(1.0_real64 * i), cos(2.0_real64 * i), merge(1.5_real64, 0.3_real64, mod(i, 4) == 1)]
    end do
    call batch%bind_packets([MISCID_PARTICLES_WEIGHT, MISCID_PARTICLES_ENERGY, MISCID_PARTICLES_DIRECTION, &
            MISCID_PARTICLES_SPECIES, MISCID_PARTICLES_CELL], [miscid_view(p%weight), miscid_view(p%energy), &
            miscid_view(p%direction(1)), miscid_view(p%species), miscid_view(p%cell)], stat, errmsg)
    call expect(stat >= 0, 'bind_packets')
    call batch%bind_cells(MISCID_PARTICLES_FIELD_VOLUME, miscid_view(volume))
    call batch%bind_cells(MISCID_PARTICLES_FIELD_ELECTRON_DENSITY, miscid_view(electrons))
    call batch%bind_cells(MISCID_PARTICLES_FIELD_STATE, miscid_view(state))
    call batch%bind_cells(MISCID_PARTICLES_FIELD_STATUS, miscid_view(status))
    call batch%bind_cells(MISCID_PARTICLES_FIELD_CHANGED, miscid_view(changed))
    call batch%set_cells(CELLS)

    before = p%species
    weights = sum(p%weight)
    call miscid_particles_apply(particles, workspace, batch, 1_int64, 0.0_real64, 1e-6_real64, stat=stat, errmsg=errmsg)
    call expect(stat == 0 .and. all(status == 0), 'apply')
    call expect(sum(changed) == count(p%species /= before), 'the number of packets that changed')
    call expect(sum(changed) > 100, 'packets that change')
    call expect(all(mod(p%species, 2) == mod(before, 2)), 'neutrinos stay neutrinos')
    call expect(sum(p%weight) >= weights .and. sum(p%weight) <= weights, 'weights stay')

    call batch%bind_packets([MISCID_PARTICLES_WEIGHT, MISCID_PARTICLES_ENERGY], &
            [miscid_view(p%weight), miscid_view(volume)], stat, errmsg)
    call expect(stat < 0 .and. index(errmsg, 'components of one array') > 0, 'refusal of components of two arrays')
    print '(a)', 'all expectations met'

contains
    subroutine expect(met, what)
        logical, intent(in) :: met
        character(*), intent(in) :: what

        if (met) return
        print '(2a)', 'not met: ', what
        if (allocated(errmsg)) print '(a)', errmsg
        error stop 1
    end subroutine
end program
