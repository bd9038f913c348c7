"""What a starting engine takes up: open comments, each with the product that was on air then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shop import rooms
from shop.database import Database
from shop.rooms import Comment


@dataclass(frozen=True, slots=True)
class State:
    """A room as the database has it."""

    on_air: str | None
    counts: dict[str, int]
    pending: list[tuple[Comment, str | None]]


def read(database: Database, room: str) -> State:
    """Raises shop.rooms.UnknownRoom."""
    with database.read() as session:
        rooms.known_room(session, room)
        history = rooms.on_air_history(session, room)
        pending = rooms.pending(session, room)
        counts = rooms.counts(session, room)
        now_on_air = rooms.on_air(session, room)
    return State(
        now_on_air, counts, [(comment, _at(history, comment.received_at)) for comment in pending]
    )


def _at(history: Sequence[tuple[datetime, str | None]], when: datetime) -> str | None:
    # By when the comment was received: a platform's own clock may be wrong.
    place = bisect_right([at for at, _ in history], when)
    return history[place - 1][1] if place else None
