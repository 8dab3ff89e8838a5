"""Draws the summary of `miscid snapshot`: numbers of each species before and after, the electron part chunk by chunk, and
how the cells fared.

usage: plot_snapshot.py SUMMARY.json PICTURE.png
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

LABELS = {"nu_e": r"$\nu_e$", "nubar_e": r"$\bar\nu_e$", "nu_x": r"$\nu_x$", "nubar_x": r"$\bar\nu_x$"}


def species_panel(axes, summary):
    species = summary["species"]
    place = np.arange(len(species))
    whole = sum(one["before"] for one in species) or 1.0
    for shift, key, color in ((-0.2, "before", "0.7"), (0.2, "after", "C0")):
        axes.bar(place + shift, [one[key] / whole for one in species], 0.4, color=color, label=key)
    axes.set_xticks(place, [LABELS.get(one["name"], one["name"]) for one in species])
    axes.set(ylabel="part of all neutrinos")
    axes.legend(frameon=False)


def chunk_panel(axes, summary):
    names = [one["name"] for one in summary["species"]]
    for prefix, color in (("nu_", "C0"), ("nubar_", "C3")):
        mine = [n for n, name in enumerate(names) if name.startswith(prefix)]
        electron = [n for n in mine if names[n].endswith("_e")]
        if not electron or len(mine) < 2:
            continue
        for key, style in (("before", ":"), ("after", "-")):
            numbers = np.array([chunk[key] for chunk in summary["chunks"]])
            total = numbers[:, mine].sum(axis=1)
            part = numbers[:, electron[0]] / np.where(total > 0, total, np.nan)
            axes.plot(np.arange(len(part)), part, style, color=color, drawstyle="steps-mid",
                      label=f"{LABELS[names[electron[0]]]} {key}")
    axes.set(xlabel="chunk of the dump", ylabel="electron part", ylim=(0, 1))
    if axes.lines:
        axes.legend(frameon=False, fontsize="small")


def cell_panel(axes, summary):
    cells = summary["cells"]
    names = ["ok", "events", "relaxed", "reduce_time_step", "refused"]
    axes.barh(names[::-1], [max(cells[name], 0) for name in names[::-1]], color="C0")
    axes.set_xscale("symlog", linthresh=1)
    axes.set(xlabel=f"cells, of {cells['cells']}")


def main(source, picture):
    with open(source, encoding="utf-8") as file:
        summary = json.load(file)
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    for panel, one in zip((species_panel, chunk_panel, cell_panel), axes):
        panel(one, summary)
    figure.savefig(picture, dpi=200)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
