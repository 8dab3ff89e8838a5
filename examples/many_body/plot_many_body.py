#!/usr/bin/env python3
"""Draws what example_many_body prints: plot_many_body.py OUTPUT.json PICTURE.png"""
import json
import math
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)
plt.rcParams.update({"font.size": 9, "axes.titlesize": 9.5, "legend.frameon": False, "legend.fontsize": 8,
                     "axes.spines.top": False, "axes.spines.right": False, "mathtext.fontset": "cm"})
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 3.9), layout="constrained")


def times(values):
    return [data["step"] * i for i in range(len(values))]


colors = plt.get_cmap("viridis")
for i, run in enumerate(data["no_mixing"]):
    left.plot(times(run["P_z"]), run["P_z"], color=colors(i / len(data["no_mixing"])), label=f"$N = {run['N']}$")
left.axhline(1, color="0.3", linestyle="--", linewidth=1, label="mean field")
left.set_title("exact, without mixing: fluctuations start what the mean field cannot")
mean, exact = data["mixing"]["mean_field"]["P_z"], data["mixing"]["exact"]
middle.plot(times(mean), mean, "--", color="0.3", label="mean field")
middle.plot(times(exact["P_z"]), exact["P_z"], color="#c0392b", label=f"exact, $N = {exact['N']}$")
middle.set_title(rf"with mixing, $\theta = {data['mixing_angle']:g}$: both are unstable")
for axis in (left, middle):
    axis.set_xlabel(r"$\kappa t$")
    axis.set_ylabel("$P_z$ of the first beam")
    axis.set_ylim(-0.05, 1.08)
    axis.legend(loc="lower left")
onset = data["onset"]
right.semilogx(onset["N"], onset["time"], "o", color="#1f5fa8", label="exact: $P_z$ falls to 0.9")
shift = onset["time"][-1] - 0.5 * math.log(onset["N"][-1])
right.semilogx(onset["N"], [shift + 0.5 * math.log(n) for n in onset["N"]], color="0.3", linewidth=1,
               label=r"$\frac{1}{2}\,\log N +$ const")
right.plot([], [], " ", label=rf"slope for large $N$: ${onset['slope']:.4f} \pm {onset['slope_error']:.4f}$")
right.set_xlabel("$N$")
right.set_ylabel(r"onset $\kappa\tau$")
right.set_title("onset time against number")
right.legend()
figure.savefig(sys.argv[2], dpi=140)
