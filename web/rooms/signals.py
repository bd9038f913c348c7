"""Signals: what a viewer does in this room right now, on top of what the shop knows of them.

    propensity = base + (1 - base) * lift
    lift       = min(0.7, sum of the weights of what they did, each fading to 0 in ten minutes)

`base` is the shop's (web.rooms.buyers), each kind of signal counts once, by its last time. So the
result stays in 0..1, never falls below the base, and nobody talks themselves up to certainty.
"""

from __future__ import annotations

import heapq
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from shop.rooms import Comment
from web.rooms.naming import display_name


class Signal(NamedTuple):
    """How much it says, and how the host reads it."""

    weight: float
    label: str


WANTS, BOUGHT = "wants", "bought"
# Intents of questions, beside the two kinds of buying signal.
SIGNALS: Final[Mapping[str, Signal]] = {
    WANTS: Signal(0.35, "说想要"),
    BOUGHT: Signal(0.25, "说已拍"),
    "ask_how_to_buy": Signal(0.30, "问了怎么买"),
    "ask_link": Signal(0.25, "问了链接"),
    "ask_discount": Signal(0.20, "问了优惠"),
    "ask_size": Signal(0.20, "问了尺码"),
    "ask_stock": Signal(0.15, "问了有没有货"),
    "ask_price": Signal(0.15, "问了价格"),
    "ask_shipping_fee": Signal(0.10, "问了运费"),
    "ask_shipping_time": Signal(0.10, "问了发货"),
}
MOST: Final = 0.7
FADE_SECONDS: Final = 600.0
REMEMBERED: Final = 2_000
# Of those who stand out by what they did here, this many are looked up in the shop.
_COMPARED = 50
_BOUGHT = re.compile("已[拍买付]|[拍买付]了|[拍买付]好了|下单了")


class Base(Protocol):
    """What the shop knows of a viewer: web.rooms.buyers.Buyers."""

    def __call__(self, viewer: str) -> float: ...
    def why(self, viewer: str) -> tuple[str, ...]: ...


@dataclass(slots=True)
class Shown:
    """What one viewer did in this room: kind of signal to its last time by the clock."""

    name: str
    at: dict[str, float] = field(default_factory=dict)


class Nobody:
    """The base where nothing is known of anybody."""

    def __call__(self, viewer: str) -> float:
        """0 for all."""
        return 0.0

    def why(self, viewer: str) -> tuple[str, ...]:
        """Nothing."""
        return ()


class Signals:
    """Propensity in one room; for one event loop."""

    def __init__(self, base: Base, clock: Callable[[], float] = time.monotonic) -> None:
        self._base, self._clock = base, clock
        self._shown: OrderedDict[str, Shown] = OrderedDict()

    def __call__(self, viewer: str) -> float:
        """How likely this viewer is to buy, 0..1."""
        base = self._base(viewer)
        shown = self._shown.get(viewer)
        return base if shown is None else base + (1.0 - base) * self._lift(shown)

    def wants(self, comment: Comment) -> None:
        """A buying signal: 扣1, 想要, 已拍."""
        self._note(comment, BOUGHT if _BOUGHT.search(comment.text[:40]) else WANTS)

    def asks(self, comment: Comment, intent: str) -> None:
        """A question; most kinds say nothing."""
        if intent in SIGNALS:
            self._note(comment, intent)

    def likeliest(self, count: int) -> list[dict[str, Any]]:
        """Who stands out: {"name", "why"}, the likeliest first, at most `count`."""
        self._forget()
        # Only the best are compared by what the shop knows, so that nobody else is looked up.
        lifts = [(self._lift(shown), viewer) for viewer, shown in self._shown.items()]
        best = [viewer for _, viewer in heapq.nlargest(_COMPARED, lifts)]
        ranked = heapq.nlargest(count, best, key=self)
        return [{"name": self._shown[v].name, "why": " · ".join(self._why(v))} for v in ranked]

    def _why(self, viewer: str) -> tuple[str, ...]:
        since = self._clock() - FADE_SECONDS
        lately = [kind for kind, at in self._shown[viewer].at.items() if at > since]
        did = sorted(lately, key=lambda kind: -SIGNALS[kind].weight)
        return (*(SIGNALS[kind].label for kind in did[:3]), *self._base.why(viewer)[:2])

    def _lift(self, shown: Shown) -> float:
        now = self._clock()
        total = sum(
            SIGNALS[kind].weight * max(0.0, 1.0 - (now - at) / FADE_SECONDS)
            for kind, at in shown.at.items()
        )
        return min(MOST, total)

    def _note(self, comment: Comment, kind: str) -> None:
        shown = self._shown.get(comment.viewer)
        if shown is None:
            shown = self._shown[comment.viewer] = Shown(display_name(comment))
            if len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)
        shown.at[kind] = self._clock()
        self._shown.move_to_end(comment.viewer)

    def _forget(self) -> None:
        """Who has done nothing for FADE_SECONDS is at the old end."""
        since = self._clock() - FADE_SECONDS
        while self._shown and max(next(iter(self._shown.values())).at.values()) < since:
            self._shown.popitem(last=False)
