/* miscid: every status code, once. Read by the C enum, the text table (lib/capi/error.cpp) and, through
 * CMake, by the Fortran module. Codes are append-only; a retired number is never used again.
 *
 *   MISCID_STATUS(NAME, value, "text")
 *
 *   0          ok
 *   > 0        usable: the answer (or the untouched input) may be used, and the code says what happened
 *   < 0        refused: nothing was changed (the call's arguments, or the one cell)
 * -1 .. -99    whole calls;   -100 and below, 10 and above: single cells.
 */
MISCID_STATUS(OK, 0, "ok")
MISCID_STATUS(PARTIAL, 1, "some cells were refused and left untouched; see their status")
MISCID_STATUS(REDUCE_TIME_STEP, 2, "some cells want a smaller time step and were left untouched; see the report for the factor")
MISCID_STATUS(NULL_ARGUMENT, -1, "a required argument is null")
MISCID_STATUS(BAD_ARGUMENT, -2, "an argument has an invalid value")
MISCID_STATUS(UNKNOWN_KEY, -3, "no configuration parameter has this name")
MISCID_STATUS(BAD_VALUE, -4, "a configuration parameter has a value of the wrong type or out of range")
MISCID_STATUS(BAD_JSON, -5, "the text is not valid JSON")
MISCID_STATUS(FILE_ERROR, -6, "a file could not be read or written")
MISCID_STATUS(BAD_VIEW, -7, "a view does not fit the field it is bound to")
MISCID_STATUS(MISSING_FIELD, -8, "a field this call needs is not bound")
MISCID_STATUS(CONTEXT_MISMATCH, -9, "the workspace, batch or packed bytes belong to another configuration")
MISCID_STATUS(UNSUPPORTED, -10, "this build does not support the request yet")
MISCID_STATUS(OUT_OF_MEMORY, -11, "memory could not be allocated")
MISCID_STATUS(BUFFER_TOO_SMALL, -12, "the buffer is too small; the needed size was returned")
MISCID_STATUS(INTERNAL_ERROR, -13, "an error inside the library; please report it")
MISCID_STATUS(CELL_EVENT, 10, "an alignment event: |H| of a mode passed through zero and its label was flipped")
MISCID_STATUS(CELL_RELAXED, 11, "the tracked branch ended; the cell was relaxed to another mixing equilibrium")
MISCID_STATUS(CELL_REDUCE_TIME_STEP, 12, "the cell wants a smaller time step and was left untouched")
MISCID_STATUS(CELL_NOT_FINITE, -101, "invalid_input: a value is not finite")
MISCID_STATUS(CELL_NEGATIVE_WEIGHT, -102, "invalid_input: a phase-space weight is negative")
MISCID_STATUS(CELL_DIRECTION_NOT_UNIT, -103, "invalid_input: a direction is not a unit vector")
MISCID_STATUS(CELL_EIGENVALUE_RANGE, -104, "invalid_input: a density matrix has an eigenvalue outside its range")
MISCID_STATUS(CELL_VELOCITY_RANGE, -105, "invalid_input: the matter velocity is not below the speed of light")
MISCID_STATUS(CELL_UNITS_SUSPECT, -106, "invalid_input: a value is outside any physical range; check its unit")
MISCID_STATUS(CELL_NEGATIVE_RATE, -107, "invalid_input: a rate is negative")
MISCID_STATUS(CELL_ENERGY_RANGE, -108, "invalid_input: a neutrino energy is not positive")
MISCID_STATUS(CELL_BAD_STATE, -109, "invalid_input: the host-held state of the cell was not written by this configuration")
MISCID_STATUS(CELL_NO_TRACKED_SOLUTION, -120, "no_tracked_solution: the tracked mixing equilibrium ends in a fold")
MISCID_STATUS(CELL_ALIGNMENT_EVENT, -121, "alignment_event: |H| of a mode reaches zero on the tracked branch")
MISCID_STATUS(CELL_DEGENERATE_MODE, -122, "degenerate_mode: H of a mode vanishes and its direction is undefined")
MISCID_STATUS(CELL_NOT_CONVERGED, -123, "not_converged: the configured cap on work was reached before a mixing equilibrium was found")
MISCID_STATUS(CELL_NOT_CONSERVED, -124, "not_conserved: a conserved quantity would have changed; the cell was left untouched")
MISCID_STATUS(CELL_WAVES_REFUSED, -125, "flavor_waves_refused: the lepton numbers per direction make no usable angular distribution")
