"""Deciding: the one way to an outcome. Written by the ledger first, told to the host after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from shop.names import DROPPED, HANDED_OVER
from shop.rooms import Comment
from web.rooms.grouping import Asker
from web.rooms.ledger import Decided, Decision, HostItem, Ledger, Written
from web.rooms.news import News
from web.rooms.tally import Tally

logger = logging.getLogger(__name__)


class Deciding:
    """Writes decisions, counts them, and tells the host.

    `done` is told which comments nobody need work on any more: decided, or failed to be.
    """

    def __init__(
        self, ledger: Ledger, tally: Tally, news: News, done: Callable[[Iterable[Comment]], None]
    ) -> None:
        self._ledger, self._tally, self._news, self._done = ledger, tally, news, done

    def drop(self, dropped: Sequence[tuple[Asker, str]]) -> None:
        """Comments that get no answer, each with its reason; does not wait for the disk."""
        if not dropped:
            return
        decision = Decision(tuple(Decided(a.comment, DROPPED, reason) for a, reason in dropped))

        def count(_: Written) -> None:
            for asker, reason in dropped:
                self._tally.decided(DROPPED, reason, asker.on_air)

        self._write(decision, count)

    def follow(self, decision: Decision, then: Callable[[], None]) -> None:
        """Comments that share what was decided a moment ago; does not wait for the disk.

        `then` is called when they are on disk. Waiting for each would make one transaction of
        each, and those who come after it wait too: 200 a second instead of thousands.
        """

        def count(written: Written) -> None:
            if written.decided:
                for one in decision.outcomes:
                    self._tally.decided(one.kind, one.reason, None)
                then()

        self._write(decision, count)

    def _write(self, decision: Decision, count: Callable[[Written], None]) -> None:
        def written(future: asyncio.Future[Written]) -> None:
            if future.cancelled():
                return
            self._done(one.comment for one in decision.outcomes)
            if (error := future.exception()) is not None:
                # Still open in the journal, from where they are taken up again.
                logger.error("outcomes were not written", exc_info=error)
                return
            count(future.result())
            self._news.tell(decision, future.result())

        self._ledger.submit(decision).add_done_callback(written)

    async def decide(self, decision: Decision) -> Written:
        """Write a decision and count it; `decided` 0 means that it was made before."""
        try:
            written = await self._ledger.submit(decision)
        finally:
            self._done(one.comment for one in decision.outcomes)
        if not written.decided:
            return written
        for one in decision.outcomes:
            self._tally.decided(one.kind, one.reason, None)
        if written.item_pk is not None:
            self._tally.asked(written.item_pk, [one.comment for one in decision.outcomes])
        self._news.tell(decision, written)
        return written

    def shed(self, askers: Sequence[Asker]) -> None:
        """More was asked than can be answered, and these come last."""
        self.drop([(asker, "overload") for asker in askers])

    async def hand_over(
        self, waiting: Sequence[Asker], reason: str, intent: str, sku: str | None
    ) -> Written:
        """Give a question to the host without an answer."""
        first = waiting[0].comment
        item = HostItem(first.viewer, intent, first.text, sku, reason)
        outcomes = tuple(Decided(asker.comment, HANDED_OVER, reason) for asker in waiting)
        return await self.decide(Decision(outcomes, item=item))

    def also_asked(self, item_pk: int, waiting: Iterable[Asker]) -> None:
        """More viewers stand behind an item of the host."""
        self._tally.asked(item_pk, [asker.comment for asker in waiting])
