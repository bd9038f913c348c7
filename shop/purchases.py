"""What viewers bought and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import orders
from shop.events import Event
from shop.impressions import GIVEN_BACK
from shop.models import EventRow, OrderRow, table_of

_EVENT, _ORDER = table_of(EventRow), table_of(OrderRow)
BOUGHT = ("order", "pay")
MOST = 500
# The platform's order and the events of the same purchase are minutes apart.
EVENTS_AFTER = timedelta(minutes=30)


def kept(session: Session, viewer: str, seen: Iterable[Event]) -> dict[str, datetime]:
    """When this viewer last bought each SKU that they did not give back.

    Out of the orders and of `seen`, the viewer's events in any order: a shop front may report the
    one before the platform exports the other. A refund takes back what was bought before it.
    """
    held: dict[str, datetime] = {}
    for at, sku, keeps in sorted(_told(session, viewer, seen)):
        if keeps:
            held[sku] = at
        else:
            held.pop(sku, None)
    return held


def _told(
    session: Session, viewer: str, seen: Iterable[Event]
) -> Iterator[tuple[datetime, str, bool]]:
    """When, which SKU, and whether it was bought (True) or given back."""
    for event in seen:
        if event.sku and event.event in (*BOUGHT, "refund"):
            yield event.ts, event.sku, event.event in BOUGHT
    for order in orders.of_viewer(session, viewer, MOST):
        # An order that was given back takes its own events with it, which came at its own time.
        yield order.ts + EVENTS_AFTER, order.sku, order.status not in GIVEN_BACK


def frame(session: Session) -> pd.DataFrame:
    """Every purchase that was kept: viewer, sku; out of orders, and events where no order tells.

    A viewer's refund of a product takes its events away, as a cancelled order takes its own.
    """
    ordered = session.execute(select(_ORDER.c.viewer, _ORDER.c.sku, _ORDER.c.status))
    good: set[tuple[str, str]] = set()
    bad: set[tuple[str, str]] = set()
    for viewer, sku, status in ordered:
        (bad if status in GIVEN_BACK else good).add((viewer, sku))
    reported = select(_EVENT.c.viewer, _EVENT.c.sku, _EVENT.c.event).where(
        _EVENT.c.event.in_((*BOUGHT, "refund")), _EVENT.c.sku.is_not(None)
    )
    told: set[tuple[str, str]] = set()
    for viewer, sku, event in session.execute(reported):
        (bad if event == "refund" else told).add((viewer, sku))
    return pd.DataFrame(sorted(good | (told - bad)), columns=["viewer", "sku"])
