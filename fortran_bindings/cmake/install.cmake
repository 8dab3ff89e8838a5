# Into the prefix of miscid itself: the library, the module files under compiler name and version, and the source, for
# hosts whose compiler is another one. miscidFortran.cmake chooses (find_package(miscid COMPONENTS Fortran)).
set(miscid_fortran_source_dir ${CMAKE_INSTALL_DATADIR}/miscid/fortran)
set(miscid_fortran_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/miscid)

install(TARGETS miscid_fortran EXPORT miscidFortranTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Fortran)
install(EXPORT miscidFortranTargets NAMESPACE miscid::
    DESTINATION ${miscid_fortran_cmake_dir} COMPONENT Fortran)
install(DIRECTORY ${module_dir}/ DESTINATION ${module_install_dir} COMPONENT Fortran FILES_MATCHING PATTERN "*.mod")
install(FILES ${sources} DESTINATION ${miscid_fortran_source_dir} COMPONENT Fortran)
install(FILES README.md DESTINATION ${miscid_fortran_source_dir} COMPONENT Fortran)

list(TRANSFORM sources REPLACE ".*/" "" OUTPUT_VARIABLE miscid_fortran_source_names)
file(RELATIVE_PATH miscid_prefix_from_cmake /prefix/${miscid_fortran_cmake_dir} /prefix)
configure_file(cmake/miscidFortran.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/miscidFortran.cmake @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/miscidFortran.cmake
    DESTINATION ${miscid_fortran_cmake_dir} COMPONENT Fortran)

file(RELATIVE_PATH miscid_prefix_from_pc /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/miscid-fortran.pc.in ${CMAKE_CURRENT_BINARY_DIR}/miscid-fortran.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/miscid-fortran.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT Fortran)
