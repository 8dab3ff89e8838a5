"""The pictures of the documentation, made again: `python3 -m miscid.gallery FOLDER [NAME...]`.

Each function makes one picture from numbers it computes; the pictures need Matplotlib, some the miscid program.
"""

import argparse
from pathlib import Path

import numpy as np

from . import plots, program
from .cells import Cells


def two_beams(axes):
    """Growth rate of two opposite beams (docs/waves-command.md): largest 2 sqrt(0.5 x 0.3) at k' = 0."""
    case = {"name": "two beams", "q": [[0, 0, 1], [0, 0, -1]], "g": [1.0, 1.0], "P": [[0, 0, 0.5], [0, 0, -0.3]],
            "k": [0, 0, 0.8], "eta": 1e-6, "scan": {"kappa": 0}}
    plots.dispersion(program.scan_dispersion(case, -1.0, 1.0, directions=0), axes, unit=r"$\mu$")


def crossing(axes):
    """Growth rates of a shallow lepton-number crossing in a continuum of directions (docs/waves.md)."""
    v, w = np.polynomial.legendre.leggauss(64)
    lepton_number = 1.0 - 1.6 * np.exp(-((v - 1) / 0.35) ** 2)
    case = {"kind": "gamma_profile", "v": v.tolist(), "w": w.tolist(), "E": lepton_number.tolist(), "k": 0.5}
    plots.dispersion(program.scan_dispersion(case), axes, unit=r"$\mu$")


def falling_density(axes):
    """A cell follows its mixing equilibrium through its resonances as matter thins out: the adiabatic conversion."""
    energy = np.array([10.0, 20.0, 40.0])
    nodes = np.polynomial.legendre.leggauss(8)[0]
    direction = np.stack([np.sqrt(1 - nodes**2), 0 * nodes, nodes], axis=-1)
    configuration = {"phase_space": {"groups": 3, "directions": 8, "form": "density"},
                     "vacuum": {"mixing_angle": 0.15, "ordering": "normal"}}
    rho = np.zeros((1, 2, 3, 8, 4))
    rho[0, 0, :, :, 0], rho[0, 0, :, :, 1] = 3e19, 1e19  # cm^-3: mixing among neutrinos is weak here
    rho[0, 1, :, :, 0], rho[0, 1, :, :, 1] = 2e19, 1e19
    density = np.array([1e31])
    cells = Cells(configuration, {"rho": rho, "energy": energy, "direction": direction, "electron_density": density})

    def thin_out(_, step):
        density[0] = 1e31 * 0.9**step

    history = cells.drive(150, 1e-6, thin_out, record=("rho", "electron_density"))
    part = history["rho"][:, 0, 0].mean(axis=2)
    for group, value in enumerate(energy):
        axes.semilogx(history["electron_density"][:, 0], part[:, group, 0] / part[:, group, :2].sum(axis=-1),
                      label=f"{value:.0f} MeV")
    axes.invert_xaxis()
    axes.set(xlabel=r"electron density (cm$^{-3}$)", ylabel=r"$\nu_e$ part", ylim=(0, 1))
    axes.legend(frameon=False)


def resolved_two_beam(axes):
    """The two-beam system resolved (examples/two_beam): interaction energy and the mean of one beam, one seed."""
    case = {"kind": "twobeam", "cases": [{
        "name": "one seed", "L": 20, "zeta_plus": 1.0, "zeta_minus": -0.6, "t": np.linspace(0, 20, 81).tolist(),
        "seed_terms": [[0, 0, n, 1e-3, 0.7 * n] for n in range(1, 5)]}]}
    result = program.box(case, "-q")["results"][0]
    axes.plot(result["t"], result["U_over_U0"], label=r"$U/U_0$")
    axes.plot(result["t"], result["mean_Pz_plus"], label=r"$\langle P^z_+\rangle$")
    axes.set(xlabel=r"$\mu t$")
    axes.legend(frameon=False)


PICTURES = {"two_beams": two_beams, "crossing": crossing, "falling_density": falling_density,
            "resolved_two_beam": resolved_two_beam}


def main(arguments=None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="python3 -m miscid.gallery")
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)}; default: all")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(PICTURES)
    if unknown:
        parser.error(f"no picture {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}")
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.names or PICTURES:
        figure = plt.figure(figsize=(5.5, 3.6), layout="constrained")
        PICTURES[name](figure.add_subplot())
        figure.savefig(options.folder / f"{name}.png", dpi=200)
        plt.close(figure)
        print(options.folder / f"{name}.png")


if __name__ == "__main__":
    main()
