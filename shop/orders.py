"""Orders, as the platform exports them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.bulk import chunks, row_of
from shop.bulk import upsert as upsert_rows
from shop.frames import frame_of
from shop.models import OrderRow, table_of
from shop.names import ORDER_STATUSES

_ORDER = table_of(OrderRow)


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one product; money in fen for the whole order."""

    order_id: str
    viewer: str
    ts: datetime
    sku: str
    variant: str = ""
    quantity: int = 1
    paid_fen: int = 0
    discount_fen: int = 0
    status: str = "created"
    carrier: str = ""
    tracking_no: str = ""

    def __post_init__(self) -> None:
        if self.status not in ORDER_STATUSES:
            raise ValueError(f"unknown order status {self.status!r}")


_COLUMNS = [_ORDER.c[field.name] for field in fields(Order)]


def by_id(session: Session, order_id: str) -> Order | None:
    """The order, whoever's it is: callers check the viewer before they tell anything."""
    return many(session, [order_id]).get(order_id)


def many(session: Session, order_ids: Iterable[str]) -> dict[str, Order]:
    """The orders among these ids that exist."""
    found: dict[str, Order] = {}
    for part in chunks(order_ids):
        for row in session.execute(select(*_COLUMNS).where(_ORDER.c.order_id.in_(part))):
            found[row.order_id] = Order(*row)
    return found


def of_viewer(session: Session, viewer: str, limit: int = 20) -> list[Order]:
    """This viewer's orders, newest first."""
    query = (
        select(*_COLUMNS)
        .where(_ORDER.c.viewer == viewer)
        .order_by(_ORDER.c.ts.desc(), _ORDER.c.order_id)
        .limit(limit)
    )
    return [Order(*row) for row in session.execute(query)]


def of_viewers(session: Session, viewers: Iterable[str]) -> list[Order]:
    """Every order of these viewers, in no order."""
    found: list[Order] = []
    for part in chunks(viewers):
        query = select(*_COLUMNS).where(_ORDER.c.viewer.in_(part))
        found += [Order(*row) for row in session.execute(query)]
    return found


def upsert_many(session: Session, orders: Sequence[Order]) -> None:
    """Store orders; one with a known id is brought up to date."""
    upsert_rows(session, _ORDER, [row_of(order) for order in orders])


def count(session: Session) -> int:
    """How many orders there are."""
    return int(session.execute(select(func.count()).select_from(_ORDER)).scalar_one())


def frame(session: Session) -> pd.DataFrame:
    """Every order, oldest first; columns are the fields of Order, ts in UTC."""
    return frame_of(session, select(*_COLUMNS).order_by(_ORDER.c.ts, _ORDER.c.order_id))
