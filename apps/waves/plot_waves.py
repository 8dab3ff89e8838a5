#!/usr/bin/env python3
"""Draws the answers of `miscid waves`: plot_waves.py DATA.json PICTURE.png

One row of panels per case. With --scan-k: growth rate against k' with the unstable bands, and the band structure Re Omega(k').
Without: the viscosity profile where there is one, else the roots in the complex plane.
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

COLORS = ["tab:blue", "tab:red", "tab:green", "tab:purple"]
LABELS = {"axisymmetric": "axisymmetric", "axial_breaking": "axial-breaking", "aligned": "aligned", "general": "general"}
MOST_ROWS = 16


def scan_panels(growth, bands, result):
    scan = result["scan"]
    if scan.get("screened") or not scan["branches"]:
        for axis in (growth, bands):
            axis.text(0.5, 0.5, "no wave can grow: one sign, no crossing", transform=axis.transAxes, ha="center")
        return
    top = 0.0
    for color, branch in zip(COLORS, scan["branches"]):
        k = [point["k"] for point in branch["points"] for _ in point["omega"]]
        omega = [complex(*z) for point in branch["points"] for z in point["omega"]]
        label = LABELS.get(branch["branch"], branch["branch"])
        growth.plot(k, [z.imag for z in omega], "o", ms=2.5, color=color, label=label)
        bands.scatter(k, [z.real for z in omega], s=[4 + 60 * z.imag / max(y.imag for y in omega) for z in omega],
                      color=color, alpha=0.6, lw=0)
        for band in branch["bands"]:
            growth.axvspan(band["from"], band["to"], color=color, alpha=0.08, lw=0)
            growth.plot(band["k_fastest"], band["max_growth"], "*", color=color, ms=9, mec="k", mew=0.4)
            top = max(top, band["max_growth"])
    points = scan["branches"][0]["points"]
    growth.fill_between([point["k"] for point in points], [point["floor"] for point in points], color="0.85",
                        label="growth floor", lw=0, zorder=0)
    edges = [edge for branch in scan["branches"] for band in branch["bands"] for edge in (band["from"], band["to"])]
    if edges:
        margin = 0.15 * (max(edges) - min(edges)) + 1e-12
        for axis in (growth, bands):
            axis.set_xlim(min(edges) - margin, max(edges) + margin)
    growth.set_ylim(0, 1.15 * top if top > 0 else 1)
    growth.set_ylabel(r"Im $\Omega$")
    bands.set_ylabel(r"Re $\Omega$")
    direction = ", ".join(f"{x:.2g}" for x in scan["direction"])
    for axis in (growth, bands):
        axis.set_xlabel(rf"$k' = k - D_1$ along ({direction})" if any(b["branch"] != "general" for b in scan["branches"])
                        else rf"$k$ along ({direction})")
    growth.legend(fontsize="small", frameon=False)


def profile_panels(left, right, result):
    v, R = result["v"], result["profile_R"]
    left.plot(v, result["gamma_per_intensity"], color="tab:blue")
    left.set_ylabel(r"$\gamma$ per intensity")
    right.plot(v, result["E"], color="0.35", label="E(v)")
    right.axhline(0, color="0.7", lw=0.8)
    right.set_ylabel("E(v)")
    resonance = right.twinx()
    resonance.semilogy(v, R, color="tab:red")
    resonance.set_ylabel("R(v)", color="tab:red")
    for axis in (left, right):
        axis.set_xlabel("v")


def spectrum_panels(left, right, result):
    roots = [complex(*z) for z in result.get("unstable") or []]
    if not roots:
        for axis in (left, right):
            axis.text(0.5, 0.5, "nothing grows above the floor", transform=axis.transAxes, ha="center")
        return
    left.plot([z.real for z in roots], [z.imag for z in roots], "o", color="tab:blue")
    left.axhspan(0, result["growth_floor"], color="0.85", lw=0, label="growth floor of the angular grid")
    left.set_xlabel(r"Re $\Omega$")
    left.set_ylabel(r"Im $\Omega$")
    left.set_ylim(0, 1.15 * max(z.imag for z in roots))
    left.legend(fontsize="small", frameon=False)
    pairs = [(sum(x[0] ** 2 for x in velocity) ** 0.5, z.imag)
             for z, velocity in zip(roots, result["group_velocity"]) if velocity]
    right.plot([speed for speed, _ in pairs], [rate for _, rate in pairs], "o", color="tab:blue")
    right.axvline(1, color="0.7", lw=0.8)
    right.set_xlabel(r"|Re $\partial\Omega/\partial k$|")
    right.set_ylabel(r"Im $\Omega$")


def main():
    with open(sys.argv[1]) as file:
        results = json.load(file)["results"]
    shown = [result for result in results if result["status"] != "invalid_input"][:MOST_ROWS]
    figure, axes = plt.subplots(max(len(shown), 1), 2, figsize=(10, 3.3 * max(len(shown), 1)), squeeze=False,
                                constrained_layout=True)
    for (left, right), result in zip(axes, shown):
        left.set_title(result.get("name") or result["kind"], fontsize="medium", loc="left")
        if "scan" in result:
            scan_panels(left, right, result)
        elif "profile_R" in result and "v" in result:
            profile_panels(left, right, result)
        else:
            spectrum_panels(left, right, result)
    figure.savefig(sys.argv[2], dpi=150)


if __name__ == "__main__":
    main()
