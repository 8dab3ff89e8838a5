# Recipe for Spack: put this file into packages/miscid/ of a repository of yours, then in a source tree of miscid
# `spack dev-build miscid@0.1.0` (docs/linking.md).
from spack.package import *


class Miscid(CMakePackage):
    """Neutrino flavor mixing in local equilibrium for supernova and neutron-star-merger codes: a library with a C interface,
    Fortran and Python bindings, and a program for single cells, flavor waves, resolved boxes and simulation dumps."""

    license("BSD-3-Clause")

    version("0.1.0")  # built from the source tree it is asked for in

    variant("program", default=True, description="the miscid program")
    variant("fortran", default=True, description="Fortran bindings")
    variant("adapters", default=True, description="adapters for moment codes and Python")
    variant("hdf5", default=True, when="+program", description="miscid snapshot")
    variant("mpi", default=False, when="+hdf5", description="snapshot and run under mpirun")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("fortran", type="build", when="+fortran")
    depends_on("cmake@3.25:", type="build")
    depends_on("eigen@3.4:", type="build")
    depends_on("boost@1.70:", type="build")
    depends_on("nlohmann-json@3.11:", type="build")
    depends_on("cli11@2.1:", type="build", when="+program")
    depends_on("hdf5", when="+hdf5")
    depends_on("hdf5+mpi", when="+mpi")
    depends_on("mpi", when="+mpi")
    depends_on("python@3.9:", type=("build", "run"), when="+adapters")
    depends_on("py-numpy", type=("build", "run"), when="+adapters")

    def cmake_args(self):
        return [
            self.define_from_variant("MISCID_BUILD_PROGRAM", "program"),
            self.define_from_variant("MISCID_BUILD_FORTRAN", "fortran"),
            self.define_from_variant("MISCID_BUILD_ADAPTERS", "adapters"),
            self.define_from_variant("MISCID_MPI", "mpi"),
            self.define("CMAKE_DISABLE_FIND_PACKAGE_HDF5", "~hdf5" in self.spec),
            self.define("MISCID_BUILD_TESTS", False),
            self.define("MISCID_BUILD_EXAMPLES", False),
        ]

    def setup_run_environment(self, env):
        if "+adapters" in self.spec:
            env.prepend_path("PYTHONPATH", self.prefix.share.miscid.python)
