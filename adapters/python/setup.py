"""Adds to the package what belongs to one library: its constants, and where it lies.

The library is, in this order,
  1. the one MISCID_LIBRARY names, with its headers in MISCID_INCLUDE or ../include beside it;
  2. an installed one that pkg-config knows;
  3. built from this source tree with CMake, and put into the package.
"""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent.parent
sys.path.insert(0, str(HERE))

import generate_constants  # noqa: E402


def pkg_config(variable):
    try:
        done = subprocess.run(["pkg-config", f"--variable={variable}", "miscid"], capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None


def build_library():
    """Builds the library alone; returns its path and the folder of the generated headers."""
    if not (SOURCES / "include" / "miscid" / "miscid.h").is_file():
        raise SystemExit("miscid: no library was found. Install miscid so that pkg-config finds it, set MISCID_LIBRARY "
                         "to the path of libmiscid.so, or install this package from the source tree of miscid")
    build = HERE / "build" / "library"
    without = [f"-DMISCID_BUILD_{part}=OFF" for part in ("PROGRAM", "FORTRAN", "ADAPTERS", "EXAMPLES", "TESTS")]
    subprocess.run(["cmake", "-S", SOURCES, "-B", build, "-DCMAKE_BUILD_TYPE=Release", *without], check=True)
    subprocess.run(["cmake", "--build", build, "--parallel", str(os.cpu_count() or 1)], check=True)
    return build / "lib" / "libmiscid.so", build / "include"


def find_library():
    """Path of the library, folders with its header lists and its version.h, and whether it goes into the package."""
    named = os.environ.get("MISCID_LIBRARY")
    if named:
        library = Path(named).resolve()
        include = Path(os.environ.get("MISCID_INCLUDE") or library.parent.parent / "include")
    elif pkg_config("libdir"):
        library, include = (pkg_config("libdir") / "libmiscid.so").resolve(), pkg_config("prefix") / "include"
    else:
        library, include = build_library()
        return library, SOURCES / "include", include, True
    lists = include if (include / "miscid" / "miscid.h").is_file() else SOURCES / "include"
    return library, lists, include, False


LIBRARY, LISTS, GENERATED, INSIDE = find_library()
VERSION_HEADER = GENERATED / "miscid" / "version.h"


class BuildPackage(build_py):
    """The package with its generated modules."""

    def run(self):
        super().run()
        package = Path(self.build_lib) / "miscid"
        (package / "_constants.py").write_text(generate_constants.constants(LISTS, VERSION_HEADER))
        if INSIDE:
            self.copy_file(str(LIBRARY.resolve()), str(package / "libmiscid.so"))
        else:
            (package / "_location.py").write_text(f'"""Where miscid was installed."""\n\nLIBRARY = {str(LIBRARY)!r}\n')


class PlatformDistribution(Distribution):
    """The package belongs to one library, and so to one kind of machine."""

    def has_ext_modules(self):
        return INSIDE


setup(version=generate_constants.define(VERSION_HEADER, "MISCID_VERSION_STRING"),
      cmdclass={"build_py": BuildPackage}, distclass=PlatformDistribution)
