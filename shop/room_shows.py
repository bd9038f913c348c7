"""Shows: a room's comments and products cut into evenings, so that "minute 30" means something."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from shop import rooms
from shop.models import CommentRow, OnAirRow, RoomRow, RoomShowRow, table_of

# When nothing has happened for as long as this, the next sign of life begins another show.
PAUSE = timedelta(hours=2)

_ROOM, _SHOW = table_of(RoomRow), table_of(RoomShowRow)
_COMMENT, _ON_AIR = table_of(CommentRow), table_of(OnAirRow)


@dataclass(frozen=True, slots=True)
class Show:
    """One show; `seen_at` is its last sign of life that was noted."""

    pk: int
    started_at: datetime
    seen_at: datetime

    def minute(self, now: datetime) -> int:
        """Whole minutes since it began; 0 for a clock that was set back."""
        return max(0, int((now - self.started_at).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class OnAir:
    """A product that is being explained, under the number of the change that put it there."""

    pk: int
    sku: str
    at: datetime


_COLUMNS = [_SHOW.c[field.name] for field in fields(Show)]


def current(session: Session, room: str, now: datetime) -> Show | None:
    """The show that is on, if one is."""
    show = _last(session, room)
    return show if show is not None and now - show.seen_at < PAUSE else None


def touch(session: Session, room: str, now: datetime) -> Show:
    """Note a sign of life: the show goes on, or a new one begins. Raises UnknownRoom."""
    lock(session, room)
    show = current(session, room, now)
    if show is None:
        return begin(session, room, now)
    seen = max(show.seen_at, now)
    session.execute(update(_SHOW).where(_SHOW.c.pk == show.pk).values(seen_at=seen))
    return Show(show.pk, show.started_at, seen)


def begin(session: Session, room: str, now: datetime) -> Show:
    """Begin a show now, whatever went before. Raises UnknownRoom."""
    rooms.known_room(session, room)
    row = {"room": room, "started_at": now, "seen_at": now}
    pk = session.execute(insert(_SHOW).values(**row).returning(_SHOW.c.pk)).scalar_one()
    return Show(int(pk), now, now)


def lock(session: Session, room: str) -> None:
    """Make writers of this room wait for each other; SQLite has one writer at a time anyway."""
    session.execute(select(_ROOM.c.room).where(_ROOM.c.room == room).with_for_update())


def on_air(session: Session, room: str) -> OnAir | None:
    """What is on air, since the change that brought it there; None: nothing is.

    A product that is put on air again while it is there is no change.
    """
    query = select(_ON_AIR.c.pk, _ON_AIR.c.sku, _ON_AIR.c.at).where(_ON_AIR.c.room == room)
    found: OnAir | None = None
    for row in session.execute(query.order_by(_ON_AIR.c.pk.desc()).limit(20)):
        if row.sku is None or (found is not None and row.sku != found.sku):
            break
        found = OnAir(row.pk, row.sku, row.at)
    return found


def last_comment_at(session: Session, room: str) -> datetime | None:
    """When the newest comment came in."""
    query = select(_COMMENT.c.received_at).where(_COMMENT.c.room == room)
    return session.scalars(query.order_by(_COMMENT.c.pk.desc()).limit(1)).first()


def viewers_since(session: Session, room: str, moment: datetime, most: int) -> list[str]:
    """Those who have written since then, by pseudonym; at most so many, the latest to write."""
    query = select(_COMMENT.c.viewer).where(
        _COMMENT.c.room == room, _COMMENT.c.received_at >= moment
    )
    newest = func.max(_COMMENT.c.pk)
    return list(
        session.scalars(query.group_by(_COMMENT.c.viewer).order_by(newest.desc()).limit(most))
    )


def _last(session: Session, room: str) -> Show | None:
    query = select(*_COLUMNS).where(_SHOW.c.room == room).order_by(_SHOW.c.pk.desc()).limit(1)
    row = session.execute(query).first()
    return None if row is None else Show(*row)
