"""The C interface in Python: the same four handles, NumPy arrays bound as they are.

Thread rule of the C interface: a `Context` may be shared, a `Workspace` belongs to one thread, and two calls at once
must not treat the same cell. ctypes releases the interpreter lock during a call, so threads run in parallel.
"""

import ctypes
import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ._constants import AXIS_COUNT, REPORT_MEMBERS, AmrRule, Axis, Dtype, Field, ParameterProperty, Status
from ._library import Error, Handle, c, check, text_of

FieldName = Union[str, int, Field]
Cell = Sequence[int]

_DTYPES = {np.dtype(item.name.lower()): item for item in Dtype}


def _member(enumeration, what: str, name: Any):
    if isinstance(name, str):
        if name.upper() not in enumeration.__members__:
            known = ", ".join(item.lower() for item in enumeration.__members__)
            raise ValueError(f"unknown {what} {name!r}; there are {known}")
        return enumeration[name.upper()]
    return enumeration(name)


def _four(cell: Cell) -> ctypes.Array:
    return (ctypes.c_int64 * 4)(*cell, *([0] * (4 - len(cell))))


@dataclass(frozen=True)
class Parameter:
    """One configuration parameter; all texts are the library's."""

    name: str
    type: str
    default: str
    range: str
    unit: str
    doc: str
    source: str


def parameters() -> Dict[str, Parameter]:
    """Every configuration parameter by its dotted name."""
    found = {}
    for index in range(c.miscid_parameter_count()):
        texts = [(c.miscid_parameter_text(index, item) or b"").decode() for item in ParameterProperty]
        found[texts[0]] = Parameter(*texts)
    return found


def status_text(status: int) -> str:
    """What a status of a call or cell means."""
    return c.miscid_status_text(int(status)).decode()


@dataclass(frozen=True)
class StateComponent:
    """One number of the `state` of a cell, and what it needs when a mesh is refined or coarsened."""

    name: str
    unit: str
    rule: AmrRule


class Context(Handle):
    """Immutable description of a run; any number of threads may share it.

    configuration: parameters as a (nested or dotted) mapping or as JSON text; see `parameters`.
    units: the host's unit of a quantity in CGS/MeV, e.g. {"number_density": 1e39} for numbers per fm^3.
    Raises `Error` naming the parameter.
    """

    def __init__(self, configuration: Union[str, Mapping[str, Any]], units: Optional[Mapping[str, float]] = None):
        config = Handle(c.miscid_config_create, c.miscid_config_destroy)
        text = configuration if isinstance(configuration, str) else json.dumps(configuration)
        encoded = text.encode()
        check(c.miscid_config_read_json(config, encoded, len(encoded)))
        for quantity, factor in (units or {}).items():
            check(c.miscid_config_set_unit(config, quantity.encode(), factor))
        self.configuration: Dict[str, Any] = json.loads(text_of(c.miscid_config_write_json, config))
        """All parameters, defaults included."""
        super().__init__(c.miscid_context_create, c.miscid_context_destroy, config)

    @property
    def state_doubles_per_cell(self) -> int:
        """Doubles of `state` per cell; all zero means none yet."""
        count = ctypes.c_int32()
        check(c.miscid_state_doubles_per_cell(self, ctypes.byref(count)))
        return count.value

    @property
    def state_components(self) -> List[StateComponent]:
        """Name, unit and mesh rule of each number of `state`."""
        found = []
        for index in range(self.state_doubles_per_cell):
            name, unit, rule = ctypes.c_char_p(), ctypes.c_char_p(), ctypes.c_int()
            check(c.miscid_state_component(self, index, ctypes.byref(name), ctypes.byref(unit), ctypes.byref(rule)))
            found.append(StateComponent(name.value.decode(), unit.value.decode(), AmrRule(rule.value)))
        return found

    @property
    def fingerprint(self) -> int:
        """64-bit fingerprint of configuration and state layout, to be stored with a restart."""
        value = ctypes.c_uint64()
        check(c.miscid_context_fingerprint(self, ctypes.byref(value)))
        return value.value

    def unit(self, name: FieldName) -> Tuple[str, float]:
        """Unit of a field and the factor that turns the host's number into it."""
        unit, factor = ctypes.c_char_p(), ctypes.c_double()
        check(c.miscid_field_unit(self, _member(Field, "field", name), ctypes.byref(unit), ctypes.byref(factor)))
        return unit.value.decode(), factor.value

    def shape(self, name: FieldName) -> Tuple[Tuple[str, ...], Tuple[int, ...]]:
        """Axes of a field inside one cell, and their extents: (("type", "group", ...), (2, 12, ...))."""
        count = ctypes.c_int32()
        axis, extent = (ctypes.c_int32 * AXIS_COUNT)(), (ctypes.c_int64 * AXIS_COUNT)()
        check(c.miscid_field_shape(self, _member(Field, "field", name), ctypes.byref(count), axis, extent))
        return (tuple(Axis(axis[n]).name.lower() for n in range(count.value)),
                tuple(extent[n] for n in range(count.value)))


class Workspace(Handle):
    """Scratch memory of one thread; it keeps no history."""

    def __init__(self, context: Context):
        super().__init__(c.miscid_workspace_create, c.miscid_workspace_destroy, context)
        self._context = context  # the context must outlive what was made from it


class Batch(Handle):
    """Bound arrays and the cells to treat. It keeps the arrays alive; binding again replaces."""

    def __init__(self, context: Context):
        super().__init__(c.miscid_batch_create, c.miscid_batch_destroy, context)
        self._context = context
        self._arrays: Dict[Field, np.ndarray] = {}

    def bind(self, name: FieldName, array: np.ndarray, axes: str) -> None:
        """Binds a NumPy array of any strides, without a copy.

        axes: names of its dimensions, e.g. "i type group direction component"; an axis that is left out of an array
        which is only read is broadcast. The array must be writeable, for the library may write to it.
        """
        number = _member(Field, "field", name)
        label = number.name.lower()
        names = axes.split()
        if array.ndim != len(names):
            raise ValueError(f"{label}: {len(names)} axes named for an array with {array.ndim} dimensions")
        if not array.flags.writeable:
            raise ValueError(f"{label}: the array is read-only; bind a writeable one")
        if array.dtype not in _DTYPES:
            raise ValueError(f"{label}: dtype {array.dtype} is not one of {', '.join(map(str, _DTYPES))}")
        rank = len(names)
        check(c.miscid_batch_bind_array(
            self, number, array.ctypes.data, _DTYPES[array.dtype], rank,
            (ctypes.c_int32 * rank)(*(_member(Axis, "axis", item) for item in names)),
            (ctypes.c_int64 * rank)(*array.shape),
            (ctypes.c_int64 * rank)(*array.strides)))
        self._arrays[number] = array

    def unbind(self, name: FieldName) -> None:
        """Forgets the array of a field."""
        number = _member(Field, "field", name)
        check(c.miscid_batch_unbind(self, number))
        self._arrays.pop(number, None)

    def set_box(self, extent: Cell, lower: Cell = (0, 0, 0, 0), upper: Cell = (0, 0, 0, 0)) -> None:
        """Cells (i, j, k, node) of a box less its ghost margins; missing extents are 1."""
        extent = tuple(extent) + (1,) * (4 - len(extent))
        check(c.miscid_batch_set_box(self, *(_four(four) for four in (extent, lower, upper))))

    def set_cells(self, cells: np.ndarray) -> None:
        """Only the listed cells, an array of index quadruples (i, j, k, node)."""
        cells = np.ascontiguousarray(cells, dtype=np.int64).reshape(-1, 4)
        check(c.miscid_batch_set_cells(self, len(cells), cells.ctypes.data))


@dataclass
class Report:
    """What one call did: numbers of cells by outcome, work, largest residual (see miscid_report)."""

    status: Status
    numbers: Dict[str, float] = field(default_factory=dict)

    def __getattr__(self, name: str) -> float:
        numbers = self.__dict__.get("numbers", {})
        if name not in numbers:
            raise AttributeError(f"a report has no number {name!r}; it has {', '.join(numbers)}")
        return numbers[name]

    def __getitem__(self, name: str) -> float:
        return self.status if name == "status" else self.numbers[name]


def _reported(function, *arguments) -> Report:
    handle = Handle(c.miscid_report_create, c.miscid_report_destroy)
    report = Report(check(function(*arguments, handle)))
    value = ctypes.c_double()
    for name in REPORT_MEMBERS:
        check(c.miscid_report_get(handle, name.encode(), ctypes.byref(value)))
        report.numbers[name] = value.value
    return report


def apply(context: Context, workspace: Workspace, batch: Batch, time: float, dt: float) -> Report:
    """One miscidynamic step of length dt (host's unit of time, default s) on every cell of the batch, in place."""
    return _reported(c.miscid_apply, context, workspace, batch, time, dt)


def evaluate(context: Context, workspace: Workspace, batch: Batch, time: float) -> Report:
    """Writes the bound diagnostics of the mixing equilibrium of the state as it is; changes nothing else."""
    return _reported(c.miscid_evaluate, context, workspace, batch, time)


def capture_cell(context: Context, workspace: Workspace, batch: Batch, cell: Cell, time: float, dt: float) -> dict:
    """One cell (i, j, k, node) with configuration and everything bound, as `miscid replay` reads it."""
    return json.loads(text_of(c.miscid_capture_cell, context, workspace, batch, _four(cell), time, dt))


def invariant_to_flavor(context: Context, workspace: Workspace, batch: Batch) -> Report:
    """Invariant mode: writes whichever of flavor_content, projected_absorption, projected_emission are bound."""
    return _reported(c.miscid_invariant_to_flavor, context, workspace, batch)


def flavor_to_invariant(context: Context, workspace: Workspace, batch: Batch) -> Report:
    """Invariant mode: adds flavor_change, projected on the eigenstates of H, to amplitude."""
    return _reported(c.miscid_flavor_to_invariant, context, workspace, batch)


def crossing_probability(context: Context, workspace: Workspace, batch: Batch, start: Cell, end: Cell,
                         distance: np.ndarray) -> np.ndarray:
    """Invariant mode: probability to change the eigenstate label between two cells.

    distance: path length between them (cm), one per direction. Returns shape (type, group, direction).
    """
    _, (types, groups, directions) = context.shape(Field.SIGNED_AMPLITUDE)
    distance = np.ascontiguousarray(distance, dtype=np.float64)
    if distance.shape != (directions,):
        raise ValueError(f"distance: expected shape ({directions},), got {distance.shape}")
    probability = np.empty((types, groups, directions))
    check(c.miscid_crossing_probability(context, workspace, batch, _four(start), _four(end), distance.ctypes.data,
                                        probability.ctypes.data))
    return probability


__all__ = [
    "Batch", "Context", "Error", "Parameter", "Report", "StateComponent", "Workspace", "apply", "capture_cell",
    "crossing_probability", "evaluate", "flavor_to_invariant", "invariant_to_flavor", "parameters", "status_text",
]
