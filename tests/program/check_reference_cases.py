"""Runs `miscid equilibrium` on the reference cases of one group and compares every number the set gives.

Tolerances are those of the set's README: 1e-10 |P| per mode, 1e-9 near a fold, 1e-6 for places on the path.
Exit code 0 if all agree, 1 if not, 77 if there are no reference cases on this machine.
"""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys

GROUPS = {
    "generic": ["01", "02", "03", "04", "05"],
    "symmetric": ["06", "07", "08"],
    "resonance": ["09", "10"],
    "swap": ["11"],
    "near_fold": ["12", "13"],
    "branch_ends": ["14", "26"],
    "scale": ["15", "16", "17"],
    "refused": ["27", "28", "29", "30"],
    "three_flavors": ["18", "19", "20", "21", "22", "23", "24", "25"],
}


def reference_folder(source):
    places = [pathlib.Path(source).parent / "shared" / "reference", pathlib.Path("/work/shared/reference")]
    if "MISCID_REFERENCE_DIR" in os.environ:
        places.insert(0, pathlib.Path(os.environ["MISCID_REFERENCE_DIR"]))
    for place in places:
        if (place / "equilibrium" / "README.md").is_file():
            return place / "equilibrium"
    return None


class Comparison:
    """Collects what disagrees in one case."""

    def __init__(self):
        self.complaints = []

    def require(self, condition, text):
        if not condition:
            self.complaints.append(text)

    def close(self, what, found, expected, tolerance):
        bad = not isinstance(found, (int, float)) or not abs(found - expected) <= tolerance
        self.require(not bad, f"{what}: {found}, expected {expected} within {tolerance:g}")

    def vectors(self, what, found, expected, tolerances):
        if not isinstance(found, list) or len(found) != len(expected):
            self.require(False, f"{what}: {len(expected)} vectors expected")
            return
        worst = max(range(len(expected)), key=lambda i: math.dist(found[i], expected[i]) / max(tolerances[i], 1e-300))
        distance = math.dist(found[worst], expected[worst])
        self.require(distance <= tolerances[worst],
                     f"{what}[{worst}]: off by {distance:.3g}, allowed {tolerances[worst]:.3g}")

    def matrices(self, what, found, expected, tolerances):
        """Lists of 3x3 matrices {"re": [...], "im": [...]}, compared as vectors of their 18 numbers."""
        def flat(lists):
            return [sum(re, []) + sum(im, []) for re, im in zip(lists["re"], lists["im"])]
        if not isinstance(found, dict) or "re" not in found or "im" not in found:
            self.require(False, f"{what}: matrices expected")
            return
        self.vectors(what, flat(found), flat(expected), tolerances)

    def equilibrium(self, what, found, expected, case, tolerance):
        """P (or rho) per mode, D_0 and D_1 of one solution."""
        modes = case["modes"]
        if case["n_flavors"] == 3:
            spread = [max(r) - min(r) for r in modes["rho_eigenvalues"]]
            self.matrices(f"{what}rho_traceless", found.get("rho_traceless"), expected["rho_traceless"],
                          [tolerance * r for r in spread])
            total = sum(w * r for w, r in zip(modes["weight"], spread))
            self.matrices(f"{what}D_0", found.get("D_0"), expected["D_0"], [tolerance * total])
            self.matrices(f"{what}D_1", found.get("D_1"), expected["D_1"], [tolerance * total] * 3)
            return
        self.vectors(f"{what}P", found.get("P"), expected["P"], [tolerance * p for p in modes["P_norm"]])
        total = sum(w * p for w, p in zip(modes["weight"], modes["P_norm"]))
        self.vectors(f"{what}D_0", [found.get("D_0", [math.inf] * 3)], [expected["D_0"]], [tolerance * total])
        self.vectors(f"{what}D_1", found.get("D_1"), expected["D_1"], [tolerance * total] * 3)
        if "Omega" in expected:
            self.close(f"{what}Omega", found.get("Omega"), expected["Omega"],
                       tolerance * max(1, abs(expected["Omega"]), max(abs(o) for o in modes["omega"])))


def modes_norm(case):
    """sum w |P|, or of the spread of the eigenvalues of rho"""
    modes = case["modes"]
    sizes = modes["P_norm"] if case["n_flavors"] == 2 else [max(r) - min(r) for r in modes["rho_eigenvalues"]]
    return sum(w * size for w, size in zip(modes["weight"], sizes))


def run(miscid, path):
    done = subprocess.run([miscid, "equilibrium", str(path)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def compare(case, returncode, text, errors):
    check = Comparison()
    expected = case["expected"]
    wanted = expected["status"]
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        check.require(False, f"no JSON on stdout (exit code {returncode}): {errors.strip()}")
        return check.complaints
    check.require(answer.get("status") == wanted, f"status: {answer.get('status')}, expected {wanted}")
    check.require(returncode == (0 if wanted == "ok" else 3), f"exit code {returncode}")
    check.require(errors == "", f"words on stderr: {errors.strip()}")
    if answer.get("status") != wanted:
        return check.complaints

    tolerance = 1e-9 if case["category"] == "near-fold" else 1e-10
    if "sequence" in expected:
        found = answer.get("sequence", [])
        check.require(len(found) == len(expected["sequence"]), f"sequence of {len(found)} equilibria")
        for i, (mine, theirs) in enumerate(zip(found, expected["sequence"])):
            check.close(f"sequence[{i}].mu", mine.get("mu"), theirs["mu"], 0)
            check.equilibrium(f"sequence[{i}].", mine, theirs, case, tolerance)
    elif wanted == "ok":
        check.equilibrium("", answer, expected, case, tolerance)
        # The residual in units of mu sum|c| has the rounding of lambda (docs/decisions/0006).
        p = case["parameters"]
        norm = modes_norm(case)
        floor = 1e-12 + (1e-15 * abs(p["lambda"]) / (p["mu"] * norm) if p["mu"] > 0 else 0)
        check.require(answer.get("residual", math.inf) < floor, f"residual {answer.get('residual')}")
        check.require(isinstance(answer.get("inertia"), int) and answer.get("iterations", 0) >= 1,
                      "inertia or iterations missing")
        check.require(answer.get("min_H", -1) > 0, f"min_H {answer.get('min_H')}")
        check.close("min_H relative to verification", answer["min_H"] / case["verification"]["min_H"], 1, 1e-6)
    elif wanted == "no_tracked_solution":
        check.close("fold_at_s", answer.get("fold_at_s"), expected["fold_at_s"], 1e-6)
        check.require("P" not in answer, "a solution was returned although the branch ends")
    elif wanted == "alignment_event":
        check.close("event_at_s", answer.get("event_at_s"), expected["event_at_s"], 1e-6)
        check.require(answer.get("mode") == expected["mode"], f"mode {answer.get('mode')}")
        check.equilibrium("continued.", answer.get("continued", {}), expected["continued"], case, tolerance)
    elif wanted == "degenerate_mode":
        check.require(answer.get("mode") == expected["mode"], f"mode {answer.get('mode')}")
    elif wanted == "invalid_input":
        check.require(answer.get("reason") == expected["reason"], f"reason {answer.get('reason')}")
        check.require("modes." in answer.get("message", "") or "parameters" in answer.get("message", ""),
                      f"the message does not name the place: {answer.get('message')}")
    return check.complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group", choices=[*GROUPS, "all_answered"])
    parser.add_argument("--source", required=True)
    parser.add_argument("--miscid", required=True)
    options = parser.parse_args()
    folder = reference_folder(options.source)
    if folder is None:
        print("SKIPPED: no reference cases; set MISCID_REFERENCE_DIR to the folder that holds equilibrium/")
        return 77
    files = sorted(folder.glob("*.json"))
    if options.group == "all_answered":  # a case that belongs to no group would be compared by nobody
        known = [number for numbers in GROUPS.values() for number in numbers]
        strangers = [file.name for file in files if file.name[:2] not in known]
        missing = [number for number in known if not any(file.name.startswith(number) for file in files)]
        for name in strangers + missing:
            print(f"{name}: in no group of this script, or not in the set")
        return 1 if strangers or missing else 0
    failed = 0
    for file in files:
        if file.name[:2] not in GROUPS[options.group]:
            continue
        case = json.loads(file.read_text())
        complaints = compare(case, *run(options.miscid, file))
        failed += bool(complaints)
        print(f"{file.name}: {'ok' if not complaints else 'DIFFERS'}")
        for complaint in complaints:
            print(f"    {complaint}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
