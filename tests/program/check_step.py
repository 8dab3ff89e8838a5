"""miscid step, replay and parameters: one cell through the C interface, and again from a capture."""
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


# The example of the documentation, as a reader would copy it.
example = json.loads(re.search(r"```json\n(.*?)```", (source / "docs/step-command.md").read_text(), re.S).group(1))
with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "cell.json"

    def step(command="step", **changes):
        file.write_text(json.dumps({**example, **changes}))
        return run(command, file)

    answer = step()
    check(answer.returncode == 0, "the documented example runs")
    result = json.loads(answer.stdout)
    check(result["status"] == "ok" and result["report"]["cold_start"], "it is solved, from a cold start")
    flat = lambda x: [n for y in x for n in flat(y)] if isinstance(x, list) else [x]
    before, after = flat(example["fields"]["rho"]), flat(result["fields"]["rho"])
    for i in range(0, len(before), 4):
        check(math.isclose(before[i] + before[i + 1], after[i] + after[i + 1], rel_tol=1e-14), "traces are kept")
        size = lambda r: math.hypot(r[i] - r[i + 1], 2 * r[i + 2], 2 * r[i + 3])
        check(math.isclose(size(before), size(after), rel_tol=1e-14), "|P| is kept")

    # With the state it returned the cell is warm, and stays where it is.
    fields = {**example["fields"], "rho": result["fields"]["rho"], "state": result["fields"]["state"]}
    warm = json.loads(step(fields=fields).stdout)
    check(not warm["report"]["cold_start"], "a state makes it a warm start")
    check(max(abs(a - b) for a, b in zip(flat(warm["fields"]["rho"]), after)) < 1e-14 * max(after), "an equilibrium stays")

    # replay wants what miscid_capture_cell writes, and gives the same answer.
    refused = step("replay")
    check(refused.returncode == 2 and "miscid_cell" in refused.stderr, "replay refuses what is no captured cell")
    replayed = step("replay", miscid_cell=1)
    check(json.loads(replayed.stdout) == result, "replay gives the same answer")

    # Numbers that are not finite travel as bits and are refused by name.
    rho = json.loads(json.dumps(example["fields"]["rho"]))
    rho[1][0][1][0] = "float64:7ff8000000000000"
    bad = step(fields={**example["fields"], "rho": rho})
    check(bad.returncode == 3, "a NaN is refused with exit code 3")
    bad = json.loads(bad.stdout)
    check(bad["status"] == "cell_not_finite" and "antineutrino, group 0, direction 1" in bad["message"], "and named")

    # Three flavors: the same command, nine components, no signed amplitude.
    diagonal = lambda e: [e, 0.2, 0.2, 0, 0, 0, 0, 0, 0]
    file.write_text(json.dumps({
        "configuration": {"phase_space": {"flavors": 3, "groups": 1, "directions": 2}, "units": {"system": "natural"}},
        "fields": {"energy": [1], "direction": [[0, 0, 1], [0, 0.6, 0.8]], "weight": [[0.5, 0.5]],
                   "electron_density": 3, "rho": [[[diagonal(0.6)] * 2], [[diagonal(0.4)] * 2]]}}))
    three = json.loads(run("step", str(file)).stdout)
    check(three["status"] == "ok" and len(flat(three["fields"]["d0"])) == 8, "three flavors are answered")
    check("signed_amplitude" not in three["fields"], "three flavors have no signed amplitude")
    check(math.isclose(sum(flat(three["fields"]["rho"])[:3]), 1.0, rel_tol=1e-14), "three flavors: the trace is kept")

    wrong = step(fields={**example["fields"], "temperature": 3})
    check(wrong.returncode == 2 and "temperature" in wrong.stderr and str(file) in wrong.stderr, "unknown fields are named")
    wrong = step(configuration={"phase_space": {"groops": 1}})
    check(wrong.returncode == 2 and "groops" in wrong.stderr, "unknown parameters are named")

listed = json.loads(run("parameters", "--json").stdout)
text = run("parameters").stdout
for parameter in listed:
    check(parameter["name"] in text, "parameters: the table has " + parameter["name"])
    check(all(parameter[key] != "" for key in ("type", "doc", "source")), parameter["name"] + " says what it is")

for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
