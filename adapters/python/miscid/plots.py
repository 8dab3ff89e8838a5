"""Pictures of cells, columns and dispersion relations. Every function draws into given Matplotlib axes and returns them."""

from typing import Any, Mapping, Optional, Sequence

import numpy as np

from .cells import Cells, History
from .program import growth_rates


def _axes(axes):
    if axes is None:
        import matplotlib.pyplot as plt
        axes = plt.figure(figsize=(5.5, 3.6), layout="constrained").add_subplot()
    return axes


def dispersion(scan: Mapping[str, Any], axes=None, unit: Optional[str] = None):
    """Growth rate Im Omega against k' = k - D_1 for every branch of `program.scan_dispersion`; `unit` labels both."""
    axes = _axes(axes)
    for branch in scan["branches"]:
        k, omega = growth_rates(branch)
        axes.plot(k, np.nan_to_num(omega.imag), label=branch["branch"].replace("_", " "))
        for band in branch["bands"]:
            axes.axvspan(band["from"], band["to"], color="0.92", zorder=0)
    suffix = f" ({unit})" if unit else ""
    axes.set(xlabel=rf"$k-D_1${suffix}", ylabel=rf"growth rate Im $\Omega${suffix}", ylim=(0, None))
    axes.legend(frameon=False)
    return axes


def flavor_content(history: History, types: Sequence[str] = (r"$\nu_e$", r"$\bar\nu_e$"), cell: int = 0, axes=None):
    """Electron part of all neutrinos and antineutrinos of one cell of a driven column, step by step.

    The history must hold `rho` in density form, shape (steps, cells, type, group, direction, component)."""
    axes = _axes(axes)
    rho = history["rho"][:, cell].sum(axis=(2, 3))
    for number, label in enumerate(types):
        electron, total = rho[:, number, 0], rho[:, number, :2].sum(axis=-1)
        axes.plot(history["time"], electron / total, label=label)
    axes.set(xlabel="time (s)", ylabel="electron part", ylim=(0, 1))
    axes.legend(frameon=False)
    return axes


def polarization(cells: Cells, cell: Sequence[int] = (0,), group: int = 0, axes=None):
    """Polarization vectors of neutrinos (filled) and antineutrinos (open) of one group in the plane of z and the
    transverse part, each divided by its trace; a point per direction of motion. Matrix mode, two flavors."""
    axes = _axes(axes)
    for number, face in enumerate(("C0", "none")):
        ee, xx, real, imaginary = np.moveaxis(cells["rho"][tuple(cell)][number, group], -1, 0)
        trace = ee + xx
        axes.scatter(2 * np.hypot(real, imaginary) / trace, (ee - xx) / trace, facecolors=face, edgecolors="C0")
    axes.set(xlabel=r"$|P_\perp|/P_0$", ylabel=r"$P_z/P_0$", ylim=(-1.05, 1.05))
    return axes
