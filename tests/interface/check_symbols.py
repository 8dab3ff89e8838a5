"""What libmiscid.so gives to and takes from the process it is loaded into.

usage: check_symbols.py LIBRARY

Given: only names that begin with miscid_. Taken: nothing that ends the process, prints, starts threads, or touches the
floating-point environment, signals or the locale; and no other libraries than the C and C++ run-time ones.
"""

import re
import subprocess
import sys

# Direct calls the library never makes. Some come in with the C++ run time although our sources do not ask for them;
# what was judged unavoidable is in TOLERATED with the reason.
FORBIDDEN = re.compile(
    r"""^(
        abort | _?_?exit | _Exit | quick_exit | atexit | on_exit | __assert_fail | __assert | raise | kill
      | [vfd]*printf(_chk)? | __[vf]*printf_chk | puts | fputs | putchar | fputc | putc | perror | psignal
      | fwrite | write
      | pthread_create | thrd_create | fork | vfork | exec\w* | system | popen | posix_spawn\w*
      | fesetenv | feupdateenv | feholdexcept | fesetround | feclearexcept | feraiseexcept | fesetexceptflag
      | feenableexcept | fedisableexcept | fetestexcept | __setfpucw
      | signal | sigaction | sigprocmask | pthread_sigmask | setjmp | _setjmp | longjmp
      | setlocale | srand | rand | random | drand48 | setenv | putenv
      | (MPI|PMPI|GOMP|omp|__kmpc)_\w+
      | _ZSt(4cout|4cerr|4clog|5wcout|5wcerr) | _ZNSt8ios_base4InitC[12]Ev
      | _ZNSt6thread\w+ | _ZSt13set_terminate\w+
      | _ZSt21__glibcxx_assert_fail\w+
    )$""",
    re.VERBOSE,
)
TOLERATED = {
    "_ZSt9terminatev": "landing pads of noexcept functions; reached only if one of them throws",
    "__cxa_pure_virtual": "fills the table of an abstract class; never called on a complete object",
    "__stack_chk_fail": "inserted by compilers that harden distributions' packages",
}
ALLOWED_LIBRARIES = re.compile(
    r"^(libstdc\+\+|libc\+\+|libc\+\+abi|libm|libmvec|libc|libgcc_s|libunwind|ld-linux[\w-]*)\.so")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(library, which):
    rows = (line.split() for line in output("nm", "-D", which, library).splitlines())
    return sorted({row[-1].split("@")[0] for row in rows if row})


def main(library):
    complaints = []
    given = symbols(library, "--defined-only")
    if not given:
        complaints.append("no symbol is exported")
    complaints += [f"exported without the prefix miscid_: {name}" for name in given if not name.startswith("miscid_")]

    taken = symbols(library, "--undefined-only")
    complaints += [f"takes {name} from the process" for name in taken
                   if FORBIDDEN.match(name) and name not in TOLERATED]

    dynamic = output("readelf", "-dW", library)
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if not ALLOWED_LIBRARIES.match(needed):
            complaints.append(f"needs {needed}")
    if "TEXTREL" in dynamic:
        complaints.append("has text relocations: it was not compiled as position-independent code")
    # crtfastmath.o, linked by -ffast-math, switches off denormal numbers in the whole host.
    if re.search(r"\bset_fast_math\b", output("nm", library) if ".symtab" in output("readelf", "-SW", library) else ""):
        complaints.append("was linked with -ffast-math")

    for complaint in complaints:
        print(f"{library}: {complaint}")
    print(f"{len(given)} symbols given, {len(taken)} taken, of them tolerated: "
          f"{', '.join(name for name in taken if name in TOLERATED) or 'none'}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
