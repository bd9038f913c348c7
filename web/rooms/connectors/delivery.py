"""From a connector's hands into the journal: in batches, in order, again until it succeeds.

A platform does not send a comment twice, so a database that is away for a moment must cost
nothing but time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from shop.rooms import UnknownRoom
from web.rooms.connectors.said import Deliver, Said

logger = logging.getLogger(__name__)
BATCH = 500
# Two minutes of the busiest room; beyond it the oldest are lost, and counted.
MOST_WAITING = 50_000
BACKOFF = (0.2, 10.0)


class Delivery:
    """The way of one connector into one room. `run` until cancelled."""

    def __init__(self, room: str, deliver: Deliver, backoff: tuple[float, float] = BACKOFF) -> None:
        self.room, self.lost = room, 0
        self._deliver = deliver
        self._backoff = backoff
        self._waiting: deque[Said] = deque()
        self._arrived = asyncio.Event()

    def add(self, comments: Sequence[Said]) -> None:
        """Take comments on; returns at once."""
        self._waiting.extend(comments)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._arrived.set()

    async def run(self) -> None:
        """Deliver what comes, forever."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                count = min(BATCH, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._until_taken(batch)

    async def _until_taken(self, batch: Sequence[Said]) -> None:
        wait, longest = self._backoff
        while True:
            try:
                await self._deliver(self.room, batch)
            except UnknownRoom:
                logger.error("room=%s does not exist; %d comments dropped", self.room, len(batch))
                self.lost += len(batch)
                return
            except Exception:
                # Delivered twice is harmless: the journal knows every id.
                logger.exception("room=%s %d comments wait for the journal", self.room, len(batch))
                await asyncio.sleep(wait)
                wait = min(2 * wait, longest)
            else:
                return
