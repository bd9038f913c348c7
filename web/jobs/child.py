"""Heavy work in a child process: its output in a log, a sign of life on the terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_TAIL = 15


class JobFailed(Exception):
    """A child process ended with an error; the message is one line and names the log."""


def run(
    title: str, argv: Sequence[str], log: Path, *, cwd: Path, environment: Mapping[str, str]
) -> float:
    """Run to the end and return the seconds it took. Raises JobFailed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own argument list
            list(argv), cwd=cwd, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _watch(title, child, began)
        except BaseException:
            child.terminate()
            child.wait()
            raise
    seconds = time.monotonic() - began
    if child.returncode:
        raise JobFailed(f"{title} failed with code {child.returncode}: {_last_line(log)} ({log})")
    _say(f"{title}: done in {seconds:.0f} s\n")
    return seconds


def _watch(title: str, child: subprocess.Popen[bytes], began: float) -> None:
    while True:
        try:
            child.wait(5)
            return
        except subprocess.TimeoutExpired:
            _say(f"{title}: {time.monotonic() - began:.0f} s …\n")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()[-_TAIL:]
    told = [line for line in lines if line.strip()]
    return told[-1].strip()[:200] if told else "no output"
