"""The engine of one room: comments in at one end, exactly one outcome each at the other.

accept → admit → triage → understand → group → rank → answer → publish. Comments are in the
journal before they come here, outcomes are in the ledger before anything is shown, and both are
one database: an engine that dies at any point is replaced by a new one that takes up whatever
has no outcome. A room is shown an answer at most once, which is why publishing comes last. A
part that ends by a fault ends the engine (`ended`), and the registry starts another.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.embedding.text import normalise
from shop import rooms
from shop.database import Database
from shop.rooms import Accepted, Comment, Incoming
from web.gateway import Gateway
from web.rooms.admission import Admission
from web.rooms.answering import Answering
from web.rooms.arrivals import Arrivals
from web.rooms.audience import Audience
from web.rooms.board import Board
from web.rooms.deciding import Deciding
from web.rooms.grouping import Asker, intent_of, understand
from web.rooms.hostview import HostView
from web.rooms.ledger import Ledger, unfenced
from web.rooms.links import Links
from web.rooms.news import News
from web.rooms.own import OwnIntents
from web.rooms.patience import Patience
from web.rooms.proactive.announcer import Announcer
from web.rooms.reasons import INTENT_DROPS, INTEREST, UNKNOWN_INTENT
from web.rooms.recovery import Waiting
from web.rooms.signals import Base, Nobody, Signals
from web.rooms.tally import Tally
from web.rooms.tenure import Tenure
from web.rooms.triage import Judgement, Sorter
from web.rooms.understanding import Parse, Understanding

logger = logging.getLogger(__name__)
# Rasa is one process and does one thing at a time. One batch of texts at once, so that an answer
# waits for no more than that; and several answers between two batches, some of them thought of
# while others are acted on.
PARSERS, ANSWERERS = 1, 6
TICK_SECONDS = 0.5
# How often comments that a fault left without an outcome are looked for.
SWEEP_SECONDS = 10.0
_ANSWERS_BACK = frozenset({"affirm", "deny"})


@dataclass(frozen=True, slots=True)
class Tools:
    """What an engine works with; `wait_seconds` is how long a question waits for Rasa."""

    database: Database
    gateway: Gateway
    sorter: Sorter
    rate: float
    propensity: Base
    wait_seconds: float = 120.0


# The propensity of viewers of whom nothing is known.
nobody_in_particular: Base = Nobody()


class Engine:
    """Runs between `start` and `stop`, on one event loop; one engine a room, by its tenure.

    `behind`: the journal holds open comments from before.
    """

    def __init__(
        self,
        room: str,
        tools: Tools,
        *,
        on_air: str | None = None,
        counts: Mapping[str, int] | None = None,
        tenure: Tenure | None = None,
        behind: bool = False,
    ) -> None:
        self.room, self.on_air = room, on_air
        self.ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        self.overlay, self.host = Audience(), Audience()
        self.tally, self.news = Tally(counts or {}), News()
        self._tools, self._tenure = tools, tenure
        self._fence = tenure.fence if tenure is not None else unfenced
        self._arrivals = Arrivals(tools.database, room, behind=behind)
        self._patience = Patience(tools.wait_seconds)
        self._admission, self._links = Admission(), Links(tools.database)
        self._own = OwnIntents(tools.database)
        self.signals = Signals(tools.propensity)
        self._ledger = Ledger(tools.database, room, self._fence, self.signals)
        self._deciding = Deciding(self._ledger, self.tally, self.news, self._arrivals.done)
        self.board = Board(self.overlay, tools.rate, self._now_on_air)
        self._understanding = Understanding(
            tools.gateway, self._patience, self._understood, self._not_understood,
            self._deciding.shed, self._pressed,
        )  # fmt: skip
        self._answering = Answering(
            room, tools.gateway, self._patience, self._deciding, self.board,
            self._now_on_air, self.signals,
        )  # fmt: skip
        self.announcer = Announcer(
            room, tools.database, tools.gateway, self.board, self.host, self._now_on_air
        )
        self._view = HostView(room, tools.database, self.tally, self.signals, self._now_on_air)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work."""
        workers: list[Coroutine[Any, Any, None]] = [
            self._ledger.run(),
            self.board.run(),
            self.announcer.run(),
            self._sort(),
            self._tick(),
            self._sweep(),
            *(self._understanding.work() for _ in range(PARSERS)),
            *(self._answering.work() for _ in range(ANSWERERS)),
        ]
        if self._tenure is not None:
            workers.append(self._tenure.run())
        self._tasks = [asyncio.create_task(work) for work in workers]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Stop at once; what is undecided stays in the journal."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.overlay.close()
        self.host.close()
        if self._tenure is not None:
            await asyncio.to_thread(self._tenure.give_up)

    def journal(self, comments: Sequence[Incoming]) -> Accepted:
        """Write comments to the journal, for `accept`; waits for the disk.

        Raises LeaseLost when the room is another engine's: it would not hear of them.
        """
        with self._tools.database.begin() as session:
            self._fence(session)
            return rooms.accept(session, self.room, comments)

    def accept(self, comments: Sequence[Comment]) -> None:
        """Take journalled comments on, with the product that is on air as they come in."""
        self.take([(comment, self.on_air) for comment in comments])
        self.tally.accepted += len(comments)

    def take(self, comments: Sequence[Waiting]) -> None:
        """Take comments on, each with the product that was on air for it."""
        self._arrivals.put(comments)

    def look(self) -> None:
        """Something may be in the journal that was not given to `accept`."""
        self._arrivals.look()

    def end(self, error: BaseException) -> None:
        """This engine can go on no longer."""
        if not self.ended.done():
            self.ended.set_result(error)

    def closed(self, item_pk: int) -> None:
        """The host has closed an item."""
        self._answering.closed(item_pk)

    def _now_on_air(self) -> str | None:
        return self.on_air

    def _pressed(self) -> bool:
        return self._answering.waiting > 0

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.end(error)

    async def _sort(self) -> None:
        while True:
            try:
                batch = await self._arrivals.batch()
            except Exception:
                logger.exception("room=%s the journal was not read", self.room)
                await asyncio.sleep(TICK_SECONDS)
                continue
            try:
                await self._sort_batch(batch)
            except Exception:
                # Still open in the journal, from where they are taken up again.
                logger.exception("room=%s a batch was not sorted", self.room)
                self._arrivals.done(comment for comment, _ in batch)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                found = await self._arrivals.sweep(settled=self._ledger.settled)
            except Exception:
                logger.exception("room=%s the journal was not swept", self.room)
                continue
            if found:
                logger.error("room=%s %d comments lay open and are taken up", self.room, found)

    async def _sort_batch(self, batch: Sequence[Waiting]) -> None:
        admitted, dropped = self._admit(batch)
        judged = await self._judge(admitted)
        dropped += [(asker, _triage_reason(j)) for asker, j in judged if not self._passes(asker, j)]
        self._deciding.drop(dropped)
        self.announcer.heard([asker.comment for asker, j in judged if j.kind != "spam"])
        for asker, judgement in judged:
            if judgement.kind == "buying":
                self.signals.wants(asker.comment)
            if self._passes(asker, judgement):
                asker.probability, asker.sure = judgement.probability, judgement.sure
                await self._understanding.offer(asker)

    def _admit(self, batch: Sequence[Waiting]) -> tuple[list[Asker], list[tuple[Asker, str]]]:
        now = time.monotonic()
        admitted: list[Asker] = []
        dropped: list[tuple[Asker, str]] = []
        for comment, on_air in batch:
            asker = Asker(comment, normalise(comment.text[:1000]), on_air, now)
            # One that is taken up again after a fault does not repeat itself.
            admission = Admission() if self._arrivals.again(comment) else self._admission
            try:
                reason = admission.refuse(comment, now)
            except Exception:
                # One comment that trips us must not take along those that came with it.
                logger.exception("room=%s comment %d was not admitted", self.room, comment.pk)
                reason = "internal"
            if reason is not None:
                dropped.append((asker, reason))
            else:
                admitted.append(asker)
        return admitted, dropped

    async def _judge(self, askers: Sequence[Asker]) -> list[tuple[Asker, Judgement]]:
        if not askers:
            return []
        texts = [asker.comment.text for asker in askers]
        keys = [asker.text for asker in askers]
        judged = await asyncio.to_thread(self._tools.sorter.judge, texts, keys)
        return list(zip(askers, judged, strict=True))

    def _passes(self, asker: Asker, judgement: Judgement) -> bool:
        return judgement.kind == "question" or self._answering.expects(asker.comment.viewer)

    async def _understood(self, asker: Asker, parse: Parse) -> None:
        links = await self._links.of(parse)
        like = await self._own.like(intent_of(parse))
        question = understand(parse, asker.text, asker.on_air, links.get, like)
        reason = self._not_for_the_room(question.kind, asker)
        if reason in INTEREST:
            self.signals.wants(asker.comment)
        self.signals.asks(asker.comment, question.kind)
        if reason is not None:
            self._deciding.drop([(asker, reason)])
        else:
            await self._answering.join(asker, question, parse)

    def _not_for_the_room(self, intent: str, asker: Asker) -> str | None:
        expected = self._answering.expects(asker.comment.viewer)
        if intent in (UNKNOWN_INTENT, "inform") and not (asker.sure or expected):
            return "unclear"
        if intent in _ANSWERS_BACK and expected:
            return None
        return INTENT_DROPS.get(intent)

    async def _not_understood(self, askers: Sequence[Asker], reason: str) -> None:
        sku = askers[0].on_air
        await self._deciding.hand_over(askers, reason, UNKNOWN_INTENT, sku)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            outcomes = self.news.take()
            if not len(self.host):
                self._view.forget()
                continue
            try:
                for message in (*outcomes, *await self._view.changes()):
                    self.host.send(message)
            except Exception:
                logger.exception("room=%s the host was not told", self.room)

    async def state(self) -> list[dict[str, Any]]:
        """All that the host sees, as the messages that a page starts from."""
        return await self._view.state()


def _triage_reason(judgement: Judgement) -> str:
    return "buying_signal" if judgement.kind == "buying" else judgement.kind
