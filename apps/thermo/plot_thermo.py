#!/usr/bin/env python3
"""Draws a cell: plot_thermo.py ANSWER.json PICTURE.png

The answer is that of `miscid thermo`, or what `miscid step --plot` makes of a step: the same with `step` and `validity`."""

import json
import math
import sys
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

NU, NUBAR, FIELD, BEFORE = "#1f5fa8", "#c0392b", "0.25", "0.72"
VERDICT = {"met": "#4d9221", "doubtful": "#e08214", "violated": "#c0392b"}
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
        self.energy = modes.get("energy") or [1 / abs(f) if f else math.inf for f in modes["frequency"]]
        self.levels = sorted({round(e, 9) for e in self.energy})
        self.group = [self.levels.index(round(e, 9)) for e in self.energy]
        natural = answer.get("step", {}).get("natural_units", True)
        # of many directions one azimuth of each polar angle is drawn as arrows
        seen = {}
        for q in self.direction:
            seen.setdefault(round(q[2], 9), tuple(q))
        self.one_azimuth = len({tuple(q) for q in self.direction}) > 24 and len(seen) < 24
        self.arrows = [not self.one_azimuth or seen[round(q[2], 9)] == tuple(q) for q in self.direction]
        self.after = "after the step" if "step" in answer else "mixing equilibrium"
        self.in_mev = "energy" in modes and not natural
        self.energy_label = ("energy (MeV)" if self.in_mev else "energy" if "energy" in modes else r"$1/\omega$")
        self.frequency_label = "cm$^{-1}$" if self.in_mev else "frequency"
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
    shown = [mode for mode in range(cell.count) if cell.arrows[mode]]
    slender = 0.6 if len(shown) > 100 else 1.0
    cosines = [q[2] for q in cell.direction]
    width = max(max(cosines) - min(cosines), 0.5)
    for mode in shown:
        q = cell.direction[mode]
        spread = 0 if cell.one_azimuth else 0.03 * width * (math.atan2(q[1], q[0]) / math.pi if q[0] or q[1] else 0)
        x, y = q[2] + spread, cell.group[mode] + (0 if not cell.bar[mode] else -levels - 0.6)
        h = unit(cell.in_space(cell.equilibrium["H"][mode]))
        scale = 0.06 * width
        axis.plot([x - scale * h[0], x + scale * h[0]], [y - 0.42 * h[2], y + 0.42 * h[2]], color="0.87", linewidth=0.8,
                  zorder=1)
        for state, color, wide in ((cell.incoming, BEFORE, 0.7), (cell.equilibrium, cell.color(mode), 1.1)):
            P = cell.share(state, mode)
            axis.annotate("", (x + scale * P[0], y + 0.42 * P[2]), (x, y),
                          arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": wide * slender, "mutation_scale": 6 * slender,
                                      "shrinkA": 0, "shrinkB": 0})
    axis.axhline(-0.8, color="0.85", linewidth=0.6)
    axis.set_xlim(min(cosines) - 0.12 * width, max(cosines) + 0.12 * width)
    low = -levels - 1.1 if any(cell.bar) else -0.7
    axis.set_ylim(low, levels - 0.3)
    ticks = [(g + shift, f"{cell.levels[g]:.3g}") for shift in ((0, -levels - 0.6) if any(cell.bar) else (0,))
             for g in range(levels)]
    axis.set_yticks([t[0] for t in ticks], [t[1] for t in ticks])
    axis.set_xlabel("direction cosine $v_z$")
    axis.set_ylabel(cell.energy_label + r":  $\bar\nu$ below, $\nu$ above")
    axis.plot([], [], color="0.87", label="axis of $H$")
    axis.plot([], [], color=BEFORE, label="incoming")
    axis.plot([], [], color=NU, label=cell.after)
    axis.legend(loc="lower center", ncol=3, bbox_to_anchor=(0.5, -0.24), borderaxespad=0)


def field(axis, cell):
    axis.set_title("$|H|$ of the modes")
    for bar, marker in ((False, "o"), (True, "s")):
        picked = [m for m in range(cell.count) if cell.bar[m] == bar]
        axis.plot([cell.direction[m][2] for m in picked],
                  [math.sqrt(sum(c * c for c in cell.equilibrium["H"][m])) for m in picked], marker, markersize=3.5,
                  color=NUBAR if bar else NU, alpha=0.8, label=r"$\bar\nu$" if bar else r"$\nu$")
    lengths = [math.sqrt(sum(c * c for c in H)) for H in cell.equilibrium["H"]]
    if max(lengths) > 10 * max(min(lengths), 1e-300):
        axis.set_yscale("log")
    axis.set_xlabel("direction cosine $v_z$")
    axis.set_ylabel(cell.frequency_label)
    axis.legend()


def spectrum(axis, cell, bar):
    axis.set_title(("antineutrinos" if bar else "neutrinos") + ": occupation by flavor")
    picked = [m for m in range(cell.count) if cell.bar[m] == bar]
    thermal = cell.answer["flavor_temperature"]["energy_and_lepton_number"]
    after = "after" if "step" in cell.answer else "equilibrium"
    sources = [("incoming", cell.incoming["occupation"], "--", BEFORE), (after, cell.equilibrium["occupation"], "-", None)]
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
                      label=label if name == after else None)
        axis.plot([], [], line, color="0.3", label=name)
    axis.set_xlabel(cell.energy_label + ("" if "energy" in cell.answer["modes"] else " (proportional to energy)"))
    axis.set_ylabel(r"$\langle\rho_{\alpha\alpha}\rangle$" + (" (cm$^{-3}$)" if cell.in_mev and cell.answer["statistics"] == "dilute" else ""))
    axis.set_ylim(0, 1.2 * axis.get_ylim()[1])
    axis.legend(ncol=1, loc="upper right", fontsize=7, labelspacing=0.2)


def entropies(axis, answer):
    S, T = answer["entropy"], answer["flavor_temperature"]
    rows = [("incoming", S["incoming"], BEFORE), ("after the step" if "step" in answer else "equilibrium", S["equilibrium"], NU)]
    for key, name in (("energy_and_lepton_number", "thermal at $U$, $D_{0z}$"), ("energy", "thermal at $U$")):
        if T[key]["status"] == "ok":
            rows.append((name, T[key]["entropy"], "#6a51a3"))
    rows.append(("equipartition", S["equipartition"], "0.4"))
    axis.set_title("entropy (part of equipartition)")
    full = S["equipartition"] or 1.0
    if full < 0 or S["incoming"] < 0:  # of densities, whose zero is a convention: counted from the incoming state
        axis.set_title("entropy above the incoming state")
        low, scale = S["incoming"], max(S["equipartition"] - S["incoming"], 1e-300)
        rows, full = [(name, (value - low) / scale, color) for name, value, color in rows], 1.0
        axis.set_xlabel("part of the way to equipartition")
    axis.barh([r[0] for r in rows], [r[1] / full for r in rows], color=[r[2] for r in rows], height=0.62)
    for y, row in enumerate(rows):
        inside = row[1] / full > 0.2
        axis.text(row[1] / full + (-0.01 if inside else 0.01), y, f"{row[1] / full:.4f}", va="center",
                  ha="right" if inside else "left", color="w" if inside else "0.2", fontsize=7)
    axis.invert_yaxis()
    axis.set_xlim(0, 1.02)


def energies(axis, answer):
    first, last, ledger = answer["states"][0], answer["states"][-1], answer["ledger"]["sum"]
    rows = [("$U$ incoming", first["energy"]["total"], BEFORE), ("work", ledger["work"], "#4d9221"),
            ("kinematic heat", ledger["kinematic_heat"], "#e08214"),
            ("environmental heat", ledger["environmental_heat"], "#c51b7d"),
            ("$U$ after" if "step" in answer else "$U$ equilibrium", last["energy"]["total"], NU)]
    axis.set_title("polarization energy: heat and work")
    base = [0.0, rows[0][1], rows[0][1] + rows[1][1], rows[0][1] + rows[1][1] + rows[2][1], 0.0]
    axis.barh([r[0] for r in rows], [r[1] for r in rows], left=base, color=[r[2] for r in rows], height=0.62)
    axis.axvline(0, color="0.3", linewidth=0.7)
    axis.invert_yaxis()
    axis.tick_params(axis="x", labelrotation=20)


def lepton_number(axis, cell):
    """sum w s P_z of every direction, before and after."""
    axis.set_title("lepton number of the directions, $\\sum w s P_z$")
    for state, color, line, name in ((cell.incoming, BEFORE, "o--", "incoming"), (cell.equilibrium, NU, "o-", "after")):
        total = {}
        for m in range(cell.count):
            key = round(cell.direction[m][2], 9)
            number = state["weight"][m] * (-1 if cell.bar[m] else 1) * cell.in_space(state["P"][m])[2]
            total[key] = total.get(key, 0.0) + number
        v = sorted(total)
        axis.plot(v, [total[x] for x in v], line, color=color, markersize=3, linewidth=1.1, label=name)
    axis.axhline(0, color="0.3", linewidth=0.7)
    axis.set_xlabel("direction cosine $v_z$")
    axis.legend()


def validity(axis, answer):
    """Every number that is known, in units of the value from which it is flagged."""
    rows = [row for row in answer["validity"]["criteria"] if row["value"] is not None][::-1]
    axis.set_title(textwrap.fill(answer["validity"]["line"], 75), fontsize=8)
    for y, row in enumerate(rows):
        part = min(max(row["value"] / row["flagged_above"], 1e-9), 1e6)
        axis.plot([1e-9, part], [y, y], color=VERDICT[row["verdict"]], linewidth=5, solid_capstyle="butt")
        axis.text(part * 1.6, y, f"{row['value']:.2g}", va="center", fontsize=7)
        if row["refused_above"] is not None:
            axis.plot([row["refused_above"] / row["flagged_above"]] * 2, [y - 0.35, y + 0.35], color="0.2", linewidth=1.4)
    axis.axvline(1.0, color="0.35", linewidth=0.8, linestyle="--")
    axis.set_xscale("log")
    axis.set_xlim(1e-9, 1e8)
    axis.set_yticks(range(len(rows)), [row["criterion"].replace("_", " ") for row in rows], fontsize=7.5)
    axis.set_xlabel("validity: value / value from which it is flagged (black: refused)")


def history(axes, answer):
    states, steps = answer["states"], answer["ledger"]["steps"]
    for key, label in (("lambda", r"matter potential $\lambda$"), ("mu", r"self-interaction $\mu$")):
        x = [s["parameters"][key] for s in states]
        if len(set(x)) > 1:
            break
    else:
        x, label = list(range(len(states))), "step"
        if "step" in answer and answer["step"]["dt"] > 0:
            x = [k * answer["step"]["dt"] for k in x]
            label = "time" if answer["step"]["natural_units"] else "time (s)"
    def sums(key):
        total, out = 0.0, [0.0]
        for step in steps:
            total += step[key]
            out.append(total)
        return out
    axes[0].plot(x, [s["entropy"] for s in states], color=NU)
    axes[0].set_title("entropy")
    S = [s["entropy"] for s in states]
    spread = max(max(S) - min(S), 1e-6 * abs(max(S)))
    axes[0].set_ylim(min(S) - 0.1 * spread, max(S) + 0.1 * spread)
    axes[0].ticklabel_format(axis="y", useOffset=False)
    U = [s["energy"]["total"] for s in states]
    axes[1].plot(x, [u - U[0] for u in U], color=NU, label="$U - U_0$")
    for key, color, name in (("work", "#4d9221", "work"), ("kinematic_heat", "#e08214", "kinematic heat"),
                             ("environmental_heat", "#c51b7d", "environmental heat")):
        axes[1].plot(x, sums(key), "--", color=color, label=name)
    axes[1].set_title("energy ledger")
    axes[1].legend()
    axes[2].plot(x, [s["D_0"][1] * math.sqrt(3) / 2 if answer["n_flavors"] == 3 else s["D_0"][2] for s in states], color=FIELD)
    axes[2].set_title("lepton number $D_{0z}$")
    low, high = axes[2].get_ylim()
    if high - low < 0.02 * abs(high + low):  # conserved: show that, not its rounding
        axes[2].set_ylim(*sorted((0.49 * (high + low), 0.51 * (high + low))))
    axes[2].ticklabel_format(axis="y", useOffset=False)
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
    step = answer.get("step")
    rows = [1.25, 1] + ([0.9] if step else []) + ([0.85] if len(answer["states"]) > 3 else [])
    figure = plt.figure(figsize=(14, 3.5 * sum(rows)), layout="constrained")
    bands = list(figure.subfigures(len(rows), 1, height_ratios=rows, squeeze=False)[:, 0])
    top = bands[0].add_gridspec(1, 4, width_ratios=[1, 1.15, 1.15, 0.9])
    flavor_space(bands[0].add_subplot(top[0, 0], projection="3d"), cell)
    vectors(bands[0].add_subplot(top[0, 1:3]), cell)
    field(bands[0].add_subplot(top[0, 3]), cell)
    bars = bands[1].add_gridspec(1, 4)
    spectrum(bands[1].add_subplot(bars[0, 0]), cell, False)
    if any(cell.bar):
        spectrum(bands[1].add_subplot(bars[0, 1]), cell, True)
    entropies(bands[1].add_subplot(bars[0, 2]), answer)
    energies(bands[1].add_subplot(bars[0, 3]), answer)
    if step:
        axes = bands[2].subplots(1, 2, width_ratios=[1, 1.1])
        lepton_number(axes[0], cell)
        if "validity" in answer:
            validity(axes[1], answer)
        else:
            axes[1].set_axis_off()
    if len(answer["states"]) > 3:
        history(bands[-1].subplots(1, 4), answer)
    title = answer.get("title", "")
    if step:
        unit = "" if step["natural_units"] else " s"
        title += f"   {step['steps']} step(s) of {step['dt']:.3g}{unit}, closure {step['closure']}: {step['status']}"
    figure.suptitle(title, fontsize=10)
    figure.savefig(sys.argv[2], dpi=140)


if __name__ == "__main__":
    main()
