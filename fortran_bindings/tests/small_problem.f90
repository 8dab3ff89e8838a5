!> A small problem for the tests: a few cells with different matter, all flavor-diagonal.
module small_problem
    use, intrinsic :: iso_fortran_env, only: int64, real64
    use checks, only: check
    use miscid, only: MISCID_OK, miscid_config_t, miscid_context_t
    implicit none
    private
    public :: make_context, initial_density, electron_density, describe
    public :: same_bits

    integer, parameter, public :: COMPONENTS = 4, DIRECTIONS = 4, GROUPS = 2, TYPES = 2
    real(real64), parameter, public :: STEP = 1e-6_real64 ! s
    real(real64), target, save, public :: energy(GROUPS) = [8, 20] ! MeV
    real(real64), target, save, public :: direction(3, DIRECTIONS) = reshape([ &
            0.8_real64, 0.0_real64, 0.6_real64, 0.0_real64, 0.8_real64, 0.6_real64, &
            -0.8_real64, 0.0_real64, 0.6_real64, 0.0_real64, -0.8_real64, -0.6_real64], [3, DIRECTIONS])

contains
    subroutine make_context(context)
        type(miscid_context_t), intent(inout) :: context
        type(miscid_config_t) :: config
        character(:), allocatable :: errmsg
        integer :: stat

        errmsg = ''
        call config%create(stat, errmsg)
        call check(stat == MISCID_OK, 'a configuration is created: ' // errmsg)
        call describe(config)
        call context%create(config, stat, errmsg)
        call check(stat == MISCID_OK, 'a context is created: ' // errmsg)
    end subroutine

    subroutine describe(config)
        type(miscid_config_t), intent(inout) :: config
        character(:), allocatable :: errmsg
        integer :: stat(6)

        errmsg = ''
        call config%set('phase_space.groups', GROUPS, stat(1), errmsg)
        call config%set('phase_space.directions', int(DIRECTIONS, int64), stat(2), errmsg)
        call config%set('phase_space.form', 'density', stat(3), errmsg)
        call config%set('vacuum.mixing_angle', 0.15_real64, stat(4), errmsg)
        call config%set('step.enabled', .true., stat(5), errmsg)
        call config%read_json('{"collisions": {"mode": "off"}, "vacuum.ordering": "inverted"}', stat(6), errmsg)
        call check(all(stat == MISCID_OK), 'parameters are set: ' // errmsg)
    end subroutine

    !> cm^-3 in (component, direction, group, type) of cell n = 1, 2, ...
    function initial_density(n) result(rho)
        integer, intent(in) :: n
        real(real64) :: rho(COMPONENTS, DIRECTIONS, GROUPS, TYPES)
        integer :: d, g, t

        rho = 0
        do t = 1, TYPES
            do g = 1, GROUPS
                do d = 1, DIRECTIONS
                    rho(1, d, g, t) = 1e30_real64 * g * (1 + 0.25_real64 * d) * (1.5_real64 - 0.3_real64 * t) / n
                    rho(2, d, g, t) = 0.5e30_real64 * g / n
                end do
            end do
        end do
    end function

    function electron_density(n) result(density)
        integer, intent(in) :: n
        real(real64) :: density

        density = 5e31_real64 / n
    end function

    elemental function same_bits(a, b) result(same)
        real(real64), intent(in) :: a, b
        logical :: same

        same = transfer(a, 0_int64) == transfer(b, 0_int64)
    end function
end module
