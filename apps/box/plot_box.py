#!/usr/bin/env python3
"""Draws one result of `miscid box`: plot_box.py RESULT.json PICTURE.png"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

plt.rcParams.update({"font.size": 9, "axes.linewidth": 0.7, "lines.linewidth": 1.2, "legend.frameon": False})


def plot_two_beam(result):
    """Fig. 1 of Fiorillo, Raffelt & Sigl (both panels) above the growth rates of Eq. 9."""
    picture = result["picture"]
    figure, (content, energy, growth) = plt.subplots(
        3, 1, figsize=(5.2, 8.2), constrained_layout=True, gridspec_kw={"height_ratios": [2.2, 1.2, 1.0]})
    figure.suptitle(result.get("name", "two beams"))
    half = 0.5 * picture["L"]
    # nu_x content of the beam that starts as nu_e
    share = [[0.5 * (1.0 - value / picture["zeta_plus"]) for value in row] for row in picture["Pz_plus"]]
    image = content.imshow(list(map(list, zip(*share))), origin="lower", aspect="auto", cmap="magma", vmin=0, vmax=1,
                           extent=[picture["t"][0], picture["t"][-1], -half, half], interpolation="nearest")
    figure.colorbar(image, ax=content, label=r"$\nu_x$ content of the $v=+1$ beam")
    content.set_ylabel(r"$z$")
    energy.plot(picture["t"], picture["U_over_U0"], color="tab:blue", label=r"$U_{\rm osc}/U_{\rm osc}(0)$")
    energy.plot(picture["t"], [1.0 - k for k in picture["K_over_U0"]], color="k", linestyle=":", linewidth=1.0,
                label=r"$1-\int\!(dK/dt)\,dt\,/\,U_{\rm osc}(0)$")
    energy.axhline(0, color="0.8", zorder=0)
    energy.set_xlim(picture["t"][0], picture["t"][-1])
    energy.set_xlabel(r"$t$")
    energy.set_ylabel("interaction energy")
    energy.legend(loc="upper right")
    waves = result["dispersion"]
    growth.plot(waves["k"], waves["growth"], color="tab:red", label=r"$\gamma_k$")
    growth.plot(waves["k"], [value[0] for value in waves["re_omega"]], color="0.5", linewidth=0.9, label=r"Re $\omega_k$")
    growth.plot(waves["k"], [value[1] for value in waves["re_omega"]], color="0.5", linewidth=0.9)
    growth.set_ylim(-1.2 * max(waves["max_growth"], 0.1), 1.4 * max(waves["max_growth"], 0.1))
    growth.set_xlabel(r"$k$ of $\psi=P^x+iP^y$")
    growth.set_ylabel(r"$\omega_k$")
    growth.legend(loc="upper right")
    return figure


def logarithmic_history(axis, t, transverse):
    axis.semilogy(t, [max(value, 1e-30) for value in transverse], color="tab:red", label="off-diagonal part")
    axis.set_ylabel(r"$\sum w\langle|S|^2\rangle/\sum w\langle|P|^2\rangle$")
    axis.set_xlabel(r"$t$")


def spectra_panel(axis, result):
    for number, spectrum in enumerate(result["picture"]["spectra"]):
        power = spectrum["power"]
        unit = 2 * 3.141592653589793 / result["picture"]["L"]
        k = [unit * (i - len(power) // 2) for i in range(len(power))]
        axis.semilogy(k, [max(value, 1e-40) for value in power], color=plt.cm.viridis(0.15 + 0.35 * number),
                      linewidth=0.7, label=rf"$t={spectrum['t']:.4g}$")
    top = max(max(spectrum["power"]) for spectrum in result["picture"]["spectra"])
    axis.set_ylim(1e-18 * top, 10 * top)
    axis.set_xlabel(r"$k$")
    axis.set_ylabel(r"$\sum_v w|S_v(k)|^2$")
    axis.legend(loc="upper right", fontsize=7)


def plot_lepton_box(result):
    picture, v, E0 = result["picture"], result["v"], result["picture"]["E0"]
    figure, (angle, history, spectrum) = plt.subplots(3, 1, figsize=(5.2, 8.2), constrained_layout=True)
    figure.suptitle(result.get("name", "box"))
    if "ratio" in result:
        survival = [0.5 * (1 + ratio) for ratio in result["ratio"]]
        error = [0.5 * value for value in result["ratio_std_runs"]]
        angle.fill_between(v, [s - e for s, e in zip(survival, error)], [s + e for s, e in zip(survival, error)],
                           color="tab:blue", alpha=0.25, linewidth=0)
        angle.plot(v, survival, color="tab:blue", label=f"resolved, {result['n_runs']} seeds")
        if "ratio_in_file" in picture:
            angle.plot(v, [0.5 * (1 + ratio) for ratio in picture["ratio_in_file"]], "k.", markersize=2.5, label="in the file")
        angle.axhline(0.5, color="0.8", zorder=0)
        sign = next((0.5 * (a + b) for a, b, e, f in zip(v, v[1:], E0, E0[1:]) if e * f < 0), None)
        if sign is not None:
            angle.axvline(sign, color="0.8", zorder=0, linestyle=":")
        angle.set_ylabel("survival probability")
        angle.set_ylim(0.2, 1.02)
    else:
        angle.plot(v, E0, color="0.6", label="start")
        for number, sample in enumerate(result["samples"]):
            colour = plt.cm.viridis(number / max(1, len(result["samples"]) - 1))
            angle.plot(v, sample["E"], color=colour, linewidth=0.9, label=rf"$t={sample['t']:.4g}$")
        angle.axhline(0, color="0.8", zorder=0)
        angle.set_ylabel(r"$\langle E_v\rangle$")
    angle.set_xlabel(r"$v$")
    angle.legend(fontsize=7)
    rows = result["history"]
    logarithmic_history(history, rows["t"], rows["transverse"])
    lost = history.twinx()
    lost.plot(rows["t"], rows["depolarized_eln"], color="tab:blue", linewidth=0.8)
    lost.set_ylabel(r"mixed lepton number $\sum w|\Delta E|$", color="tab:blue")
    spectra_panel(spectrum, result)
    return figure


def plot_kinetics(result):
    picture, rows = result["picture"], result["history"]
    in_box = picture["geometry"] == "box"
    figure, axes = plt.subplots(3 if in_box else 2, 1, figsize=(5.2, 8.2 if in_box else 5.6), constrained_layout=True)
    figure.suptitle(result.get("name", "kinetics"))
    component = 2 if picture["flavors"] == 2 else 1
    label = r"$P^z$" if picture["flavors"] == 2 else r"$P_8$ (electron flavor against the others)"
    if "P" in rows:
        for mode in range(len(rows["P"][0])):
            axes[0].plot(rows["t"], [record[mode][component] for record in rows["P"]], linewidth=0.9)
    axes[0].set_ylabel(label)
    axes[0].set_xlabel(r"$t$")
    logarithmic_history(axes[1], rows["t"], rows["transverse"])
    if in_box:
        k, power = result["spectrum"]["k"], result["spectrum"]["power"]
        axes[2].semilogy(k, [max(value, 1e-40) for value in power], color="tab:purple", linewidth=0.8)
        axes[2].set_ylim(1e-18 * max(power), 10 * max(power))
        axes[2].set_xlabel(r"$k$")
        axes[2].set_ylabel("power at the end")
    return figure


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        result = json.load(file)
    draw = {"twobeam": plot_two_beam, "box": plot_lepton_box, "kinetics": plot_kinetics}
    figure = draw[result["kind"]](result)
    figure.savefig(sys.argv[2], dpi=200)


if __name__ == "__main__":
    main()
