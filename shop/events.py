"""What viewers did: behaviour events, delivered at least once, kept exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.bulk import chunks, insert_new, row_of
from shop.bulk import upsert as upsert_rows
from shop.frames import frame_of
from shop.models import EventRow, table_of
from shop.names import EVENTS

_EVENT = table_of(EventRow)


@dataclass(frozen=True, slots=True)
class Event:
    """One event; value is seconds for dwell, fen for money events, else free."""

    event_id: str
    ts: datetime
    viewer: str
    event: str
    sku: str | None = None
    value: float | None = None
    room: str | None = None

    def __post_init__(self) -> None:
        if self.event not in EVENTS:
            raise ValueError(f"unknown event {self.event!r}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many events were new, and how many were known already."""

    accepted: int
    duplicates: int


_COLUMNS = [_EVENT.c[field.name] for field in fields(Event)]


def record(session: Session, events: Sequence[Event]) -> Recorded:
    """Keep the events whose id is new; the first delivery of an id wins."""
    rows = [row_of(event) for event in events]
    new = insert_new(session, _EVENT, rows, ["event_id"], [_EVENT.c.event_id])
    return Recorded(len(new), len(events) - len(new))


def many(session: Session, event_ids: Iterable[str]) -> dict[str, Event]:
    """The events among these ids that exist."""
    found: dict[str, Event] = {}
    for part in chunks(event_ids):
        for row in session.execute(select(*_COLUMNS).where(_EVENT.c.event_id.in_(part))):
            found[row.event_id] = Event(*row)
    return found


def upsert_many(session: Session, events: Sequence[Event]) -> None:
    """Store events; one with a known id is replaced (imports correct themselves this way)."""
    upsert_rows(session, _EVENT, [row_of(event) for event in events])


def of_viewer(session: Session, viewer: str, limit: int = 200) -> list[Event]:
    """This viewer's events, newest first."""
    query = (
        select(*_COLUMNS)
        .where(_EVENT.c.viewer == viewer)
        .order_by(_EVENT.c.ts.desc(), _EVENT.c.event_id)
        .limit(limit)
    )
    return [Event(*row) for row in session.execute(query)]


def of_viewers(session: Session, viewers: Iterable[str], each: int = 500) -> list[Event]:
    """The events of these viewers, of each the newest `each`; in no order."""
    age = func.row_number().over(
        partition_by=_EVENT.c.viewer, order_by=(_EVENT.c.ts.desc(), _EVENT.c.event_id)
    )
    found: list[Event] = []
    for part in chunks(viewers):
        aged = select(*_COLUMNS, age.label("age")).where(_EVENT.c.viewer.in_(part)).subquery()
        query = select(*(aged.c[column.name] for column in _COLUMNS)).where(aged.c.age <= each)
        found += [Event(*row) for row in session.execute(query)]
    return found


def count(session: Session) -> int:
    """How many events there are."""
    return int(session.execute(select(func.count()).select_from(_EVENT)).scalar_one())


def frame(session: Session, since: datetime | None = None) -> pd.DataFrame:
    """Events from `since` on, oldest first; columns are the fields of Event, ts in UTC."""
    query = select(*_COLUMNS).order_by(_EVENT.c.ts, _EVENT.c.event_id)
    table = frame_of(session, query if since is None else query.where(_EVENT.c.ts >= since))
    return table.astype({"value": "float64"})
