# libmiscid_static.a: the objects of libmiscid in one archive, for hosts that must not load shared libraries. C hosts link it
# with `pkg-config miscid-static`, which names the C++ run-time library as well.
add_library(miscid_static STATIC $<TARGET_OBJECTS:miscid_interface> $<TARGET_OBJECTS:miscid_core>)
set_target_properties(miscid_static PROPERTIES LINKER_LANGUAGE CXX)
install(TARGETS miscid_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/miscid-static.pc.in ${PROJECT_BINARY_DIR}/miscid-static.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/miscid-static.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
