"""Which Rasa answers: one slot in use, and the switch to another without a missed message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from web.rasa_pool.keeper import Keeper
from web.rasa_pool.orphans import end_orphans
from web.rasa_pool.spec import RasaSpec

logger = logging.getLogger(__name__)

Warm = Callable[[str], Awaitable[None]]


class RasaPool:
    """Two slots at most: the current one answers; another exists only during a switch."""

    def __init__(
        self, spec: RasaSpec, port: int, on_start: Callable[[], None] = lambda: None
    ) -> None:
        self._on_start = on_start
        self._switching = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self.current = Keeper(spec, port, on_start)

    def address(self) -> str:
        """Where to ask now; changes with a switch."""
        return self.current.url

    def start(self) -> None:
        """Start the current slot, after ending what a killed web left; does not wait for it."""
        end_orphans(self.current.spec.pid_folder)
        self.current.start()

    async def switch(self, spec: RasaSpec, warm: Warm | None = None) -> None:
        """Start `spec` beside the current slot, take it into use once ready, drain the old.

        `warm` is given the new one's address before viewers are; what it raises stops the
        switch. Raises RasaNotReady, with the old slot still in use, when the new one does not
        come up.
        """
        async with self._switching:
            candidate = Keeper(spec, 0, self._on_start)
            candidate.start()
            try:
                await candidate.wait_ready(spec.ready_within)
                if warm is not None:
                    await warm(candidate.url)
            except BaseException:
                await candidate.stop()
                raise
            old, self.current = self.current, candidate
        logger.info("rasa switched from port %d to %d", old.port, candidate.port)
        task = asyncio.create_task(self._retire(old))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def stop(self) -> None:
        """Stop every process."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self.current.stop()

    async def _retire(self, keeper: Keeper) -> None:
        # Messages sent before the switch are still being answered there.
        try:
            await asyncio.sleep(keeper.spec.drain)
        finally:
            await keeper.stop()
