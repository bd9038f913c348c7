"""Notes which viewers are here, without a database write for every message."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from shop.database import Database
from shop.viewers import touch

# A viewer's last visit matters to the hour (retention, who is new), not to the second.
_EVERY = 3600.0
_REMEMBERED = 10_000


class Presence:
    """Writes a viewer's visit at most once an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: OrderedDict[str, float] = OrderedDict()

    async def note(self, viewer: str, channel: str) -> None:
        """This viewer is here, in this channel."""
        now = time.monotonic()
        if now - self._noted.get(viewer, -_EVERY) < _EVERY:
            return
        await asyncio.to_thread(self._write, viewer, channel)
        self._noted[viewer] = now
        self._noted.move_to_end(viewer)
        while len(self._noted) > _REMEMBERED:
            self._noted.popitem(last=False)

    def _write(self, viewer: str, channel: str) -> None:
        with self._database.begin() as session:
            touch(session, viewer, channel)
