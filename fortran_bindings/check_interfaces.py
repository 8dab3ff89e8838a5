#!/usr/bin/env python3
"""Compares the raw Fortran interface (miscid_c_interface.f90) with the C header (miscid.h).

    check_interfaces.py HEADER FORTRAN               compare; exit 1 and one line per difference
    check_interfaces.py HEADER FORTRAN --self-test   damage copies of the Fortran file, one damage at a time; every one
                                                     must be found

Compared: which functions exist, the Fortran name (c_ and the C name), number, order and names of the arguments, type,
kind, dimension, and whether an argument is passed by value, and the type of the result. Standard library only.
"""
import argparse
import pathlib
import re
import sys
import tempfile

BY_VALUE = "value"
BY_REFERENCE = "reference"

# C types that are passed by value, and the Fortran type that has the same representation.
SCALARS = {
    "int32_t": "integer(c_int32_t)",
    "int64_t": "integer(c_int64_t)",
    "uint64_t": "integer(c_int64_t)",  # Fortran has no unsigned integers; only the bits matter
    "size_t": "integer(c_size_t)",
    "double": "real(c_double)",
}
POINTER = ("type(c_ptr)", BY_VALUE, None)


class Unreadable(Exception):
    """A piece of text this script does not understand; it says so rather than skip it."""


# ------------------------------------------------------------------------------------------------------ the C header


def read_header(path):
    """{function: (result type, [(argument name, C type, array size or None), ...])}, and the names of the enums."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.S)
    enums = set(re.findall(r"typedef\s+enum\s+\w+\s*\{[^}]*\}\s*(\w+)\s*;", text))
    functions = {}
    for declaration in re.findall(r"MISCID_EXPORT\s+([^;]*);", text):
        match = re.fullmatch(r"(.*?)(\w+)\s*\(([^()]*)\)", " ".join(declaration.split()))
        if not match:
            raise Unreadable(f"{path}: {declaration}")
        result, name, arguments = match.groups()
        arguments = [] if arguments.strip() == "void" else arguments.split(",")
        functions[name] = (c_type(result), [c_argument(argument) for argument in arguments])
    if not functions:
        raise Unreadable(f"{path}: no function marked MISCID_EXPORT")
    return functions, enums


def c_argument(text):
    match = re.fullmatch(r"(.*?)(\w+)\s*(?:\[(\d+)\])?", text.strip())
    if not match:
        raise Unreadable(text)
    declared, name, size = match.groups()
    return name, c_type(declared + ("*" if size else "")), size


def c_type(text):
    """'const char *' -> 'const char*'."""
    text = re.sub(r"\s*\*\s*", "*", " ".join(text.split()))
    return re.sub(r"\*const(?!\*)", "*", text)


def allowed_arguments(declared, size, enums):
    """The Fortran declarations (type, how it is passed, dimension) that fit a C argument."""
    scalars = dict(SCALARS, **{enum: "integer(c_int)" for enum in enums})
    if declared in scalars:
        return [(scalars[declared], BY_VALUE, None)]
    base = declared[:-1].replace("const ", "")
    if not declared.endswith("*"):
        raise Unreadable(f"C type {declared}")
    if declared.endswith("*const*"):  # a list of addresses that is only read
        return [("type(c_ptr)", BY_REFERENCE, "*")]
    if base.endswith("*"):  # address of a pointer: a handle or static text that the function returns
        return [("type(c_ptr)", BY_REFERENCE, None)]
    if base == "char" and declared.startswith("const "):
        return [("character(kind=c_char)", BY_REFERENCE, "*")]
    if base in scalars and size:
        return [(scalars[base], BY_REFERENCE, size), POINTER]
    if base in scalars and declared.startswith("const "):
        return [(scalars[base], BY_REFERENCE, "*"), POINTER]
    if base in scalars:
        return [(scalars[base], BY_REFERENCE, None), (scalars[base], BY_REFERENCE, "*"), POINTER]
    return [POINTER]  # handles, structs, void, buffers for text


def allowed_intents(declared):
    if declared.endswith("*const*"):
        return ["in"]
    if declared.endswith("**"):
        return ["out"]
    return ["in"] if declared.startswith("const ") else ["out", "inout"]


def allowed_result(declared, enums):
    if declared == "void":
        return None
    if declared.endswith("*"):
        return "type(c_ptr)"
    if declared in enums:
        return "integer(c_int)"
    if declared in SCALARS:
        return SCALARS[declared]
    raise Unreadable(f"C type {declared}")


# -------------------------------------------------------------------------------------------------- the Fortran file


def read_fortran(path):
    """{C name: (Fortran name, result type or None, [(argument name, type, how passed, dimension, intent), ...])}."""
    text = re.sub(r"!.*", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"&\s*\n\s*&?", " ", text).lower()
    functions = {}
    pattern = r"^\s*(function|subroutine)\s+(\w+)\s*\(([^)]*)\)([^\n]*)\n(.*?)^\s*end\s+\1"
    for kind, name, arguments, suffix, body in re.findall(pattern, text, flags=re.S | re.M):
        bound = re.search(r"bind\s*\(\s*c\s*,\s*name\s*=\s*'(\w+)'\s*\)", suffix)
        if not bound:
            raise Unreadable(f"{path}: {name} has no bind(C, name='...')")
        if bound.group(1) in functions:
            raise Unreadable(f"{path}: {bound.group(1)} is bound twice")
        declared = fortran_declarations(name, body)
        result = None
        if kind == "function":
            renamed = re.search(r"result\s*\(\s*(\w+)\s*\)", suffix)
            result = declared.pop(renamed.group(1) if renamed else name, ("undeclared",))[0]
        names = arguments.replace(",", " ").split()
        undeclared = ("undeclared", BY_REFERENCE, None, None)
        functions[bound.group(1)] = (name, result, [(a, *declared.pop(a, undeclared)) for a in names])
        if declared:
            raise Unreadable(f"{path}: {name} declares {', '.join(declared)}, which is no argument")
    return functions


def fortran_declarations(function, body):
    """{name: (type, how passed, dimension, intent)} of the declarations in an interface body."""
    declared = {}
    for line in body.splitlines():
        line = line.strip()
        if not line or line.startswith("import"):
            continue
        match = re.fullmatch(r"([^:]*?)\s*::\s*(.*)", line)
        if not match:
            raise Unreadable(f"{function}: {line}")
        kind, *attributes = [part.replace(" ", "") for part in re.split(r",(?![^(]*\))", match.group(1))]
        intents = [a[len("intent("):-1] for a in attributes if a.startswith("intent(")]
        unknown = [a for a in attributes if a != "value" and not a.startswith("intent(")]
        if unknown:
            raise Unreadable(f"{function}: attribute {', '.join(unknown)} in: {line}")
        for name, dimension in re.findall(r"(\w+)\s*(?:\(([^)]*)\))?", match.group(2)):
            passed = BY_VALUE if "value" in attributes else BY_REFERENCE
            declared[name] = (kind, passed, dimension or None, intents[0] if intents else None)
    return declared


# -------------------------------------------------------------------------------------------------------- comparison


def differences(header_path, fortran_path):
    """One line of text per difference."""
    try:
        header, enums = read_header(header_path)
        fortran = read_fortran(fortran_path)
    except Unreadable as problem:
        return [f"cannot read {problem}"]
    found = [f"{name}: in {header_path.name}, but no interface binds it" for name in header if name not in fortran]
    found += [f"{name}: bound in {fortran_path.name}, but not in the header" for name in fortran if name not in header]
    for name in header:
        if name in fortran:
            found += [f"{name}: {text}" for text in function_differences(name, header[name], fortran[name], enums)]
    return found


def function_differences(name, c_function, fortran_function, enums):
    c_result, c_arguments = c_function
    fortran_name, fortran_result, fortran_arguments = fortran_function
    if fortran_name != "c_" + name.lower():
        yield f"the Fortran name is {fortran_name}, expected c_{name}"
    expected = allowed_result(c_result, enums)
    if fortran_result != expected:
        yield f"result {c_result} is {fortran_result or 'missing'} in Fortran, expected {expected or 'a subroutine'}"
    if len(c_arguments) != len(fortran_arguments):
        yield f"{len(c_arguments)} arguments in C, {len(fortran_arguments)} in Fortran"
        return
    for (c_name, declared, size), (f_name, kind, passed, dimension, intent) in zip(c_arguments, fortran_arguments):
        if c_name.lower() != f_name:
            yield f"argument {c_name} is called {f_name} in Fortran"
        allowed = allowed_arguments(declared, size, enums)
        if (kind, passed, dimension) not in allowed:
            wanted = " or ".join(describe(*one) for one in allowed)
            yield f"argument {c_name} ({declared}) is {describe(kind, passed, dimension)} in Fortran, expected {wanted}"
        elif passed == BY_REFERENCE and intent not in allowed_intents(declared):
            yield f"argument {c_name} ({declared}) has intent({intent})"


def describe(kind, passed, dimension):
    return kind + (f", dimension({dimension})" if dimension else "") + (", value" if passed == BY_VALUE else "")


# --------------------------------------------------------------------------------------------------------- self-test


def damages(text):
    """(what was done, damaged text) for every function, declaration and kind of damage."""
    blocks = r"^ +(function|subroutine) (\w+)\(.*?^ +end \1\n"
    for block in re.finditer(blocks, text, flags=re.S | re.M):
        name, body = block.group(2), block.group(0)

        def damaged(what, new):
            assert new != body, what
            return f"{name}: {what}", text[:block.start()] + new + text[block.end():]

        yield damaged("function removed", "")
        yield damaged("bound to another name", body.replace("name='miscid_", "name='miscid_other_"))
        yield damaged("renamed", body.replace(f" {name}(", f" {name}_(", 1))
        first = re.search(r"\((\w*)", body).group(1)
        extra = "extra, " if first else "extra"
        yield damaged("argument added", body.replace("(", f"({extra}", 1).replace(
            "import\n", "import\n            integer(c_int32_t), value :: extra\n", 1))
        if first:
            removed = re.sub(rf"\({first}(, )?", "(", body, count=1)
            yield damaged(f"argument {first} removed", re.sub(rf"^.*:: {first}\b.*\n", "", removed, flags=re.M))
        for line in re.findall(r"^.*::.*\n", body, flags=re.M):
            shown = line.strip()
            if ", value" in line:
                yield damaged(f"value removed from: {shown}", body.replace(line, line.replace(", value", "")))
            if "intent(" in line:
                value = re.sub(r", intent\(\w+\)", ", value", line)
                yield damaged(f"passed by value: {shown}", body.replace(line, value))
            if "intent(in)" in line:
                yield damaged(f"intent changed: {shown}", body.replace(line, line.replace("intent(in)", "intent(out)")))
            elif "intent(out)" in line:
                yield damaged(f"intent changed: {shown}", body.replace(line, line.replace("intent(out)", "intent(in)")))
            other = "integer(c_int8_t)" if "integer" not in line else "real(c_float)"
            yield damaged(f"type changed: {shown}", body.replace(line, re.sub(r"\w+\([\w=]+\)", other, line, count=1)))


def self_test(header, fortran):
    """Texts of the damages that were not found."""
    text = fortran.read_text(encoding="utf-8")
    missed = []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / fortran.name
        for what, damaged in damages(text):
            copy.write_text(damaged, encoding="utf-8")
            count += 1
            if not differences(header, copy):
                missed.append(f"not found: {what}")
        copy_of_header = pathlib.Path(folder) / header.name
        copy_of_header.write_text(
            header.read_text(encoding="utf-8") + "\nMISCID_EXPORT miscid_status miscid_added_later(double value);\n",
            encoding="utf-8")
        count += 1
        if not differences(copy_of_header, fortran):
            missed.append("not found: a function added to the header")
    print(f"{count} damages tried, {count - len(missed)} found")
    return missed if count > 1 else ["nothing was damaged: the self-test cannot read the Fortran file"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("header", type=pathlib.Path)
    parser.add_argument("fortran", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()

    found = differences(options.header, options.fortran)
    if not found and options.self_test:
        found = self_test(options.header, options.fortran)
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{options.fortran.name} agrees with {options.header.name}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
