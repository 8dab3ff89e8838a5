"""Kills runs on several ranks, for tests of restarts."""

import os
import signal
import time
from pathlib import Path


def kill_once(word):
    """Kills every process with this word on its command line; tells whether there was one."""
    found = False
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in entry.read_bytes().split(b"\0"):
                found = True
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except OSError:  # gone meanwhile
            pass
    return found


def kill_all(word):
    """And waits until none is left: ranks have a session of their own and outlive mpirun by a moment."""
    while kill_once(word):
        time.sleep(0.01)
