"""Which show is on: kept by signs of life, written at most once a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from shop import room_shows
from shop.database import Database
from shop.room_shows import Show

_WRITTEN_EVERY = timedelta(minutes=1)


class ShowClock:
    """The show of one room; `alive` is called from the engine, all else by the announcer."""

    def __init__(self, room: str, database: Database, on_air: Callable[[], str | None]) -> None:
        self._room, self._database, self._on_air = room, database, on_air
        self.show: Show | None = None
        self.life_at: datetime | None = None
        self._was_on_air = on_air()
        self._read = False
        self._renewed = False

    def alive(self, at: datetime) -> None:
        """A sign of life then; a comment that a restart takes up may be from the last show."""
        if self.life_at is not None and at - self.life_at >= room_shows.PAUSE:
            self._renewed = True
        self.life_at = max(self.life_at or at, at)

    def renewed(self) -> bool:
        """Whether another show has begun since this was last asked."""
        renewed, self._renewed = self._renewed, False
        return renewed

    async def keep(self, now: datetime) -> None:
        """Let the show go on, begin, or be over, as the signs of life say."""
        if not self._read:
            await asyncio.to_thread(self._restore, now)
            self._read = True
        if self._on_air() != self._was_on_air:
            self._was_on_air = self._on_air()
            self.alive(now)
        if self.show is not None and now - self.show.seen_at >= room_shows.PAUSE:
            self.show = None
        if self._due(now):
            assert self.life_at is not None  # noqa: S101 - _due saw to it
            self.show = await asyncio.to_thread(self._touch, self.life_at)

    async def begin(self, now: datetime) -> None:
        """Begin a show now."""
        self.show = await asyncio.to_thread(self._begin, now)
        self.life_at, self._renewed = now, True

    def _due(self, now: datetime) -> bool:
        if self.life_at is None or now - self.life_at >= room_shows.PAUSE:
            return False
        return self.show is None or self.life_at - self.show.seen_at >= _WRITTEN_EVERY

    def _restore(self, now: datetime) -> None:
        """After a restart: the show that was on, and when the room last gave a sign of life."""
        with self._database.read() as session:
            self.show = room_shows.current(session, self._room, now)
            if self.show is None:
                return
            on_air = room_shows.on_air(session, self._room)
            commented_at = room_shows.last_comment_at(session, self._room)
        signs = [self.show.seen_at, on_air.at if on_air else None, commented_at, self.life_at]
        self.life_at = max(sign for sign in signs if sign is not None)

    def _touch(self, at: datetime) -> Show:
        with self._database.begin() as session:
            return room_shows.touch(session, self._room, at)

    def _begin(self, now: datetime) -> Show:
        with self._database.begin() as session:
            room_shows.lock(session, self._room)
            return room_shows.begin(session, self._room, now)
