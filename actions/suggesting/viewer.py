"""What the shop knows of a viewer that a suggestion may rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.suggesting.occasion import Occasion
from recsys.profiles import Touch
from shop import events, purchases
from shop.events import Event

HISTORY = 200
# A longer silence ends a visit.
VISIT_GAP = timedelta(minutes=10)
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """history: touches on products. bought_days: days since a kept purchase, by SKU.

    stay_s: length of the visit that is on, in seconds.
    """

    history: tuple[Touch, ...] = ()
    bought_days: dict[str, float] | None = None
    stay_s: float = 0.0


def known_of(session: Session, occasion: Occasion) -> Known:
    """What is known of this viewer; nothing personal where others read along."""
    if not occasion.viewer:
        return Known(bought_days={}, stay_s=occasion.stayed_s)
    seen = events.of_viewer(session, occasion.viewer, HISTORY)
    stay = max(occasion.stayed_s, stay_of(seen, occasion.now))
    if not occasion.personal:
        return Known(bought_days={}, stay_s=stay)
    touched = [Touch(e.sku, e.event, e.ts, e.value) for e in seen if e.sku]
    if occasion.page_sku:
        # The page that is open is a view, whether or not the shop front has reported it yet.
        touched.append(Touch(occasion.page_sku, "view", occasion.now))
    bought = purchases.kept(session, occasion.viewer, seen)
    days = {sku: (occasion.now - at).total_seconds() / _DAY for sku, at in bought.items()}
    return Known(tuple(touched), {sku: max(0.0, age) for sku, age in days.items()}, stay)


def stay_of(seen: list[Event], now: datetime) -> float:
    """How long the visit that is on has lasted, in seconds; 0 for who did nothing lately.

    From the first event after which no gap is longer than VISIT_GAP. A dwell is reported at its
    end, so it reaches back by its length.
    """
    began = now
    for event in sorted((e for e in seen if e.ts <= now), key=lambda e: e.ts, reverse=True):
        if began - event.ts > VISIT_GAP:
            break
        length = event.value if event.event == "dwell" and event.value else 0.0
        began = min(began, event.ts - timedelta(seconds=min(max(length, 0.0), _DAY)))
    return (now - began).total_seconds()
