!> Layout twin of the host: the arrays and constants of GR1D (src/GR1D_module.F90) that the coupling touches, with their names,
!! shapes and units (G = c = Msun = 1). In GR1D itself this file is not needed.
module GR1D_module
    implicit none
    integer :: v_order = -1
    integer :: n1, ghosts1, number_species, number_groups, M1_imaxradii
    real*8, allocatable, save :: q_M1(:, :, :, :)         ! zone, species, group, moment: E, F_r, p_rr/E; per steradian
    real*8, allocatable, save :: rho(:), ye(:), v1(:), X(:) ! density, electron fraction, velocity, sqrt(g_rr)
    real*8, allocatable, save :: x1(:)                    ! radius
    real*8, allocatable, save :: nulibtable_energies(:)
    real*8, parameter :: pi = 3.14159265358979d0
    real*8, parameter :: rho_gf = 1.61930347d-18, time_gf = 2.03001708d+05
    real*8, parameter :: length_gf = 6.77140812d-06, energy_gf = 5.59424238d-55
    real*8, parameter :: mev_to_erg = 1.60217733d-6
    real*8, parameter :: nulib_energy_gf = mev_to_erg * energy_gf
end module
