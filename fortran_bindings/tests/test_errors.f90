!> Given a call that cannot work, when it is made, then it is refused with a status and a message that helps, and the
!! program goes on, whether or not it asked for them.
program test_errors
    use, intrinsic :: iso_fortran_env, only: int64, real64
    use checks, only: check, finish
    use miscid
    use small_problem
    implicit none

    type(miscid_context_t) :: context, no_context
    type(miscid_workspace_t) :: workspace, no_workspace
    type(miscid_batch_t) :: batch, no_batch
    type(miscid_report_t) :: no_report
    type(miscid_config_t) :: config
    real(real64), target :: line(3), square(3, 3)
    real(real64), pointer :: nowhere(:)
    real(real64) :: probability(DIRECTIONS, GROUPS, TYPES), number
    character(:), allocatable :: errmsg, text
    integer :: stat

    errmsg = 'as before'
    call config%create(stat, errmsg)
    call check(stat == MISCID_OK .and. errmsg == 'as before', 'errmsg is left alone when all is well')

    call config%set('phase_space.grups', 3, stat, errmsg)
    call refused(MISCID_UNKNOWN_KEY, 'phase_space.grups', 'an unknown parameter')
    call config%set('phase_space.groups', 'three', stat, errmsg)
    call refused(MISCID_BAD_VALUE, 'phase_space.groups', 'a text for a number')
    call config%read_json('{"phase_space": {', stat, errmsg)
    call refused(MISCID_BAD_JSON, '', 'broken JSON')
    call config%read_file('/nonexistent/miscid.json', stat, errmsg)
    call refused(MISCID_FILE_ERROR, '/nonexistent/miscid.json', 'a file that does not exist')
    call config%set_unit('charge', 1.0_real64, stat, errmsg)
    call refused_somehow('a unit of an unknown quantity')

    ! Nobody asks, nobody stops; the error can be read afterwards.
    call config%set('phase_space.grups', 3)
    text = miscid_last_error()
    call check(index(text, 'phase_space.grups') > 0, 'miscid_last_error names the key: ' // text)

    call miscid_apply(no_context, no_workspace, no_batch, 0.0_real64, 1.0_real64, no_report, stat, errmsg)
    call refused(MISCID_NULL_ARGUMENT, '', 'handles that were never created')
    call workspace%create(no_context, stat, errmsg)
    call refused(MISCID_NULL_ARGUMENT, '', 'a workspace of no context')
    number = no_report%get('cells', stat, errmsg)
    call refused(MISCID_NULL_ARGUMENT, '', 'a report that was never created')
    call check(abs(number) <= 0, 'a refused function answers 0')

    call make_context(context)
    call workspace%create(context)
    call batch%create(context)
    call miscid_apply(context, workspace, batch, 0.0_real64, 1.0_real64, stat=stat, errmsg=errmsg)
    call refused_somehow('a step without fields')

    call batch%bind(MISCID_FIELD_ENERGY, miscid_view(square), [MISCID_AXIS_GROUP], stat, errmsg)
    call check(index(errmsg, 'energy') > 0 .and. index(errmsg, 'rank 2') > 0 .and. index(errmsg, 'size 1') > 0, &
            'the message names field and sizes: ' // errmsg)
    call refused_somehow('rank 2 and one axis name')
    call check(len(miscid_last_error()) > 0, 'the library knows of errors found by the bindings')
    call batch%bind(-5, miscid_view(line), [MISCID_AXIS_I], stat, errmsg)
    call refused_somehow('an unknown field')
    call batch%bind(MISCID_FIELD_ENERGY, miscid_view(line), [99], stat, errmsg)
    call refused_somehow('an unknown axis')
    nullify(nowhere)
    call batch%bind(MISCID_FIELD_ELECTRON_DENSITY, miscid_view(nowhere), [MISCID_AXIS_I], stat, errmsg)
    call refused_somehow('a disassociated pointer')
    call batch%bind_address(MISCID_FIELD_ENERGY, context%c_address(), MISCID_FLOAT64, [MISCID_AXIS_GROUP], &
            [int(GROUPS, int64), 1_int64], [8_int64], stat, errmsg)
    call refused_somehow('two extents for one axis')

    call batch%set_box([1, 1, 1, 1, 1], stat=stat, errmsg=errmsg)
    call refused_somehow('a box with five axes')
    call batch%set_box([1, 1], lower=[0, 0, 0, 0, 0], stat=stat, errmsg=errmsg)
    call refused_somehow('ghost margins of five axes')
    call batch%set_cells(reshape([0, 0, 0], [3, 1]), stat, errmsg)
    call refused_somehow('cells with three indices')
    call miscid_crossing_probability(context, workspace, batch, [0, 0, 0, 0], [1, 0, 0, 0], &
            [1.0_real64], probability, stat, errmsg)
    call refused_somehow('one distance for all directions')

    call check(miscid_status_name(MISCID_PARTIAL) == 'PARTIAL', 'name of a status')
    call check(len(miscid_status_text(MISCID_CELL_EVENT)) > 0, 'text of a status')
    call check(index(miscid_validity_text(2), 'flagged: ') == 1, 'text of validity flags')
    call check(miscid_field_name(-5) == '', 'an unknown field has no name')
    call check(miscid_field_text(-5) == '', 'an unknown field has no text')
    call finish()

contains
    subroutine refused(expected, word, what)
        integer, intent(in) :: expected
        character(*), intent(in) :: word, what

        call check(stat == expected, what // ' is refused with ' // miscid_status_name(expected) // ', not ' // &
                miscid_status_name(stat))
        call check(index(errmsg, word) > 0, what // ' is named: ' // errmsg)
        call refused_somehow(what)
    end subroutine

    !> Also forgets the answer, so that the next one is not taken for it.
    subroutine refused_somehow(what)
        character(*), intent(in) :: what

        call check(stat < 0, what // ' is refused')
        call check(len(errmsg) > 0 .and. errmsg /= 'as before', what // ' has a message')
        stat = MISCID_OK
        errmsg = 'as before'
    end subroutine
end program
