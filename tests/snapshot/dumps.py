"""What the tests of `miscid snapshot` share: dumps written with hdf5_tool, runs of the program, numbers read back."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PROGRAM, TOOL = os.environ["MISCID_PROGRAM"], os.environ["MISCID_HDF5_TOOL"]
CONFIGURATION = {"phase_space": {"form": "density"}, "vacuum": {"mixing_angle": 0.15, "ordering": "inverted"}}
GROUPS, DIRECTIONS = 2, 6


def grid():
    random = np.random.default_rng(5)
    direction = random.normal(size=(DIRECTIONS, 3))
    return np.array([9.0, 17.0]), direction / np.linalg.norm(direction, axis=1)[:, np.newaxis]


def flavors(cells, seed=3):
    """Densities of e and x, shape cells + (type, group, direction, flavor), and the electron density of each cell."""
    random = np.random.default_rng(seed)
    content = random.uniform(0.2e30, 2e30, size=(*cells, 2, GROUPS, DIRECTIONS, 2))
    return content, 10.0 ** random.uniform(30.5, 32, size=cells)


def write(path, **datasets):
    """A dump; a name like "f_rho" of single precision ends in ":f4"."""
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for name, array in datasets.items():
            raw = Path(folder) / f"{len(words)}.raw"
            np.ascontiguousarray(array, dtype=np.float64).tofile(raw)
            name, _, kind = name.partition(":")
            words += [f"/dump/{name}", kind or "f8", "x".join(map(str, np.shape(array))), str(raw)]
        subprocess.run([TOOL, "write", str(path), *words], check=True)


def read(path, name, shape):
    done = subprocess.run([TOOL, "read", str(path), name], capture_output=True, check=True)
    return np.frombuffer(done.stdout).reshape(shape)


def snapshot(dump, output, map_, *options, launcher=(), expect=0):
    """Runs the command; returns the summary, or the complaint where exit code 2 is expected."""
    path = Path(output).with_suffix(".map.json")
    path.write_text(json.dumps(map_))
    done = subprocess.run([*launcher, PROGRAM, "snapshot", str(dump), "-o", str(output), "--map", str(path), *options],
                          capture_output=True, text=True, check=False)
    assert done.returncode == expect, f"exit {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}"
    if expect == 2:
        return done.stderr
    assert done.stdout.startswith("{"), done.stderr
    return json.loads(done.stdout)


def main(checks):
    """Runs every check in a folder of its own."""
    for check in checks:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder))
        print(f"{check.__name__}: ok")
    return 0


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)
