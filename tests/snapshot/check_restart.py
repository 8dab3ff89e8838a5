"""A snapshot that is killed at a random point and started again gives the same bits as one that was not; so do 1, 2 and 4
ranks, and a killed run of two ranks.

usage: check_restart.py serial | ranks
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from killing import kill_all
from dumps import CONFIGURATION, PROGRAM, TOOL, flavors, grid, main, read, skip, snapshot, write

MPIRUN = os.environ.get("MISCID_MPIRUN", "")
CELLS = (150, 11)  # j, i
CHUNK = ("--chunk", "5")
DATASETS = ("/dump/f", "/miscid/status", "/miscid/d0", "/miscid/residual", "/miscid/min_hamiltonian",
            "/miscid/chunk_done", "/miscid/chunk_summary")


def launcher(ranks):
    return (MPIRUN, "--oversubscribe", "-n", str(ranks)) if ranks > 1 else ()


def prepare(folder, cells=CELLS):
    content, density = flavors(cells)
    content[7, 3] = -1.0  # one cell is refused: its place must survive a restart too
    write(folder / "in.h5", f=content, ne=density)
    energy, direction = grid()
    return {"treatment": "flavors", "configuration": CONFIGURATION,
            "arrays": {"energy": {"values": energy.tolist()}, "direction": {"values": direction.tolist()},
                       "electron_density": {"dataset": "/dump/ne", "axes": ["j", "i"]},
                       "flavors": {"dataset": "/dump/f",
                                   "axes": ["j", "i", "type", "group", "direction", "flavor"]}}}


def numbers(path):
    return {name: read(path, name, -1).tobytes() for name in DATASETS}


def bits(summary):
    """What a summary tells of the cells, without how long it took and by how many ranks."""
    return {key: value for key, value in summary.items() if key in ("cells", "species", "status", "first_refused")}


def something_done(output):
    """A chunk is noted as done in the unfinished output, looked at without a lock that its writer could run into."""
    looked = subprocess.run([TOOL, "read", f"{output}.part", "/miscid/chunk_done"], capture_output=True, check=False,
                            env={**os.environ, "HDF5_USE_FILE_LOCKING": "FALSE"})
    return looked.returncode == 0 and any(np.frombuffer(looked.stdout))


def kill(seconds, folder, output, ranks):
    """Starts a run, kills all of it this long after its first chunk is done, and tells whether it was still running."""
    process = subprocess.Popen([*launcher(ranks), PROGRAM, "snapshot", str(folder / "in.h5"), "-o", str(output), "--map",
                                str(folder / "whole.map.json"), *CHUNK],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not something_done(output):
        time.sleep(0.002)
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
        kill_all(str(output))
    process.wait()
    return running


def killed_and_continued(folder, ranks):
    map_ = prepare(folder, CELLS if ranks == 1 else (600, 11))  # long enough for the blow to fall in time
    summary = snapshot(folder / "in.h5", folder / "whole.h5", map_, *CHUNK, launcher=launcher(ranks), expect=3)
    expected = numbers(folder / "whole.h5")
    assert summary["cells"]["refused"] > 0 and summary["chunk"]["taken_over"] == 0, summary
    seed = int(time.time())
    print(f"seed {seed}, whole run {summary['seconds']:.2f} s")
    dice = random.Random(seed)
    kills, continued = 0, 0
    output = folder / "killed.h5"
    for attempt in range(12):
        kills += kill(dice.uniform(0.0, 0.5) * summary["seconds"], folder, output, ranks)
        again = snapshot(folder / "in.h5", output, map_, *CHUNK, launcher=launcher(ranks), expect=3)
        continued += again["chunk"]["taken_over"] > 0
        assert numbers(output) == expected, f"other bits after a kill (seed {seed})"
        assert bits(again) == bits(summary), (again, summary)
        assert not Path(f"{output}.part").exists()
        output.unlink()
        if kills >= 3 and continued >= 2 or ranks > 1 and kills and continued:
            break
    assert kills > 0 and continued > 0, f"{kills} killed, {continued} continued"
    print(f"{kills} killed, {continued} continued")


def check_killed_and_continued(folder):
    killed_and_continued(folder, 1)


def check_another_run_is_told_apart(folder):
    map_ = prepare(folder)
    (folder / "whole.map.json").write_text(json.dumps(map_))
    output = folder / "out.h5"
    snapshot(folder / "in.h5", output, map_, *CHUNK, expect=3)
    expected = numbers(output)
    output.rename(f"{output}.part")  # as if the last moment had been missed
    again = snapshot(folder / "in.h5", output, map_, *CHUNK, expect=3)
    assert again["chunk"]["taken_over"] == again["chunk"]["count"] and numbers(output) == expected
    output.rename(f"{output}.part")
    other = {**map_, "configuration": {"phase_space": {"form": "density"}, "vacuum": {"mixing_angle": 0.2}}}
    complaint = snapshot(folder / "in.h5", output, other, *CHUNK, expect=2)
    assert "was begun by another run" in complaint and "--fresh" in complaint, complaint
    snapshot(folder / "in.h5", output, other, *CHUNK, "--fresh", expect=3)
    assert numbers(output) != expected
    Path(f"{output}.part").write_bytes(b"killed while it was made")
    snapshot(folder / "in.h5", output, map_, *CHUNK, expect=3)
    assert numbers(output) == expected


def check_same_bits_for_any_number_of_ranks(folder):
    map_ = prepare(folder)
    one = snapshot(folder / "in.h5", folder / "one.h5", map_, *CHUNK, expect=3)
    for ranks in (2, 4):
        output = folder / f"ranks{ranks}.h5"
        summary = snapshot(folder / "in.h5", output, map_, *CHUNK, launcher=launcher(ranks), expect=3)
        assert summary["ranks"] == ranks, summary
        assert numbers(output) == numbers(folder / "one.h5"), f"other bits with {ranks} ranks"
        assert bits(summary) == bits(one)


def check_ranks_killed_and_continued(folder):
    killed_and_continued(folder, 2)


def check_one_complaint(folder):
    map_ = {**prepare(folder), "treatment": "none"}
    complaint = snapshot(folder / "in.h5", folder / "out.h5", map_, launcher=launcher(2), expect=2)
    assert complaint.count("key 'treatment'") == 1, complaint


if __name__ == "__main__":
    if sys.argv[1] == "serial":
        sys.exit(main([check_killed_and_continued, check_another_run_is_told_apart]))
    if not MPIRUN:
        skip("this build has no MPI")
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                      OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_btl_vader_single_copy_mechanism="none")
    sys.exit(main([check_same_bits_for_any_number_of_ranks, check_ranks_killed_and_continued, check_one_complaint]))
