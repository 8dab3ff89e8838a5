# Installs the moments adapter: library, headers, Fortran module with its source, CMake component `moments`, pkg-config files.
set(moments_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/miscid)
install(TARGETS miscid_moments EXPORT miscidMomentsTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT miscidMomentsTargets NAMESPACE miscid:: DESTINATION ${moments_cmake_dir})
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/include/miscid ${CMAKE_CURRENT_LIST_DIR}/../amrex/include/miscid
    ${CMAKE_CURRENT_LIST_DIR}/../kokkos/include/miscid
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")

file(RELATIVE_PATH miscid_prefix_from_pc "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
foreach(adapter IN ITEMS moments ordinates particles)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/../common/miscid-adapter.pc.in ${PROJECT_BINARY_DIR}/miscid-${adapter}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/miscid-${adapter}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

if(TARGET miscid_moments_fortran)
    set(adapters_fortran_source_dir ${CMAKE_INSTALL_DATADIR}/miscid/fortran)
    set(adapters_fortran_sources)
    foreach(adapter IN ITEMS moments ordinates particles)
        get_target_property(sources miscid_${adapter}_fortran SOURCES)
        get_target_property(source_dir miscid_${adapter}_fortran SOURCE_DIR)
        get_target_property(module_dir miscid_${adapter}_fortran Fortran_MODULE_DIRECTORY)
        cmake_path(GET module_dir FILENAME compiler_dir)
        set(module_install_dir ${CMAKE_INSTALL_LIBDIR}/fortran-modules/${compiler_dir})
        install(TARGETS miscid_${adapter}_fortran EXPORT miscidMomentsFortranTargets
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Fortran)
        install(DIRECTORY ${module_dir}/ DESTINATION ${module_install_dir} COMPONENT Fortran FILES_MATCHING PATTERN "*.mod")
        set(names)
        foreach(source IN LISTS sources)
            cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${source_dir})
            install(FILES ${source} DESTINATION ${adapters_fortran_source_dir} COMPONENT Fortran)
            cmake_path(GET source FILENAME name)
            list(APPEND names ${name})
        endforeach()
        string(APPEND adapters_fortran_sources "    set(miscid_${adapter}_sources ${names})\n")
        configure_file(${CMAKE_CURRENT_LIST_DIR}/../common/fortran/miscid-adapter-fortran.pc.in
            ${PROJECT_BINARY_DIR}/miscid-${adapter}-fortran.pc @ONLY)
        install(FILES ${PROJECT_BINARY_DIR}/miscid-${adapter}-fortran.pc
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT Fortran)
    endforeach()
    string(REPLACE ";" " " adapters_fortran_sources "${adapters_fortran_sources}")
    install(EXPORT miscidMomentsFortranTargets NAMESPACE miscid::
        DESTINATION ${moments_cmake_dir} COMPONENT Fortran)
    file(RELATIVE_PATH miscid_prefix_from_cmake /prefix/${moments_cmake_dir} /prefix)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/../common/fortran/miscidMomentsFortran.cmake.in
        ${PROJECT_BINARY_DIR}/miscidMomentsFortran.cmake @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/miscidMomentsFortran.cmake DESTINATION ${moments_cmake_dir} COMPONENT Fortran)
endif()

# Ordinates and particles: libraries and headers; their targets come with the same component.
foreach(adapter IN ITEMS ordinates particles)
    if(TARGET miscid_${adapter})
        install(TARGETS miscid_${adapter} EXPORT miscidMomentsTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
        install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../${adapter}/include/miscid
            DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
    endif()
endforeach()
