# Installation: library, headers, program, CMake package, pkg-config file.
include(CMakePackageConfigHelpers)

install(TARGETS miscid EXPORT miscidTargets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/miscid DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/include/miscid/version.h ${PROJECT_BINARY_DIR}/include/miscid/export.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/miscid)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/miscid)
install(EXPORT miscidTargets NAMESPACE miscid:: DESTINATION ${package_dir})
configure_package_config_file(cmake/miscidConfig.cmake.in ${PROJECT_BINARY_DIR}/miscidConfig.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/miscidConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/miscidConfig.cmake ${PROJECT_BINARY_DIR}/miscidConfigVersion.cmake
    DESTINATION ${package_dir})

# Relocatable: the prefix is found from where the file lies.
file(RELATIVE_PATH miscid_prefix_from_pc "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file(cmake/miscid.pc.in ${PROJECT_BINARY_DIR}/miscid.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/miscid.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET miscid_program)
    install(TARGETS miscid_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

if(TARGET miscid_moments)
    include(adapters/moments/install.cmake)
endif()
