"""The shared library and its functions, as ctypes sees them. Nothing here knows of NumPy."""

import ctypes
import ctypes.util
import os
from ctypes import POINTER, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path

from . import _constants

try:
    from . import _location  # where the build or the installation put the library
except ImportError:
    _location = None


def _library_path() -> str:
    named = os.environ.get("MISCID_LIBRARY")
    if named:
        return named
    beside = Path(__file__).with_name("libmiscid.so")
    recorded = Path(getattr(_location, "LIBRARY", ""))
    for candidate in (beside, recorded):
        if candidate.is_file():
            return str(candidate)
    found = ctypes.util.find_library("miscid")
    if not found:
        raise ImportError("libmiscid.so was not found: install miscid, or set MISCID_LIBRARY to the path of the library")
    return found


PATH = _library_path()
"""Path of the library in use."""

try:
    c = ctypes.CDLL(PATH)
except OSError as error:
    raise ImportError(f"{PATH}: the miscid library cannot be loaded: {error}") from error

_handle = c_void_p
_out = c_void_p  # address of a handle or number, from ctypes.byref
_call = c_int

for _name, _result, *_arguments in (
    ("miscid_version", _call, _out, _out, _out),
    ("miscid_abi_number", c_int32),
    ("miscid_last_error", c_size_t, c_char_p, c_size_t),
    ("miscid_status_text", c_char_p, c_int32),
    ("miscid_config_create", _call, _out),
    ("miscid_config_destroy", None, _handle),
    ("miscid_config_read_json", _call, _handle, c_char_p, c_size_t),
    ("miscid_config_set_unit", _call, _handle, c_char_p, c_double),
    ("miscid_config_write_json", _call, _handle, c_char_p, c_size_t, _out),
    ("miscid_parameter_count", c_int32),
    ("miscid_parameter_text", c_char_p, c_int32, c_int),
    ("miscid_context_create", _call, _handle, _out),
    ("miscid_context_destroy", None, _handle),
    ("miscid_context_pack", _call, _handle, c_void_p, c_size_t, _out),
    ("miscid_context_unpack", _call, c_char_p, c_size_t, _out),
    ("miscid_context_fingerprint", _call, _handle, POINTER(c_uint64)),
    ("miscid_state_doubles_per_cell", _call, _handle, POINTER(c_int32)),
    ("miscid_state_component", _call, _handle, c_int32, POINTER(c_char_p), POINTER(c_char_p), POINTER(c_int)),
    ("miscid_field_unit", _call, _handle, c_int, POINTER(c_char_p), POINTER(c_double)),
    ("miscid_field_shape", _call, _handle, c_int, POINTER(c_int32), POINTER(c_int32), POINTER(c_int64)),
    ("miscid_workspace_create", _call, _handle, _out),
    ("miscid_workspace_destroy", None, _handle),
    ("miscid_batch_create", _call, _handle, _out),
    ("miscid_batch_destroy", None, _handle),
    ("miscid_batch_bind_array", _call, _handle, c_int, c_void_p, c_int32, c_int32, c_void_p, c_void_p, c_void_p),
    ("miscid_batch_unbind", _call, _handle, c_int),
    ("miscid_batch_set_box", _call, _handle, c_void_p, c_void_p, c_void_p),
    ("miscid_batch_set_cells", _call, _handle, c_int64, c_void_p),
    ("miscid_apply", _call, _handle, _handle, _handle, c_double, c_double, _handle),
    ("miscid_evaluate", _call, _handle, _handle, _handle, c_double, _handle),
    ("miscid_capture_cell", _call, _handle, _handle, _handle, c_void_p, c_double, c_double, c_char_p, c_size_t, _out),
    ("miscid_invariant_to_flavor", _call, _handle, _handle, _handle, _handle),
    ("miscid_flavor_to_invariant", _call, _handle, _handle, _handle, _handle),
    ("miscid_crossing_probability", _call, _handle, _handle, _handle, c_void_p, c_void_p, c_void_p, c_void_p),
    ("miscid_report_create", _call, _out),
    ("miscid_report_destroy", None, _handle),
    ("miscid_report_get", _call, _handle, c_char_p, POINTER(c_double)),
):
    _function = getattr(c, _name)
    _function.restype, _function.argtypes = _result, _arguments

if c.miscid_abi_number() != _constants.ABI:
    raise ImportError(f"{PATH} has the ABI number {c.miscid_abi_number()}, this package was made for {_constants.ABI}: "
                      "install the package that belongs to the library")


class Error(RuntimeError):
    """A call that the library refused; nothing was changed.

    `status` is the `Status`, the text is the library's own: it names the parameter, field or axis and what was
    expected.
    """

    def __init__(self, status: int):
        text = ctypes.create_string_buffer(c.miscid_last_error(None, 0) + 1)
        c.miscid_last_error(text, len(text))
        self.status = _constants.Status(status)
        super().__init__(f"{self.status.name}: {text.value.decode()}")


def check(status: int) -> _constants.Status:
    """Raises `Error` for a refused call (status < 0), else returns the status."""
    if status < 0:
        raise Error(status)
    return _constants.Status(status)


class Handle:
    """Owns one handle of the library; `create` gets the address of the handle as its last argument."""

    def __init__(self, create, destroy, *arguments):
        handle = c_void_p()
        check(create(*arguments, ctypes.byref(handle)))
        self._as_parameter_, self._destroy = handle, destroy

    def __del__(self):
        if hasattr(self, "_destroy"):
            self._destroy(self._as_parameter_)


def text_of(function, *arguments) -> str:
    """Text of a function that tells the size it needs when given no buffer."""
    needed = c_size_t()
    check(function(*arguments, None, 0, ctypes.byref(needed)))
    buffer = ctypes.create_string_buffer(needed.value)
    check(function(*arguments, buffer, len(buffer), ctypes.byref(needed)))
    return buffer.value.decode()
