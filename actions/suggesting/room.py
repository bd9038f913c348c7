"""What a room is about, read at most every few seconds however many ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shop import room_heat

MINUTES = 10
FRESH_SECONDS = 5.0
_ROOMS = 100


@dataclass(frozen=True, slots=True)
class Heat:
    """Distinct viewers of the last MINUTES, by SKU."""

    clicks: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)


class RoomHeat:
    """The heat of each room; for any thread, since a value is replaced as a whole."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._read: dict[str, tuple[float, Heat]] = {}

    def of(self, session: Session, room: str | None, now: datetime) -> Heat:
        """What this room clicks on and asks about; nothing outside a room."""
        if not room:
            return Heat()
        at, heat = self._read.get(room, (-FRESH_SECONDS, Heat()))
        if self._monotonic() - at >= FRESH_SECONDS:
            since = now - timedelta(minutes=MINUTES)
            clicks = room_heat.clicks(session, room, since)
            heat = Heat(clicks, room_heat.questions(session, room, since))
            if len(self._read) > _ROOMS:
                self._read.clear()
            self._read[room] = (self._monotonic(), heat)
        return heat
