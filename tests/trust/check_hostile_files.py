"""Files made to harm: nested without end, numbers no double holds, sizes that wrap around. Every command that reads JSON
answers with exit code 2 and one line on stderr, within seconds; none crashes, hangs or believes them.

usage: check_hostile_files.py MISCID [COMMAND ...]
"""

import pathlib
import subprocess
import sys
import tempfile

COMMANDS = ["equilibrium", "step", "replay", "run", "waves", "closure", "box", "thermo", "validity"]
HOSTILE = {
    "a million arrays": "[" * 1000000,
    "nested in an annotation": '{"note": ' + "[" * 100000 + "]" * 100000 + "}",
    "objects 10000 deep": '{"a":' * 10000 + "1" + "}" * 10000,
    "a number no double holds": '{"n_flavors": 1e999}',
    "an integer beyond all": '{"n_flavors": 18446744073709551618, "cases": [{"n_modes": 4294967297}]}',
    "brackets in text are no nesting, but this is no case": '{"name": "' + "[" * 1000 + '\\"[", "nonsense": 1}',
    "no UTF-8": b'{"\xff\xfe": 1}',
    "a zero byte": b'{"cases": [\x00]}',
    "cut in a text": '{"cases": "',
    "nothing": "",
}


def main():
    miscid, commands = sys.argv[1], sys.argv[2:] or COMMANDS
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "hostile.json"
        for what, text in HOSTILE.items():
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            for command in commands:
                done = subprocess.run([miscid, command, str(file)], capture_output=True, text=True, errors="replace",
                                      timeout=60)
                lines = done.stderr.strip().splitlines()
                if done.returncode != 2 or len(lines) != 1 or "hostile.json" not in done.stderr or done.stdout:
                    failures.append(f"{command}, {what}: exit {done.returncode}, {done.stderr[:200]!r}")
        for command in commands: # a file that never ends, and one that is a folder
            for path in (folder, "/no/such/file"):
                done = subprocess.run([miscid, command, path], capture_output=True, text=True, timeout=60)
                if done.returncode != 2 or len(done.stderr.strip().splitlines()) != 1:
                    failures.append(f"{command} {path}: exit {done.returncode}, {done.stderr[:200]!r}")
    print("\n".join(failures) or f"{len(HOSTILE)} files, {len(commands)} commands: every one refused in one line")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
