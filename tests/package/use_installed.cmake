# Run by CTest with `cmake -P`; the variables are set in CMakeLists.txt. Installs into a prefix, moves it (nothing in it
# may know where it was), and lets every kind of consumer compile the example and run it. All must print the same.

function(run output)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT result EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${result}:\n${out}${err}")
    endif()
    string(STRIP "${out}" out)
    set(${output} "${out}" PARENT_SCOPE)
endfunction()

# Keeps the numbers of an example's output and compares them with those of the first consumer.
set(expected "")
function(compare consumer text)
    string(REGEX REPLACE " *#[^\n]*" "" numbers "${text}")
    if(numbers STREQUAL "")
        message(FATAL_ERROR "${consumer}: the example printed nothing")
    endif()
    if(expected STREQUAL "")
        set(expected "${numbers}" PARENT_SCOPE)
    elseif(NOT numbers STREQUAL expected)
        message(FATAL_ERROR "${consumer}: the example printed\n${numbers}\ninstead of\n${expected}")
    endif()
    message(STATUS "${consumer}: ok")
endfunction()

file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
run(ignored ${CMAKE_COMMAND} --install ${build} --prefix ${work}/installed)
file(RENAME ${work}/installed ${work}/prefix)
set(prefix ${work}/prefix)
set(ENV{LD_LIBRARY_PATH} ${prefix}/${libdir})
set(ENV{MISCID_LIBRARY} ${prefix}/${libdir}/libmiscid.so)
set(ENV{PYTHONDONTWRITEBYTECODE} 1)

# Nothing in the package files remembers where it was built or installed.
file(GLOB_RECURSE package_files ${prefix}/${libdir}/cmake/*.cmake ${prefix}/${libdir}/pkgconfig/*.pc)
foreach(package_file IN LISTS package_files)
    file(READ ${package_file} text)
    foreach(place IN ITEMS ${source}/ ${build}/ ${work}/)
        string(FIND "${text}" "${place}" found)
        if(NOT found EQUAL -1)
            message(FATAL_ERROR "${package_file} holds the path ${place}")
        endif()
    endforeach()
endforeach()

# CMake: find_package.
set(consumers c cxx)
if(fortran_compiler)
    list(APPEND consumers fortran)
endif()
foreach(consumer IN LISTS consumers)
    run(ignored ${CMAKE_COMMAND} -S ${source}/examples/${consumer} -B ${work}/${consumer} -G ${generator}
        -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_C_COMPILER=${c_compiler} -D CMAKE_CXX_COMPILER=${cxx_compiler}
        -D CMAKE_Fortran_COMPILER=${fortran_compiler} --no-warn-unused-cli)
    run(ignored ${CMAKE_COMMAND} --build ${work}/${consumer})
    run(output ${work}/${consumer}/example_${consumer}_three_zones)
    compare("find_package from ${consumer}" "${output}")
endforeach()
run(ignored ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/refusals -B ${work}/refusals -G ${generator}
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_C_COMPILER=${c_compiler} -D expected_version=${version})
message(STATUS "find_package refuses what is not there: ok")

run(ignored ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/along -B ${work}/along -G ${generator}
    -D miscid_source=${source} -D CMAKE_C_COMPILER=${c_compiler} -D CMAKE_CXX_COMPILER=${cxx_compiler})
message(STATUS "add_subdirectory configures: ok")

# Plain C with pkg-config, and by hand.
set(c_source -std=c99 -pedantic -Wall -Wextra -Werror -ffp-contract=off ${source}/examples/c/three_zones.c)
if(pkg_config)
    set(ENV{PKG_CONFIG_PATH} ${prefix}/${libdir}/pkgconfig)
    run(packaged_version ${pkg_config} --modversion miscid)
    if(NOT packaged_version STREQUAL version)
        message(FATAL_ERROR "miscid.pc has version ${packaged_version}, the project ${version}")
    endif()
    run(flags ${pkg_config} --cflags --libs miscid)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run(ignored ${c_compiler} ${c_source} ${flags} -o ${work}/by_pkg_config)
    run(output ${work}/by_pkg_config)
    compare("pkg-config from C" "${output}")
endif()
if(pkg_config AND fortran_compiler)
    run(flags ${pkg_config} --cflags --libs miscid-fortran)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run(ignored ${fortran_compiler} -ffp-contract=off ${source}/examples/fortran/three_zones.f90 ${flags}
        -o ${work}/fortran_by_pkg_config)
    run(output ${work}/fortran_by_pkg_config)
    compare("pkg-config from Fortran" "${output}")
endif()
run(ignored ${c_compiler} ${c_source} -I${prefix}/include -L${prefix}/${libdir} -lmiscid -o ${work}/by_hand)
run(output ${work}/by_hand)
compare("a compiler line by hand" "${output}")

# The installed headers need no others of ours.
foreach(header IN ITEMS header_alone.c header_alone.cpp)
    run(dependencies ${cxx_compiler} -std=c++17 -M -I${prefix}/include ${source}/tests/interface/${header})
    foreach(place IN ITEMS ${source}/include ${source}/lib ${build}/)
        string(REPLACE ${prefix} "" elsewhere "${dependencies}")
        string(FIND "${elsewhere}" "${place}" found)
        if(NOT found EQUAL -1)
            message(FATAL_ERROR "${header} took headers from ${place}:\n${dependencies}")
        endif()
    endforeach()
endforeach()
message(STATUS "the installed headers suffice: ok")

# Python and anything else that loads the library at run time.
if(python)
    run(output ${CMAKE_COMMAND} -E env --unset=MISCID_LIBRARY PYTHONPATH=${prefix}/share/miscid/python
        ${python} ${source}/examples/python/three_zones.py)
    compare("Python with the installed package" "${output}")
endif()

# The moments adapter: one small Fortran program, by each way of linking. All must print the same.
if(fortran_compiler AND EXISTS ${source}/adapters/moments/examples)
    set(expected "")
    set(example ${source}/adapters/moments/examples)
    run(ignored ${CMAKE_COMMAND} -S ${example} -B ${work}/moments -G ${generator} -D CMAKE_PREFIX_PATH=${prefix}
        -D CMAKE_C_COMPILER=${c_compiler} -D CMAKE_Fortran_COMPILER=${fortran_compiler})
    run(ignored ${CMAKE_COMMAND} --build ${work}/moments)
    run(output ${work}/moments/example_moments_fortran)
    compare("moments: find_package from Fortran" "${output}")

    if(pkg_config)
        run(flags ${pkg_config} --cflags --libs miscid-moments-fortran)
        separate_arguments(flags UNIX_COMMAND "${flags}")
        run(ignored ${fortran_compiler} -ffp-contract=off ${example}/mix_moments.f90 ${flags} -o ${work}/moments_by_pkg_config)
        run(output ${work}/moments_by_pkg_config)
        compare("moments: pkg-config from Fortran" "${output}")
        run(flags ${pkg_config} --cflags --libs miscid-moments)
        separate_arguments(flags UNIX_COMMAND "${flags}")
        run(ignored ${c_compiler} -std=c99 -pedantic -Wall -Wextra -Werror ${source}/adapters/cactus_style/three_shells.c
            ${flags} -lm -o ${work}/moments_c_by_pkg_config)
        run(ignored ${work}/moments_c_by_pkg_config)
        message(STATUS "moments: pkg-config from C: ok")
    endif()

    # Fortran source: no module files of ours, the installed source compiled with the host's own.
    set(fortran_sources)
    foreach(list IN ITEMS miscidFortran miscidMomentsFortran) # they name the files in the order of use
        file(STRINGS ${prefix}/${libdir}/cmake/miscid/${list}.cmake names REGEX "set\\(miscid_.*_sources ")
        string(REGEX MATCHALL "[a-z_]+\\.f90" names "${names}")
        list(TRANSFORM names PREPEND ${prefix}/share/miscid/fortran/)
        list(APPEND fortran_sources ${names})
    endforeach()
    file(MAKE_DIRECTORY ${work}/moments_source)
    run(ignored ${fortran_compiler} -ffp-contract=off -J${work}/moments_source ${fortran_sources}
        ${example}/mix_moments.f90 -L${prefix}/${libdir} -lmiscid_moments -lmiscid -o ${work}/moments_by_source)
    run(output ${work}/moments_by_source)
    compare("moments: Fortran source" "${output}")
endif()
