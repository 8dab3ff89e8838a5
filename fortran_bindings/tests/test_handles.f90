!> Given handles, when they are copied, created again, destroyed twice or left behind, then each object of the library
!! is released once; and what a context tells about itself arrives in Fortran.
program test_handles
    use, intrinsic :: iso_c_binding, only: c_associated
    use, intrinsic :: iso_fortran_env, only: int64, int8, real64
    use checks, only: check, finish
    use miscid
    use small_problem
    implicit none

    !> A host keeps handles in its own types.
    type :: host_t
        type(miscid_context_t) :: context
        type(miscid_workspace_t), allocatable :: workspaces(:)
    end type

    call versions()
    call copies()
    call repeated_calls()
    call configuration()
    call packing()
    call descriptions()
    call finish()

contains
    subroutine versions()
        integer :: major, minor, patch

        call miscid_version(major, minor, patch)
        call check(all([major, minor, patch] == [MISCID_VERSION_MAJOR, MISCID_VERSION_MINOR, MISCID_VERSION_PATCH]), &
                'library and bindings have the same version')
        call check(miscid_abi_number() == MISCID_ABI, 'library and bindings have the same ABI')
    end subroutine

    subroutine copies()
        type(miscid_context_t) :: context, copy
        type(host_t) :: host, copied_host
        integer :: n, stat

        call make_context(context)
        copy = context
        call check(c_associated(context%c_address()), 'the original keeps its object')
        call check(.not. c_associated(copy%c_address()), 'a copy owns nothing')

        call make_context(host%context)
        allocate(host%workspaces(2))
        do n = 1, 2
            call host%workspaces(n)%create(host%context, stat)
            call check(stat == MISCID_OK, 'a workspace per thread')
        end do
        copied_host = host
        call check(c_associated(host%context%c_address()), 'the original host keeps its context')
        call check(.not. c_associated(copied_host%context%c_address()), 'a copied host owns no context')
        context = context ! compilers differ in whether this releases the object; once is enough
        deallocate(host%workspaces)
    end subroutine

    subroutine repeated_calls()
        type(miscid_context_t) :: context
        type(miscid_batch_t) :: batch
        integer :: stat

        call make_context(context)
        call make_context(context)
        call batch%create(context, stat)
        call batch%create(context, stat)
        call check(stat == MISCID_OK, 'creating again replaces')
        call batch%destroy()
        call batch%destroy()
        call context%destroy()
        call check(.not. c_associated(batch%c_address()), 'a destroyed handle owns nothing')
    end subroutine

    subroutine configuration()
        type(miscid_config_t) :: config, again
        character(:), allocatable :: text, text_again
        integer :: n, stat
        logical :: found

        call config%create(stat)
        call describe(config)
        call config%write_json(text, stat)
        call check(stat == MISCID_OK .and. index(text, 'mixing_angle') > 0, 'a configuration is written')
        call again%create(stat)
        call again%read_json(text, stat)
        call again%write_json(text_again)
        call check(stat == MISCID_OK .and. text == text_again, 'a configuration that was written is read')

        found = .false.
        do n = 0, miscid_parameter_count() - 1
            if (miscid_parameter_text(n, MISCID_PARAMETER_NAME) == 'phase_space.groups') found = .true.
            call check(len(miscid_parameter_text(n, MISCID_PARAMETER_DOC)) > 0, 'every parameter is documented')
        end do
        call check(found, 'phase_space.groups is among the parameters')
        call check(miscid_parameter_text(-1, MISCID_PARAMETER_NAME) == '', 'there is no parameter -1')
    end subroutine

    subroutine packing()
        type(miscid_context_t) :: context, unpacked
        integer(int8), allocatable :: bytes(:)
        integer(int64) :: fingerprint
        integer :: stat

        call make_context(context)
        call context%pack(bytes, stat)
        call check(stat == MISCID_OK .and. size(bytes) > 0, 'a context is packed')
        call unpacked%unpack(bytes, stat)
        call check(stat == MISCID_OK, 'a context is unpacked')
        fingerprint = context%fingerprint(stat)
        call check(stat == MISCID_OK, 'a context has a fingerprint')
        call check(unpacked%fingerprint() == fingerprint, 'both have the same fingerprint')
        call unpacked%unpack(bytes(:size(bytes) / 2), stat)
        call check(stat < 0, 'half of the bytes are refused')
        call unpacked%unpack(bytes(:0), stat)
        call check(stat < 0, 'no bytes are refused')
        call check(unpacked%fingerprint() == fingerprint, 'a refused call leaves the context as it was')
    end subroutine

    subroutine descriptions()
        type(miscid_context_t) :: context
        character(:), allocatable :: name, unit
        integer, allocatable :: axes(:)
        integer(int64), allocatable :: extents(:)
        real(real64) :: factor
        integer :: count, n, rule, stat

        call make_context(context)
        count = context%state_doubles_per_cell(stat)
        call check(stat == MISCID_OK .and. count > 0, 'the state has a size')
        do n = 0, count - 1
            call context%state_component(n, name, unit, rule, stat)
            call check(stat == MISCID_OK .and. len(name) > 0, 'every number of the state has a name')
            call check(any(rule == [MISCID_AMR_VOLUME_WEIGHTED, MISCID_AMR_COPY, MISCID_AMR_RESET]), &
                    'every number of the state has a rule')
        end do
        call context%state_component(count, name, stat=stat)
        call check(stat < 0 .and. name == '', 'there is no further number')

        call context%field_shape(MISCID_FIELD_RHO, axes, extents, stat)
        call check(stat == MISCID_OK .and. size(axes) == 4, 'rho has four axes in a cell')
        if (size(axes) == 4) then
            call check(all(axes == [MISCID_AXIS_TYPE, MISCID_AXIS_GROUP, MISCID_AXIS_DIRECTION, &
                    MISCID_AXIS_COMPONENT]), 'axes of rho')
            call check(all(extents == [TYPES, GROUPS, DIRECTIONS, COMPONENTS]), 'extents of rho')
        end if
        call context%field_shape(-5, axes, extents, stat)
        call check(stat < 0 .and. size(axes) == 0 .and. size(extents) == 0, 'an unknown field has no shape')
        call context%field_unit(MISCID_FIELD_ENERGY, unit, factor, stat)
        call check(stat == MISCID_OK .and. unit == 'MeV', 'the unit of energies is MeV: ' // unit)
        call check(abs(factor - 1) <= 0, 'the factor of energies is 1')
        call check(miscid_field_name(MISCID_FIELD_ELECTRON_DENSITY) == 'electron_density', 'name of a field')
    end subroutine
end program
