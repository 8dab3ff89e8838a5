# miscid_add_adapter_fortran(<adapter> [PACKETS] [MODULES <module of its own>...] [SOURCES <their files>...] [INTERFACES <file>])
#
# Fortran module `miscid_<adapter>` on the module `miscid`, in the folder of the adapter. The adapters share handles and calls, so all
# of it is made from one set of templates; constants come from the lists of the C header. INTERFACES: functions of the header that only
# this adapter has. PACKETS: its batches hold packets instead of fields over cells. The target is miscid::miscid_<adapter>_fortran.
function(miscid_add_adapter_fortran adapter)
    cmake_parse_arguments(PARSE_ARGV 1 own "PACKETS" "INTERFACES" "MODULES;SOURCES")
    set(templates ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
    string(TOUPPER ${adapter} ADAPTER)
    cmake_path(SET header NORMALIZE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../${adapter}/include/miscid)
    set(number "integer(c_int), parameter ::")

    if(own_PACKETS)
        set(own_folder ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../${adapter}/fortran)
        file(READ ${own_folder}/packet_interface.f90.in own_interfaces)
        file(READ ${own_folder}/packet_calls.f90.in own_calls)
        set(batch_bindings "        procedure :: bind_packets !< components of an array of a derived type
        procedure :: bind_cells !< arrays over cells: bind_cells(MISCID_${ADAPTER}_FIELD_..., miscid_view(array))
        procedure :: set_cells !< how many there are\n")
        set(workspace_dummies ", packets, cells")
        set(workspace_actuals ", int(packets, c_int64_t), int(cells, c_int64_t)")
        set(workspace_declarations "        integer, intent(in) :: packets, cells !< at most\n")
        set(workspace_interface "            integer(c_int64_t), value :: packets\n            integer(c_int64_t), value :: cells\n")
        file(READ ${header}/${adapter}.h enumerators)
        string(REPLACE ";" "," enumerators "${enumerators}")
        string(REGEX MATCHALL "    MISCID_${ADAPTER}_[A-Z_]+ =[ \n]+[0-9]+," lines "${enumerators}")
        foreach(line IN LISTS lines)
            string(REGEX MATCH "(MISCID_${ADAPTER}_[A-Z_]+)[^0-9]+([0-9]+)" line "${line}")
            string(APPEND fields "    ${number} ${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
        endforeach()
    else()
        file(READ ${templates}/cell_interface.f90.in own_interfaces)
        file(READ ${templates}/cell_calls.f90.in own_calls)
        string(CONFIGURE "${own_interfaces}" own_interfaces @ONLY)
        string(CONFIGURE "${own_calls}" own_calls @ONLY)
        set(batch_bindings "        procedure :: bind !< an array or section: bind(MISCID_${ADAPTER}_FIELD_..., miscid_view(array), [axes])
        procedure :: set_box !< cells = a box with ghost margins\n")
        file(STRINGS ${header}/${adapter}_field_list.h lines REGEX "^MISCID_${ADAPTER}_FIELD\\(")
        foreach(line IN LISTS lines)
            if(NOT line MATCHES "^MISCID_${ADAPTER}_FIELD\\(([A-Z0-9_]+), ([0-9]+), \"([^\"]*)\", ([A-Z]+), \"(.*)\"\\)")
                message(FATAL_ERROR "${adapter}_field_list.h: cannot read the line\n  ${line}")
            endif()
            string(APPEND fields "    !> \"${CMAKE_MATCH_3}\" ${CMAKE_MATCH_4}: ${CMAKE_MATCH_5}\n"
                "    ${number} MISCID_${ADAPTER}_FIELD_${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
        endforeach()
    endif()
    # A long name's number may stand on the next line.
    file(READ ${header}/${adapter}.h text)
    string(REPLACE ";" "," text "${text}")
    string(REGEX MATCHALL "#define MISCID_${ADAPTER}_FLAG_[A-Z_]+[ \\\n]+[0-9]+" lines "${text}")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "(MISCID_${ADAPTER}_FLAG_[A-Z_]+)[^0-9]+([0-9]+)" line "${line}")
        string(APPEND flags "    ${number} ${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
    endforeach()
    string(REGEX MATCHALL "#define MISCID_${ADAPTER}_AXIS_[A-Z_]+ \\(\\(miscid_axis\\)[0-9]+" lines "${text}")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "(MISCID_${ADAPTER}_AXIS_[A-Z_]+)[^0-9]+([0-9]+)" line "${line}")
        string(APPEND axes "    ${number} ${CMAKE_MATCH_1} = ${CMAKE_MATCH_2}\n")
    endforeach()
    if(own_INTERFACES)
        file(READ ${own_INTERFACES} more_interfaces)
    endif()
    foreach(module IN LISTS own_MODULES)
        string(APPEND more_uses "    use ${module}\n")
    endforeach()

    # In the order a plain makefile needs, after the files of the module `miscid`.
    set(generated ${CMAKE_CURRENT_BINARY_DIR})
    set(prefix ${generated}/miscid_${adapter})
    configure_file(${templates}/adapter_constants.f90.in ${prefix}_constants.f90 @ONLY)
    configure_file(${templates}/adapter_c_interface.f90.in ${prefix}_c_interface.f90 @ONLY)
    configure_file(${templates}/adapter_calls.f90.in ${prefix}_calls.f90 @ONLY)
    configure_file(${templates}/adapter_module.f90.in ${prefix}.f90 @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
        ${header}/${adapter}.h ${own_INTERFACES})
    file(GLOB templates_read ${templates}/*.in ${header}/${adapter}_field_list.h)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${templates_read})

    get_target_property(module_dir miscid_fortran Fortran_MODULE_DIRECTORY)
    cmake_path(GET module_dir FILENAME compiler_dir)
    set(target miscid_${adapter}_fortran)
    add_library(${target} STATIC
        ${prefix}_constants.f90 ${prefix}_c_interface.f90 ${prefix}_calls.f90 ${own_SOURCES} ${prefix}.f90)
    add_library(miscid::${target} ALIAS ${target})
    set_target_properties(${target} PROPERTIES
        Fortran_MODULE_DIRECTORY ${generated}/fortran-modules/${compiler_dir}
        POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${generated}/fortran-modules/${compiler_dir}>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_LIBDIR}/fortran-modules/${compiler_dir}>)
    target_link_libraries(${target}
        PUBLIC miscid::miscid_fortran miscid::miscid_${adapter} PRIVATE $<BUILD_INTERFACE:miscid_fortran_options>)
endfunction()
