"""A viewer's interest as a decayed, weighted mean of the vectors of the items they touched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.names import Event

Vector = NDArray[np.float32]

# How much interest an event shows, in views. An order with its payment counts once, roughly.
# A refund is no interest, and a follow is for the shop rather than for the item.
EVENT_WEIGHT: Final[Mapping[str, float]] = {
    Event.VIEW: 1.0,
    Event.CLICK: 2.0,
    Event.DWELL: 1.0,
    Event.LIKE: 3.0,
    Event.COMMENT: 3.0,
    Event.SHARE: 4.0,
    Event.FOLLOW: 0.5,
    Event.CART: 6.0,
    Event.ORDER: 6.0,
    Event.PAY: 2.0,
    Event.REFUND: 0.0,
    Event.COUPON_VIEW: 1.0,
    Event.COUPON_CLAIM: 3.0,
    Event.COUPON_USE: 1.0,
}
DWELL_UNIT_S: Final = 15.0
DWELL_MOST: Final = 4.0
HALF_LIFE_S: Final = 30 * 86_400.0


class Touch(NamedTuple):
    """One event of a viewer on one item; `value` is seconds for a dwell, else unused."""

    sku: str
    event: str
    ts: datetime
    value: float | None = None


def touch_weight(event: str, value: float | None = None) -> float:
    """Interest that an event shows, in views; unknown events show none.

    A dwell counts by its length on a log scale: a phone left lying must not outweigh a cart.
    """
    weight = EVENT_WEIGHT.get(event, 0.0)
    if event != Event.DWELL or value is None or not math.isfinite(value) or value <= 0:
        return weight
    return weight * min(DWELL_MOST, math.log2(1.0 + value / DWELL_UNIT_S))


def decay(age_s: NDArray[np.float64], half_life_s: float) -> NDArray[np.float64]:
    """0.5 ** (age / half life); ages below zero count as zero."""
    return np.exp2(-np.maximum(age_s, 0.0) / half_life_s)


@dataclass(frozen=True, slots=True, eq=False)
class ViewerProfile:
    """Decayed sum of item vectors, which one more event updates in O(d).

    total: float32 [d], sum of weight x decay x vector, as of `as_of`.
    mass: sum of weight x decay, in views; 0 for a viewer nothing is known of.
    as_of: epoch seconds to which both are decayed.
    """

    total: Vector
    mass: float
    as_of: float
    half_life_s: float = HALF_LIFE_S

    @classmethod
    def of(
        cls,
        vectors: Vector,
        weights: NDArray[np.float64],
        ts: NDArray[np.float64],
        now: float,
        half_life_s: float = HALF_LIFE_S,
    ) -> ViewerProfile:
        """From touched vectors [t, d], their weights [t] and epoch seconds [t], as of `now`."""
        decayed = weights * decay(now - ts, half_life_s)
        total = decayed.astype(np.float32) @ vectors
        return cls(total, float(decayed.sum()), now, half_life_s)

    def after(self, vector: Vector, weight: float, ts: float) -> ViewerProfile:
        """The profile after one more event, which may arrive late."""
        as_of = max(self.as_of, ts)
        kept = 0.5 ** ((as_of - self.as_of) / self.half_life_s)
        added = weight * 0.5 ** ((as_of - ts) / self.half_life_s)
        total = (self.total * kept + vector * added).astype(np.float32)
        return ViewerProfile(total, self.mass * kept + added, as_of, self.half_life_s)

    @property
    def direction(self) -> Vector:
        """Unit vector [d] of the interest, or zeros when there is none."""
        norm = float(np.linalg.norm(self.total))
        return self.total / np.float32(norm) if norm > 1e-12 else np.zeros_like(self.total)
