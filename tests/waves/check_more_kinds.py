"""`miscid waves` for three flavors and for Wigner functions, against closed forms: two beams whose pairs e-mu and e-tau
are the two-flavor beams, turned in flavor space or not; one plane wave."""
import cmath
import json
import math
import pathlib
import subprocess
import sys
import tempfile

RATE = 2 * math.sqrt(0.5 * 0.3)  # two beams with zeta = 0.5 and -0.3 at k' = 0


def nine(matrix):
    """A real symmetric 3 x 3 matrix in the order of the field rho."""
    return [matrix[0][0], matrix[1][1], matrix[2][2], matrix[0][1], 0.0, matrix[0][2], 0.0, matrix[1][2], 0.0]


def beams(angle):
    """rho of both beams, turned by an angle between e and mu: the first holds 0.5 of the first state, the second 0.3 of each
    of the other two."""
    u = [math.cos(angle), math.sin(angle), 0.0]
    one = [[u[a] * u[b] for b in range(3)] for a in range(3)]
    first = [[0.5 * one[a][b] for b in range(3)] for a in range(3)]
    second = [[0.3 * ((a == b) - one[a][b]) for b in range(3)] for a in range(3)]
    return {"name": f"turned by {angle}", "q": [[0, 0, 1], [0, 0, -1]], "g": [1.0, 1.0],
            "rho": [nine(first), nine(second)], "k": [0, 0, 0.8], "eta": 1e-6}


def main():
    miscid = sys.argv[1]
    failures = []

    def require(condition, text):
        if not condition:
            failures.append(text)

    places, n, length = 15, 3, 7.0
    psi = [[[z.real, z.imag] for z in (2 * cmath.exp(2j * math.pi * n * x / places) for x in range(places))]]
    cases = [beams(0.0), beams(0.7), {"kind": "wigner", "length": length, "Psi": psi}]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "case.json"

        def run(case):
            file.write_text(json.dumps(case))
            return subprocess.run([miscid, "waves", str(file)], capture_output=True, text=True, timeout=60)

        done = run({"cases": cases})
        require(done.returncode == 0, f"exit code {done.returncode}: {done.stderr}")
        straight, turned, wigner = json.loads(done.stdout)["results"]
        require(straight["method"] == "determinant 4x4 per pair of flavors", straight["method"])
        require(straight["n_unstable_by_pair"] == {"e-mu": 1, "e-tau": 1, "mu-tau": 0}, straight["n_unstable_by_pair"])
        require(turned["method"] == "determinant 32x32", turned["method"])
        for answer in (straight, turned):
            require(answer["status"] == "ok" and answer["n_unstable"] == 2, f"{answer['name']}: {answer}")
            for omega in answer["unstable"]:
                require(abs(omega[1] - RATE) < 1e-8, f"{answer['name']}: growth {omega[1]}, expected {RATE}")
        middle = (places - 1) // 2
        require(abs(wigner["k"][middle + n] - 2 * math.pi * n / length) < 1e-12, "wave numbers")
        for row in wigner["wigner"]:
            for i, value in enumerate(row):
                require(abs(value - (4 if i == middle + n else 0)) < 1e-12, f"Wigner function {value} at wave {i}")
        require(abs(sum(wigner["content"]) - 4) < 1e-12, "content")

        broken = dict(beams(0.0), rho=[[1, 2, 3], [1, 2, 3]])
        done = run(broken)
        require(done.returncode == 2 and "rho" in done.stderr, f"rows of three: {done.returncode} {done.stderr}")
        done = run({"kind": "wigner", "length": 1.0, "Psi": [psi[0][:14]]})
        require(done.returncode == 3, f"even number of places: exit code {done.returncode}")
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
