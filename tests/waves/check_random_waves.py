"""Runs `miscid waves` on random backgrounds of every kind and compares with LAPACK's eigenvalues of the matrix in the docs.

Every case is a file as a user would write it: arbitrary P, tilted equilibria, states aligned along any axis, collisions, k = 0,
external fields for all modes or for each. Exit code 0 if all agree, 1 if not, 77 without numpy.
"""
import json
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("SKIPPED: no numpy")
    sys.exit(77)


def cross_matrix(a):
    return np.array([[0, -a[2], a[1]], [a[2], 0, -a[0]], [-a[1], a[0], 0]])


def unit(random, shape):
    v = random.normal(size=shape + (3,))
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def draw(number):
    random = np.random.default_rng(number)
    modes = int(random.integers(4, 40))
    q = unit(random, (modes,))
    g = random.normal(size=modes) / modes
    case = {"name": f"case {number}", "k": [0.0, 0.0, 0.0], "eta": 10 ** random.uniform(-5, -1.5) * np.abs(g).sum()}
    if random.random() < 0.8:
        case["k"] = list(random.normal(size=3) * 0.5)
    kind = ["arbitrary", "tilted", "aligned", "aligned in a field"][number % 4]
    if kind.startswith("aligned"):
        axis = unit(random, ())
        P = axis * random.choice([-1, 1], size=(modes, 1)) * random.uniform(0.1, 1, size=(modes, 1))
        if kind != "aligned":
            case["H_ext"] = (axis * random.uniform(-0.3, 0.3, size=(modes, 1))).tolist()
    else:
        P = unit(random, (modes,)) * random.uniform(0.1, 1, size=(modes, 1))
    mean = np.array([sum(g[j] * (1 - q[i] @ q[j]) * P[j] for j in range(modes)) for i in range(modes)])
    if kind == "arbitrary":
        case["H_ext"] = random.normal(size=3).tolist()
    if kind == "tilted":
        case["H_ext"] = (P * random.uniform(-1.5, 1.5, size=(modes, 1)) - mean).tolist()
    if random.random() < 0.5:
        case["D"] = random.uniform(0, 0.05, size=modes).tolist()
    case.update(q=q.tolist(), g=g.tolist(), P=P.tolist())
    H = mean + np.array(case.get("H_ext", [0, 0, 0]))
    D = np.array(case.get("D", np.zeros(modes)))
    M = np.zeros((3 * modes, 3 * modes), complex)
    for i in range(modes):
        for j in range(modes):
            M[3*i:3*i+3, 3*j:3*j+3] = -1j * g[j] * (1 - q[i] @ q[j]) * cross_matrix(P[i])
        M[3*i:3*i+3, 3*i:3*i+3] += (q[i] @ np.array(case["k"]) - 1j * D[i]) * np.eye(3) + 1j * cross_matrix(H[i])
    values = np.linalg.eigvals(M)
    return case, values[values.imag > case["eta"]]


def main():
    count = int(sys.argv[2])
    drawn = [draw(number) for number in range(count)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"cases": [case for case, _ in drawn]}, file)
        file.flush()
        done = subprocess.run([sys.argv[1], "waves", file.name], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        print(f"exit code {done.returncode}: {done.stderr}")
        return 1
    failed = roots = 0
    for (case, expected), answer in zip(drawn, json.loads(done.stdout)["results"]):
        found = [complex(*z) for z in answer["unstable"]]
        roots += len(expected)
        good = answer["n_unstable"] == len(expected) == len(found) and answer["count_certified"]
        for z in expected:
            if found:
                nearest = min(found, key=lambda x: abs(x - z))
                good = good and abs(nearest - z) <= 1e-8 * abs(z)
                found.remove(nearest)
        if not good or answer["method"].startswith("dense"):
            failed += 1
            print(f"{case['name']}: {answer['n_unstable']} roots by {answer['method']}, expected {len(expected)}")
    print(f"{count} cases, {roots} roots, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
