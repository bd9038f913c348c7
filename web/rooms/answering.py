"""Answer: one representative of each group through Rasa, best group first, all askers named."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shop.names import ANSWERED, HANDED_OVER, MERGED
from shop.rooms import Answer
from web.chat import clean
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway, GatewayReply
from web.rooms import overload, ranking
from web.rooms.board import Board, Notice
from web.rooms.deciding import Deciding
from web.rooms.grouping import Asker, Group, Key, Question, key_of, shown_once
from web.rooms.ledger import Decided, Decision, HostItem, Written
from web.rooms.naming import display_name
from web.rooms.patience import Patience
from web.rooms.publishing import Publication, compose, words
from web.rooms.reasons import COMPLIANCE, UNKNOWN_INTENT, UNKNOWN_QUESTION
from web.rooms.understanding import ATTEMPTS, Parse

logger = logging.getLogger(__name__)
# Whoever asks what was answered this many seconds ago has the answer.
MERGE_SECONDS = 60.0
# Whoever was asked back (身高体重多少) is expected to say something short within this time.
_EXPECTED_SECONDS = 120.0
_PAUSE = 0.25
# A group's likeliest buyer is looked for again after this time.
_JUDGED_SECONDS = 1.0
Propensity = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Recent:
    """How a group ended a moment ago; `at` in seconds of the clock."""

    at: float
    kind: str
    reason: str
    answer_pk: int | None
    item_pk: int | None


class Answering:
    """Holds the groups of one room until each has its answer."""

    def __init__(
        self,
        room: str,
        gateway: Gateway,
        patience: Patience,
        deciding: Deciding,
        board: Board,
        on_air: Callable[[], str | None],
        propensity: Propensity,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room, self._gateway, self._patience = room, gateway, patience
        self._deciding, self._board = deciding, board
        self._on_air, self._propensity, self._clock = on_air, propensity, clock
        self._waiting: dict[Key, Group] = {}
        self._answering: dict[Key, Group] = {}
        self._recent: OrderedDict[Key, Recent] = OrderedDict()
        self._asked_back: OrderedDict[str, float] = OrderedDict()
        self._wake = asyncio.Semaphore(0)

    @property
    def waiting(self) -> int:
        """Groups that nobody works on yet."""
        return len(self._waiting)

    @property
    def _crowded(self) -> bool:
        return len(self._waiting) >= overload.CROWDED

    def expects(self, viewer: str) -> bool:
        """Whether this viewer was asked back and may answer in half a sentence."""
        return self._clock() - self._asked_back.get(viewer, -_EXPECTED_SECONDS) < _EXPECTED_SECONDS

    async def join(self, asker: Asker, question: Question, parse: Parse) -> None:
        """Into a group that was just answered, is being answered, or waits; else a new one."""
        key = key_of(question, asker.comment.viewer, crowded=self._crowded)
        recent = self._recall(key)
        group = self._answering.get(key) or self._waiting.get(key)
        if recent is not None:
            self._merge([asker], recent)
        elif group is not None:
            group.askers.append(asker)
        else:
            self._waiting[key] = Group(key, parse, asker.on_air, [asker])
            self._shed_excess()
            self._wake.release()

    def closed(self, item_pk: int) -> None:
        """The host is done with an item: who asks from now on needs a new one."""
        for key in [key for key, recent in self._recent.items() if recent.item_pk == item_pk]:
            del self._recent[key]

    async def work(self) -> None:
        """Answer until cancelled; several may work side by side."""
        while True:
            await self._wake.acquire()
            group = self._best()
            if group is None:
                continue
            self._answering[group.key] = group
            try:
                await self._answer(group)
            except Exception:
                logger.exception("room=%s answering failed", self._room)
                await self._rescue(group)

    def _best(self) -> Group | None:
        """The highest-ranked group, no longer among those that wait; None where all were shed."""
        now = self._clock()
        while self._waiting:
            group = max(self._waiting.values(), key=lambda group: self.score(group, now))
            del self._waiting[group.key]
            late, group.askers = overload.overdue(group.askers, now)
            self._deciding.shed(late)
            if group.askers:
                return group
        return None

    def _shed_excess(self) -> None:
        now = self._clock()
        waiting = self._waiting.values()
        for group in overload.excess(
            waiting, overload.MOST_GROUPS, lambda group: (self.score(group, now),)
        ):
            del self._waiting[group.key]
            self._deciding.shed(group.askers)

    def score(self, group: Group, now: float) -> float:
        """The rank of a group: web.rooms.ranking."""
        question = group.key.question
        return ranking.score(
            askers=len(group.askers),
            propensity=self._buying_minded(group, now),
            waited=now - group.first.asked_at,
            on_air=question.sku is not None and question.sku == self._on_air(),
            intent=question.intent,
        )

    def _buying_minded(self, group: Group, now: float) -> float:
        # Every waiting group is scored for each answer; its viewers need not be, as often.
        if now - group.judged_at >= _JUDGED_SECONDS:
            group.propensity, group.judged_at = self._likeliest(group.askers), now
        return group.propensity

    def _likeliest(self, askers: Sequence[Asker]) -> float:
        return max((self._propensity(a.comment.viewer) for a in askers[:20]), default=0.0)

    async def _answer(self, group: Group) -> None:
        if self._crowded and group.key.question.kind == UNKNOWN_INTENT:
            # All that Rasa would say is that the host will: not while others wait for an answer.
            await self._give_up(group, UNKNOWN_QUESTION)
            return
        while group.attempts < ATTEMPTS:
            now = self._clock()
            if self._patience.exhausted(group.first.asked_at, now):
                await self._give_up(group, "assistant_down")
                return
            try:
                reply = await self._ask(group)
            except AssistantUnavailable:
                await asyncio.sleep(self._patience.failed(now))
            except AssistantFailed as error:
                group.attempts += 1
                logger.warning("room=%s no answer (%d): %s", self._room, group.attempts, error)
                await asyncio.sleep(_PAUSE)
            else:
                self._patience.succeeded()
                await self._settle(group, reply)
                return
        await self._give_up(group, "assistant_failed")

    async def _ask(self, group: Group) -> GatewayReply:
        comment = group.first.comment
        metadata = {
            "viewer": comment.viewer,
            "channel": "room",
            "room": self._room,
            "on_air": group.on_air,
            "page_sku": None,
        }
        sender = f"room.{comment.viewer}"
        return await self._gateway.message(sender, clean(comment.text), metadata, group.parse)

    async def _settle(self, group: Group, reply: GatewayReply) -> None:
        publication = compose(reply.replies)
        decision = _decision(self._room, group.key.question, group.askers, publication, reply)
        askers, group.askers = group.askers, []
        if reply.meta.get("source") == "form":
            self._expect(askers)
        try:
            written = await self._deciding.decide(decision)
        except Exception:
            group.askers[:0] = askers
            raise
        recent = self._finish(group, decision.outcomes[0], written)
        if recent is not None and publication.public and written.answer_pk is not None:
            self._post(group.key.question, askers, publication, written.answer_pk)
        await self._late(group, recent)

    async def _give_up(self, group: Group, reason: str) -> None:
        askers, group.askers = group.askers, []
        if not askers:
            self._answering.pop(group.key, None)
            return
        question = group.key.question
        written = await self._deciding.hand_over(askers, reason, question.intent, question.sku)
        outcome = Decided(askers[0].comment, HANDED_OVER, reason)
        await self._late(group, self._finish(group, outcome, written))

    async def _rescue(self, group: Group) -> None:
        try:
            await self._give_up(group, "internal")
        except Exception:
            # Not decided, so still open in the journal, from where they are taken up again.
            logger.exception("room=%s comments stay open", self._room)
            self._answering.pop(group.key, None)

    def _finish(self, group: Group, outcome: Decided, written: Written) -> Recent | None:
        # No await between this and _late taking the askers that came meanwhile: none is lost.
        self._answering.pop(group.key, None)
        if not written.decided:
            return None
        recent = Recent(
            self._clock(), outcome.kind, outcome.reason, written.answer_pk, written.item_pk
        )
        self._recent[group.key] = recent
        self._recent.move_to_end(group.key)
        return recent

    async def _late(self, group: Group, recent: Recent | None) -> None:
        late, group.askers = group.askers, []
        if late and recent is not None:
            self._merge(late, recent)
            return
        # The answer was given before a restart and is not known here: they get one of their own.
        for asker in late:
            try:
                await self.join(asker, group.key.question, group.parse)
            except Exception:
                # Still open in the journal, from where it is taken up again.
                logger.exception("room=%s a comment stays open", self._room)

    def _merge(self, askers: Sequence[Asker], recent: Recent) -> None:
        answered = recent.kind == ANSWERED
        kind, reason = (MERGED, "recent") if answered else (recent.kind, recent.reason)
        outcomes = tuple(Decided(asker.comment, kind, reason) for asker in askers)

        def tell() -> None:
            if recent.answer_pk is not None:
                self._board.also(recent.answer_pk, [display_name(a.comment) for a in askers])
            if recent.item_pk is not None:
                self._deciding.also_asked(recent.item_pk, askers)

        self._deciding.follow(Decision(outcomes, answer_pk=recent.answer_pk), tell)

    def _post(
        self, question: Question, askers: Sequence[Asker], publication: Publication, number: int
    ) -> None:
        notice = Notice(
            number=number,
            about=shown_once(question),
            text=publication.text,
            blocks=publication.blocks,
            names=[display_name(asker.comment) for asker in askers],
            count=len(askers),
            posted_at=self._clock(),
            propensity=self._likeliest(askers),
        )
        self._board.post(notice)

    def _expect(self, askers: Sequence[Asker]) -> None:
        now = self._clock()
        for asker in askers:
            self._asked_back[asker.comment.viewer] = now
            self._asked_back.move_to_end(asker.comment.viewer)
        _forget(self._asked_back, lambda at: now - at < _EXPECTED_SECONDS)

    def _recall(self, key: Key) -> Recent | None:
        now = self._clock()
        _forget(self._recent, lambda recent: now - recent.at < MERGE_SECONDS)
        return self._recent.get(key)


def _forget(remembered: OrderedDict[Any, Any], fresh: Callable[[Any], bool]) -> None:
    """Drop entries from the old end until one is fresh."""
    while remembered and not fresh(next(iter(remembered.values()))):
        remembered.popitem(last=False)


def _decision(
    room: str,
    question: Question,
    askers: Sequence[Asker],
    publication: Publication,
    reply: GatewayReply,
) -> Decision:
    first = askers[0].comment
    handed = COMPLIANCE + publication.held if publication.held else publication.handoff
    if handed:
        kind, reason, others, why = HANDED_OVER, handed, HANDED_OVER, handed
    else:
        reason = "public" if publication.public else "private"
        kind, others, why = ANSWERED, MERGED, "same_question"
    answer = Answer(
        room=room,
        intent=str(reply.meta.get("intent") or question.intent),
        question_text=first.text,
        sku=question.sku,
        text=publication.text or "\n".join(words(reply.replies)),
        blocks_json=reply.replies,
        public=publication.public,
        at=datetime.now(UTC),
    )
    item = HostItem(first.viewer, question.intent, first.text, question.sku, handed or "")
    rest = tuple(Decided(asker.comment, others, why) for asker in askers[1:])
    outcomes = (Decided(first, kind, reason), *rest)
    return Decision(outcomes, answer=answer, item=item if handed else None)
