# Optional libraries of the program, for all its commands alike (two builds of HDF5 in one process would clash):
#   miscid_hdf5   HDF5, the parallel build of it where there is MPI; defines MISCID_HDF5
#   miscid_mpi    MPI; defines MISCID_MPI
# Either target is empty where the library was not found; MISCID_HAS_HDF5 and MISCID_HAS_MPI tell. lib/ knows neither.
option(MISCID_MPI "Let the program run under mpirun where MPI and parallel HDF5 are found" ON)
add_library(miscid_hdf5 INTERFACE)
add_library(miscid_mpi INTERFACE)

# Sanitizers see what MPI keeps until the end of the process as leaks.
if(MISCID_MPI AND NOT MISCID_SANITIZE)
    find_package(MPI QUIET COMPONENTS C)
    set(HDF5_PREFER_PARALLEL TRUE)
endif()
find_package(HDF5 QUIET COMPONENTS C)

if(HDF5_FOUND)
    target_compile_definitions(miscid_hdf5 INTERFACE MISCID_HDF5)
    target_include_directories(miscid_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
    target_link_libraries(miscid_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
endif()
set(MISCID_HAS_HDF5 ${HDF5_FOUND} CACHE INTERNAL "the program reads and writes HDF5")
set(MISCID_HAS_MPI FALSE CACHE INTERNAL "the program runs under mpirun")
if(MPI_C_FOUND AND (HDF5_IS_PARALLEL OR NOT HDF5_FOUND))
    set(MISCID_HAS_MPI TRUE CACHE INTERNAL "the program runs under mpirun")
    target_compile_definitions(miscid_mpi INTERFACE MISCID_MPI OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
    target_include_directories(miscid_mpi SYSTEM INTERFACE ${MPI_C_INCLUDE_DIRS})
    target_link_libraries(miscid_mpi INTERFACE ${MPI_C_LIBRARIES})
    target_link_libraries(miscid_hdf5 INTERFACE miscid_mpi)
endif()
message(STATUS "HDF5: ${HDF5_FOUND} (parallel: ${HDF5_IS_PARALLEL}), MPI: ${MISCID_HAS_MPI}")
