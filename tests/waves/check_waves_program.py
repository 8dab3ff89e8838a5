"""`miscid waves` as a user meets it: bands of two beams against their closed form, the picture, and bad input."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

BEAMS = {
    "name": "two beams",
    "q": [[0, 0, 1], [0, 0, -1]],
    "g": [1.0, 1.0],
    "P": [[0, 0, 0.5], [0, 0, -0.3]],
    "k": [0, 0, 0.8],
    "eta": 1e-6,
}


def changed(**keys):
    case = dict(BEAMS)
    for key, value in keys.items():
        if value is None:
            del case[key]
        else:
            case[key] = value
    return case


# what, the case, words of the one line
UNREADABLE = [
    ("not JSON", "{", ["not valid JSON"]),
    ("unknown key", changed(lambada=1), ["lambada", "unknown key", "H_ext"]),
    ("a key is missing", changed(k=None), ["'k'", "missing"]),
    ("wrong type", changed(g="many"), ["'g'", "numbers"]),
    ("wrong length", changed(D=[0.1]), ["'D'", "2 numbers"]),
    ("unknown kind", changed(kind="dispersal"), ["kind", "gamma_profile"]),
    ("cases that are none", {"cases": 3}, ["cases", "array"]),
    ("bad scan", changed(scan={"points": 1}), ["scan.points", "integer"]),
]
# what, the case, its reason
INVALID = [
    ("not a number", changed(g=[1.0, "NaN"]), "not_a_number"),
    ("not a unit vector", changed(q=[[0, 0, 2], [0, 0, -1]]), "direction_not_unit"),
    ("negative damping", changed(D=[0.1, -0.1]), "negative_damping"),
    ("no modes", changed(q=[], g=[], P=[]), "no_modes"),
    ("growth below zero asked for", changed(eta=0), "eta_not_positive"),
]


def main():
    miscid = sys.argv[1]
    failures = []

    def require(condition, text):
        if not condition:
            failures.append(text)

    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "case.json"

        def run(case, *options):
            file.write_text(case if isinstance(case, str) else json.dumps(case))
            done = subprocess.run([miscid, "waves", str(file), *options], capture_output=True, text=True, timeout=60)
            return done

        # k' = k - D_1 = k - (zeta+ - zeta-): growth sqrt(-4 zeta+ zeta- - k'^2), band |k'| < 2 sqrt(-zeta+ zeta-).
        done = run(changed(scan={"kappa": 0}), "--scan-k")
        require(done.returncode == 0, f"scan: {done.stderr}")
        result = json.loads(done.stdout)["results"][0]
        growth = math.sqrt(4 * 0.15)
        bands = result["scan"]["branches"][0]["bands"]
        require(len(bands) == 1, f"{len(bands)} bands of two beams")
        if bands:
            require(abs(bands[0]["to"] - growth) < 1e-4 and abs(bands[0]["from"] + growth) < 1e-4,
                    f"band from {bands[0]['from']} to {bands[0]['to']}, expected +-{growth}")
            require(abs(bands[0]["max_growth"] - growth) < 1e-9, f"growth {bands[0]['max_growth']}, expected {growth}")
        fastest = result["scan"]["fastest"]
        require(abs(fastest["max_growth"] - growth) < 1e-6, f"fastest of all directions: {fastest}")
        require(result["n_unstable"] == 1 and abs(result["unstable"][0][1] - growth) < 1e-12, "k' = 0")

        picture = pathlib.Path(folder) / "bands.png"
        done = run(changed(), "--scan-k", "--plot", str(picture))
        if "matplotlib was not found" in done.stderr:
            print("no matplotlib: the picture was not drawn")
        else:
            require(done.returncode == 0 and picture.is_file() and picture.stat().st_size > 5000, done.stderr)

        for what, case, words in UNREADABLE:
            done = run(case)
            require(done.returncode == 2 and done.stdout == "", f"{what}: exit code {done.returncode}")
            require(len(done.stderr.splitlines()) == 1, f"{what}: {done.stderr}")
            for word in words:
                require(word in done.stderr, f"{what}: '{word}' is not in: {done.stderr.strip()}")
        for what, case, reason in INVALID:
            done = run({"cases": [changed(), case]})
            require(done.returncode == 3, f"{what}: exit code {done.returncode}")
            results = json.loads(done.stdout)["results"]
            require(results[0]["status"] == "ok", f"{what}: the good case beside it was not answered")
            require(results[1].get("reason") == reason, f"{what}: {results[1]}")
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
