"""Processes that a killed web left behind: noted in small files when started, ended at the next.

A published model serves on a port of its own, so a web that was killed may leave a Rasa where no
later one looks; each holds some 800 MB and goes on for ever. A trainer goes on with both cores. The
notes are what finds them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

TRAINER = "trainer.json"
PATTERNS = ("rasa-*.json", TRAINER)


@dataclass(frozen=True, slots=True)
class Note:
    """A process that was started: its id, its command, and who started it (0: not said)."""

    pid: int
    argv: tuple[str, ...]
    parent: int


def note(path: Path, pid: int, argv: Sequence[str]) -> None:
    """Write down that this process of ours was started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "argv": list(argv), "parent": os.getpid()}), "utf-8")


def end_noted(path: Path) -> None:
    """Kill the process of this note with its group, if it is still that process."""
    found = _read(path)
    if found is None:
        return
    # A process id may have gone to a stranger since; only the very same command is ended.
    if _command_line(found.pid) == list(found.argv):
        signal_group(found.pid, signal.SIGKILL)
    path.unlink(missing_ok=True)


def end_orphans(folder: Path) -> None:
    """End every noted process whose parent is gone; those of a web that lives are left alone."""
    for path in [path for pattern in PATTERNS for path in sorted(folder.glob(pattern))]:
        found = _read(path)
        if found is None or not found.parent:
            continue
        if _parent_of(found.pid) != found.parent:
            logger.warning("ending pid=%d, which a killed web left behind", found.pid)
            end_noted(path)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and its children, if they are there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _read(path: Path) -> Note | None:
    try:
        noted = json.loads(path.read_text("utf-8"))
        argv = tuple(str(part) for part in noted["argv"])
        return Note(int(noted["pid"]), argv, int(noted.get("parent") or 0))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _command_line(pid: int) -> list[str]:
    proc = Path(f"/proc/{pid}/cmdline")
    with contextlib.suppress(OSError):
        if proc.exists():
            return proc.read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    return _ps(pid, "args=").split()


def _parent_of(pid: int) -> int:
    """The parent's process id; 0 when there is no such process."""
    stat = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(OSError):
        if stat.exists():
            # The second field is the command's name in brackets, which may hold blanks.
            return int(stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()[1])
    told = _ps(pid, "ppid=").strip()
    return int(told) if told.isdigit() else 0


def _ps(pid: int, columns: str) -> str:
    try:
        asked = subprocess.run(  # noqa: S603
            ["ps", "-p", str(pid), "-o", columns],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return asked.stdout
