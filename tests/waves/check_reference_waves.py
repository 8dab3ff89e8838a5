"""Runs `miscid waves` on the reference cases of one kind and compares every number the set gives.

Tolerances are those of the set's README: rel_tol on Omega, 1e-6 on group velocities, rel_tol on profiles.
Exit code 0 if all agree, 1 if not, 77 if there are no reference cases on this machine.
"""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys


def reference_file(source, kind):
    places = [pathlib.Path(source).parent / "shared" / "reference", pathlib.Path("/work/shared/reference")]
    if "MISCID_REFERENCE_DIR" in os.environ:
        places.insert(0, pathlib.Path(os.environ["MISCID_REFERENCE_DIR"]))
    for place in places:
        if (place / "flavor-waves" / f"{kind}.json").is_file():
            return place / "flavor-waves" / f"{kind}.json"
    return None


def number(pair):
    return complex(pair[0], pair[1])


def relative(found, expected):
    """Largest difference over the largest entry of two nested lists."""
    def flat(value):
        return [x for part in value for x in flat(part)] if isinstance(value, list) else [value]
    a, b = flat(found), flat(expected)
    if len(a) != len(b) or not all(isinstance(x, (int, float)) for x in a):
        return math.inf
    scale = max((abs(x) for x in b), default=0.0) or 1.0
    return max((abs(x - y) for x, y in zip(a, b)), default=0.0) / scale


def check_dispersion(case, answer):
    complaints = []
    if answer.get("n_unstable") != case["n_unstable"]:
        complaints.append(f"n_unstable {answer.get('n_unstable')}, expected {case['n_unstable']}")
    if answer.get("count_certified") is not True:
        complaints.append("the count is not certified")
    found = [number(z) for z in answer["unstable"]]
    if len(found) != answer["n_unstable"]:
        complaints.append(f"{len(found)} of {answer['n_unstable']} roots listed")
    velocity = answer["group_velocity"]
    worst = worst_velocity = 0.0
    left = list(range(len(found)))
    for j, pair in enumerate(case["unstable"]):
        expected = number(pair)
        near = [i for i in left if abs(found[i] - expected) <= case["rel_tol"] * abs(expected)]
        if not near:
            complaints.append(f"no root at {expected}")
            continue
        # Two branches may hold the same root: the velocity tells them apart.
        wanted = case["group_velocity"][j] if j < len(case["group_velocity"]) else None
        if wanted is not None:
            near = [i for i in near if velocity[i] is not None] or near
            near.sort(key=lambda i: relative(velocity[i], wanted))
        best = near[0]
        left.remove(best)
        worst = max(worst, abs(found[best] - expected) / abs(expected))
        if wanted is not None:
            error = max(abs(number(a) - number(b)) for a, b in zip(velocity[best] or [[math.inf, 0]] * 3, wanted))
            worst_velocity = max(worst_velocity, error)
            if not error <= 1e-6:
                complaints.append(f"group velocity of {expected}: {velocity[best]}, expected {wanted}")
    if case["n_unstable"] == 0:
        if answer["max_im_omega"] is not None:
            complaints.append(f"max_im_omega {answer['max_im_omega']} where nothing grows")
    elif not math.isclose(answer["max_im_omega"], case["max_im_omega"], rel_tol=case["rel_tol"]):
        complaints.append(f"max_im_omega {answer['max_im_omega']}, expected {case['max_im_omega']}")
    return complaints, f"roots {worst:.1e}, velocities {worst_velocity:.1e}, {answer.get('method')}"


def check_gamma_profile(case, answer):
    complaints = []
    figures = []
    for key in ("omega", "group_velocity", "profile_R", "gamma_per_intensity", "gamma", "correlation_c"):
        if key in case:
            error = relative(answer.get(key) or [], case[key])
            figures.append(f"{key} {error:.1e}")
            if not error <= case["rel_tol"]:
                complaints.append(f"{key}: off by {error:.3g}")
    if not abs(answer.get("conservation", math.inf)) < 1e-13:
        complaints.append(f"conservation {answer.get('conservation')}")
    return complaints, ", ".join(figures)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["dispersion", "gamma_profile"])
    parser.add_argument("--source", required=True)
    parser.add_argument("--miscid", required=True)
    options = parser.parse_args()
    path = reference_file(options.source, options.kind)
    if path is None:
        print("SKIPPED: no reference cases; set MISCID_REFERENCE_DIR to the folder that holds flavor-waves/")
        return 77
    done = subprocess.run([options.miscid, "waves", str(path)], capture_output=True, text=True, timeout=120)
    if done.returncode != 0 or done.stderr:
        print(f"exit code {done.returncode}: {done.stderr}")
        return 1
    cases = json.loads(path.read_text())["cases"]
    results = json.loads(done.stdout)["results"]
    failed = len(results) != len(cases)
    for case, answer in zip(cases, results):
        check = check_dispersion if options.kind == "dispersion" else check_gamma_profile
        complaints, figures = check(case, answer)
        if answer.get("name") != case["name"] or answer.get("status") != "ok":
            complaints.append(f"name or status: {answer.get('name')}, {answer.get('status')}")
        print(f"{case['name']}: {'ok' if not complaints else 'DIFFERS'} ({figures})")
        for complaint in complaints:
            print(f"    {complaint}")
        failed = failed or bool(complaints)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
