"""A block of cells with its arrays: what a small study needs between the C interface and NumPy."""

import json
from pathlib import Path
from typing import Callable, Dict, Mapping, Optional, Sequence, Union

import numpy as np

from . import interface
from ._constants import Field

CELL_AXES = ("i", "j", "k", "node")


class Cells:
    """Cells on a grid of up to four dimensions, and the arrays that describe them.

    context: a `Context` (or the configuration to make one of).
    arrays: NumPy arrays by field name, bound as they are: `step` changes `rho` (or `amplitude`) in place. Each has
        the shape of the cells followed by the field's own (`Context.shape`), or the field's own alone where all
        cells share it. Any strides; float64.
    diagnostics: names of fields to be computed; they appear in `arrays` too, filled with NaN until a call writes them.

    `state` (zeros: none yet) and `status` are made where they are not given.

    >>> cells = Cells({"phase_space": {"groups": 1, "directions": 2, "form": "density"}},
    ...               {"rho": rho, "energy": energy, "direction": direction, "electron_density": electron_density},
    ...               diagnostics=["d0"])
    >>> cells.step(dt=1e-6).ok
    """

    def __init__(self, context: Union[interface.Context, str, Mapping], arrays: Mapping[str, np.ndarray],
                 diagnostics: Sequence[str] = ()):
        self.context = context if isinstance(context, interface.Context) else interface.Context(context)
        self.workspace = interface.Workspace(self.context)
        self.batch = interface.Batch(self.context)
        self.time = 0.0
        self.arrays: Dict[str, np.ndarray] = dict(arrays)
        transported = "rho" if "rho" in arrays else "amplitude"
        if transported not in arrays:
            raise ValueError("arrays: 'rho' or, in invariant mode, 'amplitude' is missing")
        inner = self.context.shape(transported)[1]
        given = arrays[transported].shape
        self.shape = given[:len(given) - len(inner)]
        if len(given) < len(inner) or given[len(self.shape):] != inner or len(self.shape) > len(CELL_AXES):
            raise ValueError(f"{transported}: expected the shape of the cells followed by {inner}, got {given}")
        self.arrays.setdefault("state", np.zeros(self.shape + (self.context.state_doubles_per_cell,)))
        self.arrays.setdefault("status", np.zeros(self.shape, dtype=np.int32))
        for name in diagnostics:
            self.arrays.setdefault(name, np.full(self.shape + self.context.shape(name)[1], np.nan))
        for name, array in self.arrays.items():
            self._bind(name, array)
        self.batch.set_box(self.shape)

    def _bind(self, name: str, array: np.ndarray) -> None:
        axes, inner = self.context.shape(name)
        for cells in (self.shape, ()):
            if array.shape == cells + inner:
                self.batch.bind(name, array, " ".join(CELL_AXES[:len(cells)] + axes))
                return
        raise ValueError(f"{name}: expected shape {self.shape + inner} or {inner}, got {array.shape}")

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def __setitem__(self, name: str, value) -> None:
        """Writes into the bound array; it never replaces it."""
        self.arrays[name][...] = value

    def step(self, dt: float) -> interface.Report:
        """One step of length dt (s), in place; the time of the cells goes on by dt."""
        report = interface.apply(self.context, self.workspace, self.batch, self.time, dt)
        self.time += dt
        return report

    def evaluate(self) -> interface.Report:
        """Diagnostics of the mixing equilibrium of the cells as they are; nothing else changes."""
        return interface.evaluate(self.context, self.workspace, self.batch, self.time)

    def capture(self, cell: Sequence[int], dt: float, path: Union[str, Path, None] = None) -> dict:
        """One cell as `replay` and `miscid replay` take it, also written to a file if a path is given."""
        captured = interface.capture_cell(self.context, self.workspace, self.batch, cell, self.time, dt)
        if path is not None:
            Path(path).write_text(json.dumps(captured, indent=1))
        return captured

    def drive(self, steps: int, dt: float, change: Callable[["Cells", int], None],
              record: Sequence[str] = ()) -> "History":
        """Drives the cells, e.g. a column of zones: before step n `change(cells, n)` sets what the host knows better
        (matter, transport), then the module mixes. Records copies of the named arrays after each step."""
        history = History({name: [] for name in ("time", "status", *record)})
        for number in range(steps):
            change(self, number)
            history.reports.append(self.step(dt))
            for name, list_ in history.lists.items():
                list_.append(self.time if name == "time" else self.arrays[name].copy())
        return history


class History:
    """What `Cells.drive` recorded: history["rho"] has the shape (steps, cells, ...)."""

    def __init__(self, lists: Dict[str, list]):
        self.lists = lists
        self.reports: list = []

    def __getitem__(self, name: str) -> np.ndarray:
        return np.array(self.lists[name])


def _numbers(value) -> np.ndarray:
    """Numbers of a captured field; those that are not finite are written "float64:<16 hex digits>"."""
    def one(item):
        if isinstance(item, list):
            return [one(part) for part in item]
        if isinstance(item, str):
            return np.frombuffer(bytes.fromhex(item[len("float64:"):]), dtype=">f8")[0]
        return item
    return np.array(one(value), dtype=np.float64)


def read_captured_cell(cell: Union[str, Path, Mapping], diagnostics: Sequence[str] = ()) -> Cells:
    """A captured cell (path or contents) as `Cells` without cell axes: shape (). It holds the time of the capture; its
    `dt` is in the capture itself. `status` starts at 0."""
    captured = cell if isinstance(cell, Mapping) else json.loads(Path(cell).read_text())
    context = interface.Context(captured["configuration"])
    arrays = {}
    for name, value in captured["fields"].items():
        if name == "status" or name.upper() not in Field.__members__:
            continue
        shape = context.shape(name)[1]
        arrays[name] = _numbers(value).reshape(shape)
    cells = Cells(context, arrays, diagnostics)
    cells.time = captured.get("time", 0.0)
    return cells


def replay(cell: Union[str, Path, Mapping], diagnostics: Optional[Sequence[str]] = None) -> Cells:
    """Runs a captured cell again, alone and in this process; the answer is in the arrays of the returned `Cells`."""
    captured = cell if isinstance(cell, Mapping) else json.loads(Path(cell).read_text())
    cells = read_captured_cell(captured, ("d0", "residual") if diagnostics is None else diagnostics)
    cells.step(captured.get("dt", 0.0))
    return cells
