"""miscid: neutrino flavor mixing in local equilibrium, from Python.

`Cells` is a block of cells with NumPy arrays; `Context`, `Workspace`, `Batch`, `apply`, ... are the C interface itself,
with arrays bound as they are. `program` runs the commands of the `miscid` program (dispersion relations, resolved boxes,
whole runs), `plots` draws what comes out, `gallery` makes the pictures of the documentation.

Units: CGS with MeV for energies, unless the configuration says otherwise. Field names are those of the C interface in
lower case; `Field` has the meaning, unit and axes of each.
"""

from ._constants import ABI, VERSION, AmrRule, Axis, Field, Status
from .cells import Cells, History, read_captured_cell, replay
from .interface import *  # noqa: F401,F403
from .interface import __all__ as _interface_names

__version__ = VERSION
__all__ = ["ABI", "AmrRule", "Axis", "Cells", "Field", "History", "Status", "read_captured_cell", "replay",
           *_interface_names]
