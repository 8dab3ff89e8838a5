"""`pip install` of the package, offline and into an empty folder: it finds the library it is told of, and works alone.

usage: check_pip.py SOURCE_DIRECTORY LIBRARY GENERATED_INCLUDE_DIRECTORY
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECK = """
import miscid, pathlib
assert pathlib.Path(miscid.__file__).is_relative_to({folder!r}), miscid.__file__
assert miscid._library.PATH == {library!r}, miscid._library.PATH
assert miscid.Context("{{}}").fingerprint
print(miscid.__version__)
"""


def main(source, library, include):
    for needed in ("pip", "setuptools", "wheel"):
        if subprocess.run([sys.executable, "-c", f"import {needed}"], capture_output=True).returncode != 0:
            print(f"skipped: {sys.executable} has no {needed} (Debian: python3-{needed})")
            return 77
    with tempfile.TemporaryDirectory() as work:
        work = Path(work).resolve()
        # A copy, so that pip leaves nothing in the sources.
        copy, folder = work / "source/adapters/python", work / "packages"
        shutil.copytree(source / "adapters/python", copy, ignore=shutil.ignore_patterns("build", "*.egg-info"))
        shutil.copytree(source / "include", work / "source/include")
        environment = {**os.environ, "MISCID_LIBRARY": library, "MISCID_INCLUDE": include, "PIP_NO_INDEX": "1"}
        environment.pop("PYTHONPATH", None)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps",
                        "--disable-pip-version-check", "--root-user-action", "ignore", "--target", folder, copy],
                       env=environment, check=True)
        clean = {**os.environ, "PYTHONPATH": str(folder)}
        clean.pop("MISCID_LIBRARY", None)
        check = CHECK.format(folder=str(folder), library=str(Path(library).resolve()))
        subprocess.run([sys.executable, "-B", "-c", check], env=clean, cwd=work, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]))
