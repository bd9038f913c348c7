"""What was recommended to whom, with the chance that it had: the ground of off-policy estimates.

A click on an item of a list is the event `imp:LIST:POSITION`, so that it counts once however
often it is reported, and needs no guess as to which list it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Text, cast, delete, func, literal, select
from sqlalchemy.orm import Session

from shop import events
from shop.bulk import affected, chunks, insert_new, row_of
from shop.errors import ShopError
from shop.frames import frame_of
from shop.models import EventRow, ImpressionRow, OrderRow, table_of

REPLY, HOME, CROSS_SELL, OFFER = "reply", "home", "cross_sell", "offer"
PLACES = (REPLY, HOME, CROSS_SELL, OFFER)
# A purchase within this time of being shown the item counts as its conversion.
WITHIN = timedelta(hours=24)
GIVEN_BACK = ("cancelled", "refunding", "refunded")

_IMPRESSION, _EVENT, _ORDER = table_of(ImpressionRow), table_of(EventRow), table_of(OrderRow)


class UnknownImpression(ShopError):
    """This viewer was shown no such item in such a list."""


@dataclass(frozen=True, slots=True)
class Impression:
    """One item at one position (from 0) of one list; `policy` names model, rules and ladder."""

    list: str
    position: int
    viewer: str
    place: str
    room: str | None
    sku: str
    propensity: float
    policy: str
    ts: datetime

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise ValueError(f"unknown place {self.place!r}")


_COLUMNS = [_IMPRESSION.c[one.name] for one in fields(Impression)]


def record(session: Session, shown: Sequence[Impression]) -> None:
    """Keep what was shown; a list that is there already stays as it is."""
    for part in chunks(shown):
        rows = [row_of(one) for one in part]
        insert_new(session, _IMPRESSION, rows, ["list", "position"], [_IMPRESSION.c.list])


def click(session: Session, viewer: str, list_id: str, position: int, now: datetime) -> bool:
    """This viewer tapped this item; whether it is news. Raises UnknownImpression."""
    where = (_IMPRESSION.c.list == list_id, _IMPRESSION.c.position == position)
    row = session.execute(select(*_COLUMNS).where(*where, _IMPRESSION.c.viewer == viewer)).first()
    if row is None:
        raise UnknownImpression(list_id)
    shown = Impression(*row)
    clicked = events.Event(
        event_id(list_id, position), now, viewer, "click", shown.sku, None, shown.room
    )
    return bool(events.record(session, [clicked]).accepted)


def event_id(list_id: str, position: int) -> str:
    """The id of the click on an item of a list."""
    return f"imp:{list_id}:{position}"


def of_viewer(session: Session, viewer: str, limit: int = 100) -> list[Impression]:
    """What this viewer was shown, newest first."""
    newest = (_IMPRESSION.c.ts.desc(), _IMPRESSION.c.list, _IMPRESSION.c.position)
    query = select(*_COLUMNS).where(_IMPRESSION.c.viewer == viewer)
    return [Impression(*row) for row in session.execute(query.order_by(*newest).limit(limit))]


def frame(session: Session, since: datetime) -> pd.DataFrame:
    """Everything shown from `since` on, oldest first: the fields of Impression, clicked, bought.

    bought: an order of the item by the viewer within WITHIN of the showing, not given back. A
    viewer who was shown an item twice before buying it has bought it twice here: each showing is
    a trial of its own.
    """
    query = select(*_COLUMNS).where(_IMPRESSION.c.ts >= since)
    ordered = query.order_by(_IMPRESSION.c.ts, _IMPRESSION.c.list, _IMPRESSION.c.position)
    table = frame_of(session, ordered)
    ids = select(_EVENT.c.event_id).where(
        _EVENT.c.ts >= since, _EVENT.c.event == "click", _EVENT.c.event_id.like("imp:%")
    )
    clicked = set(session.scalars(ids))
    keys = zip(table["list"], table["position"], strict=True)
    table["clicked"] = [event_id(*key) in clicked for key in keys]
    table["bought"] = _bought(session, table, since)
    return table


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one place: products shown, and how many of those were tapped."""

    place: str
    shown: int
    clicked: int


def results(session: Session, since: datetime) -> list[Result]:
    """What came of each place where something was shown from `since` on, the most shown first."""
    position = cast(_IMPRESSION.c.position, Text)
    its_id = literal("imp:") + _IMPRESSION.c.list + literal(":") + position
    query = (
        select(_IMPRESSION.c.place, func.count(), func.count(_EVENT.c.event_id))
        .select_from(_IMPRESSION)
        .outerjoin(_EVENT, _EVENT.c.event_id == its_id)
        .where(_IMPRESSION.c.ts >= since)
        .group_by(_IMPRESSION.c.place)
    )
    found = [
        Result(place, int(shown), int(clicked)) for place, shown, clicked in session.execute(query)
    ]
    return sorted(found, key=lambda one: (-one.shown, one.place))


def forget(session: Session, viewer: str) -> int:
    """Delete what this viewer was shown; gives how many rows."""
    return affected(session, delete(_IMPRESSION).where(_IMPRESSION.c.viewer == viewer))


def forget_before(session: Session, moment: datetime) -> int:
    """Delete what was shown before this moment; gives how many rows."""
    return affected(session, delete(_IMPRESSION).where(_IMPRESSION.c.ts < moment))


def _bought(session: Session, table: pd.DataFrame, since: datetime) -> list[bool]:
    query = select(_ORDER.c.viewer, _ORDER.c.sku, _ORDER.c.ts).where(
        _ORDER.c.ts >= since, _ORDER.c.status.not_in(GIVEN_BACK)
    )
    times: dict[tuple[str, str], list[pd.Timestamp]] = {}
    for viewer, sku, ts in session.execute(query):
        times.setdefault((viewer, sku), []).append(pd.Timestamp(ts))
    rows = zip(table["viewer"], table["sku"], table["ts"], strict=True)
    return [
        any(shown <= at <= shown + WITHIN for at in times.get((viewer, sku), ()))
        for viewer, sku, shown in rows
    ]
