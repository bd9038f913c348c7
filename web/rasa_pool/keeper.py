"""Keeps one Rasa running: restarts it with growing pauses when it dies or hangs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from web.rasa_pool.process import RasaNotReady, RasaProcess
from web.rasa_pool.spec import RasaSpec, free_port

logger = logging.getLogger(__name__)


class Keeper:
    """One slot: a process on a port, replaced by its like whenever it ends by itself."""

    def __init__(
        self, spec: RasaSpec, port: int, on_start: Callable[[], None] = lambda: None
    ) -> None:
        self.spec = spec
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: RasaProcess | None = None
        self.starts = 0
        self._on_start = on_start
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep Rasa running, in the background."""
        self._task = asyncio.create_task(self._keep(), name=f"rasa-keeper-{self.port}")

    async def wait_ready(self, seconds: float) -> None:
        """Wait until Rasa has answered its health question. Raises RasaNotReady."""
        try:
            await asyncio.wait_for(self._ready.wait(), seconds)
        except TimeoutError as error:
            raise RasaNotReady(f"Rasa was not ready within {seconds:g} s") from error

    async def stop(self) -> None:
        """Stop keeping, and stop the process."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.process is not None:
            await self.process.stop()

    async def _keep(self) -> None:
        first, longest = self.spec.backoff
        pause = first
        while True:
            began = time.monotonic()
            await self._one_life()
            if time.monotonic() - began > self.spec.steady_after:
                pause = first
            logger.warning("rasa port=%d down, starting again in %.1f s", self.port, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _one_life(self) -> None:
        """Start a process and watch it until it is dead or given up."""
        self.process = RasaProcess(self.spec, self.port)
        try:
            await self.process.start()
            self.starts += 1
            self._on_start()
            model = await self.process.wait_ready()
            logger.info("rasa port=%d pid=%s ready model=%s", self.port, self.process.pid, model)
            self._ready.set()
            await self._watch(self.process)
        except (RasaNotReady, OSError) as error:
            logger.error("rasa port=%d: %s (see %s)", self.port, error, self.spec.log)
        self._ready.clear()
        await self.process.stop()

    async def _watch(self, process: RasaProcess) -> None:
        failures = 0
        while failures < self.spec.hung_after:
            if await process.wait(self.spec.check_every):
                return
            failures = 0 if await process.healthy() else failures + 1
        logger.error("rasa port=%d pid=%s hangs, killing it", process.port, process.pid)
