#!/usr/bin/env python3
"""Draws one result of `miscid closure`: plot_closure.py RESULT.json PICTURE.png"""

import json
import sys

import matplotlib
import matplotlib.ticker

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

plt.rcParams.update({"font.size": 9, "axes.linewidth": 0.7, "lines.linewidth": 1.2, "legend.frameon": False})

STYLE = {"none": ("0.6", ":"), "equipartition": ("tab:green", "--"), "power_half": ("tab:orange", "-."),
         "thermal": ("tab:purple", "-."), "marginal": ("tab:blue", "-"), "kinetic": ("tab:red", "-")}
LABEL = {"none": "no mixing", "equipartition": "equipartition", "power_half": "power 1/2",
         "thermal": "thermal", "marginal": "marginal", "kinetic": "kinetic"}


def shown(result):
    """Closures that have an answer, in the order of STYLE."""
    return [(name, result["closures"][name]) for name in STYLE
            if name in result["closures"] and result["closures"][name]["status"] not in ("undefined", "refused")]


def lepton_number(axis, result):
    axis.axhline(0, color="0.8", zorder=0, linewidth=0.7)
    axis.plot(result["v"], result["E0"], color="k", label="initial")
    axis.set_xlabel(r"$v$")
    axis.set_ylabel(r"lepton number $E_v$")


def linear(growth, gamma, result):
    waves = result["linear"]
    growth.fill_between(waves["k"], waves["growth"], color="tab:purple", alpha=0.25, linewidth=0)
    growth.plot(waves["k"], waves["growth"], color="tab:purple")
    growth.set_ylim(bottom=0)
    growth.set_xlabel(r"shifted wave number $k'$")
    growth.set_ylabel(r"growth rate Im $\Omega$")
    gamma.plot(waves["v"], waves["gamma"], color="tab:purple")
    gamma.set_ylim(0, 1.05)
    gamma.set_xlabel(r"$v$")
    gamma.set_ylabel(r"viscosity $\gamma_v$ (relative)")


def plot_sudden(result):
    figure, axes = plt.subplots(2, 2, figsize=(8.6, 6.2), constrained_layout=True)
    figure.suptitle(result["name"])
    (survival, leptons), (growth, gamma) = axes
    if result["ratio"]:
        survival.plot(result["v"], [0.5 * (1 + r) for r in result["ratio"]], "o", color="k", markersize=2.6,
                      label="resolved", zorder=5)
        leptons.plot(result["v"], [r * e for r, e in zip(result["ratio"], result["E0"])], "o", color="k", markersize=2.6,
                     label="resolved", zorder=5)
    lepton_number(leptons, result)
    for name, found in shown(result):
        color, line = STYLE[name]
        error = found.get("error", {}).get("survival_L1")
        label = LABEL[name] + (f"  (L1 {error:.3f})" if error is not None else "")
        survival.plot(result["v"], [0.5 * (1 + r) for r in found["ratio"]], color=color, linestyle=line, label=label)
        if name != "none":
            leptons.plot(result["v"], [r * e for r, e in zip(found["ratio"], result["E0"])], color=color, linestyle=line)
    survival.axhline(0.5, color="0.8", zorder=0, linewidth=0.7)
    survival.set_xlabel(r"$v$")
    survival.set_ylabel("survival probability")
    survival.set_ylim(min(0.3, survival.get_ylim()[0]), 1.03)
    survival.legend(fontsize=7.5)
    leptons.legend(fontsize=7.5)
    linear(growth, gamma, result)
    return figure


def plot_driven(result):
    figure, axes = plt.subplots(2, 2, figsize=(8.6, 6.2), constrained_layout=True)
    figure.suptitle(result["name"])
    (errors, leptons), (growth, gamma) = axes
    last = result["samples"][-1]
    lepton_number(leptons, result)
    unmixed = [e + s * last["t"] for e, s in zip(result["E0"], result["source"])]
    leptons.plot(result["v"], unmixed, color="k", linestyle=":", label="unmixed")
    if last["E"]:
        leptons.plot(result["v"], last["E"], "o", color="k", markersize=2.6, label=f"resolved, t = {last['t']:g}", zorder=5)
    for name, found in shown(result):
        color, line = STYLE[name]
        if "error" in found:
            errors.plot(found["t"], found["error"]["driven"], color=color, linestyle=line, marker="o", markersize=2.6,
                        label=LABEL[name])
        if name != "none":
            leptons.plot(result["v"], found["E"][-1], color=color, linestyle=line, label=LABEL[name])
    errors.set_xlabel(r"$t$")
    errors.set_ylabel(r"$\sum w|\Delta E|\,/\,\sum w|E_{\rm unmixed}|$")
    errors.set_ylim(bottom=0)
    if errors.lines:
        errors.legend(fontsize=7.5)
    leptons.legend(fontsize=7.5)
    linear(growth, gamma, result)
    growth.set_title("of the last unmixed state", fontsize=8)
    gamma.set_title("of the last unmixed state", fontsize=8)
    return figure


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        result = json.load(file)
    figure = plot_driven(result) if result["driven"] else plot_sudden(result)
    for axis in figure.axes:
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(6))
    figure.savefig(sys.argv[2], dpi=160)


if __name__ == "__main__":
    main()
