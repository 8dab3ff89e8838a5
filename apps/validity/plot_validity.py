#!/usr/bin/env python3
"""Draws the answer of `miscid validity`: plot_validity.py ANSWER.json PICTURE.png"""

import json
import math
import sys
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

COLOR = {"met": "#4d9221", "doubtful": "#e08214", "violated": "#c0392b", "not_evaluated": "0.8"}
SMALLEST = 1e-20
STYLE = {"font.size": 9, "axes.titlesize": 9.5, "legend.frameon": False, "legend.fontsize": 7.5,
         "axes.spines.top": False, "axes.spines.right": False, "mathtext.fontset": "cm"}


def name(row):
    return f"{row['criterion'].replace('_', ' ')}  ({row['equations']})"


def bars(axis, answer):
    """Every number in units of the threshold from which it is flagged."""
    rows = answer["criteria"][::-1]
    for y, row in enumerate(rows):
        if row["value"] is None:
            axis.text(1e-12, y, "not known" if row["verdict"] == "not_evaluated" else "not finite", va="center",
                      color="0.55" if row["verdict"] == "not_evaluated" else COLOR["violated"], fontsize=7.5)
            continue
        part = max(row["value"] / row["flagged_above"], 1e-12)
        axis.plot([1e-12, part], [y, y], color=COLOR[row["verdict"]], linewidth=5, solid_capstyle="butt")
        axis.text(part * 1.8, y, f"{row['value']:.2g}", va="center", fontsize=7.5)
        if row["refused_above"] is not None:
            axis.plot([row["refused_above"] / row["flagged_above"]] * 2, [y - 0.35, y + 0.35], color="0.2", linewidth=1.4)
    axis.axvline(1.0, color="0.35", linewidth=0.8, linestyle="--")
    axis.set_xscale("log")
    axis.set_xlim(1e-12, 1e7)
    axis.set_yticks(range(len(rows)), [name(row) for row in rows])
    axis.set_xlabel("value / value from which it is flagged   (black mark: refused from here)")
    for verdict in ("met", "doubtful", "violated"):
        axis.plot([], [], color=COLOR[verdict], linewidth=5, label=verdict)
    axis.legend(loc="upper center", ncol=3, bbox_to_anchor=(0.5, -0.11))


def history(axis, answer):
    rows = answer["history"]
    for key in ("lambda", "mu"):
        x = [row["parameters"][key] for row in rows]
        if len(set(x)) > 1:
            label = r"matter potential $\lambda$" if key == "lambda" else r"self-interaction $\mu$"
            break
    else:
        x, label = list(range(1, len(rows) + 1)), "step"
    flagged = {row["criterion"]: row["flagged_above"] for row in answer["criteria"]}
    for key, threshold in flagged.items():
        y = [row["values"][key] for row in rows]
        if any(v is not None for v in y) and len(set(y)) > 1:
            axis.plot(x, [max(v / threshold, SMALLEST) if v is not None else math.nan for v in y], marker=".", markersize=3,
                      linewidth=1.1, label=key.replace("_", " "))
    axis.axhline(1.0, color="0.35", linewidth=0.8, linestyle="--")
    axis.set_yscale("log")
    low, _ = axis.get_ylim()
    axis.set_ylim(max(low, 1e-14), None)
    if min(x) > 0 and max(x) / min(x) > 30:
        axis.set_xscale("log")
    if x[0] > x[-1]:
        axis.invert_xaxis()
    axis.set_xlabel(label)
    axis.set_title("on the way, in units of the threshold")
    axis.legend()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        answer = json.load(file)
    plt.rcParams.update(STYLE)
    long = len(answer["history"]) > 2
    figure, axes = plt.subplots(1, 2 if long else 1, figsize=(13 if long else 8.5, 5.6), layout="constrained",
                                squeeze=False)
    bars(axes[0][0], answer)
    if long:
        history(axes[0][1], answer)
    line = "\n".join(textwrap.wrap(f"{answer['action'].replace('_', ' ')}: {answer['line']}", 130))
    figure.suptitle(f"{answer.get('title', '')}\n{line}", fontsize=9)
    figure.savefig(sys.argv[2], dpi=140)


if __name__ == "__main__":
    main()
