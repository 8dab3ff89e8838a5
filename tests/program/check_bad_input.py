"""Input that cannot be read: exit code 2, nothing on stdout, and one line on stderr that names the file, the key and what
was expected (design section 5)."""
import argparse
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

# Two beams far from anything interesting; a good case, so that every refusal below has one cause.
GOOD = {
    "schema": 1,
    "n_flavors": 2,
    "parameters": {"mu": 1.0, "lambda": 100.0, "v_m": [0.0, 0.0, 0.0], "B": [0.6, 0.0, -0.8]},
    "modes": {
        "direction": [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]],
        "is_antineutrino": [0, 1],
        "weight": [0.5, 0.5],
        "omega": [1.0, 1.0],
        "P_norm": [1.0, 0.5],
        "epsilon": [1, 1],
    },
    "start": {
        "parameters": {"mu": 1.0, "lambda": 100.0, "v_m": [0.0, 0.0, 0.0]},
        "weight": [0.5, 0.5],
        "P_norm": [1.0, 0.5],
        "P": [[0.0, 0.0, 1.0], [0.0, 0.0, 0.5]],
    },
}


def changed(path, value):
    """GOOD with one key set (or removed, where value is None)."""
    case = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    target = case
    for parent in parents:
        target = target[parent]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return json.dumps(case)


# what, text of the file, words the message must hold
UNREADABLE = [
    ("unknown key at the top", changed("lambada", 1), ["lambada", "unknown key"]),
    ("unknown key in a section", changed("parameters.nu", 1), ["parameters.nu", "unknown key", "mu"]),
    ("unknown key in modes", changed("modes.energy", [1, 1]), ["modes.energy", "unknown key"]),
    ("missing key", changed("parameters.mu", None), ["parameters.mu", "missing"]),
    ("missing section", changed("modes", None), ["modes", "missing"]),
    ("text for a number", changed("parameters.mu", "one"), ["parameters.mu", "expected a number"]),
    ("number for a section", changed("modes", 3), ["modes", "expected an object"]),
    ("vector of two numbers", changed("parameters.v_m", [0, 0]), ["parameters.v_m", "3 numbers"]),
    ("text in a vector", changed("parameters.B", [0.6, "y", -0.8]), ["parameters.B[1]", "expected a number"]),
    ("one weight for two modes", changed("modes.weight", [0.5]), ["modes.weight", "2 numbers"]),
    ("direction of two numbers", changed("modes.direction", [[0, 1], [0, 0, 1]]), ["modes.direction[0]", "3 numbers"]),
    ("P of one mode only", changed("start.P", [[0, 0, 1]]), ["start.P", "2"]),
    ("a type that is neither 0 nor 1", changed("modes.is_antineutrino", [0, 2]), ["modes.is_antineutrino", "0 or 1"]),
    ("four flavors", changed("n_flavors", 4), ["n_flavors", "2 or 3"]),
    ("half a flavor", changed("n_flavors", 2.5), ["n_flavors", "integer"]),
    ("an array instead of an object", "[1, 2]", ["object"]),
    ("not JSON", "{\"n_flavors\": 2,", ["JSON"]),
    ("nothing at all", "", ["JSON"]),
]

# Read, but physically unusable: exit code 3, JSON with status invalid_input.
INVALID = [
    ("NaN", changed("parameters.lambda", "NaN")),
    ("negative mu", changed("parameters.mu", -1)),
    ("B not a unit vector", changed("parameters.B", [0.6, 0.0, -0.9])),
    ("superluminal matter", changed("parameters.v_m", [0.0, 0.0, 1.0])),
    ("negative weight", changed("modes.weight", [0.5, -0.5])),
    ("negative |P|", changed("modes.P_norm", [1.0, -0.5])),
    ("epsilon neither 1 nor -1", changed("modes.epsilon", [1, 0])),
    ("direction not a unit vector", changed("modes.direction", [[0, 0, 1], [0, 0, -0.9]])),
    ("NaN in start.P", changed("start.P", [[0, 0, 1], [0, "NaN", 0.5]])),
]


class Program:
    def __init__(self, miscid, folder):
        self.miscid = miscid
        self.file = pathlib.Path(folder) / "case.json"
        self.failures = 0

    def run(self, *arguments):
        return subprocess.run([self.miscid, *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def equilibrium(self, text):
        self.file.write_text(text)
        return self.run("equilibrium", self.file)

    def check(self, what, condition, done):
        if not condition:
            self.failures += 1
            print(f"{what}: exit code {done.returncode}\n  stdout: {done.stdout[:200]!r}\n  stderr: {done.stderr[:400]!r}")

    def refused(self, what, done, words):
        lines = done.stderr.splitlines()
        self.check(what, done.returncode == 2 and done.stdout == "" and len(lines) == 1
                   and all(word in done.stderr for word in words), done)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--miscid", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.miscid, folder)

        done = program.equilibrium(json.dumps(GOOD))
        program.check("good case", done.returncode == 0 and json.loads(done.stdout)["status"] == "ok" and not done.stderr, done)
        annotated = dict(GOOD, note="n", description="d", name="x", category="c", tracking={"any": 1}, verification=[1],
                         expected={"status": "whatever", "P": []})
        again = program.equilibrium(json.dumps(annotated))
        program.check("annotations are ignored", again.returncode == 0 and again.stdout == done.stdout, again)

        output = pathlib.Path(folder) / "answer.json"
        to_file = program.run("equilibrium", program.file, "-o", output)
        program.check("-o FILE", to_file.returncode == 0 and to_file.stdout == "" and output.read_text() == done.stdout, to_file)

        for what, text, words in UNREADABLE:
            program.refused(what, program.equilibrium(text), [str(program.file), *words])
        for what, text in INVALID:
            done = program.equilibrium(text)
            valid = done.returncode == 3 and done.stderr == ""
            answer = json.loads(done.stdout) if valid else {}
            program.check(what, valid and answer.get("status") == "invalid_input" and answer.get("reason")
                          and answer.get("message"), done)

        absent = pathlib.Path(folder) / "absent.json"
        program.refused("file that is not there", program.run("equilibrium", absent), [str(absent)])
        program.refused("folder for a file", program.run("equilibrium", folder), [folder])
        program.file.write_text(json.dumps(GOOD))
        nowhere = pathlib.Path(folder) / "no" / "such" / "folder.json"
        program.refused("output that cannot be written", program.run("equilibrium", program.file, "-o", nowhere), [str(nowhere)])
        for arguments in ([], ["equilibrium"], ["equilibria", "x.json"], ["equilibrium", program.file, "--fast"]):
            done = program.run(*arguments)
            program.check(f"arguments {arguments}", done.returncode == 2 and done.stderr != "", done)
        print(f"{program.failures} of {len(UNREADABLE) + len(INVALID) + 10} checks failed")
        return 1 if program.failures else 0


if __name__ == "__main__":
    sys.exit(main())
