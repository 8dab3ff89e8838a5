"""`miscid run` on 1, 2 and 4 ranks gives the same result, to the last bit; so does a run that was killed at a random point and
restarted from its last checkpoint, also by another number of ranks.

usage: check_ranks.py PROGRAM SCENARIO [MPIRUN]
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from killing import kill_all

STEPS = 60


def command(program, scenario, mpirun, ranks, *options):
    launcher = [mpirun, "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
    return [*launcher, program, "run", scenario, "-q", *options]


def result(path):
    """All of a result but how long it took."""
    answer = json.loads(Path(path).read_text())
    answer.pop("seconds")
    return answer


def killed_and_restarted(program, scenario, mpirun, ranks, transport, folder, dice, longest_wait):
    """Kills a run and finishes it from its last checkpoint; returns the result and the step it went on from."""
    checkpoint = folder / "checkpoint"
    checkpoint.unlink(missing_ok=True)
    options = ["--transport", transport, "--checkpoint", str(checkpoint), "--checkpoint-every", "1"]
    process = subprocess.Popen(command(program, scenario, mpirun, ranks, *options, "-o", str(folder / "never.json")),
                               start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + 30
    while not checkpoint.exists() and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, longest_wait))
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
        kill_all(str(checkpoint))  # a rank that lives on would write another checkpoint
    process.wait()
    output = folder / "restarted.json"
    other = 1 if ranks > 1 else 2 if mpirun else 1
    subprocess.run(command(program, scenario, mpirun, other, "--transport", transport, "--restart", str(checkpoint), "-o",
                           str(output)), check=True)
    return result(output), killed


def main(program, scenario, mpirun):
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                      OMPI_MCA_btl_vader_single_copy_mechanism="none")
    seed = int(time.time())
    print(f"seed {seed}")
    dice = random.Random(seed)
    kills = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shorter = folder / "scenario.json"
        shorter.write_text(json.dumps({"based_on": str(Path(scenario).resolve()), "time": {"steps": STEPS}}))
        scenario = str(shorter)
        for transport in ("matrix", "invariant"):
            outputs = {}
            for ranks in (1, 2, 4) if mpirun else (1,):
                outputs[ranks] = folder / f"{transport}.{ranks}.json"
                subprocess.run(command(program, scenario, mpirun, ranks, "--transport", transport, "-o",
                                       str(outputs[ranks])), check=True)
                found, wanted = result(outputs[ranks]), result(outputs[1])
                different = [key for key in wanted if found.get(key) != wanted[key]]
                assert not different, f"{transport}, {ranks} ranks: {different} differ"
            print(f"{transport}: {', '.join(map(str, outputs))} ranks, bits {result(outputs[1])['bits']}")
            for ranks in (1, 2) if mpirun else (1,):
                longest_wait = 0.3
                killed = False
                while not killed and longest_wait > 1e-4:  # a fast machine may be done before the blow falls
                    again, killed = killed_and_restarted(program, scenario, mpirun, ranks, transport, folder, dice,
                                                         longest_wait)
                    longest_wait *= 0.5
                    wanted = result(outputs[1])
                    different = [key for key in wanted if again.get(key) != wanted[key]]
                    assert not different, f"{transport}, restarted: {different} differ"
                kills += killed
    print(f"{kills} runs were killed")
    assert kills > 0
    if not mpirun:
        print("no MPI in this build: ranks were not tried")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""))
