"""Questions for the host, open until answered or skipped."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shop.bulk import affected
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


def open_items(session: Session, room: str | None = None) -> list[Item]:
    """What waits for the host in this room, or everywhere, oldest first."""
    query = select(*_COLUMNS).where(_HANDOFF.c.closed_at.is_(None)).order_by(_HANDOFF.c.pk)
    if room is not None:
        query = query.where(_HANDOFF.c.room == room)
    return [Item(*row) for row in session.execute(query)]


def close(session: Session, pk: int, how: str) -> bool:
    """Close as "done" or "skip"; False when it was closed before. Raises UnknownItem."""
    if how not in (DONE, SKIP):
        raise ValueError(f"how must be {DONE} or {SKIP}, not {how!r}")
    closed = affected(
        session,
        update(_HANDOFF)
        .where(_HANDOFF.c.pk == pk, _HANDOFF.c.closed_at.is_(None))
        .values(closed_at=datetime.now(UTC), how=how),
    )
    if closed:
        return True
    if session.get(HandoffRow, pk) is None:
        raise UnknownItem(str(pk))
    return False
