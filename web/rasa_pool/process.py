"""One Rasa process: started in its own group, asked for its health, stopped with its children."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from pathlib import Path
from typing import IO

from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.rasa_pool.spec import RasaSpec

_POLL = 0.25
_LOG_LIMIT = 10_000_000


class RasaNotReady(Exception):
    """The process died or stayed silent while it was waited for."""


class RasaProcess:
    """A single child process on a port; not restarted, that is the keeper's work."""

    def __init__(self, spec: RasaSpec, port: int) -> None:
        self.spec = spec
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._child: Process | None = None
        self._probe = Gateway(lambda: self.url, spec.secret, health_timeout=spec.check_every)
        self._pid_file = spec.pid_folder / f"rasa-{port}.json"

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        """Whether the process runs; a running one may still be loading."""
        return self._child is not None and self._child.returncode is None

    async def start(self) -> None:
        """Start the process, after ending one that a killed web left behind on this port."""
        argv = self.spec.argv(self.port)
        await asyncio.to_thread(_end_orphan, self._pid_file)
        await self._probe.open()
        with _open_log(self.spec.log) as log:
            # Its own session: Ctrl-C in the terminal reaches web, which stops Rasa in order.
            self._child = await asyncio.create_subprocess_exec(
                *argv,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                cwd=self.spec.cwd,
                env=dict(self.spec.environment),
                start_new_session=True,
            )
        _write_pid(self._pid_file, self._child.pid, argv)

    async def wait_ready(self) -> str:
        """Wait until the process answers; returns its model's name. Raises RasaNotReady."""
        end = time.monotonic() + self.spec.ready_within
        while time.monotonic() < end:
            if not self.alive:
                code = self._child.returncode if self._child else None
                raise RasaNotReady(f"Rasa ended with code {code} while starting")
            try:
                return (await self._probe.health()).model
            except (AssistantUnavailable, AssistantFailed):
                await asyncio.sleep(_POLL)
        raise RasaNotReady(f"Rasa was not ready within {self.spec.ready_within:g} s")

    async def healthy(self) -> bool:
        """Whether it answers its health question now."""
        try:
            await self._probe.health()
        except (AssistantUnavailable, AssistantFailed):
            return False
        return True

    async def wait(self, seconds: float) -> bool:
        """Wait at most so long for the process to end; True when it has."""
        if self._child is None:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._child.wait(), seconds)
        return not self.alive

    async def stop(self) -> None:
        """End the process and its children: asked first, killed after `stop_within`."""
        if self._child is not None:
            _signal_group(self._child.pid, signal.SIGTERM)
            if not await self.wait(self.spec.stop_within):
                _signal_group(self._child.pid, signal.SIGKILL)
                await self._child.wait()
            _signal_group(self._child.pid, signal.SIGKILL)  # children that outlived it
            self._child = None  # its number may soon be another's: never signal it again
        self._pid_file.unlink(missing_ok=True)
        await self._probe.close()


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _write_pid(path: Path, pid: int, argv: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "argv": argv}), "utf-8")


def _end_orphan(pid_file: Path) -> None:
    """Kill the process of an earlier web that could not stop it, if it is still that process."""
    try:
        noted = json.loads(pid_file.read_text("utf-8"))
        pid, argv = int(noted["pid"]), [str(part) for part in noted["argv"]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    # A process id may have gone to a stranger since; only the very same command is ended.
    if _command_line(pid) == argv:
        _signal_group(pid, signal.SIGKILL)
    pid_file.unlink(missing_ok=True)


def _command_line(pid: int) -> list[str]:
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.exists():
        return proc.read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    try:
        asked = subprocess.run(  # noqa: S603
            ["ps", "-p", str(pid), "-o", "args="],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return []
    return asked.stdout.split()
