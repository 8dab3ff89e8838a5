!> Flavor mixing for GR1D: three calls, nothing of GR1D is changed but the places they are called from (README.md).
module miscid_gr1d
    use, intrinsic :: iso_fortran_env, only: error_unit, int32, real64
    use miscid_moments
    use GR1D_module, only: ghosts1, M1_imaxradii, n1, number_groups, number_species, nulibtable_energies, &
            energy_gf, length_gf, mev_to_erg, nulib_energy_gf, pi, rho_gf, time_gf, v_order
    implicit none
    private
    public :: miscid_gr1d_start, miscid_gr1d_step, miscid_gr1d_end
    public :: miscid_state, miscid_status, miscid_flags

    real(real64), allocatable, target, save :: miscid_state(:, :) !< (number, zone): into the restart file
    integer(int32), allocatable, target, save :: miscid_status(:), miscid_flags(:)
    real(real64), allocatable, target, save :: energies_mev(:)
    type(miscid_moments_t), save :: moments
    type(miscid_moments_workspace_t), save :: workspace
    type(miscid_moments_batch_t), save :: batch

contains
    !> After M1_init. `options` are members of the JSON text, e.g. '"viscosity.closure": "marginal"'.
    subroutine miscid_gr1d_start(options)
        character(*), intent(in) :: options
        character(:), allocatable :: errmsg
        character(2000) :: text
        integer :: stat

        ! q_M1 is energy per steradian: times 4 pi it is an energy density in units of energy_gf/length_gf**3.
        ! With v_order = 0 M1 takes the fluid for at rest, and so must this.
        write(text, '(a, i0, 3(a, es24.16e3), 5a)') '{"phase_space.groups": ', number_groups, &
                ', "units.mass_density": ', 1 / rho_gf, ', "units.time": ', 1 / time_gf, &
                ', "moments.unit": ', 4 * pi * length_gf**3 / (mev_to_erg * energy_gf), &
                ', "moments": {"species": ["nu_e", "nubar_e", "nu_x"], "degeneracy": [1, 1, 4], "content": "energy", &
                &"flux_index": "lower", "metric": "root", "polar": 8, "azimuth": 4, "frame": "', &
                trim(merge('laboratory', 'fluid     ', v_order /= 0)), '"}, "collisions.mode": "off", ', options, '}'
        call moments%create(trim(text), stat, errmsg)
        call require(stat, errmsg)
        call workspace%create(moments, stat, errmsg)
        call require(stat, errmsg)
        call batch%create(moments, stat, errmsg)
        call require(stat, errmsg)
        allocate(miscid_state(moments%state_doubles_per_cell(), n1), source=0.0_real64)
        allocate(miscid_status(n1), miscid_flags(n1), source=0_int32)
        energies_mev = nulibtable_energies / nulib_energy_gf
    end subroutine

    !> At the end of the M1 block of Step.F90. GR1D's arrays have no TARGET attribute; as dummy arguments they have, until this
    !! routine returns, so they are bound in every call.
    subroutine miscid_gr1d_step(q_M1, rho, ye, v1, X, time, dts)
        real(real64), intent(inout), target :: q_M1(:, :, :, :)
        real(real64), intent(in), target :: rho(:), ye(:), v1(:), X(:)
        real(real64), intent(in) :: time, dts
        character(:), allocatable :: errmsg
        integer :: stat

        if (number_species /= 3) error stop 'miscid_gr1d: number_species must be 3'
        call bind(MISCID_MOMENTS_FIELD_DENSITY, miscid_view(q_M1(:, :, :, 1)), &
                [MISCID_AXIS_I, MISCID_MOMENTS_AXIS_SPECIES, MISCID_AXIS_GROUP])
        call bind(MISCID_MOMENTS_FIELD_FLUX, miscid_view(q_M1(:, :, :, 2)), &
                [MISCID_AXIS_I, MISCID_MOMENTS_AXIS_SPECIES, MISCID_AXIS_GROUP])
        call bind(MISCID_MOMENTS_FIELD_ENERGY, miscid_view(energies_mev), [MISCID_AXIS_GROUP])
        call bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, miscid_view(rho), [MISCID_AXIS_I])
        call bind(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, miscid_view(ye), [MISCID_AXIS_I])
        call bind(MISCID_MOMENTS_FIELD_METRIC, miscid_view(X), [MISCID_AXIS_I])
        call bind(MISCID_MOMENTS_FIELD_VELOCITY, miscid_view(v1), [MISCID_AXIS_I]) ! v^r = v/X
        call bind(MISCID_MOMENTS_FIELD_STATE, miscid_view(miscid_state), [MISCID_AXIS_COMPONENT, MISCID_AXIS_I])
        call bind(MISCID_MOMENTS_FIELD_STATUS, miscid_view(miscid_status), [MISCID_AXIS_I])
        call bind(MISCID_MOMENTS_FIELD_FLAGS, miscid_view(miscid_flags), [MISCID_AXIS_I])
        call batch%set_box([n1], [ghosts1], [n1 - M1_imaxradii], stat, errmsg)
        call require(stat, errmsg)
        call miscid_moments_apply(moments, workspace, batch, time, dts, stat=stat, errmsg=errmsg)
        call require(stat, errmsg)

    contains
        subroutine bind(field, view, axes)
            integer, intent(in) :: field, axes(:)
            type(miscid_view_t), intent(in) :: view

            call batch%bind(field, view, axes, stat, errmsg)
            call require(stat, errmsg)
        end subroutine
    end subroutine

    subroutine miscid_gr1d_end()
        call batch%destroy()
        call workspace%destroy()
        call moments%destroy()
    end subroutine

    !> GR1D stops on errors; so does this. Refused zones (stat > 0) are left as they are and counted in miscid_status.
    subroutine require(stat, errmsg)
        integer, intent(in) :: stat
        character(:), allocatable, intent(in) :: errmsg

        if (stat >= 0) return
        write(error_unit, '(2a)') 'miscid: ', errmsg
        error stop 1
    end subroutine
end module
