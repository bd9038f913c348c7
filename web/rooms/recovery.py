"""The room as the database has it: what an engine starts from, and what it takes up again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shop import rooms
from shop.database import Database
from shop.rooms import Comment

# A comment, and the product that was on air when it was received.
Waiting = tuple[Comment, str | None]


@dataclass(frozen=True, slots=True)
class State:
    """What is on air, and the comments counted."""

    on_air: str | None
    counts: dict[str, int]


def read(database: Database, room: str) -> State:
    """Raises shop.rooms.UnknownRoom."""
    with database.read() as session:
        rooms.known_room(session, room)
        return State(rooms.on_air(session, room), rooms.counts(session, room))


def open_comments(
    database: Database,
    room: str,
    after: int = 0,
    *,
    up_to: int | None = None,
    limit: int | None = None,
) -> list[Waiting]:
    """Comments without an outcome, oldest first, as shop.rooms.pending gives them."""
    with database.read() as session:
        history = rooms.on_air_history(session, room)
        pending = rooms.pending(session, room, after, up_to=up_to, limit=limit)
    moments = [at for at, _ in history]
    return [(comment, _at(history, moments, comment.received_at)) for comment in pending]


def _at(
    history: Sequence[tuple[datetime, str | None]], moments: Sequence[datetime], when: datetime
) -> str | None:
    # By when the comment was received: a platform's own clock may be wrong.
    place = bisect_right(moments, when)
    return history[place - 1][1] if place else None
