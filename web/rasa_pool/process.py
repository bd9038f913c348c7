"""One Rasa process: started in its own group, asked for its health, stopped with its children."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from pathlib import Path
from typing import IO

from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.rasa_pool import orphans
from web.rasa_pool.orphans import signal_group
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
        await asyncio.to_thread(orphans.end_noted, self._pid_file)
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
        orphans.note(self._pid_file, self._child.pid, argv)

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
            signal_group(self._child.pid, signal.SIGTERM)
            if not await self.wait(self.spec.stop_within):
                signal_group(self._child.pid, signal.SIGKILL)
                await self._child.wait()
            signal_group(self._child.pid, signal.SIGKILL)  # children that outlived it
            self._child = None  # its number may soon be another's: never signal it again
        self._pid_file.unlink(missing_ok=True)
        await self._probe.close()


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
