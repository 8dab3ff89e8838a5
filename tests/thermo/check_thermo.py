"""`miscid thermo` and `miscid validity` as a user meets them: every number of the answer computed again here from the density
matrices it lists, pictures drawn, and input that must be refused.

`check_thermo.py cells` needs nothing; `check_thermo.py reference` runs the reference cases and exits with 77 where there are
none.
"""
import argparse
import copy
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

THETA = 0.3
B = [math.sin(THETA), 0.0, -math.cos(THETA)]
GOOD = {
    "schema": 1,
    "n_flavors": 2,
    "parameters": {"mu": 1.0, "lambda": 2.0, "v_m": [0.0, 0.0, 0.1], "B": B},
    "modes": {
        "direction": [[0.0, 0.0, 1.0], [0.6, 0.0, -0.8], [0.0, 0.0, 1.0], [0.6, 0.0, -0.8]],
        "is_antineutrino": [0, 0, 1, 1],
        "weight": [0.3, 0.2, 0.25, 0.3],
        "omega": [1.0, 0.6, 1.0, 0.6],
        "P_norm": [0.7, 0.5, 0.4, 0.3],
        "epsilon": [1, 1, 1, 1],
    },
    "start": {"parameters": {"mu": 1.0, "lambda": 200.0, "v_m": [0.0, 0.0, 0.1], "B": B},
              "P": [[0, 0, 0.7], [0, 0, 0.5], [0, 0, 0.4], [0, 0, 0.3]]},
    "thermo": {"trace": [0.9, 0.8, 0.7, 0.6], "steps": 20},
    "validity": {"path": 1e3, "variation_length": 1e5, "cell_length": 1e3, "growth_rate": 0, "neutrino_density": 1e33,
                 "coherence_length": 10, "mean_free_path": 1e5},
}


class Program:
    def __init__(self, miscid, folder):
        self.miscid, self.folder, self.failures = miscid, pathlib.Path(folder), 0

    def run(self, command, case, *options):
        file = self.folder / "case.json"
        file.write_text(json.dumps(case))
        done = subprocess.run([self.miscid, command, file, *options], capture_output=True, text=True, timeout=120)
        return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr

    def check(self, what, condition, found=""):
        if not condition:
            self.failures += 1
            print(f"FAILED: {what} {found}")

    def near(self, what, value, expected, tolerance):
        self.check(what, abs(value - expected) <= tolerance, f"{value} instead of {expected}")


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def norm(a):
    return math.sqrt(dot(a, a))


class Gas:
    """Two-flavor modes of a case with the density matrices of an answer."""

    def __init__(self, case, medium, P, weight, trace):
        modes = case["modes"]
        self.P, self.trace, self.medium = P, trace, medium
        self.sign = [-1 if flag else 1 for flag in modes["is_antineutrino"]]
        self.w, self.v, self.omega = weight, modes["direction"], modes["omega"]
        self.D = [[sum(s * w * one[a] * c for s, w, one, c in zip(self.sign, self.w, P, components))
                   for a in range(3)] for components in ([1] * len(P), *zip(*self.v))]
        self.B = case["parameters"]["B"]

    def external(self, i):
        lam = self.medium["lambda"] * (1 - dot(self.medium["v_m"], self.v[i]))
        return [self.sign[i] * self.omega[i] * self.B[a] + (lam if a == 2 else 0) for a in range(3)]

    def hamiltonian(self, i):
        return [self.external(i)[a] + self.medium["mu"] * (self.D[0][a] - sum(self.v[i][k] * self.D[1 + k][a] for k in range(3)))
                for a in range(3)]

    def energy(self):
        one_body = sum(0.5 * s * w * dot(self.external(i), P)
                       for i, (s, w, P) in enumerate(zip(self.sign, self.w, self.P)))
        return one_body + 0.25 * self.medium["mu"] * (dot(self.D[0], self.D[0]) - sum(dot(d, d) for d in self.D[1:]))

    def entropy(self):
        total = 0.0
        for w, P0, P in zip(self.w, self.trace, self.P):
            for r in (0.5 * (P0 + norm(P)), 0.5 * (P0 - norm(P))):
                total -= w * (r * math.log(r) + (1 - r) * math.log(1 - r))
        return total


def check_two_flavors(program):
    picture = program.folder / "cell.png"
    code, answer, message = program.run("thermo", GOOD, "--plot", str(picture))
    if "no picture" in message:  # Python has no matplotlib here
        code, answer, message = program.run("thermo", GOOD)
    else:
        program.check("picture", picture.exists() and picture.stat().st_size > 20000, message)
    program.check("exit code", code == 0, f"{code} {message}")
    trace = GOOD["thermo"]["trace"]
    final = answer["modes"]["equilibrium"]
    gas = Gas(GOOD, GOOD["parameters"], final["P"], final["weight"], trace)
    start = Gas(GOOD, GOOD["start"]["parameters"], GOOD["start"]["P"], GOOD["modes"]["weight"], trace)
    states = answer["states"]
    program.near("states", len(states), 21, 0)
    program.near("U", states[-1]["energy"]["total"], gas.energy(), 1e-14)
    program.near("U of the start", states[0]["energy"]["total"], start.energy(), 1e-13)
    program.near("S", answer["entropy"]["equilibrium"], gas.entropy(), 1e-14)
    program.near("S does not change", answer["entropy"]["incoming"], gas.entropy(), 1e-13)
    for i, H in enumerate(final["H"]):
        program.check("H", norm([a - b for a, b in zip(H, gas.hamiltonian(i))]) < 1e-13)
        program.near("P along H", dot(H, final["P"][i]), norm(H) * norm(final["P"][i]), 1e-13)
    total = answer["ledger"]["sum"]
    program.near("ledger closes", total["work"] + total["kinematic_heat"] + total["environmental_heat"],
                 gas.energy() - start.energy(), 1e-12)
    for step in answer["ledger"]["steps"]:
        program.near("each step closes", step["mismatch"], 0, 1e-13)
    program.near("adiabatic: no environmental heat", total["environmental_heat"], 0, 1e-14)

    for name, state in answer["flavor_temperature"].items():
        program.check(name, state["status"] == "ok" and state["entropy_is_largest"], state["status"])
        hot = Gas(GOOD, GOOD["parameters"], state["P"], final["weight"], trace)
        program.near(f"{name}: U", hot.energy(), gas.energy(), 1e-12)
        program.check(f"{name}: S grows", answer["entropy"]["equilibrium"] < state["entropy"]
                      < answer["entropy"]["equipartition"])
        program.near(f"{name}: S", state["entropy"], hot.entropy(), 1e-12)
        bias = 2 * state.get("lepton_number_multiplier", 0.0)
        if bias:
            program.near(f"{name}: D_0z", hot.D[0][2], gas.D[0][2], 1e-12)
        for i, P in enumerate(state["P"]):  # rho = 1/(exp(h.sigma/2 - eta) + 1)
            H = hot.hamiltonian(i)
            h = [hot.sign[i] * (state["beta"] * H[a] + (bias if a == 2 else 0)) for a in range(3)]
            x, p, P0 = norm(h), norm(P), trace[i]
            program.near(f"{name}: P against h", dot(h, P), -x * p, 1e-12)
            program.near(f"{name}: Eq. 100", 2 * p / (p * p + P0 * (2 - P0)), math.tanh(x / 2), 1e-12)
            lower = 1 / (math.exp(-x / 2 - state["eta"][i]) + 1)
            program.near(f"{name}: eta", lower, 0.5 * (P0 + p), 1e-12)


def vacuum_cell():
    """A nu_e of 10 MeV in vacuum, sin^2 theta_12 = 0.307, sin^2 theta_13 = 0.022, theta_23 = 45 degrees."""
    s12, s13, s23 = math.sqrt(0.307), math.sqrt(0.022), math.sqrt(0.5)
    c12, c13, c23 = (math.sqrt(1 - s * s) for s in (s12, s13, s23))
    U = [[c12 * c13, s12 * c13, s13], [-s12 * c23 - c12 * s23 * s13, c12 * c23 - s12 * s23 * s13, s23 * c13],
         [s12 * s23 - c12 * c23 * s13, -c12 * s23 - s12 * c23 * s13, c23 * c13]]
    M = [[sum(U[a][k] * m * U[b][k] for k, m in enumerate((0, 0.03, 1))) for b in range(3)] for a in range(3)]
    zero = [[0] * 3 for _ in range(3)]
    medium = {"mu": 0.0, "lambda": 1e-3, "v_m": [0, 0, 0]}
    return {"schema": 1, "n_flavors": 3, "parameters": dict(medium, **{"lambda": 0.0}), "vacuum": {"M_re": M, "M_im": zero},
            "modes": {"direction": [[0, 0, 1]], "is_antineutrino": [0], "weight": [1.0], "energy": [10.0],
                      "rho_eigenvalues": [[0, 0, 1]]},
            "start": {"parameters": dict(medium, **{"lambda": 1000.0}),
                      "rho_traceless": {"re": [[[2 / 3, 0, 0], [0, -1 / 3, 0], [0, 0, -1 / 3]]], "im": [zero]}}}


def check_three_flavors(program):
    code, answer, message = program.run("thermo", vacuum_cell())
    program.check("three flavors", code in (0, 3), f"{code} {message}")
    program.near("P_ee of decohered neutrinos", answer["kinematic_decoherence"]["occupation"][0][0], 0.54998, 5e-6)


def check_validity(program):
    picture = program.folder / "validity.png"
    code, answer, message = program.run("validity", GOOD, "--plot", str(picture))
    if "no picture" in message:
        code, answer, message = program.run("validity", GOOD)
    else:
        program.check("picture", picture.exists() and picture.stat().st_size > 10000, message)
    program.check("exit code", code == 0, f"{code} {message}")
    rows = {row["criterion"]: row for row in answer["criteria"]}
    program.near("fifteen criteria", len(rows), 15, 0)
    program.near("scale separation", rows["scale_separation"]["value"], answer["scales"]["oscillation_length"] / 1e5, 1e-18)
    for row in rows.values():
        flagged = row["value"] is not None and row["value"] > row["flagged_above"]
        program.check(row["criterion"], (row["verdict"] in ("doubtful", "violated")) == flagged, row)
        program.check("text", ("text" in row) == flagged and (not flagged or row["text"] in answer["line"]), row)
    flags = sum(1 << i for i, row in enumerate(answer["criteria"]) if row["verdict"] in ("doubtful", "violated"))
    program.check("flags", answer["flags"] & 0xffff == flags, answer["flags"])

    tiny = copy.deepcopy(GOOD)
    tiny["validity"]["cell_length"] = 1e-3
    code, answer, message = program.run("validity", tiny)
    program.check("a cell smaller than an oscillation is refused", answer["action"] == "refuse" and
                  answer["flags"] >> 16 == 2 and answer["line"].startswith("refused: "), answer["line"])
    growing = copy.deepcopy(GOOD)
    growing["validity"]["growth_rate"] = 1e9
    code, answer, message = program.run("validity", growing)
    program.near("e-folds", [r for r in answer["criteria"] if r["criterion"] == "growth"][0]["value"],
                 1e9 * 1e3 / 2.99792458e10, 1e-9)
    program.check("onset", answer["onset"]["from_fluctuations"] > answer["onset"]["from_mass_mixing"] > 0, answer["onset"])


def check_places(program):
    """Eq. 103 of a resolved cell: places that are all the mean state add nothing to it."""
    case = copy.deepcopy(GOOD)
    _, answer, _ = program.run("thermo", case)
    P = answer["modes"]["equilibrium"]["P"]
    case["thermo"]["places"] = [P, P]
    _, answer, message = program.run("thermo", case)
    found = answer["wave_equilibrium"]
    program.check("no waves", found["waves"] < 1e-8 and found["mean"] < 1e-12, found)
    turned = [[-p[0], p[1], p[2]] for p in P]
    case["thermo"]["places"] = [P, turned]
    found = program.run("thermo", case)[1]["wave_equilibrium"]
    program.check("waves", found["waves"] > 1e-2, found)
    case["thermo"]["places"] = [P[:2]]
    code, answer, message = program.run("thermo", case)
    program.check("places", code == 2 and "thermo.places[0]" in message, message)


def check_step(program):
    """`miscid step --plot`, its history, and the validity numbers in its answer."""
    beams = [[0, 0, 1], [0.6, 0, -0.8]]
    case = {"configuration": {"units.system": "natural", "phase_space": {"groups": 1, "directions": 2},
                              "collisions.mode": "off", "vacuum": {"mass_squared_difference": 2.0, "mixing_angle": 0.3}},
            "dt": 1.0, "steps": 5,
            "fields": {"energy": [1.0], "direction": beams, "weight": [[0.3, 0.3]], "electron_density": 0.8, "cell_length": 1e-2,
                       "rho": [[[[0.7, 0.1, 0, 0], [0.6, 0.1, 0, 0]]], [[[0.3, 0.1, 0, 0], [0.3, 0.1, 0, 0]]]]}}
    picture = program.folder / "step.png"
    code, answer, message = program.run("step", case, "--plot", str(picture))
    if "no picture" in message:
        code, answer, message = program.run("step", case)
    else:
        program.check("picture of a step", picture.exists() and picture.stat().st_size > 20000, message)
    program.check("step", code == 0 and answer["steps_done"] == 5 and len(answer["history"]) == 5, f"{code} {message}")
    fields = answer["fields"]
    program.check("validity of a step", fields["validity_flags"] == 2 + (2 << 16)
                  and fields["validity_oscillations_in_cell"] > 1 and fields["validity_gas_parameter"] == -1, fields)
    program.near("history", answer["history"][-1]["polarization_energy"], fields["polarization_energy"], 0)
    program.near("time", answer["history"][-1]["time"], 5.0, 0)
    case["steps"] = 0
    code, answer, message = program.run("step", case)
    program.check("steps", code == 2 and "steps" in message, message)


def check_refusals(program):
    def changed(section, key, value):
        case = copy.deepcopy(GOOD)
        if value is None:
            del case[section][key]
        else:
            case[section][key] = value
        return case

    for command, case, words in (
            ("thermo", changed("thermo", "trace", None), ["thermo.trace", "4"]),
            ("thermo", changed("thermo", "trace", [1, 1, 1]), ["thermo.trace", "4"]),
            ("thermo", changed("thermo", "trace", [0.6, 0.8, 0.7, 0.6]), ["thermo.trace[0]"]),
            ("thermo", changed("thermo", "statistics", "bosonic"), ["thermo.statistics", "fermionic"]),
            ("thermo", changed("thermo", "steps", 0), ["thermo.steps"]),
            ("thermo", changed("thermo", "temperature", 1), ["thermo.temperature", "unknown key"]),
            ("validity", changed("validity", "cell", 1), ["validity.cell", "unknown key"]),
            ("validity", changed("validity", "time_step", 1e-6), ["validity.time_step", "path"]),
            ("validity", changed("validity", "path", -1), ["validity.path", "above 0"]),
            ("validity", changed("validity", "energy", [10, 10]), ["validity.energy", "4"])):
        code, answer, message = program.run(command, case)
        program.check(f"{command} {words}", code == 2 and all(word in message for word in words) and not answer
                      and message.count("\n") == 1, f"{code} {message}")
    dense = changed("thermo", "trace", [1.9, 0.8, 0.7, 0.6])
    code, answer, message = program.run("thermo", dense)
    program.check("occupation above one", code == 3 and answer["status"] == "invalid_input" and "dilute" in answer["message"],
                  f"{code} {answer.get('status')}")
    dense["thermo"]["statistics"] = "dilute"
    program.check("dilute", program.run("thermo", dense)[0] == 0)


def check_reference(program, folder):
    for file in sorted(folder.glob("*.json")):
        case = json.loads(file.read_text())
        expected = case["expected"]["status"]
        if expected == "invalid_input":
            continue
        case["thermo"] = {"statistics": "dilute", "steps": 2}
        if case["n_flavors"] == 2:
            norms = zip(case["modes"]["P_norm"], case["start"].get("P_norm", case["modes"]["P_norm"]))
            case["thermo"]["trace"] = [1.3 * max(pair) for pair in norms]
        code, answer, message = program.run("thermo", case)
        known = ("ok",) if expected in ("ok", "alignment_event") else (expected,)
        program.check(file.name, answer.get("status") in known, f"{answer.get('status')} {message}")
        if answer.get("status") != "ok":
            continue
        scale = max(abs(state["energy"]["external"]) + abs(state["energy"]["self_interaction"])
                    for state in answer["states"])
        for step in answer["ledger"]["steps"]:
            program.near(f"{file.name}: ledger", step["mismatch"], 0, 1e-12 * scale)
        for name, state in answer["flavor_temperature"].items():
            program.check(f"{file.name}: {name}", state["status"] == "ok" and state["residual"] < 1e-13, state)
            program.check(f"{file.name}: {name} S", state["entropy"] >= answer["entropy"]["equilibrium"] - 1e-9)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["cells", "reference"])
    parser.add_argument("--miscid", required=True)
    parser.add_argument("--source", default=".")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.miscid, folder)
        if arguments.what == "cells":
            check_two_flavors(program)
            check_three_flavors(program)
            check_validity(program)
            check_places(program)
            check_step(program)
            check_refusals(program)
        else:
            places = [pathlib.Path(arguments.source).resolve().parent / "shared" / "reference"]
            if "MISCID_REFERENCE_DIR" in os.environ:
                places.insert(0, pathlib.Path(os.environ["MISCID_REFERENCE_DIR"]))
            found = [place / "equilibrium" for place in places if (place / "equilibrium" / "README.md").is_file()]
            if not found:
                print("no reference cases on this machine")
                return 77
            check_reference(program, found[0])
        return 1 if program.failures else 0


if __name__ == "__main__":
    sys.exit(main())
