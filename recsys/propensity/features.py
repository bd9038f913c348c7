"""Features of (viewer, moment), by one code path for training and for serving.

A feature of moment t is reckoned from rows with ts < t alone: every count is a difference of two
running totals, and `behaviour.before` ends at the first row that is not before t.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.names import Event
from recsys.propensity.behaviour import KINDS, BehaviourLog, Floats, Ints, before

COUNTED: Final = (
    Event.VIEW, Event.CLICK, Event.LIKE, Event.COMMENT, Event.SHARE, Event.FOLLOW, Event.CART,
    Event.REFUND, Event.COUPON_VIEW, Event.COUPON_CLAIM, Event.COUPON_USE,
)  # fmt: skip
WINDOWS: Final = (("10m", 600.0), ("1h", 3_600.0), ("1d", 86_400.0), ("7d", 7 * 86_400.0))
IN_WINDOW: Final = (Event.CLICK, Event.CART, Event.COMMENT)
IN_VISIT: Final = (Event.VIEW, Event.CLICK, Event.CART, Event.COMMENT, Event.COUPON_CLAIM)
LAST: Final = (Event.VIEW, Event.CLICK, Event.DWELL, Event.CART, Event.ORDER, Event.COUPON_CLAIM)
# A pause this long ends a visit.
VISIT_GAP_S: Final = 1_800.0
NEVER_S: Final = 365 * 86_400.0
# Hours of the day are those of the shop's viewers, China has one time zone.
LOCAL_S: Final = 8 * 3_600.0

FEATURES: Final[tuple[str, ...]] = (
    *(f"n_{event}" for event in COUNTED),
    *(f"n_{event}_{window}" for window, _ in WINDOWS for event in IN_WINDOW),
    *(f"n_any_{window}" for window, _ in WINDOWS),
    *(f"dwell_s_{window}" for window, _ in WINDOWS),
    "n_any", "dwell_s", "n_items", "n_repeats",
    "since_last_s", "since_first_s", "since_cart_s",
    "n_orders", "n_orders_1d", "paid_fen", "mean_paid_fen", "discount_share", "since_order_s",
    "n_visits", "visit_s", "n_visit_orders",
    *(f"n_{event}_visit" for event in IN_VISIT),
    *(f"last_is_{event}" for event in LAST),
    "orders_per_visit", "orders_per_click", "orders_per_cart", "carts_per_click",
    "clicks_per_view", "mean_dwell_s",
    "hour_sin", "hour_cos",
)  # fmt: skip


def features(log: BehaviourLog, viewers: Sequence[str], at: Floats) -> NDArray[np.float64]:
    """[n, len(FEATURES)] of n (viewer, epoch seconds) pairs; a viewer not in the log has zeros
    and NEVER_S. All finite.
    """
    return features_of_codes(log, log.codes(viewers), np.asarray(at, dtype=np.float64))


def feature_frame(
    log: BehaviourLog, viewers: Sequence[str], now: datetime | Sequence[datetime]
) -> pd.DataFrame:
    """The same as a frame with columns FEATURES, indexed by viewer; one moment for all, or each."""
    moments = [now] * len(viewers) if isinstance(now, datetime) else list(now)
    at = np.array([epoch(moment) for moment in moments], dtype=np.float64)
    return pd.DataFrame(
        features(log, viewers, at), columns=list(FEATURES), index=pd.Index(viewers, name="viewer")
    )


def features_of_codes(log: BehaviourLog, viewer: Ints, at: Floats) -> NDArray[np.float64]:
    """`features` by viewer codes of the log, -1 for an unknown viewer."""
    start, end = before(log.viewer, log.ts, viewer, at)
    hour = 2 * np.pi * ((at + LOCAL_S) % 86_400.0) / 86_400.0
    columns = {
        **_counts(log, viewer, at, start, end),
        **_breadth(log, start, end),
        **_recency(log, at, start, end),
        **_orders(log, viewer, at),
        **_visit(log, viewer, at, start, end),
        "hour_sin": np.sin(hour),
        "hour_cos": np.cos(hour),
    }
    columns |= _rates(columns)
    return np.column_stack([columns[name] for name in FEATURES])


def _counts(
    log: BehaviourLog, viewer: Ints, at: Floats, start: Ints, end: Ints
) -> dict[str, Floats]:
    """How often and how long, since ever and in each window before `at`."""
    totals = {event: _running(log.kind == KINDS[event]) for event in COUNTED}
    dwell = _running(np.where(log.kind == KINDS[Event.DWELL], log.value, 0.0))
    columns = {f"n_{event}": total[end] - total[start] for event, total in totals.items()}
    columns |= {
        "n_any": (end - start).astype(float),
        "dwell_s": np.round(dwell[end] - dwell[start], 3),
    }
    for window, seconds in WINDOWS:
        # Rows before the window's start: those at its very start are inside.
        _, opened = before(log.viewer, log.ts, viewer, at - seconds)
        for event in IN_WINDOW:
            columns[f"n_{event}_{window}"] = totals[event][end] - totals[event][opened]
        columns[f"n_any_{window}"] = (end - opened).astype(float)
        columns[f"dwell_s_{window}"] = np.round(dwell[end] - dwell[opened], 3)
    return columns


def _breadth(log: BehaviourLog, start: Ints, end: Ints) -> dict[str, Floats]:
    """Distinct items touched, and touches beyond the first on each."""
    has_item = log.sku >= 0
    first = np.zeros(len(log.sku), dtype=np.bool_)
    # Rows are in time order within a viewer, so a pair's first row is its first touch.
    pairs = log.viewer * (int(log.sku.max(initial=0)) + 2) + log.sku
    first[np.unique(pairs, return_index=True)[1]] = True
    items, touches = _running(first & has_item), _running(has_item)
    n_items = items[end] - items[start]
    return {"n_items": n_items, "n_repeats": touches[end] - touches[start] - n_items}


def _recency(log: BehaviourLog, at: Floats, start: Ints, end: Ints) -> dict[str, Floats]:
    cart = np.where(log.kind == KINDS[Event.CART], np.arange(len(log.ts)), -1)
    last_cart = np.concatenate([[-1], np.maximum.accumulate(cart)]).astype(np.int64)[end]
    return {
        "since_last_s": _since(log.ts, at, end - 1, end > start),
        "since_first_s": _since(log.ts, at, start, end > start),
        "since_cart_s": _since(log.ts, at, last_cart, last_cart >= start),
    }


def _orders(log: BehaviourLog, viewer: Ints, at: Floats) -> dict[str, Floats]:
    """How many, how much, and how long ago."""
    start, end = before(log.order_viewer, log.order_ts, viewer, at)
    _, opened = before(log.order_viewer, log.order_ts, viewer, at - 86_400.0)
    paid, discount = _running(log.paid), _running(log.discount)
    number = (end - start).astype(float)
    spent, saved = paid[end] - paid[start], discount[end] - discount[start]
    return {
        "n_orders": number,
        "n_orders_1d": (end - opened).astype(float),
        "paid_fen": spent,
        "mean_paid_fen": spent / np.maximum(number, 1.0),
        "discount_share": saved / np.maximum(spent + saved, 1.0),
        "since_order_s": _since(log.order_ts, at, end - 1, end > start),
    }


def _visit(
    log: BehaviourLog, viewer: Ints, at: Floats, start: Ints, end: Ints
) -> dict[str, Floats]:
    """How many visits so far, what the last one held, and its last event."""
    m = len(log.ts)
    begins = np.ones(m, dtype=np.bool_)
    begins[1:] = (log.viewer[1:] != log.viewer[:-1]) | (np.diff(log.ts) > VISIT_GAP_S)
    begun = np.maximum.accumulate(np.where(begins, np.arange(m), 0))
    there, last = end > start, np.maximum(end - 1, 0)
    first = np.where(there, begun[last], end) if m else end
    age = np.where(there, _since(log.ts, at, first, there), 0.0)
    visits = _running(begins)
    _, ordered = before(log.order_viewer, log.order_ts, viewer, at)
    _, ordered_before = before(log.order_viewer, log.order_ts, viewer, at - age)
    columns = {
        "n_visits": visits[end] - visits[start],
        "visit_s": age,
        "n_visit_orders": (ordered - ordered_before).astype(float),
    }
    for event in IN_VISIT:
        total = _running(log.kind == KINDS[event])
        columns[f"n_{event}_visit"] = total[end] - total[first]
    kind = np.where(there, log.kind[last], -1) if m else np.full(len(at), -1)
    return columns | {f"last_is_{event}": (kind == KINDS[event]).astype(float) for event in LAST}


def _rates(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Habits as ratios, drawn towards a usual value by a few made-up counts, so that one order
    after one click does not read as certainty. The values need only be near: models scale them.
    """
    orders, clicks, carts = columns["n_orders"], columns["n_click"], columns["n_cart"]
    return {
        "orders_per_visit": (orders + 1) / (columns["n_visits"] + 3),
        "orders_per_click": (orders + 1) / (clicks + 20),
        "orders_per_cart": (orders + 1) / (carts + 3),
        "carts_per_click": (carts + 1) / (clicks + 6),
        "clicks_per_view": (clicks + 3) / (columns["n_view"] + 9),
        "mean_dwell_s": columns["dwell_s"] / np.maximum(clicks, 1.0),
    }


def _running(values: NDArray[np.bool_] | Floats) -> Floats:
    """Totals of the first 0, 1, … len(values) rows."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def _since(ts: Floats, at: Floats, row: Ints, there: NDArray[np.bool_]) -> Floats:
    """Seconds from a row to `at`, at most NEVER_S; NEVER_S where there is no such row."""
    if not len(ts):
        return np.full(len(at), NEVER_S)
    ages = at - ts[np.clip(row, 0, len(ts) - 1)]
    return np.where(there, np.minimum(ages, NEVER_S), NEVER_S)
