!> GR1D's arrays and units around the problem of adapters/README.md: what GR1D's Step.F90 and M1 would do is three lines.
program three_shells
    use, intrinsic :: iso_fortran_env, only: real64
    use GR1D_module
    use miscid_gr1d
    implicit none
    real(real64), parameter :: E_MEV(4) = [6, 10, 16, 26], T(3) = [4.0d0, 5.0d0, 6.0d0], A(3) = [1.0d0, 0.9d0, 2.4d0]
    real(real64), parameter :: FACTOR(3) = [0.25d0, 0.5d0, 0.55d0]
    real(real64) :: per_mev, energy_density
    integer :: g, k, s, step, z

    n1 = 3 + 4 ! two ghost zones at each end
    ghosts1 = 2
    M1_imaxradii = 5
    number_species = 3
    number_groups = 4
    allocate(q_M1(n1, number_species, number_groups, 3), rho(n1), ye(n1), v1(n1), X(n1), nulibtable_energies(4))
    nulibtable_energies = E_MEV * nulib_energy_gf
    q_M1 = 0
    v1 = 0
    X = 1.1d0
    ye = 0.3d0
    rho = 0
    per_mev = mev_to_erg * energy_gf / length_gf**3 / (4 * pi) ! MeV cm^-3 in units of q_M1
    do k = ghosts1 + 1, M1_imaxradii
        z = k - ghosts1 - 1
        rho(k) = 1d10 / (1 + z) * rho_gf
        do s = 1, 3
            do g = 1, 4
                energy_density = 2d30 * A(s) * E_MEV(g)**3 * exp(-E_MEV(g) / T(s)) / (1 + 0.5d0 * z)
                q_M1(k, s, g, 1) = energy_density * per_mev
                q_M1(k, s, g, 2) = energy_density * per_mev * (FACTOR(s) + 0.05d0 * z) * X(k)
                q_M1(k, s, g, 3) = 1 / 3d0
            end do
        end do
    end do

    call miscid_gr1d_start('"vacuum.ordering": "inverted", "viscosity.closure": "marginal", &
            &"equilibrium.cold_start": "from_incoming"')
    do step = 0, 2
        q_M1(:, 1, :, 1:2) = q_M1(:, 1, :, 1:2) * (1 + 0.01d0 * step)
        call miscid_gr1d_step(q_M1, rho, ye, v1, X, step * 1d-6 * time_gf, 1d-6 * time_gf)
        do k = ghosts1 + 1, M1_imaxradii
            print '(i0, 2(1x, i0), 3es23.15)', step, k - ghosts1 - 1, miscid_status(k), q_M1(k, 1, 2, 1) / per_mev, &
                    q_M1(k, 3, 2, 1) / per_mev, q_M1(k, 1, 2, 2) / X(k) / q_M1(k, 1, 2, 1)
        end do
    end do
    if (any(q_M1(:ghosts1, :, :, :) /= 0) .or. any(q_M1(:, :, :, 3) /= 1 / 3d0 .and. q_M1(:, :, :, 3) /= 0)) &
            error stop 'ghost zones or the closure were touched'
    call miscid_gr1d_end()
end program
