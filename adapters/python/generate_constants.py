"""Writes the package's constants from the lists of the C header, so that every number exists once.

usage: generate_constants.py INCLUDE_DIRECTORY VERSION_HEADER OUTPUT_FILE

INCLUDE_DIRECTORY holds miscid/miscid.h, field_list.h and status_list.h; VERSION_HEADER is the version.h that the build
of the library writes.
"""

import re
import sys
from pathlib import Path

HEAD = '''"""Constants of the C interface, written by generate_constants.py from the lists of its header."""

from enum import IntEnum
'''


def rows(path, start, pattern):
    """All lines that begin with `start`; one that does not fit the pattern is an error, not a constant less."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith(start):
            match = re.match(pattern, line)
            if not match:
                raise ValueError(f"{path}: cannot read the line\n  {line}")
            found.append(match.groups())
    if not found:
        raise ValueError(f"{path}: no line starts with {start}")
    return found


def define(path, name):
    match = re.search(rf'^#define {name} "?([^"\n]+)"?$', path.read_text(), re.MULTILINE)
    if not match:
        raise ValueError(f"{path}: {name} is not defined")
    return match[1]


def enumeration(name, text, members):
    lines = [f"class {name}(IntEnum):", f'    """{text}"""', ""]
    for member, value, meaning in members:
        lines.append(f"    {member} = {value}")
        if meaning:
            lines.append(f"    {meaning!r}")
    return "\n".join(lines) + "\n"


def constants(include, version_header):
    """Text of the module `miscid._constants`."""
    lists = include / "miscid"
    statuses = rows(lists / "status_list.h", "MISCID_STATUS(", r'MISCID_STATUS\((\w+), (-?\d+), "(.*)"\)')
    fields = rows(lists / "field_list.h", "MISCID_FIELD(",
                  r'MISCID_FIELD\((\w+), (\d+), "([^"]*)", (\w+), (\w+), "(.*)"\)')
    header = lists / "miscid.h"
    enumerators = re.findall(r"^    MISCID_([A-Z0-9_]+) = (\d+),", header.read_text(), re.MULTILINE)

    def members(prefix):
        found = [(name[len(prefix):], value, "") for name, value in enumerators if name.startswith(prefix)]
        if not found:
            raise ValueError(f"{header}: no enumerator starts with MISCID_{prefix}")
        return found

    dtypes = [(name, value, "") for name, value in enumerators if re.fullmatch(r"(FLOAT|INT)\d+", name)]
    parts = [
        HEAD,
        f'VERSION = "{define(version_header, "MISCID_VERSION_STRING")}"\n"""Version of the header."""\n'
        f'ABI = {define(version_header, "MISCID_ABI")}\n"""ABI number of the header."""\n'
        f'AXIS_COUNT = {define(header, "MISCID_AXIS_COUNT")}\n',
        enumeration("Status", "Status of a call or of a cell: 0 ok, > 0 usable, < 0 refused.", statuses),
        enumeration("Field", "What a host array can be bound to.",
                    [(name, value, f"{meaning} [{unit}; axes {axes}; {access}]")
                     for name, value, axes, unit, access, meaning in fields]),
        enumeration("Axis", "Names of the dimensions of a bound array.", members("AXIS_")),
        enumeration("Dtype", "Types of numbers behind a view.", dtypes),
        enumeration("AmrRule", "What a component of the state needs when a mesh changes.", members("AMR_")),
        enumeration("ParameterProperty", "What the library tells about a parameter.", members("PARAMETER_")),
        "REPORT_MEMBERS = " + repr(tuple(report_members(header))) + '\n"""Numbers of a report."""\n',
    ]
    return "\n\n".join(parts)


def report_members(header):
    """Names that miscid_report_get answers to."""
    struct = re.search(r"typedef struct miscid_report \{(.*?)\} miscid_report;", header.read_text(), re.DOTALL)
    for name, extent in re.findall(r"^    (?:int64_t|int32_t|double) (\w+)(\[4\])?;", struct[1], re.MULTILINE):
        yield from (f"{name}_{axis}" for axis in ("i", "j", "k", "node")) if extent else (name,)


def main(include, version_header, output):
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(constants(Path(include), Path(version_header)))


if __name__ == "__main__":
    main(*sys.argv[1:])
