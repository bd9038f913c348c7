"""What is asked of a recommender, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.names import PURCHASES, Event
from recsys.profiles import Touch
from recsys.recommend.constraints import NO_CONSTRAINTS, Constraints

DEFAULT_K: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One viewer's moment.

    history: the viewer's events on items, in any order; `(sku, event, ts)` tuples do. Events
        after `now` and items the shop does not know are ignored.
    text, text_vector: the viewer's question and its embedding [d], as far as there is one.
    constraints: hard conditions found in the question.
    on_air: the SKU being explained. It is context, and recommended itself only to a question.
    exclude: SKUs never to show.
    hide_bought: leave out what the viewer has bought and not returned.
    k: how many at most, when `recommend` is not told otherwise.
    """

    history: tuple[Touch, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    text: str | None = None
    text_vector: NDArray[np.float32] | None = None
    constraints: Constraints = NO_CONSTRAINTS
    on_air: str | None = None
    exclude: frozenset[str] = frozenset()
    hide_bought: bool = True
    k: int = DEFAULT_K

    def __post_init__(self) -> None:
        object.__setattr__(self, "history", _past(self.history, self.now))
        object.__setattr__(self, "exclude", frozenset(self.exclude))

    @property
    def asks(self) -> bool:
        """Whether the viewer asked for something, rather than just being there."""
        return bool(self.text) or self.text_vector is not None or bool(self.constraints)

    @property
    def bought(self) -> frozenset[str]:
        """SKUs bought and not returned since."""
        held: set[str] = set()
        for touch in self.history:
            if touch.event in PURCHASES:
                held.add(touch.sku)
            elif touch.event == Event.REFUND:
                held.discard(touch.sku)
        return frozenset(held)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One item to show.

    score: orders the list it came in; not comparable between lists or recommenders.
    reason: one Chinese sentence for the viewer, naming the event or attribute it rests on.
    """

    sku: str
    score: float
    reason: str


class _Past(tuple[Touch, ...]):
    """Touches that were put in order before, up to a time: a query changed in something else
    (`dataclasses.replace`) need not sort two hundred of them again.
    """

    until: float


def _past(history: Iterable[Touch | tuple[str, str, datetime]], now: datetime) -> _Past:
    limit = epoch(now)
    if isinstance(history, _Past) and history.until == limit:
        return history
    timed = [(epoch(touch[2]), Touch(*touch)) for touch in history]
    timed.sort(key=lambda pair: pair[0])
    past = _Past(touch for at, touch in timed if at <= limit)
    past.until = limit
    return past
