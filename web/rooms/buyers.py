"""Buyers: how likely each viewer is to buy soon, from the newest propensity model.

A room asks for thousands of viewers a second and may not wait, so asking only looks into a table.
Who is not in it, or was looked up too long ago, is noted; a thread scores those who were noted,
some dozens at a time. Until then, and for viewers that the shop does not know, it is the share of
moments before a purchase that the model has learned from. A shop without a model has 0 for all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from recsys import names
from recsys.propensity import AFTER_S, BehaviourLog, PropensityModel
from shop import events, orders
from shop.database import Database
from shop.events import Event
from shop.orders import Order

logger = logging.getLogger(__name__)
# A score is good for this many seconds; viewers do not change their minds faster.
FRESH_SECONDS: Final = 30.0
REMEMBERED: Final = 20_000
# Looked up together, and the pause between: together they bound what this may cost.
BATCH: Final = 32
PAUSE_SECONDS: Final = 0.25
# Whoever asks beyond this many is noted the next time.
NOTED: Final = 2_000
_RETRY_SECONDS = 5.0
_CART_DAYS = 7
# "Likely" to the host: this many times what is usual in this shop.
_LIKELY_TIMES, _LIKELY_LEAST = 2.0, 0.1

Model = Callable[[], PropensityModel | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one viewer: probability 0..1, reasons in Chinese; `at` by the clock."""

    at: float
    propensity: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    base: float
    viewers: dict[str, tuple[float, tuple[str, ...]]]


class Buyers:
    """Asked on the event loop; `run` does the work. `model` is called in a thread."""

    def __init__(
        self, database: Database, model: Model, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._model, self._clock = database, model, clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._noted: dict[str, None] = {}
        self._base = 0.0
        self._wake = asyncio.Event()

    def __call__(self, viewer: str) -> float:
        """This viewer's probability to buy soon, as far as it is known; never waits."""
        known = self._known.get(viewer)
        if known is None or self._clock() - known.at > FRESH_SECONDS:
            self._note(viewer)
        return self._base if known is None else known.propensity

    def why(self, viewer: str) -> tuple[str, ...]:
        """What speaks for this viewer, in Chinese, apart from what they do in the room."""
        known = self._known.get(viewer)
        return () if known is None else known.why

    async def run(self) -> None:
        """Look up those who were noted, until cancelled."""
        while True:
            await self._wake.wait()
            batch = list(islice(self._noted, BATCH))
            try:
                found = await asyncio.to_thread(self._look_up, batch)
            except Exception:
                # The rooms go on with what is known; a database that is away comes back.
                logger.exception("no propensity for %d viewers", len(batch))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._remember(found)
            for viewer in batch:
                self._noted.pop(viewer, None)
            if not self._noted:
                self._wake.clear()
            await asyncio.sleep(PAUSE_SECONDS)

    def _note(self, viewer: str) -> None:
        if len(self._noted) < NOTED:
            self._noted[viewer] = None
            self._wake.set()

    def _remember(self, found: _Found) -> None:
        now, self._base = self._clock(), found.base
        for viewer, (propensity, why) in found.viewers.items():
            self._known[viewer] = Known(now, propensity, why)
            self._known.move_to_end(viewer)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _look_up(self, viewers: Sequence[str]) -> _Found:
        model = self._model()
        if model is None:
            return _Found(0.0, dict.fromkeys(viewers, (0.0, ())))
        with self._database.read() as session:
            seen = events.of_viewers(session, viewers)
            bought = orders.of_viewers(session, viewers)
        base = model.base_rate
        found: dict[str, tuple[float, tuple[str, ...]]] = dict.fromkeys(viewers, (base, ()))
        known = list({one.viewer for one in seen} | {one.viewer for one in bought})
        if known:
            now = datetime.now(UTC)
            # The model has learned from moments just after an event. Here it is their comment,
            # which is in no shop's events yet; without it, two days away looks like a loss.
            said = [_comment(viewer, now) for viewer in known]
            log = BehaviourLog.of_rows([*seen, *said], bought)
            facts = _facts(seen, bought, now)
            for viewer, score in zip(known, model.score_viewers(log, known, now), strict=True):
                found[viewer] = (float(score), (*facts.get(viewer, ()), *_likely(score, base)))
        return _Found(base, found)


def _comment(viewer: str, now: datetime) -> Event:
    return Event("", now - timedelta(seconds=AFTER_S), viewer, str(names.Event.COMMENT))


def _facts(
    seen: Sequence[Event], bought: Sequence[Order], now: datetime
) -> dict[str, tuple[str, ...]]:
    regulars = {order.viewer for order in bought}
    since = now - timedelta(days=_CART_DAYS)
    carts = {event.viewer for event in seen if event.event == "cart" and event.ts >= since}
    return {
        viewer: (("老顾客",) if viewer in regulars else ())
        + (("最近加购过",) if viewer in carts else ())
        for viewer in regulars | carts
    }


def _likely(score: float, base: float) -> tuple[str, ...]:
    return ("购买概率高",) if score >= max(_LIKELY_TIMES * base, _LIKELY_LEAST) else ()
