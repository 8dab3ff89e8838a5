#!/usr/bin/env python3
"""Draws the answer of `tools/judge`: plot_judge.py ANSWER.json PICTURE.png"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

plt.rcParams.update({"font.size": 8, "axes.linewidth": 0.7})


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        answer = json.load(file)
    names = [entry["name"] for entry in answer["contenders"]]
    cases = answer["cases"]
    figure, (table, cost) = plt.subplots(1, 2, figsize=(11, 0.32 * len(cases) + 2.2), constrained_layout=True,
                                         gridspec_kw={"width_ratios": [2.2, 1]})
    values = [[(case["contenders"][name] or {"L1": float("nan")})["L1"] for name in names] for case in cases]
    shown = table.imshow(values, aspect="auto", cmap="YlOrRd", norm=matplotlib.colors.LogNorm(0.005, 0.5))
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            text = "–" if value != value else f"{value:.3f}".lstrip("0")
            table.text(column, row, text, ha="center", va="center", color="white" if value > 0.12 else "black", fontsize=7)
    table.set_xticks(range(len(names)), names, rotation=40, ha="right")
    table.set_yticks(range(len(cases)), [case["name"] for case in cases])
    table.set_title("error against the resolved box")
    figure.colorbar(shown, ax=table, shrink=0.7)
    for name in names:
        sudden = [case["contenders"][name] for case in cases
                  if case["counted"] and not case["driven"] and case["contenders"][name]]
        if not sudden:
            continue
        time = max(sum(score["milliseconds"] for score in sudden) / len(sudden), 1e-3)
        error = sum(score["L1"] for score in sudden) / len(sudden)
        cost.plot(time, error, "o", markersize=5)
        below = name in ("automatic", "BGK towards box", "embedded box S")
        cost.annotate(name, (time, error), textcoords="offset points", fontsize=7, ha="right" if below else "left",
                      xytext=(-5, -3) if below else (5, 3))
    cost.set_xscale("log")
    cost.set_yscale("log")
    cost.margins(x=0.35)
    cost.set_xlabel("processor time of a first saturation (ms)")
    cost.set_ylabel("mean error, sudden cases")
    figure.savefig(sys.argv[2], dpi=160)


main()
