#!/usr/bin/env python3
"""Draws the answer of `miscid thermo`: plot_thermo.py ANSWER.json PICTURE.png"""

import json
import math
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

NU, NUBAR, FIELD, BEFORE = "#1f5fa8", "#c0392b", "0.25", "0.72"
FLAVOR = {2: ((r"$e$", "#1f5fa8"), (r"$x$", "#e08214")),
          3: ((r"$e$", "#1f5fa8"), (r"$\mu$", "#e08214"), (r"$\tau$", "#4d9221"))}
STYLE = {"font.size": 9, "axes.titlesize": 9.5, "axes.labelsize": 9, "legend.fontsize": 7.5, "legend.frameon": False,
         "axes.spines.top": False, "axes.spines.right": False, "mathtext.fontset": "cm"}


class Cell:
    """Modes of an answer, grouped by energy."""

    def __init__(self, answer):
        modes = answer["modes"]
        self.answer, self.flavors = answer, answer["n_flavors"]
        self.count = len(modes["direction"])
        self.bar = [flag == 1 for flag in modes["is_antineutrino"]]
        self.direction, self.trace = modes["direction"], modes["trace"]
        self.energy = [1 / abs(f) if f else math.inf for f in modes["frequency"]]
        self.levels = sorted({round(e, 9) for e in self.energy})
        self.group = [self.levels.index(round(e, 9)) for e in self.energy]
        self.incoming, self.equilibrium = modes["incoming"], modes["equilibrium"]

    def in_space(self, vector):
        """A flavor vector in the drawn space: x, y across the electron axis, z along it."""
        if self.flavors == 2:
            return vector
        return [math.hypot(vector[2], vector[4]), math.hypot(vector[3], vector[5]), math.sqrt(3) / 2 * vector[1]]

    def share(self, state, mode):
        """P/P0."""
        trace = self.trace[mode] or 1.0
        return [c / trace for c in self.in_space(state["P"][mode])]

    def color(self, mode):
        return NUBAR if self.bar[mode] else NU


def unit(vector):
    length = math.sqrt(sum(c * c for c in vector)) or 1.0
    return [c / length for c in vector]


def flavor_space(axis, cell):
    axis.set_title("polarization and $H$ in flavor space")
    circle = [2 * math.pi * i / 90 for i in range(91)]
    zero, c, s = [0] * 91, [math.cos(a) for a in circle], [math.sin(a) for a in circle]
    for ring in ((c, s, zero), (c, zero, s), (zero, c, s)):
        axis.plot(*ring, color="0.85", linewidth=0.6)
    axis.plot([0, 0], [0, 0], [-1.15, 1.15], color="0.6", linewidth=0.7)
    axis.text(0, 0, 1.22, r"$\nu_e$", ha="center")
    axis.text(0, 0, -1.34, r"$\nu_x$", ha="center")
    for mode in range(cell.count):
        x, y, z = cell.share(cell.incoming, mode)
        axis.plot([0, x], [0, y], [0, z], color=BEFORE, linewidth=0.5)
        x, y, z = cell.share(cell.equilibrium, mode)
        axis.plot([0, x], [0, y], [0, z], color=cell.color(mode), linewidth=0.8, alpha=0.8)
        axis.plot([x], [y], [z], ".", color=cell.color(mode), markersize=3)
        x, y, z = unit(cell.in_space(cell.equilibrium["H"][mode]))
        axis.plot([x], [y], [z], "x" if cell.bar[mode] else "+", color=FIELD, markersize=4, markeredgewidth=0.7)
    axis.set_box_aspect((1, 1, 1), zoom=1.35)
    axis.view_init(18, -62)
    axis.set_axis_off()


def vectors(axis, cell):
    axis.set_title(r"$\mathbf{P}/P_0$ against direction and energy ($x$–$z$ plane of flavor space)")
    levels = len(cell.levels)
    cosines = [q[2] for q in cell.direction]
    width = max(max(cosines) - min(cosines), 0.5)
    for mode in range(cell.count):
        q = cell.direction[mode]
        spread = 0.03 * width * (math.atan2(q[1], q[0]) / math.pi if q[0] or q[1] else 0)
        x, y = q[2] + spread, cell.group[mode] + (0 if not cell.bar[mode] else -levels - 0.6)
        h = unit(cell.in_space(cell.equilibrium["H"][mode]))
        scale = 0.06 * width
        axis.plot([x - scale * h[0], x + scale * h[0]], [y - 0.42 * h[2], y + 0.42 * h[2]], color="0.8", linewidth=0.8,
                  zorder=1)
        for state, color, wide in ((cell.incoming, BEFORE, 0.7), (cell.equilibrium, cell.color(mode), 1.1)):
            P = cell.share(state, mode)
            axis.annotate("", (x + scale * P[0], y + 0.42 * P[2]), (x, y),
                          arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": wide, "mutation_scale": 6,
                                      "shrinkA": 0, "shrinkB": 0})
    axis.axhline(-0.8, color="0.85", linewidth=0.6)
    axis.set_xlim(min(cosines) - 0.12 * width, max(cosines) + 0.12 * width)
    low = -levels - 1.1 if any(cell.bar) else -0.7
    axis.set_ylim(low, levels - 0.3)
    ticks = [(g + shift, f"{cell.levels[g]:.3g}") for shift in ((0, -levels - 0.6) if any(cell.bar) else (0,))
             for g in range(levels)]
    axis.set_yticks([t[0] for t in ticks], [t[1] for t in ticks])
    axis.set_xlabel("direction cosine $v_z$")
    axis.set_ylabel(r"$1/\omega$:  $\bar\nu$ below, $\nu$ above")
    axis.plot([], [], color="0.8", label="axis of $H$")
    axis.plot([], [], color=BEFORE, label="incoming")
    axis.plot([], [], color=NU, label="mixing equilibrium")
    axis.legend(loc="upper left", ncol=3, bbox_to_anchor=(0, 1.0), borderaxespad=0)


def field(axis, cell):
    axis.set_title("$|H|$ of the modes")
    for bar, marker in ((False, "o"), (True, "s")):
        picked = [m for m in range(cell.count) if cell.bar[m] == bar]
        axis.plot([cell.direction[m][2] for m in picked],
                  [math.sqrt(sum(c * c for c in cell.equilibrium["H"][m])) for m in picked], marker, markersize=3.5,
                  color=NUBAR if bar else NU, alpha=0.8, label=r"$\bar\nu$" if bar else r"$\nu$")
    axis.set_yscale("log")
    axis.set_xlabel("direction cosine $v_z$")
    axis.set_ylabel("frequency")
    axis.legend()


def spectrum(axis, cell, bar):
    axis.set_title(("antineutrinos" if bar else "neutrinos") + ": occupation by flavor")
    picked = [m for m in range(cell.count) if cell.bar[m] == bar]
    thermal = cell.answer["flavor_temperature"]["energy_and_lepton_number"]
    sources = [("incoming", cell.incoming["occupation"], "--", BEFORE), ("equilibrium", cell.equilibrium["occupation"], "-", None)]
    if thermal["status"] == "ok":
        sources.append(("flavor temperature", thermal["occupation"], ":", None))
    for name, occupation, line, color in sources:
        for flavor, (label, own) in enumerate(FLAVOR[cell.flavors]):
            total = [0.0] * len(cell.levels)
            weight = [0.0] * len(cell.levels)
            for m in picked:
                w = cell.equilibrium["weight"][m]
                total[cell.group[m]] += w * occupation[m][flavor]
                weight[cell.group[m]] += w
            shown = [(e, t / w) for e, t, w in zip(cell.levels, total, weight) if w > 0]
            axis.plot([s[0] for s in shown], [s[1] for s in shown], line, color=own, linewidth=1.6 if line == "-" else 1.1,
                      marker="o", markersize=2.5, alpha=0.55 if line == "--" else 1,
                      label=label if name == "equilibrium" else None)
        axis.plot([], [], line, color="0.3", label=name)
    axis.set_xlabel(r"$1/\omega$ (proportional to energy)")
    axis.set_ylabel(r"$\langle\rho_{\alpha\alpha}\rangle$")
    axis.set_ylim(0, 1.25 * axis.get_ylim()[1])
    axis.legend(ncol=2, loc="upper right")


def entropies(axis, answer):
    S, T = answer["entropy"], answer["flavor_temperature"]
    rows = [("incoming", S["incoming"], BEFORE), ("equilibrium", S["equilibrium"], NU)]
    for key, name in (("energy_and_lepton_number", "thermal at $U$, $D_{0z}$"), ("energy", "thermal at $U$")):
        if T[key]["status"] == "ok":
            rows.append((name, T[key]["entropy"], "#6a51a3"))
    rows.append(("equipartition", S["equipartition"], "0.4"))
    axis.set_title("entropy (part of equipartition)")
    full = S["equipartition"] or 1.0
    axis.barh([r[0] for r in rows], [r[1] / full for r in rows], color=[r[2] for r in rows], height=0.62)
    for y, row in enumerate(rows):
        axis.text(row[1] / full - 0.01, y, f"{row[1] / full:.4f}", va="center", ha="right", color="w", fontsize=7)
    axis.invert_yaxis()
    axis.set_xlim(0, 1.02)


def energies(axis, answer):
    first, last, ledger = answer["states"][0], answer["states"][-1], answer["ledger"]["sum"]
    rows = [("$U$ incoming", first["energy"]["total"], BEFORE), ("work", ledger["work"], "#4d9221"),
            ("kinematic heat", ledger["kinematic_heat"], "#e08214"),
            ("environmental heat", ledger["environmental_heat"], "#c51b7d"),
            ("$U$ equilibrium", last["energy"]["total"], NU)]
    axis.set_title("polarization energy: heat and work")
    base = [0.0, rows[0][1], rows[0][1] + rows[1][1], rows[0][1] + rows[1][1] + rows[2][1], 0.0]
    axis.barh([r[0] for r in rows], [r[1] for r in rows], left=base, color=[r[2] for r in rows], height=0.62)
    axis.axvline(0, color="0.3", linewidth=0.7)
    axis.invert_yaxis()
    axis.tick_params(axis="x", labelrotation=20)


def history(axes, answer):
    states, steps = answer["states"], answer["ledger"]["steps"]
    for key, label in (("lambda", r"matter potential $\lambda$"), ("mu", r"self-interaction $\mu$")):
        x = [s["parameters"][key] for s in states]
        if len(set(x)) > 1:
            break
    else:
        x, label = list(range(len(states))), "step"
    def sums(key):
        total, out = 0.0, [0.0]
        for step in steps:
            total += step[key]
            out.append(total)
        return out
    axes[0].plot(x, [s["entropy"] for s in states], color=NU)
    axes[0].set_title("entropy")
    S = [s["entropy"] for s in states]
    axes[0].set_ylim(min(S) - 0.02 * abs(min(S)), max(S) + 0.02 * abs(max(S)))
    U = [s["energy"]["total"] for s in states]
    axes[1].plot(x, [u - U[0] for u in U], color=NU, label="$U - U_0$")
    for key, color, name in (("work", "#4d9221", "work"), ("kinematic_heat", "#e08214", "kinematic heat"),
                             ("environmental_heat", "#c51b7d", "environmental heat")):
        axes[1].plot(x, sums(key), "--", color=color, label=name)
    axes[1].set_title("energy ledger")
    axes[1].legend()
    axes[2].plot(x, [s["D_0"][1] * math.sqrt(3) / 2 if answer["n_flavors"] == 3 else s["D_0"][2] for s in states], color=FIELD)
    axes[2].set_title("lepton number $D_{0z}$")
    axes[3].semilogy(x, [max(s["misalignment"]["largest_angle"], 1e-17) for s in states], color=FIELD)
    axes[3].set_title("largest angle of $P$ to $\\pm H$ (rad)")
    for axis in axes:
        axis.set_xlabel(label)
        if x[0] > 0 and min(x) > 0 and max(x) / min(x) > 30:
            axis.set_xscale("log")
        if x[0] > x[-1]:
            axis.invert_xaxis()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        answer = json.load(file)
    plt.rcParams.update(STYLE)
    cell = Cell(answer)
    long = len(answer["states"]) > 3
    figure = plt.figure(figsize=(14, 11 if long else 7.6), layout="constrained")
    grid = figure.add_gridspec(3 if long else 2, 4, height_ratios=[1.25, 1, 0.85] if long else [1.25, 1])
    flavor_space(figure.add_subplot(grid[0, 0], projection="3d"), cell)
    vectors(figure.add_subplot(grid[0, 1:3]), cell)
    field(figure.add_subplot(grid[0, 3]), cell)
    spectrum(figure.add_subplot(grid[1, 0]), cell, False)
    if any(cell.bar):
        spectrum(figure.add_subplot(grid[1, 1]), cell, True)
    entropies(figure.add_subplot(grid[1, 2]), answer)
    energies(figure.add_subplot(grid[1, 3]), answer)
    if long:
        history([figure.add_subplot(grid[2, i]) for i in range(4)], answer)
    figure.suptitle(answer.get("title", ""), fontsize=10)
    figure.savefig(sys.argv[2], dpi=140)


if __name__ == "__main__":
    main()
