!> Three zones of a supernova code in Fortran: the smallest complete host. See examples/README.md for the problem.
!!
!! This host keeps one array per quantity, with the zone last. Where it hands arrays over it only says what each
!! dimension means; nothing is copied or reordered.
program three_zones
    use, intrinsic :: iso_fortran_env, only: error_unit, int32, int64, real64
    use miscid
    implicit none

    integer, parameter :: ZONES = 3, TYPES = 2, GROUPS = 3, DIRECTIONS = 4, COMPONENTS = 4, STEPS = 5
    integer, parameter :: EE = 1, XX = 2, RE_EX = 3
    real(real64), parameter :: DT = 1e-6_real64 ! s
    character(*), parameter :: CONFIGURATION = '{"units": {"system": "cgs_mev"}, &
            &"phase_space": {"groups": 3, "directions": 4, "form": "density"}, &
            &"vacuum": {"mass_squared_difference": 2.5e-3, "mixing_angle": 0.15, "ordering": "inverted"}, &
            &"collisions": {"mode": "off"}}'

    ! Arrays that miscid reads or writes are TARGETs (or pointers): their addresses are kept until the last step.
    real(real64), target :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES, ZONES) ! cm^-3
    real(real64), target :: electron_density(ZONES) ! cm^-3
    real(real64), target :: energy(GROUPS) ! MeV
    real(real64), target :: direction(3, DIRECTIONS)
    real(real64), target :: D0(3, ZONES) ! cm^-3
    integer(int32), target :: status(ZONES)
    real(real64), allocatable, target :: state(:, :)

    ! A real host keeps these in its own derived type, with one workspace per thread. `destroy`, or going out of scope,
    ! releases them; at the end of the main program that does not matter.
    type(miscid_context_t) :: context
    type(miscid_workspace_t) :: workspace
    type(miscid_batch_t) :: batch
    character(:), allocatable :: errmsg
    integer :: step, stat

    call start()
    call bind()
    call fill()
    do step = 0, STEPS - 1
        electron_density = electron_density * 0.6_real64
        call miscid_apply(context, workspace, batch, step * DT, DT, stat=stat, errmsg=errmsg)
        call require()
        call print_zones()
    end do

contains
    !> Once per run. Other ranks could unpack the context that rank 0 packed.
    subroutine start()
        type(miscid_config_t) :: config

        call config%create(stat, errmsg)
        call require()
        call config%read_json(CONFIGURATION, stat, errmsg)
        call require()
        call context%create(config, stat, errmsg)
        call require()
        call workspace%create(context, stat, errmsg)
        call require()
        call batch%create(context, stat, errmsg)
        call require()

        ! The module's memory is the host's: all zero means that there is none yet. It goes into the restart file.
        allocate(state(context%state_doubles_per_cell(), ZONES), source=0.0_real64)
    end subroutine

    !> Again whenever an array is allocated anew, e.g. after a mesh refinement. Each dimension of an array gets a name.
    subroutine bind()
        call batch%bind(MISCID_FIELD_RHO, miscid_view(rho), [MISCID_AXIS_COMPONENT, MISCID_AXIS_DIRECTION, &
                MISCID_AXIS_GROUP, MISCID_AXIS_TYPE, MISCID_AXIS_I], stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_ENERGY, miscid_view(energy), [MISCID_AXIS_GROUP], stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_DIRECTION, miscid_view(direction), [MISCID_AXIS_SPACE, MISCID_AXIS_DIRECTION], &
                stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_ELECTRON_DENSITY, miscid_view(electron_density), [MISCID_AXIS_I], stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_STATE, miscid_view(state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I], stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_STATUS, miscid_view(status), [MISCID_AXIS_I], stat, errmsg)
        call require()
        call batch%bind(MISCID_FIELD_D0, miscid_view(D0), [MISCID_AXIS_VECTOR, MISCID_AXIS_I], stat, errmsg)
        call require()

        ! With ghost zones: call batch%set_box([nx + 2 * g], lower=[g], upper=[g], ...); they are never touched.
        call batch%set_box([ZONES], stat=stat, errmsg=errmsg)
        call require()
    end subroutine

    subroutine fill()
        real(real64), parameter :: C = 0.6_real64, S = 0.8_real64, NONE = 0
        real(real64) :: excess(TYPES), scale
        integer :: d, g, k, t

        energy = [8, 12, 20]
        direction = reshape([S, NONE, C, NONE, S, C, -S, NONE, C, NONE, -S, -C], shape(direction))
        electron_density = [5e31_real64, 2e31_real64, 1e31_real64]
        excess = [1.2_real64, 0.9_real64] ! of electron flavor in neutrinos and antineutrinos
        rho = 0
        do k = 1, ZONES
            scale = 1 - 0.3_real64 * (k - 1)
            do t = 1, TYPES
                do g = 1, GROUPS
                    do d = 1, DIRECTIONS
                        rho(EE, d, g, t, k) = 1e30_real64 * g * (1 + 0.25_real64 * (d - 1)) * excess(t) * scale
                        rho(XX, d, g, t, k) = 0.5e30_real64 * g * scale
                    end do
                end do
            end do
        end do
    end subroutine

    !> step, zone, status, then the bits of ee and Re ex of (neutrino, group 1, direction 2) and of D_0; counted from 0.
    subroutine print_zones()
        real(real64) :: shown(5)
        integer :: k, number

        do k = 1, ZONES
            shown = [rho(EE, 3, 2, 1, k), rho(RE_EX, 3, 2, 1, k), D0(:, k)]
            write(*, '(i0, 2(1x, i0), 5(1x, a), a, es12.5)') step, k - 1, status(k), &
                    (bits(shown(number)), number = 1, size(shown)), '  # ee=', shown(1)
        end do
    end subroutine

    !> The 64 bits of a number in lower-case hexadecimal: text that is the same in every language.
    function bits(number) result(text)
        real(real64), intent(in) :: number
        character(16) :: text
        integer :: letter

        write(text, '(z16.16)') transfer(number, 0_int64)
        do letter = 1, len(text)
            if (lge(text(letter:letter), 'A')) text(letter:letter) = achar(iachar(text(letter:letter)) + 32)
        end do
    end function

    !> The library never stops its host; this host chooses to stop. stat > 0 is usable: some zones were left untouched,
    !! and their status says why.
    subroutine require()
        if (stat >= 0) return
        write(error_unit, '(4a)') 'three_zones: ', miscid_status_name(stat), ': ', errmsg
        error stop 1
    end subroutine
end program
