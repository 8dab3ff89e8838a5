"""The commands of the `miscid` program as functions: a dictionary or file in, a dictionary out.

The program is the file named by MISCID_PROGRAM, else the one installed beside the library, else the one on the PATH.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Union

import numpy as np

from ._library import PATH as _library_path

Case = Union[str, Path, Mapping[str, Any]]


class ProgramError(RuntimeError):
    """The program could not read the case: its own line of complaint."""


def program() -> str:
    """Path of the miscid program."""
    beside = Path(_library_path).resolve().parent.parent / "bin" / "miscid"
    if not beside.is_file():  # lib/<architecture>/libmiscid.so
        beside = beside.parent.parent.parent / "bin" / "miscid"
    found = os.environ.get("MISCID_PROGRAM") or (str(beside) if beside.is_file() else shutil.which("miscid"))
    if not found:
        raise FileNotFoundError("the miscid program was not found: set MISCID_PROGRAM to its path")
    return found


def answer(command: str, case: Case, *options: str) -> Dict[str, Any]:
    """Answer of `miscid COMMAND CASE OPTIONS...`. A case that was read but not solved answers with its `status`;
    one that could not be read raises `ProgramError`."""
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(case, Mapping):
            path = Path(folder) / "case.json"
            path.write_text(json.dumps(case))
        else:
            path = Path(case)
        done = subprocess.run([program(), command, str(path), *options], capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise ProgramError(done.stderr.strip() or f"miscid {command} ended with {done.returncode}")
    return json.loads(done.stdout)


def equilibrium(case: Case) -> Dict[str, Any]:
    """Mixing equilibrium of one cell (docs/equilibrium-command.md)."""
    return answer("equilibrium", case)


def closure(case: Case, *options: str) -> Dict[str, Any]:
    """Closures on a box or cell (docs/closure-command.md)."""
    return answer("closure", case, *options)


def box(case: Case, *options: str) -> Dict[str, Any]:
    """Resolved quantum kinetic equations in a periodic box (docs/box-command.md)."""
    return answer("box", case, *options)


def thermo(case: Case) -> Dict[str, Any]:
    """Entropies, heat, flavor temperature of a cell (docs/thermo-command.md)."""
    return answer("thermo", case)


def validity(case: Case) -> Dict[str, Any]:
    """Are the assumptions of the theory met here (docs/validity-command.md)."""
    return answer("validity", case)


def run(scenario: Case, *options: str) -> Dict[str, Any]:
    """Standalone transport run: a whole column with streaming, emission and mixing (docs/run.md)."""
    return answer("run", scenario, "-q", *options)


def waves(case: Case, *options: str) -> Dict[str, Any]:
    """Growing flavor waves of one background or of many (docs/waves-command.md)."""
    return answer("waves", case, *options)


def scan_dispersion(case: Mapping[str, Any], lowest: Optional[float] = None, highest: Optional[float] = None,
                    points: int = 96, direction: Optional[Sequence[float]] = None,
                    directions: Optional[int] = None) -> Dict[str, Any]:
    """Dispersion relation of the growing waves of one background along one direction.

    case: a background (`q`, `g`, `P`, ... or `v`, `w`, `E`); frequencies and wave numbers in one unit, c = 1.
    lowest, highest: range of k' = k - D_1; by default widened until every band of growth ends inside.
    direction: unit vector of k; by default that of the lepton flux.
    directions: directions of the search for the fastest wave of all (24; 0: none).

    Returns the `scan` of the answer: `branches`, `bands`, `fastest`; `growth_rates` makes arrays of it.
    """
    scan = dict(case.get("scan", {}), points=points)
    given = (("from", lowest), ("to", highest), ("direction", direction), ("directions", directions))
    scan.update({name: value for name, value in given if value is not None})
    result = waves({**case, "scan": scan}, "--scan-k")["results"][0]
    if "scan" not in result:
        raise ProgramError(f"{result['status']}: {result.get('message', 'no scan')}")
    return result["scan"]


def growth_rates(branch: Mapping[str, Any]) -> "tuple[np.ndarray, np.ndarray]":
    """Wave numbers k' and complex frequencies Omega of the fastest wave at each (NaN where none grows) of one branch."""
    wave_number, omega = [], []
    for point in branch["points"]:
        roots = [complex(*root) for root in point["omega"]]
        wave_number.append(point["k"])
        omega.append(max(roots, key=lambda root: root.imag) if roots else complex("nan+nanj"))
    return np.array(wave_number), np.array(omega)
