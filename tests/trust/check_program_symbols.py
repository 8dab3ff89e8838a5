"""What the miscid program takes from its process (SECURITY.md): no network, no shell, no guessable temporary file, no
unbounded copy. Pictures are drawn by a Python that is started directly (posix_spawn), not through a shell.

usage: check_program_symbols.py PROGRAM
"""

import re
import subprocess
import sys

FORBIDDEN = re.compile(
    r"""^(
        socket | connect | bind | listen | accept4? | send(to|msg)? | recv(from|msg)? | getaddrinfo | gethostby\w+
      | system | popen | exec[lv]p?e? | execvpe | wordexp | dlopen | dlmopen
      | tmpnam | tempnam | mktemp | tmpfile
      | gets | strcpy | strcat | v?sprintf | (__)?v?sprintf | scanf | sscanf
      | setuid | setgid | chmod | umask
    )$""",
    re.VERBOSE,
)


def main(program):
    listing = subprocess.run(["nm", "-D", "--undefined-only", program], check=True, capture_output=True, text=True).stdout
    taken = sorted({line.split()[-1].split("@")[0] for line in listing.splitlines() if line.strip()})
    complaints = [name for name in taken if FORBIDDEN.match(name)]
    for name in complaints:
        print(f"{program} takes {name} from the process")
    print(f"{len(taken)} symbols taken; started by posix_spawn: {'posix_spawn' in taken}")
    return 1 if complaints or len(taken) < 20 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
