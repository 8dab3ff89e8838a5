"""The example three_zones gives the same bits in every language, whatever the layout of the host's arrays.

usage: compare_examples.py --run LANGUAGE COMMAND... [--run LANGUAGE COMMAND...]...

Comments (from '#') are for people and not compared. Besides being equal, the outputs must be complete, hold only usable
statuses and finite numbers, and show that flavor was mixed (Re rho_ex is not zero).
"""

import argparse
import math
import struct
import subprocess
import sys

STEPS, ZONES = 5, 3


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return [line.split("#")[0].rstrip() for line in done.stdout.splitlines()]


def complaint_about(lines):
    """What is wrong with an output by itself, or None."""
    if len(lines) != STEPS * ZONES:
        return f"{len(lines)} lines where {STEPS} steps of {ZONES} zones give {STEPS * ZONES}"
    for number, line in enumerate(lines):
        step, zone, status, *words = line.split()
        if (int(step), int(zone)) != divmod(number, ZONES):
            return f"line {number + 1} is of step {step}, zone {zone}"
        if int(status) < 0:
            return f"step {step}, zone {zone} was refused with status {status}"
        if len(words) != 5 or any(len(word) != 16 or word != word.lower() for word in words):
            return f"line {number + 1} does not hold five numbers as 16 hexadecimal digits"
        ee, re_ex, *d0 = (struct.unpack(">d", bytes.fromhex(word))[0] for word in words)
        if not all(map(math.isfinite, (ee, re_ex, *d0))):
            return f"step {step}, zone {zone}: not finite"
        if ee <= 0 or re_ex == 0 or d0 == [0, 0, 0]:
            return f"step {step}, zone {zone}: ee = {ee}, Re ex = {re_ex}, D0 = {d0}: nothing was mixed"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", nargs="+", action="append", required=True, metavar=("LANGUAGE", "COMMAND"))
    outputs = {language: run(command) for language, *command in parser.parse_args().run}

    (first, expected), *others = outputs.items()
    complaint = complaint_about(expected)
    if complaint:
        print(f"{first}: {complaint}")
        return 1
    for language, lines in others:
        for number, (left, right) in enumerate(zip(expected, lines), start=1):
            if left != right:
                print(f"line {number}\n  {first:8} {left}\n  {language:8} {right}")
                return 1
        if len(lines) != len(expected):
            print(f"{language} printed {len(lines)} lines, {first} {len(expected)}")
            return 1
    print(f"{', '.join(outputs)}: the same {len(expected)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
