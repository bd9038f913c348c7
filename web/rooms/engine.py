"""The engine of one room: comments in at one end, exactly one outcome each at the other.

accept → admit → triage → understand → group → rank → answer → publish. Comments are in the
journal before they come here, outcomes are in the ledger before anything is shown, and both are
one database: an engine that dies at any point is replaced by a new one that takes up whatever
has no outcome. A room is shown an answer at most once, which is why publishing comes last.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.embedding.text import normalise
from shop import handoff
from shop.database import Database
from shop.rooms import Comment
from web.gateway import Gateway
from web.rooms.admission import Admission
from web.rooms.answering import Answering, Propensity
from web.rooms.audience import Audience
from web.rooms.board import Board
from web.rooms.deciding import Deciding
from web.rooms.grouping import Asker, intent_of, understand
from web.rooms.ledger import Ledger
from web.rooms.links import Links
from web.rooms.news import News
from web.rooms.own import OwnIntents
from web.rooms.patience import Patience
from web.rooms.proactive.announcer import Announcer
from web.rooms.reasons import INTENT_DROPS, UNKNOWN_INTENT
from web.rooms.tally import Tally
from web.rooms.triage import Judgement, Sorter
from web.rooms.understanding import Parse, Understanding

logger = logging.getLogger(__name__)
# Rasa is one process: two of each keep it busy without a queue inside it.
PARSERS, ANSWERERS = 2, 2
# Sorted at once: enough to make a batch worth it, few enough to leave the loop to others.
SORTED_AT_ONCE = 500
TICK_SECONDS = 0.5
_ANSWERS_BACK = frozenset({"affirm", "deny"})


@dataclass(frozen=True, slots=True)
class Tools:
    """What an engine works with; `wait_seconds` is how long a question waits for Rasa."""

    database: Database
    gateway: Gateway
    sorter: Sorter
    rate: float
    propensity: Propensity
    wait_seconds: float = 120.0


def nobody_in_particular(viewer: str) -> float:
    """The propensity of viewers of whom nothing is known."""
    return 0.0


class Engine:
    """Runs between `start` and `stop`, on one event loop."""

    def __init__(
        self,
        room: str,
        tools: Tools,
        *,
        on_air: str | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.room, self.on_air = room, on_air
        self.overlay, self.host = Audience(), Audience()
        self.tally, self.news = Tally(counts or {}), News()
        self._tools = tools
        self._patience = Patience(tools.wait_seconds)
        self._admission, self._links = Admission(), Links(tools.database)
        self._own = OwnIntents(tools.database)
        self._ledger = Ledger(tools.database, room)
        self._deciding = Deciding(self._ledger, self.tally, self.news)
        self.board = Board(self.overlay, tools.rate, self._now_on_air)
        self._understanding = Understanding(
            tools.gateway, self._patience, self._understood, self._not_understood
        )
        self._answering = Answering(
            room, tools.gateway, self._patience, self._deciding, self.board,
            self._now_on_air, tools.propensity,
        )  # fmt: skip
        self.announcer = Announcer(
            room, tools.database, tools.gateway, self.board, self.host, self._now_on_air
        )
        self._inbox: deque[tuple[Comment, str | None]] = deque()
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._told: dict[str, Any] = {}

    def start(self) -> None:
        """Begin to work."""
        workers: list[Coroutine[Any, Any, None]] = [
            self._ledger.run(),
            self.board.run(),
            self.announcer.run(),
            self._sort(),
            self._tick(),
            *(self._understanding.work() for _ in range(PARSERS)),
            *(self._answering.work() for _ in range(ANSWERERS)),
        ]
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

    def accept(self, comments: Sequence[Comment], *, recovered: bool = False) -> None:
        """Take journalled comments on, with the product that is on air as they come in."""
        self.take([(comment, self.on_air) for comment in comments])
        if not recovered:
            self.tally.accepted += len(comments)

    def take(self, comments: Sequence[tuple[Comment, str | None]]) -> None:
        """Take comments on, each with the product that was on air for it."""
        self._inbox.extend(comments)
        self._arrived.set()

    def closed(self, item_pk: int) -> None:
        """The host has closed an item."""
        self._answering.closed(item_pk)

    def _now_on_air(self) -> str | None:
        return self.on_air

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.critical("room=%s a part of the engine ended", self.room, exc_info=error)

    async def _sort(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._inbox:
                count = min(SORTED_AT_ONCE, len(self._inbox))
                batch = [self._inbox.popleft() for _ in range(count)]
                try:
                    await self._sort_batch(batch)
                except Exception:
                    # Not decided, so still open in the journal: the next start takes them up.
                    logger.exception("room=%s a batch was not sorted", self.room)

    async def _sort_batch(self, batch: Sequence[tuple[Comment, str | None]]) -> None:
        now = time.monotonic()
        dropped: list[tuple[Asker, str]] = []
        admitted: list[Asker] = []
        for comment, on_air in batch:
            asker = Asker(comment, normalise(comment.text[:1000]), on_air, now)
            reason = self._admission.refuse(comment, now)
            if reason is not None:
                dropped.append((asker, reason))
            else:
                admitted.append(asker)
        judged = await self._judge(admitted)
        dropped += [(asker, _triage_reason(j)) for asker, j in judged if not self._passes(asker, j)]
        self._deciding.drop(dropped)
        self.announcer.heard([asker.comment for asker, j in judged if j.kind != "spam"])
        for asker, judgement in judged:
            if self._passes(asker, judgement):
                asker.probability, asker.sure = judgement.probability, judgement.sure
                await self._understanding.offer(asker)

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
                self._told = {}
                continue
            try:
                for message in (*outcomes, *await self._changes()):
                    self.host.send(message)
            except Exception:
                logger.exception("room=%s the host was not told", self.room)

    async def state(self) -> list[dict[str, Any]]:
        """The counts and the host's items, as the messages that a page starts from."""
        items = await asyncio.to_thread(self._open_items)
        return [self.tally.counts(self.on_air), self.tally.prompt(items)]

    async def _changes(self) -> list[dict[str, Any]]:
        state = {str(message["type"]): message for message in await self.state()}
        changed = [message for kind, message in state.items() if self._told.get(kind) != message]
        self._told = state
        return changed

    def _open_items(self) -> list[handoff.Item]:
        with self._tools.database.read() as session:
            return handoff.open_items(session, self.room)


def _triage_reason(judgement: Judgement) -> str:
    return "buying_signal" if judgement.kind == "buying" else judgement.kind
