"""Moments to learn from: who was there, when, and whether they bought soon after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.names import Event
from recsys.propensity.behaviour import KINDS, BehaviourLog, Floats, Ints, before

# A moment lies just after an event, as a score is asked for just after a viewer did something.
AFTER_S = 1.0
# The order event, its payment and its row in the orders are one purchase, if of one item and
# within this time of each other. Otherwise "has just ordered" would foretell its own payment.
ONE_PURCHASE_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Snapshots:
    """s moments, oldest first: viewer codes, epoch seconds, and whether they bought in time."""

    viewer: Ints
    at: Floats
    bought: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.at)

    def between(self, start: float, end: float) -> Snapshots:
        """Those with start <= at < end."""
        keep = (self.at >= start) & (self.at < end)
        return Snapshots(self.viewer[keep], self.at[keep], self.bought[keep])


def sample(log: BehaviourLog, horizon_s: float, per_viewer: int, seed: int) -> Snapshots:
    """Up to `per_viewer` moments of each viewer, at random among their events.

    Label: a purchase begins in [t, t + horizon). Moments whose horizon reaches beyond the end of
    the log are left out, for what came of them is not known.
    """
    order = np.random.default_rng(seed).permutation(len(log.ts))
    order = order[np.argsort(log.viewer[order], kind="stable")]
    viewer = log.viewer[order]
    nth = np.arange(len(order)) - np.searchsorted(viewer, viewer, side="left")
    chosen = order[nth < per_viewer]
    at = log.ts[chosen] + AFTER_S
    ends = max(log.ts.max(initial=-np.inf), log.order_ts.max(initial=-np.inf))
    chosen, at = chosen[at + horizon_s <= ends], at[at + horizon_s <= ends]
    by_time = np.lexsort((log.viewer[chosen], at))
    viewer, at = log.viewer[chosen][by_time], at[by_time]
    return Snapshots(viewer, at, bought_within(log, viewer, at, horizon_s))


def bought_within(
    log: BehaviourLog, viewer: Ints, at: Floats, horizon_s: float
) -> NDArray[np.bool_]:
    """Whether each viewer began a purchase in [at, at + horizon_s)."""
    buyer, ts = purchases(log)
    _, first = before(buyer, ts, viewer, at)
    _, last = before(buyer, ts, viewer, at + horizon_s)
    return last > first


def purchases(log: BehaviourLog) -> tuple[Ints, Floats]:
    """Viewer and time of the beginning of each purchase, sorted by both.

    A payment that names no item cannot be told from that of an order already counted: left out.
    """
    is_purchase = log.kind == KINDS[Event.ORDER]
    is_purchase |= (log.kind == KINDS[Event.PAY]) & (log.sku >= 0)
    viewer = np.concatenate([log.viewer[is_purchase], log.order_viewer])
    sku = np.concatenate([log.sku[is_purchase], log.order_sku])
    ts = np.concatenate([log.ts[is_purchase], log.order_ts])
    order = np.lexsort((ts, sku, viewer))
    viewer, sku, ts = viewer[order], sku[order], ts[order]
    begins = np.ones(len(ts), dtype=np.bool_)
    same = (viewer[1:] == viewer[:-1]) & (sku[1:] == sku[:-1])
    begins[1:] = ~same | (ts[1:] - ts[:-1] > ONE_PURCHASE_S)
    viewer, ts = viewer[begins], ts[begins]
    order = np.lexsort((ts, viewer))
    return viewer[order], ts[order]
