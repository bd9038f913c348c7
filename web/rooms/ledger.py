"""The ledger: every decision written once, in batches, in one thread; never lost to a fault.

An answer, the outcomes of all who asked, and the host's item are one transaction. A decision
whose comments all have their outcome already changes nothing: then somebody else (an engine
before a restart) has answered, and the room must not hear it twice. And each transaction begins
with the fence: an engine that lost its room to another writes nothing more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shop import handoff, inbox, rooms
from shop.database import Database, DatabaseBusy
from shop.room_lease import LeaseLost
from shop.rooms import Answer, Comment, Outcome
from web.rooms.reasons import UNKNOWN_INTENT

logger = logging.getLogger(__name__)
# Large enough to swallow a flood of chatter, small enough that no other writer starves.
BATCH = 500
_RETRY_SECONDS = 1.0
_TRANSIENT = (OperationalError, DatabaseBusy)


@dataclass(frozen=True, slots=True)
class Decided:
    """How one comment ends."""

    comment: Comment
    kind: str
    reason: str
    propensity: float = 0.0  # set by the ledger for what goes to the inbox


@dataclass(frozen=True, slots=True)
class HostItem:
    """A question for the host."""

    viewer: str
    intent: str
    text: str
    sku: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcomes that belong together, with the answer they share (new, or by its number)."""

    outcomes: tuple[Decided, ...]
    answer: Answer | None = None
    answer_pk: int | None = None
    item: HostItem | None = None

    @property
    def plain(self) -> bool:
        """Whether it is outcomes alone: many of those are written as one."""
        return self.answer is None and self.item is None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a decision: numbers, and how many comments it decided (0: none was open)."""

    decided: int
    answer_pk: int | None = None
    item_pk: int | None = None


class _Superseded(Exception):
    """All comments of the decision have their outcome: roll back what it brought."""


def unfenced(session: Session) -> None:
    """The fence of an engine that has the database to itself."""


class Ledger:
    """Takes decisions from any task of the event loop; `run` writes them."""

    def __init__(
        self,
        database: Database,
        room: str,
        fence: Callable[[Session], None] = unfenced,
        propensity: Callable[[str], float] = lambda _: 0.0,
    ) -> None:
        self._database, self._room = database, room
        self._fence, self._propensity = fence, propensity
        self._waiting: list[tuple[Decision, asyncio.Future[Written]]] = []
        self._wake = asyncio.Event()

    @property
    def settled(self) -> bool:
        """Whether all decisions are on disk."""
        return not self._waiting

    def submit(self, decision: Decision) -> asyncio.Future[Written]:
        """Queue a decision; the future is done when it is on disk."""
        future: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._judged(decision), future))
        self._wake.set()
        return future

    def _judged(self, decision: Decision) -> Decision:
        """With the propensity of those whose question the inbox will rank; asked on the loop."""
        if decision.item is None:
            return decision
        outcomes = (
            replace(one, propensity=self._propensity(one.comment.viewer))
            for one in decision.outcomes
        )
        return replace(decision, outcomes=tuple(outcomes))

    async def run(self) -> None:
        """Write until cancelled; ends with LeaseLost."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = self._waiting[:BATCH]
                await self._write_out(batch)
                del self._waiting[: len(batch)]

    async def _write_out(self, batch: list[tuple[Decision, asyncio.Future[Written]]]) -> None:
        decisions = [decision for decision, _ in batch]
        while True:
            try:
                results = await asyncio.to_thread(self._write, decisions)
                break
            except _TRANSIENT as error:
                # Disk full, database locked: the comments are journalled, the answer can wait.
                logger.error("room=%s ledger not written, trying again: %s", self._room, error)
                await asyncio.sleep(_RETRY_SECONDS)
            except LeaseLost:
                raise
            except Exception as error:
                if len(batch) > 1:
                    # One decision is bad; it must not take the others with it.
                    for one in batch:
                        await self._write_out([one])
                    return
                _settle(batch[0][1], error)
                return
        for (_, future), written in zip(batch, results, strict=True):
            _settle(future, written)

    def _write(self, decisions: Sequence[Decision]) -> list[Written]:
        with self._database.begin() as session:
            self._fence(session)
            plain = _write_plain(session, [one for one in decisions if one.plain])
            return [
                plain.pop(0) if decision.plain else self._write_one(session, decision)
                for decision in decisions
            ]

    def _write_one(self, session: Session, decision: Decision) -> Written:
        now = datetime.now(UTC)
        try:
            with session.begin_nested():
                pk, item = decision.answer_pk, decision.item
                if decision.answer is not None:
                    pk = rooms.save_answer(session, decision.answer)
                outcomes = [
                    Outcome(one.comment.pk, one.kind, one.reason, pk, now)
                    for one in decision.outcomes
                ]
                decided = len(rooms.record(session, outcomes))
                if not decided:
                    raise _Superseded
                item_pk = None if item is None else self._open(session, item)
                if item is not None:
                    self._to_inbox(session, item, decision.outcomes)
        except _Superseded:
            return Written(0)
        return Written(decided, pk, item_pk)

    def _open(self, session: Session, item: HostItem) -> int:
        return handoff.open_item(
            session, self._room, item.viewer, item.intent, item.text, item.sku, item.reason
        )

    def _to_inbox(self, session: Session, item: HostItem, outcomes: Sequence[Decided]) -> None:
        """What the host has to answer now, the owner may teach for the next time: one a comment."""
        reason = inbox.UNKNOWN if item.intent == UNKNOWN_INTENT else inbox.HANDED_OVER
        for one in outcomes:
            inbox.record(
                session,
                one.comment.text,
                reason,
                one.comment.viewer,
                room=self._room,
                intent=item.intent,
                sku=item.sku,
                propensity=one.propensity,
            )


def _write_plain(session: Session, decisions: Sequence[Decision]) -> list[Written]:
    now = datetime.now(UTC)
    outcomes = [
        Outcome(one.comment.pk, one.kind, one.reason, decision.answer_pk, now)
        for decision in decisions
        for one in decision.outcomes
    ]
    open_until_now = rooms.record(session, outcomes)
    results = []
    for decision in decisions:
        own = {one.comment.pk for one in decision.outcomes} & open_until_now
        open_until_now -= own
        results.append(Written(len(own), decision.answer_pk))
    return results


def _settle(future: asyncio.Future[Written], result: Written | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
