"""Follows the owner's words: whoever changes them, within a second they are in force here."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from shop import words
from shop.database import Database
from web.rooms import wording

logger = logging.getLogger(__name__)
# How often the revision is looked at, in seconds: one read of one row.
GLANCE = 0.5


class Follower:
    """Puts the wording into force when the revision of the words has moved."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: int | None = None
        self._reading = asyncio.Lock()

    async def refresh(self) -> None:
        """Look now. Raises what the database raises; the wording in force then stays."""
        async with self._reading:
            fresh = await asyncio.to_thread(self._read)
            if fresh is not None:
                wording.use(fresh)

    async def run(self) -> None:
        """Look until cancelled."""
        failing = False
        while True:
            await asyncio.sleep(GLANCE)
            try:
                await self.refresh()
                failing = False
            except Exception:
                # Said once: a database that is away is away for many glances.
                if not failing:
                    logger.exception("the owner's words could not be read; the last ones hold")
                failing = True

    def _read(self) -> wording.Wording | None:
        with self._database.read() as session:
            revision = words.revision(session)
            if revision == self._seen:
                return None
            found = words.all_words(session)
        fresh = wording.of(found)
        self._seen = revision
        return fresh


FOLLOWER = web.AppKey("words_follower", Follower)
