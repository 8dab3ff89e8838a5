"""miscid from Python: the C interface through ctypes, NumPy arrays bound without a copy.

The shared library is the file named by the environment variable MISCID_LIBRARY, else the one of the build tree this
file belongs to, else the one the system's loader finds. Names of fields and members of reports are the library's own,
asked for at run time; nothing of the header is repeated here but the names of axes and the codes of number types.
"""

import ctypes
import ctypes.util
import os
from pathlib import Path

import numpy as np

AXES = {
    "i": 0, "j": 1, "k": 2, "node": 3, "type": 4, "group": 5, "direction": 6, "component": 7, "eigenstate": 8,
    "flavor": 9, "space": 10, "vector": 11,
}
DTYPES = {np.dtype(np.float64): 1, np.dtype(np.float32): 2, np.dtype(np.int32): 3, np.dtype(np.int64): 4}
_REPORT_MEMBERS = (
    "cells ok events relaxed reduce_time_step refused first_refused_i first_refused_j first_refused_k "
    "first_refused_node first_refused_status max_iterations iterations continued cold_starts max_residual "
    "max_rotation max_tilt time_step_factor"
).split()
_HIGHEST_FIELD_ID = 255


def _load():
    named = os.environ.get("MISCID_LIBRARY")
    built = Path(__file__).resolve().parents[2] / "build" / "lib" / "libmiscid.so"
    path = named or (str(built) if built.exists() else ctypes.util.find_library("miscid"))
    if not path:
        raise OSError("libmiscid not found: set MISCID_LIBRARY to its path")
    return ctypes.CDLL(path)


_c = _load()
for _name, _result, *_arguments in (
    ("miscid_last_error", ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t),
    ("miscid_status_name", ctypes.c_char_p, ctypes.c_int32),
    ("miscid_status_text", ctypes.c_char_p, ctypes.c_int32),
    ("miscid_field_name", ctypes.c_char_p, ctypes.c_int),
    ("miscid_config_create", ctypes.c_int, ctypes.c_void_p),
    ("miscid_config_destroy", None, ctypes.c_void_p),
    ("miscid_config_read_json", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t),
    ("miscid_context_create", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_context_destroy", None, ctypes.c_void_p),
    ("miscid_context_fingerprint", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_state_doubles_per_cell", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_workspace_create", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_workspace_destroy", None, ctypes.c_void_p),
    ("miscid_batch_create", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_batch_destroy", None, ctypes.c_void_p),
    ("miscid_batch_bind_array", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int32,
     ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_batch_set_box", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
    ("miscid_batch_set_cells", ctypes.c_int, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p),
    ("miscid_apply", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double,
     ctypes.c_double, ctypes.c_void_p),
    ("miscid_evaluate", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double,
     ctypes.c_void_p),
    ("miscid_report_create", ctypes.c_int, ctypes.c_void_p),
    ("miscid_report_destroy", None, ctypes.c_void_p),
    ("miscid_report_get", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
):
    _function = getattr(_c, _name)
    _function.restype, _function.argtypes = _result, _arguments


class Error(RuntimeError):
    """A refused call: `status` and the library's own words."""

    def __init__(self, status):
        text = ctypes.create_string_buffer(_c.miscid_last_error(None, 0) + 1)
        _c.miscid_last_error(text, len(text))
        super().__init__(f"{_c.miscid_status_name(status).decode()}: {text.value.decode()}")
        self.status = status


def _check(status):
    if status < 0:
        raise Error(status)
    return status


def status_name(status):
    """Name of a status of a call or cell, e.g. "CELL_EVENT"."""
    return _c.miscid_status_name(int(status)).decode()


def _field_ids():
    names = ((_c.miscid_field_name(number), number) for number in range(1, _HIGHEST_FIELD_ID + 1))
    return {name.decode(): number for name, number in names if name}


FIELDS = _field_ids()


def _number(what, numbers, name):
    if name not in numbers:
        raise ValueError(f"unknown {what} {name!r}; there are {', '.join(numbers)}")
    return numbers[name]


class _Handle:
    """Owns one handle of the library; `create` gets a pointer to the handle as its last argument.

    A handle made from a context keeps it, so that Python never destroys the context first.
    """

    def __init__(self, create, destroy, *arguments):
        handle = ctypes.c_void_p()
        _check(create(*arguments, ctypes.byref(handle)))
        self._as_parameter_, self._destroy = handle, destroy

    def __del__(self):
        if hasattr(self, "_destroy"):
            self._destroy(self._as_parameter_)


class Context(_Handle):
    """Immutable description of a run, made from JSON text; see docs for the parameters."""

    def __init__(self, json_text):
        config = _Handle(_c.miscid_config_create, _c.miscid_config_destroy)
        text = json_text.encode()
        _check(_c.miscid_config_read_json(config, text, len(text)))
        super().__init__(_c.miscid_context_create, _c.miscid_context_destroy, config)

    @property
    def state_doubles_per_cell(self):
        count = ctypes.c_int32()
        _check(_c.miscid_state_doubles_per_cell(self, ctypes.byref(count)))
        return count.value

    @property
    def fingerprint(self):
        value = ctypes.c_uint64()
        _check(_c.miscid_context_fingerprint(self, ctypes.byref(value)))
        return value.value


class Workspace(_Handle):
    """Scratch memory of one thread."""

    def __init__(self, context):
        super().__init__(_c.miscid_workspace_create, _c.miscid_workspace_destroy, context)
        self._context = context


class Batch(_Handle):
    """Bound arrays and the cells to treat."""

    def __init__(self, context):
        super().__init__(_c.miscid_batch_create, _c.miscid_batch_destroy, context)
        self._context = context
        self._arrays = {}  # the library keeps addresses, so the arrays must live as long as the batch

    def bind(self, field, array, axes):
        """Binds a NumPy array of any strides; `axes` names its dimensions, e.g. "i type group direction component"."""
        number = _number("field", FIELDS, field)
        names = axes.split()
        if array.ndim != len(names):
            raise ValueError(f"{field}: {len(names)} axes named for an array with {array.ndim} dimensions")
        if not array.flags.writeable:
            raise ValueError(f"{field}: the array is read-only; bind a writeable one")
        if array.dtype not in DTYPES:
            raise ValueError(f"{field}: dtype {array.dtype} is not one of {', '.join(map(str, DTYPES))}")
        rank = len(names)
        _check(_c.miscid_batch_bind_array(
            self, number, array.ctypes.data, DTYPES[array.dtype], rank,
            (ctypes.c_int32 * rank)(*(_number("axis", AXES, name) for name in names)),
            (ctypes.c_int64 * rank)(*array.shape),
            (ctypes.c_int64 * rank)(*array.strides)))
        self._arrays[field] = array

    def set_box(self, extent, lower=(0, 0, 0, 0), upper=(0, 0, 0, 0)):
        """Cells (i, j, k, node) of a box less its ghost margins."""
        _check(_c.miscid_batch_set_box(self, *((ctypes.c_int64 * 4)(*four) for four in (extent, lower, upper))))

    def set_cells(self, cells):
        """Only the listed cells, an array of index quadruples (i, j, k, node)."""
        cells = np.ascontiguousarray(cells, dtype=np.int64).reshape(-1, 4)
        _check(_c.miscid_batch_set_cells(self, len(cells), cells.ctypes.data))


def _call(function, *arguments):
    report = _Handle(_c.miscid_report_create, _c.miscid_report_destroy)
    answer = {"status": _check(function(*arguments, report))}
    value = ctypes.c_double()
    for name in _REPORT_MEMBERS:
        _check(_c.miscid_report_get(report, name.encode(), ctypes.byref(value)))
        answer[name] = value.value
    return answer


def apply(context, workspace, batch, time, dt):
    """One miscidynamic step on every cell of the batch; returns the report as a dictionary."""
    return _call(_c.miscid_apply, context, workspace, batch, time, dt)


def evaluate(context, workspace, batch, time):
    """Diagnostics of the state as it is; returns the report as a dictionary."""
    return _call(_c.miscid_evaluate, context, workspace, batch, time)
