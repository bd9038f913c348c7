"""Events and orders as arrays sorted by viewer and time: the one source of every feature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys import names
from recsys.clock import epoch, epoch_seconds
from recsys.names import Event

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KINDS: Final = {str(event): code for code, event in enumerate(Event)}
UNKNOWN_KIND: Final = len(KINDS)


class EventRow(Protocol):
    """What is read of an event; `shop.events.Event` is one."""

    @property
    def viewer(self) -> str: ...
    @property
    def ts(self) -> datetime: ...
    @property
    def event(self) -> str: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def value(self) -> float | None: ...


class OrderRow(Protocol):
    """What is read of an order; `shop.orders.Order` is one."""

    @property
    def viewer(self) -> str: ...
    @property
    def ts(self) -> datetime: ...
    @property
    def sku(self) -> str: ...
    @property
    def paid_fen(self) -> int: ...
    @property
    def discount_fen(self) -> int: ...


class BadBehaviour(ValueError):
    """A frame of events or orders that lacks a column."""


@dataclass(frozen=True, slots=True, eq=False)
class BehaviourLog:
    """m events and o orders, each sorted by (viewer, ts).

    viewers: code of each viewer; viewer, ts (epoch s), kind (KINDS, UNKNOWN_KIND), sku (codes, -1
    for none), value: [m]. order_viewer, order_ts, order_sku, paid, discount (fen): [o].
    An order's status is not kept: it is what became of the order later, which no feature may see.
    """

    viewers: dict[str, int]
    viewer: Ints
    ts: Floats
    kind: Ints
    sku: Ints
    value: Floats
    order_viewer: Ints
    order_ts: Floats
    order_sku: Ints
    paid: Floats
    discount: Floats

    @classmethod
    def of(
        cls,
        events: pd.DataFrame,
        orders: pd.DataFrame | None = None,
        until: datetime | None = None,
    ) -> BehaviourLog:
        """From the frames of shop.events and shop.orders.

        Rows without viewer or time, or later than `until`, are left out. Columns sku and value,
        and paid_fen and discount_fen of orders, may be missing; others raise BadBehaviour.
        """
        if orders is None:
            orders = pd.DataFrame(columns=[names.VIEWER, names.TS, names.SKU])
        last = np.inf if until is None else epoch(until)
        events, event_ts = _dated(events, last, (names.VIEWER, names.TS, names.EVENT))
        orders, order_ts = _dated(orders, last, (names.VIEWER, names.TS))
        event_names = events[names.EVENT].astype(str)
        return cls._of_columns(
            (_texts(events, names.VIEWER), event_ts, event_names.tolist(),
             _texts(events, names.SKU), _numbers(events, names.VALUE)),
            (_texts(orders, names.VIEWER), order_ts, _texts(orders, names.SKU),
             _numbers(orders, names.PAID_FEN), _numbers(orders, names.DISCOUNT_FEN)),
        )  # fmt: skip

    @classmethod
    def of_rows(cls, events: Iterable[EventRow], orders: Iterable[OrderRow] = ()) -> BehaviourLog:
        """The same from domain objects: for one viewer while serving, without a data frame."""
        rows, bought = list(events), list(orders)
        return cls._of_columns(
            ([e.viewer for e in rows], _stamps(rows), [str(e.event) for e in rows],
             [e.sku or "" for e in rows], np.array([e.value or 0.0 for e in rows], dtype=float)),
            ([o.viewer for o in bought], _stamps(bought), [o.sku or "" for o in bought],
             np.array([o.paid_fen for o in bought], dtype=float),
             np.array([o.discount_fen for o in bought], dtype=float)),
        )  # fmt: skip

    @classmethod
    def _of_columns(
        cls,
        events: tuple[Sequence[str], Floats, Sequence[str], Sequence[str], Floats],
        orders: tuple[Sequence[str], Floats, Sequence[str], Floats, Floats],
    ) -> BehaviourLog:
        viewers = {v: code for code, v in enumerate(sorted({*events[0], *orders[0]}))}
        skus = {s: code for code, s in enumerate(sorted({*events[3], *orders[2]} - {""}))}
        viewer, order_viewer = _codes(events[0], viewers), _codes(orders[0], viewers)
        kind = np.array([KINDS.get(name, UNKNOWN_KIND) for name in events[2]], dtype=np.int64)
        sku, order_sku = _codes(events[3], skus), _codes(orders[2], skus)
        # Of equal times, by kind and item: rows come oldest first in training, newest in serving.
        by_time = np.lexsort((sku, kind, events[1], viewer))
        order_by_time = np.lexsort((order_sku, orders[1], order_viewer))
        return cls(
            viewers=viewers,
            viewer=viewer[by_time],
            ts=events[1][by_time],
            kind=kind[by_time],
            sku=sku[by_time],
            value=_sound(events[4])[by_time],
            order_viewer=order_viewer[order_by_time],
            order_ts=orders[1][order_by_time],
            order_sku=order_sku[order_by_time],
            paid=_sound(orders[3])[order_by_time],
            discount=_sound(orders[4])[order_by_time],
        )

    def codes(self, viewers: Sequence[str]) -> Ints:
        """Code of each viewer; -1 for those the log does not know."""
        return _codes(viewers, self.viewers)


def before(viewer: Ints, ts: Floats, at_viewer: Ints, at: Floats) -> tuple[Ints, Ints]:
    """For each (at_viewer, at): start and end of the viewer's rows with ts strictly before `at`.

    viewer, ts: sorted by (viewer, ts). Both are sorted together once, the moments before the rows
    of the same time, and rows are counted: exact where a combined float key would round.
    """
    is_row = np.concatenate([np.zeros(len(at), np.int64), np.ones(len(ts), np.int64)])
    order = np.lexsort((is_row, np.concatenate([at, ts]), np.concatenate([at_viewer, viewer])))
    passed = np.empty(len(order), dtype=np.int64)
    passed[order] = np.cumsum(is_row[order])
    start = np.searchsorted(viewer, at_viewer, side="left").astype(np.int64)
    return start, np.maximum(passed[: len(at)], start)


def _dated(
    frame: pd.DataFrame, last: float, needed: tuple[str, ...]
) -> tuple[pd.DataFrame, Floats]:
    if missing := [column for column in needed if column not in frame]:
        raise BadBehaviour(f"behaviour lacks the columns {', '.join(missing)}")
    ts = epoch_seconds(frame[names.TS])
    keep = np.isfinite(ts) & (ts <= last) & frame[names.VIEWER].notna().to_numpy(np.bool_)
    return frame.loc[keep], ts[keep]


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame:
        return [""] * len(frame)
    values = frame[column].astype(object)
    return values.where(values.notna(), "").astype(str).tolist()


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    if column not in frame:
        return np.zeros(len(frame))
    numbers = pd.to_numeric(frame[column], errors="coerce")
    return numbers.to_numpy(np.float64, na_value=np.nan)


def _sound(values: Floats) -> Floats:
    """Amounts and durations: what is missing or below zero counts as zero."""
    return np.where(np.isfinite(values) & (values > 0), values, 0.0)


def _stamps(rows: Sequence[EventRow] | Sequence[OrderRow]) -> Floats:
    return np.array([epoch(row.ts) for row in rows], dtype=np.float64)


def _codes(keys: Sequence[str], codes: dict[str, int]) -> Ints:
    return np.array([codes.get(key, -1) for key in keys], dtype=np.int64)
