"""What a room has said by itself, and what was held back and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from shop.bulk import row_of
from shop.models import RoomMessageRow, table_of

SAID, HELD = "said", "held"

_MESSAGE = table_of(RoomMessageRow)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message about to be said or held; `key` says what it is about, within its kind."""

    show_pk: int | None
    kind: str
    key: str
    state: str
    reason: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message(NewMessage):
    """A message that was recorded."""

    pk: int


_COLUMNS = [_MESSAGE.c[field.name] for field in fields(Message)]


def record(session: Session, room: str, message: NewMessage) -> Message:
    """Keep what was said, before it is shown: a crash in between must not say it twice."""
    values = row_of(message) | {"room": room}
    pk = session.execute(insert(_MESSAGE).values(**values).returning(_MESSAGE.c.pk)).scalar_one()
    return Message(**row_of(message), pk=int(pk))


def said_since(session: Session, room: str, moment: datetime) -> list[Message]:
    """What was said since then, oldest first."""
    query = select(*_COLUMNS).where(
        _MESSAGE.c.room == room, _MESSAGE.c.at >= moment, _MESSAGE.c.state == SAID
    )
    return [Message(*row) for row in session.execute(query.order_by(_MESSAGE.c.pk))]


def newest(session: Session, room: str, limit: int) -> list[Message]:
    """The newest, said or held, newest first."""
    query = select(*_COLUMNS).where(_MESSAGE.c.room == room)
    newest_first = query.order_by(_MESSAGE.c.at.desc(), _MESSAGE.c.pk.desc()).limit(limit)
    return [Message(*row) for row in session.execute(newest_first)]
