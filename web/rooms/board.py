"""The board: public answers in the order of their rank, no faster than the room's rate.

An answer waits here as long as better ones are before it; it is not lost, and those who ask the
same meanwhile are added to its line of names.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.rooms import overload, ranking
from web.rooms.audience import Audience
from web.rooms.bucket import TokenBucket
from web.rooms.grouping import Question
from web.rooms.naming import NAMED, askers
from web.rooms.publishing import Block

# A page that opens now shows what was said just before.
_RECALLED, _RECALL_SECONDS = 3, 30.0
# As long as this a public answer counts as heard by all.
HEARD_SECONDS = 60.0
# Names that are added to an answer on show reach the page at most this often.
_UPDATE_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class Notice:
    """One public answer; times in seconds of the clock."""

    number: int
    about: Question
    text: str
    blocks: Sequence[Block]
    names: list[str]
    count: int
    posted_at: float
    propensity: float = 0.0
    shown_at: float | None = None
    changed: bool = field(default=False)

    def add(self, names: Sequence[str]) -> None:
        """More who asked the same."""
        self.count += len(names)
        self.names = (self.names + list(names))[: NAMED + 1]
        self.changed = True

    @property
    def askers(self) -> str:
        """The line of names."""
        return askers(self.names, self.count)

    def message(self) -> dict[str, Any]:
        """What the overlay gets."""
        return {
            "type": "answer",
            "id": self.number,
            "askers": self.askers,
            "count": self.count,
            "blocks": list(self.blocks),
        }


class Board:
    """Shows notices to an audience; `on_air` names the product now being explained."""

    def __init__(
        self,
        audience: Audience,
        rate: float,
        on_air: Callable[[], str | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._audience, self._on_air, self._clock = audience, on_air, clock
        self._bucket = TokenBucket(rate, now=clock())
        self._waiting: list[Notice] = []
        self._shown: list[Notice] = []
        self._numbers: dict[int, Notice] = {}
        self._said: tuple[float, dict[str, Any]] | None = None
        self._wake = asyncio.Event()

    def post(self, notice: Notice) -> None:
        """Show this answer when its turn comes, unless the room hears the same already."""
        self._forget()
        same = next((old for old in (*self._waiting, *self._shown) if _same(old, notice)), None)
        self._numbers[notice.number] = same or notice
        if same is not None:
            same.add(notice.names)
        else:
            self._waiting.append(notice)
            self._shed_excess()
        self._wake.set()

    def also(self, number: int, names: Sequence[str]) -> None:
        """More askers of an answer; one that is forgotten needs no more names."""
        notice = self._numbers.get(number)
        if notice is not None:
            notice.add(names)
            self._wake.set()

    @property
    def waiting(self) -> int:
        """Answers that wait for their turn."""
        return len(self._waiting)

    def recall(self) -> list[dict[str, Any]]:
        """The last answers shown, for a page that has just opened."""
        since = self._clock() - _RECALL_SECONDS
        recent = [notice for notice in self._shown if (notice.shown_at or 0.0) >= since]
        said = [self._said[1]] if self._said and self._said[0] >= since else []
        return [*(notice.message() for notice in recent[-_RECALLED:]), *said]

    def turn(self) -> bool:
        """Take one turn of the room's rate for what is no answer; only while no answer waits."""
        return not self._waiting and self._bucket.take(self._clock())

    def say(self, message: dict[str, Any]) -> None:
        """Show what is no answer; whoever calls this has had its turn."""
        self._said = (self._clock(), message)
        self._audience.send(message)

    async def run(self) -> None:
        """Show until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await asyncio.sleep(self._bucket.wait(self._clock()))
                self.show_next()
            self._update()
            await asyncio.sleep(_UPDATE_SECONDS if self._shown else 0)

    def show_next(self) -> Notice | None:
        """Show the best that waits, if the rate allows one now."""
        now = self._clock()
        if not self._waiting or not self._bucket.take(now):
            return None
        best = max(self._waiting, key=lambda notice: self._score(notice, now))
        self._waiting.remove(best)
        best.shown_at, best.changed = now, False
        self._shown.append(best)
        self._audience.send(best.message())
        return best

    def _shed_excess(self) -> None:
        # They were answered, and are in the ledger; the room has heard better ones meanwhile.
        now = self._clock()
        gone = overload.excess(
            self._waiting, overload.MOST_NOTICES, lambda notice: (self._score(notice, now),)
        )
        if gone:
            lost = {id(notice) for notice in gone}
            self._waiting = [n for n in self._waiting if id(n) not in lost]
            self._numbers = {k: n for k, n in self._numbers.items() if id(n) not in lost}

    def _score(self, notice: Notice, now: float) -> float:
        return ranking.score(
            askers=notice.count,
            propensity=notice.propensity,
            waited=now - notice.posted_at,
            on_air=notice.about.sku is not None and notice.about.sku == self._on_air(),
            intent=notice.about.intent,
        )

    def _update(self) -> None:
        for notice in self._shown:
            if notice.changed:
                notice.changed = False
                self._audience.send(
                    {"type": "askers", "id": notice.number, "askers": notice.askers}
                )

    def _forget(self) -> None:
        since = self._clock() - HEARD_SECONDS
        gone = {id(n) for n in self._shown if (n.shown_at or 0.0) < since}
        if gone:
            self._shown = [n for n in self._shown if id(n) not in gone]
            self._numbers = {k: n for k, n in self._numbers.items() if id(n) not in gone}


def _same(old: Notice, new: Notice) -> bool:
    return old.about == new.about and old.text == new.text
