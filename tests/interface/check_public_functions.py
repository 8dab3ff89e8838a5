"""Every public function of miscid.h is documented, says since when it exists, and is used by a test or an example.

usage: check_public_functions.py SOURCE_DIRECTORY

Functions that follow each other without an empty line or a comment between them share the comment above the first.
"""

import re
import sys
from pathlib import Path

USERS = {".c", ".cpp", ".hpp", ".py", ".f90", ".F90"}


def declarations(header):
    """(function, comment) of everything exported; the comment is "" where there is none."""
    comment = ""
    for block in re.finditer(r"/\*\*?(?P<comment>.*?)\*/|(?P<declaration>MISCID_EXPORT\b[^;]*;)|(?P<gap>\n[ \t]*\n)",
                             header, re.DOTALL):
        if block["comment"] is not None:
            comment = block["comment"] if block.group().startswith("/**") else ""
        elif block["gap"] is not None:
            comment = ""
        else:
            yield re.search(r"\b(miscid_\w+)\s*\(", block["declaration"])[1], comment


def main(source):
    functions = list(declarations((source / "include/miscid/miscid.h").read_text()))
    text = "\n".join(path.read_text() for folder in ("tests", "examples") for path in (source / folder).rglob("*")
                     if path.suffix in USERS)
    used = set(re.findall(r"\bmiscid_\w+", text))

    complaints = [f"{name}: no comment" for name, comment in functions if not comment.strip()]
    complaints += [f"{name}: its comment has no @since" for name, comment in functions
                   if comment.strip() and "@since" not in comment]
    complaints += [f"{name}: no test or example uses it" for name, _ in functions if name not in used]
    if not functions:
        complaints.append("no exported function found")
    for complaint in complaints:
        print(complaint)
    print(f"{len(functions)} public functions")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
