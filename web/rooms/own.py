"""Which shipped intent one of the owner's own is like, without asking the database each time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from actions.replies.table import INTENT_ACTIONS
from shop import own_intents
from shop.database import Database
from web.rooms.reasons import OWN_REPLY

PREFIX = "own_"
# An intent that the owner edits during a show is grouped anew after this many seconds.
_REMEMBER_SECONDS = 5.0


class OwnIntents:
    """Remembers how the owner's intents are answered: that decides which comments are alike."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._known: dict[str, str] = {}
        self._read_at = -_REMEMBER_SECONDS

    async def like(self, intent: str) -> str:
        """OWN_REPLY for a fixed reply, else a shipped intent with the same action.

        Shipped intents, and those that the owner has removed since training, are themselves.
        """
        if not intent.startswith(PREFIX):
            return intent
        if self._clock() - self._read_at >= _REMEMBER_SECONDS:
            self._known = await asyncio.to_thread(self._read)
            self._read_at = self._clock()
        return self._known.get(intent, intent)

    def _read(self) -> dict[str, str]:
        with self._database.read() as session:
            return {one.name: _like(one.action) for one in own_intents.all_own(session)}


def _like(action: str) -> str:
    if not action:
        return OWN_REPLY
    return next(intent for intent, answers in INTENT_ACTIONS.items() if answers == action)
