"""Questions for the host, open until answered or skipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from shop.bulk import chunks
from shop.errors import ShopError
from shop.models import HandoffRow, table_of

DONE, SKIP = "done", "skip"

_HANDOFF = table_of(HandoffRow)


class UnknownItem(ShopError):
    """No question has this number."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question waiting for the host; room None came from elsewhere than a room."""

    pk: int
    room: str | None
    viewer: str
    intent: str
    text: str
    sku: str | None
    reason: str
    opened_at: datetime


_COLUMNS = [_HANDOFF.c[field.name] for field in fields(Item)]


def open_item(
    session: Session,
    room: str | None,
    viewer: str,
    intent: str,
    text: str,
    sku: str | None,
    reason: str,
) -> int:
    """Hand a question to the host; gives its number."""
    row = {
        "room": room,
        "viewer": viewer,
        "intent": intent,
        "text": text,
        "sku": sku,
        "reason": reason,
        "opened_at": datetime.now(UTC),
    }
    return int(
        session.execute(insert(_HANDOFF).values(**row).returning(_HANDOFF.c.pk)).scalar_one()
    )


def open_items(session: Session, room: str | None = None, limit: int | None = None) -> list[Item]:
    """What waits for the host in this room, or everywhere, oldest first; the newest `limit`."""
    query = select(*_COLUMNS).where(_HANDOFF.c.closed_at.is_(None)).order_by(_HANDOFF.c.pk.desc())
    if room is not None:
        query = query.where(_HANDOFF.c.room == room)
    return [Item(*row) for row in session.execute(query.limit(limit))][::-1]


def count_open(session: Session, room: str) -> int:
    """How many wait for the host in this room."""
    query = select(func.count()).where(_HANDOFF.c.closed_at.is_(None), _HANDOFF.c.room == room)
    return int(session.execute(query).scalar_one())


def item(session: Session, room: str, pk: int) -> Item:
    """One question of this room, open or closed. Raises UnknownItem."""
    query = select(*_COLUMNS).where(_HANDOFF.c.pk == pk, _HANDOFF.c.room == room)
    row = session.execute(query).first()
    if row is None:
        raise UnknownItem(str(pk))
    return Item(*row)


def close(session: Session, pk: int, how: str) -> bool:
    """Close as "done" or "skip"; False when it was closed before. Raises UnknownItem."""
    if _close(session, how, _HANDOFF.c.pk == pk):
        return True
    if session.get(HandoffRow, pk) is None:
        raise UnknownItem(str(pk))
    return False


def close_many(session: Session, room: str, pks: Iterable[int], how: str) -> list[int]:
    """Close those of this room that are open; gives their numbers."""
    return [
        pk
        for part in chunks(pks)
        for pk in _close(session, how, _HANDOFF.c.pk.in_(part), _HANDOFF.c.room == room)
    ]


def reopen_many(session: Session, room: str, pks: Iterable[int], since: datetime) -> list[int]:
    """Open again those of this room that were closed at `since` or later; gives their numbers."""
    reopening = (
        update(_HANDOFF)
        .where(_HANDOFF.c.room == room, _HANDOFF.c.closed_at >= since)
        .values(closed_at=None, how=None)
        .returning(_HANDOFF.c.pk)
    )
    return [
        pk
        for part in chunks(pks)
        for pk in session.scalars(reopening.where(_HANDOFF.c.pk.in_(part)))
    ]


def _close(session: Session, how: str, *where: ColumnElement[bool]) -> list[int]:
    if how not in (DONE, SKIP):
        raise ValueError(f"how must be {DONE} or {SKIP}, not {how!r}")
    closing = (
        update(_HANDOFF)
        .where(_HANDOFF.c.closed_at.is_(None), *where)
        .values(closed_at=datetime.now(UTC), how=how)
        .returning(_HANDOFF.c.pk)
    )
    return list(session.scalars(closing))
