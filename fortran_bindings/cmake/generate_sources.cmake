# miscid_generate_fortran(<include folder> <include folder of version.h> <output folder>)
#
# Writes the sources that follow from other text: the constants from the lists of the C header (so that a number exists
# once), and one procedure per type and rank from a template (Fortran has no generic ranks). Sets
# miscid_fortran_version.

# Reads `#define <name> <number>` from a header.
function(miscid_read_define header name out)
    file(STRINGS ${header} line REGEX "^#define ${name} ")
    if(NOT line MATCHES "^#define ${name} ([0-9]+)")
        message(FATAL_ERROR "${header} does not define ${name} as a number; is it another version of miscid?")
    endif()
    set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

# Reads all lines that match a regular expression; it is an error if there is none, or one that starts like them but
# does not match (a list macro broken over two lines would otherwise be lost in silence).
function(miscid_read_lines header start regex out)
    file(STRINGS ${header} lines REGEX "^${start}")
    if(NOT lines)
        message(FATAL_ERROR "${header} has no line that starts with ${start}")
    endif()
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "${regex}")
            message(FATAL_ERROR "${header}: cannot read the line\n  ${line}\nexpected ${regex}")
        endif()
    endforeach()
    set(${out} "${lines}" PARENT_SCOPE)
endfunction()

function(miscid_generate_constants header_dir version_dir out_dir)
    set(number "integer(c_int), parameter ::")

    set(regex "^MISCID_STATUS\\(([A-Z0-9_]+), (-?[0-9]+), \"(.*)\"\\)")
    miscid_read_lines(${header_dir}/miscid/status_list.h "MISCID_STATUS\\(" "${regex}" lines)
    foreach(line IN LISTS lines)
        string(REGEX MATCH "${regex}" line "${line}")
        string(APPEND statuses "    !> ${CMAKE_MATCH_3}\n    ${number} MISCID_${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
    endforeach()

    set(regex "^MISCID_FIELD\\(([A-Z0-9_]+), ([0-9]+), \"([^\"]*)\", ([A-Z_]+), ([A-Z]+), \"(.*)\"\\)")
    miscid_read_lines(${header_dir}/miscid/field_list.h "MISCID_FIELD\\(" "${regex}" lines)
    foreach(line IN LISTS lines)
        string(REGEX MATCH "${regex}" line "${line}")
        string(APPEND fields "    !> \"${CMAKE_MATCH_3}\" ${CMAKE_MATCH_4} ${CMAKE_MATCH_5}: ${CMAKE_MATCH_6}\n"
            "    ${number} MISCID_FIELD_${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
    endforeach()

    set(regex "^    (MISCID_[A-Z0-9_]+) = ([0-9]+),")
    miscid_read_lines(${header_dir}/miscid/miscid.h "    MISCID_[A-Z0-9_]+ = [0-9]+," "${regex}" lines)
    foreach(line IN LISTS lines)
        string(REGEX MATCH "${regex}" line "${line}")
        string(APPEND enumerators "    ${number} ${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
    endforeach()

    miscid_read_define(${header_dir}/miscid/miscid.h MISCID_AXIS_COUNT axis_count)
    miscid_read_define(${version_dir}/miscid/version.h MISCID_ABI abi)
    foreach(part IN ITEMS major minor patch)
        string(TOUPPER ${part} upper)
        miscid_read_define(${version_dir}/miscid/version.h MISCID_VERSION_${upper} version_${part})
    endforeach()
    configure_file(templates/miscid_constants.f90.in ${out_dir}/miscid_constants.f90 @ONLY)
    set(miscid_fortran_version ${version_major}.${version_minor}.${version_patch} PARENT_SCOPE)
endfunction()

# One function per type and rank.
function(miscid_generate_views out_dir)
    set(names real64 real32 int32 int64)
    set(types "real(c_double)" "real(c_float)" "integer(c_int32_t)" "integer(c_int64_t)")
    set(dtypes MISCID_FLOAT64 MISCID_FLOAT32 MISCID_INT32 MISCID_INT64)
    file(READ ${CMAKE_CURRENT_SOURCE_DIR}/templates/view_procedure.f90.in template)
    foreach(name type dtype IN ZIP_LISTS names types dtypes)
        set(lower "")
        foreach(rank RANGE 1 7)
            string(REPEAT ":, " ${rank} colons)
            string(REGEX REPLACE ", $" "" colons "${colons}")
            list(APPEND lower "l(${rank})") # subscripts of the first element
            list(JOIN lower ", " first)
            set(strides "")
            foreach(axis RANGE 1 ${rank})
                string(REPLACE "l(${axis})" "l(${axis}) + 1" neighbor "${first}")
                string(APPEND strides "        if (view%extent(${axis}) > 1) &\n                "
                    "view%stride(${axis}) = distance(view%address, c_loc(array(${neighbor})))\n")
            endforeach()
            string(CONFIGURE "${template}" procedure @ONLY)
            string(APPEND view_procedures "${procedure}")
            list(APPEND view_names view_${name}_${rank})
        endforeach()
    endforeach()
    # Four names on a line keep the lines readable and the number of continuation lines small.
    string(REGEX REPLACE "([^;]+;[^;]+;[^;]+;[^;]+);" "\\1, &\n                " view_names "${view_names}")
    string(REPLACE ";" ", " view_names "${view_names}")
    configure_file(templates/miscid_views.f90.in ${out_dir}/miscid_views.f90 @ONLY)
endfunction()

function(miscid_generate_fortran header_dir version_dir out_dir)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
        ${header_dir}/miscid/status_list.h ${header_dir}/miscid/field_list.h ${header_dir}/miscid/miscid.h
        ${version_dir}/miscid/version.h
        templates/view_procedure.f90.in)
    miscid_generate_constants(${header_dir} ${version_dir} ${out_dir})
    miscid_generate_views(${out_dir})
    set(miscid_fortran_version ${miscid_fortran_version} PARENT_SCOPE)
endfunction()
