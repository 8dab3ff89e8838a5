# The static library, and a Debian package of what `cmake --install` installs: `cpack -G DEB` in the build folder (docs/linking.md).
include(${CMAKE_CURRENT_LIST_DIR}/static_library.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME miscid)
set(CPACK_PACKAGE_CONTACT "the miscid authors <miscid@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# What the program and libraries were linked with, from the packages that own it; matplotlib only for pictures.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-numpy, python3-matplotlib, mpi-default-bin")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
