"""Tenure: this engine's hold on its room, renewed while it runs.

The renewal only keeps others out; what keeps this engine in its bounds is `fence`, which every
transaction that writes for the room begins with.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from shop import room_lease
from shop.database import Database
from shop.room_lease import Lease, LeaseLost
from web.rooms import holder

logger = logging.getLogger(__name__)
# A machine that dies frees its rooms after this long; a process that dies, at once.
LASTS = 10.0
_RENEWALS = 4


class Tenure:
    """One engine's claim on one room. `take` before anything else; `run` until cancelled."""

    def __init__(self, database: Database, room: str, lasts: float | None = None) -> None:
        self._database = database
        self._lasts = LASTS if lasts is None else lasts
        self._lease = Lease(
            room, secrets.token_hex(8), holder.this_process(), timedelta(seconds=self._lasts)
        )

    def take(self) -> None:
        """Raises RoomHeld while another has the room, UnknownRoom. Waits for the disk."""
        with self._database.begin() as session:
            room_lease.take(session, self._lease, holder.alive)

    def fence(self, session: Session) -> None:
        """First in every transaction of the engine; raises LeaseLost once another has the room."""
        room_lease.keep(session, self._lease)

    async def run(self) -> None:
        """Renew; ends with LeaseLost."""
        while True:
            await asyncio.sleep(self._lasts / _RENEWALS)
            try:
                await asyncio.to_thread(self._renew)
            except LeaseLost:
                raise
            except Exception as error:
                # Nobody else can take the room either where the database is away.
                logger.warning("room=%s lease not renewed: %s", self._lease.room, error)

    def _renew(self) -> None:
        with self._database.begin() as session:
            self.fence(session)

    def give_up(self) -> None:
        """Free the room for the next. Waits for the disk; a failure only makes the next wait."""
        try:
            with self._database.begin() as session:
                room_lease.give_up(session, self._lease)
        except Exception as error:
            logger.warning("room=%s lease not given up: %s", self._lease.room, error)
