!> Counts what fails in a test program and stops with an error at its end.
module checks
    use, intrinsic :: iso_fortran_env, only: error_unit
    implicit none
    private
    public :: check, finish

    integer, save :: failures = 0

contains
    subroutine check(condition, what)
        logical, intent(in) :: condition
        character(*), intent(in) :: what

        if (condition) return
        failures = failures + 1
        write(error_unit, '(2a)') 'FAILED: ', what
    end subroutine

    subroutine finish()
        if (failures > 0) error stop 'a check failed'
    end subroutine
end module
