"""Which process holds a room, named so that another on the same machine can see that it is dead.

`kill -9` frees a room at once that way; elsewhere (another machine, another container, a system
without /proc) the lease has to expire.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
# The 22nd field of /proc/PID/stat; the command before it may hold blanks and brackets.
_STARTED_AFTER_COMMAND = 19


def this_process() -> str:
    """place|pid|start; the place is one boot of one machine, and one container on it."""
    pid = os.getpid()
    return f"{_place()}|{pid}|{_started(pid)}"


def alive(holder: str) -> bool:
    """Whether the process may still run; True as well where this cannot be known from here."""
    place, _, rest = holder.partition("|")
    pid, _, started = rest.partition("|")
    if not place or place != _place() or not pid.isdigit():
        return True
    # The start tells a process from a later one that was given its number.
    return _started(int(pid)) == started


def _place() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        # Two containers share the boot, yet neither sees the other's processes.
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process started, in ticks since the boot; empty when it runs no more."""
    try:
        after = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # A zombie is dead, although nobody has asked for its end yet.
    return "" if after[0] in "ZX" else after[_STARTED_AFTER_COMMAND]
