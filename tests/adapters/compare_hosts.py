"""Dummy hosts in C, C++ and Fortran, each with the array layout and units of another code, give equal numbers.

usage: compare_hosts.py NAME=PROGRAM [NAME=PROGRAM ...]

Each prints per step and zone: step, zone, status, energy density of nu_e and nu_x (MeV cm^-3) and flux factor of nu_e in the
second group. Units and summation differ from host to host, so numbers agree to 1e-12, not to the last bit. The first host's
numbers must also show that something was mixed and kept.
"""
import subprocess
import sys

STEPS, ZONES, TOLERANCE = 3, 3, 1e-12


def run(program):
    done = subprocess.run([program], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    rows = [line.split() for line in done.stdout.splitlines()]
    if [(int(r[0]), int(r[1])) for r in rows] != [divmod(n, ZONES) for n in range(STEPS * ZONES)]:
        sys.exit(f"{program}: expected {STEPS} steps of {ZONES} zones:\n{done.stdout}")
    return [(int(r[2]), *map(float, r[3:])) for r in rows]


def complaint(rows):
    """Of the first step: zone 0 starts with nu_e 2e30 10^3 exp(-10/4) and flux factor 0.25 (adapters/README.md)."""
    from math import exp
    before = 2e30 * 10**3 * exp(-10 / 4)
    status, nu_e, nu_x, factor = rows[0]
    if any(row[0] < 0 for row in rows):
        return "a zone was refused"
    if abs(nu_e / before - 1) < 1e-2 or abs(factor - 0.25) < 1e-3:
        return "nothing was mixed"
    heavy = 2.4 * 2e30 * 10**3 * exp(-10 / 6)
    electron = sum(2e30 * 10**3 * a * exp(-10 / t) for a, t in ((1, 4), (0.9, 5)))
    if not (nu_e > 0 and heavy < nu_x + 1e-9 * heavy + electron and nu_x < heavy + electron):
        return f"nu_x = {nu_x} is more than there is"
    return None


def main():
    hosts = [argument.split("=", 1) for argument in sys.argv[1:]]
    if not hosts:
        sys.exit(__doc__)
    results = {name: run(program) for name, program in hosts}
    (first, expected), *others = results.items()
    if complaint(expected):
        sys.exit(f"{first}: {complaint(expected)}")
    for name, rows in others:
        for n, (left, right) in enumerate(zip(expected, rows)):
            worst = max(abs(a - b) / max(abs(a), 1e-300) for a, b in zip(left[1:], right[1:]))
            if left[0] != right[0] or not worst <= TOLERANCE:
                sys.exit(f"step {n // ZONES}, zone {n % ZONES}: {first} {left}, {name} {right}")
    print(f"{', '.join(results)}: the same {len(expected)} lines")


if __name__ == "__main__":
    main()
