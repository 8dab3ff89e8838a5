#!/usr/bin/env python3
"""Draws the result of `miscid run`: plot_run.py RESULT.json PICTURE.png"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

NU, NUBAR, DATA = "tab:blue", "tab:red", "0.35"


def status_marks(axis, x, rows):
    """Crosses along the bottom where the module refused a cell."""
    refused = [value for value, row in zip(x, rows) if row["status"] not in ("OK", "CELL_EVENT", "CELL_RELAXED")]
    if refused:
        axis.plot(refused, [0.02] * len(refused), "kx", transform=axis.get_xaxis_transform(), label="refused")


def residual_panel(axis, x, rows):
    axis.loglog(x, [max(row["residual"], 1e-20) for row in rows], color=DATA)
    axis.set_ylabel("residual")


def waves_panel(axis, radius, rows):
    """Lepton number in waves, and where they grow."""
    axis.loglog(radius, [max(row["waves"]["content"], 1e-300) for row in rows], color=DATA, label="in waves")
    top = max(row["waves"]["content"] for row in rows) or 1.0
    axis.set_ylim(top * 1e-12, top * 10)
    axis.set_ylabel(r"in waves (cm$^{-3}$)")
    growing = [value for value, row in zip(radius, rows) if row["waves"]["growth_rate"] > 0]
    axis.plot(growing, [0.04] * len(growing), "^", color=NUBAR, transform=axis.get_xaxis_transform(), label="growing")
    velocity = axis.twinx()
    velocity.semilogx(radius, [row["waves"]["group_velocity"] for row in rows], color=NU, linestyle=":")
    velocity.set_ylabel("group velocity (c)", color=NU)
    velocity.set_ylim(-1, 1)
    axis.legend(loc="lower left")


def plot_supernova(result):
    rows = result["zones"]
    radius = [row["radius"] for row in rows]
    carried = bool(result.get("waves"))
    figure, axes = plt.subplots(6 if carried else 5, 1, figsize=(8, 15.5 if carried else 13), constrained_layout=True)
    figure.suptitle(f"{result['scenario']}\n{result['transport']} transport, t = {result['time']:.3g} s")

    content, amplitude, lepton, residual = axes[:4]
    spectrum = axes[-1]
    if carried:
        waves_panel(axes[4], radius, rows)
    for name, color, label in (("nu", NU, r"$\nu_e$ part"), ("nubar", NUBAR, r"$\bar\nu_e$ part")):
        content.semilogx(radius, [row[name]["electron_fraction"] for row in rows], color=color, label=label)
        amplitude.semilogx(radius, [row[name]["mean_amplitude"] for row in rows], color=color,
                           label=r"$\nu$" if name == "nu" else r"$\bar\nu$")
    content.set_ylabel("flavor content")
    content.set_ylim(0, 1)
    status_marks(content, radius, rows)
    density = content.twinx()
    density.loglog(radius, [row["density"] for row in rows], color=DATA, linestyle=":", label="density")
    density.set_ylabel(r"density (g cm$^{-3}$)")
    content.legend(loc="lower left")
    amplitude.set_ylabel(r"$\sum w p\,/\sum w P_0$")
    amplitude.legend()

    d0 = [row["D_0"] for row in rows]
    lepton.loglog(radius, [abs(value[2]) for value in d0], color=DATA, label=r"$|D_{0z}|$")
    lepton.loglog(radius, [max((value[0] ** 2 + value[1] ** 2) ** 0.5, 1e-300) for value in d0], color=DATA,
                  linestyle="--", label=r"$|D_{0\perp}|$")
    top = max(abs(value[2]) for value in d0) or 1.0
    lepton.set_ylim(top * 1e-20, top * 10)
    lepton.set_ylabel(r"$D_0$ (cm$^{-3}$)")
    lepton.legend()
    residual_panel(residual, radius, rows)
    for axis in axes[:-1]:
        axis.set_xlim(radius[0], radius[-1])
        axis.set_xlabel("radius (cm)")

    for name, color, label in (("nu", NU, r"$\nu_e$"), ("nubar", NUBAR, r"$\bar\nu_e$")):
        groups = [group for group in result["conversion"]["groups"] if group["type"] == name]
        energy = [group["energy"] for group in groups]
        spectrum.plot(energy, [group["electron"] for group in groups], "o", color=color, label=f"{label}, run")
        spectrum.plot(energy, [group["electron_closed_form"] for group in groups], "-", color=color,
                      label=f"{label}, adiabatic closed form")
        spectrum.plot(energy, [group["electron_unmixed"] for group in groups], ":", color=color,
                      label=f"{label}, no mixing")
    spectrum.set_xlabel("energy (MeV)")
    spectrum.set_ylabel("part at the outer boundary")
    spectrum.set_ylim(0, 1)
    spectrum.legend(fontsize="small", ncol=2)
    return figure


def plot_cell(result):
    rows = result["history"]
    potential = [row["matter_potential"] for row in rows]
    figure, axes = plt.subplots(4, 1, figsize=(8, 10), sharex=True, constrained_layout=True)
    figure.suptitle(f"{result['scenario']}, {result['ordering']} ordering")
    content, lepton, gap, residual = axes
    for name, color, label in (("nu", NU, r"$\nu_e$ part"), ("nubar", NUBAR, r"$\bar\nu_e$ part")):
        content.plot(potential, [row[name]["electron_fraction"] for row in rows], color=color, label=label)
    events = [value for value, row in zip(potential, rows) if row["events"] > 0]
    for number, value in enumerate(events):
        content.axvline(value, color="0.8", zorder=0, label="alignment event" if number == 0 else None)
    status_marks(content, potential, rows)
    content.set_ylim(0, 1)
    content.set_ylabel("flavor content")
    content.legend()
    lepton.plot(potential, [row["D_0"][2] for row in rows], color=DATA, label=r"$D_{0z}$")
    lepton.plot(potential, [(row["D_0"][0] ** 2 + row["D_0"][1] ** 2) ** 0.5 for row in rows], color=DATA,
                linestyle="--", label=r"$|D_{0\perp}|$")
    lepton.set_ylabel(r"$D_0$ (cm$^{-3}$)")
    lepton.legend()
    gap.loglog(potential, [max(row["min_hamiltonian"], 1e-20) for row in rows], color=DATA)
    gap.set_ylabel(r"smallest $|H|$ (cm$^{-1}$)")
    residual_panel(residual, potential, rows)
    residual.set_xlabel(r"matter potential $\lambda$ (cm$^{-1}$), falling with time")
    residual.invert_xaxis()
    return figure


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        result = json.load(file)
    figure = plot_supernova(result) if result["kind"] == "supernova" else plot_cell(result)
    figure.savefig(sys.argv[2], dpi=120)


if __name__ == "__main__":
    main()
