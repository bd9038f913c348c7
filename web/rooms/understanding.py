"""Understand: every distinct text is parsed by Rasa once, however many say it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.chat import clean
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.rooms.grouping import Asker
from web.rooms.patience import Patience

logger = logging.getLogger(__name__)
Parse = Mapping[str, Any]
# An FAQ taught in the middle of the show is found by everyone who asks after this many seconds.
REMEMBER_SECONDS = 60.0
_REMEMBERED = 5000
ATTEMPTS = 3
_PAUSE = 0.25
# Ten seconds of waiting weigh as much as the whole range of probability.
_AGE_WEIGHT = 0.1


@dataclass(slots=True)
class Job:
    """One distinct text, and all who wait for its meaning."""

    text: str
    askers: list[Asker] = field(default_factory=list)


class Understanding:
    """Hands each asker on with the parse of their text, likely questions first."""

    def __init__(
        self,
        gateway: Gateway,
        patience: Patience,
        understood: Callable[[Asker, Parse], Awaitable[None]],
        given_up: Callable[[Sequence[Asker], str], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway, self._patience, self._clock = gateway, patience, clock
        self._understood, self._given_up = understood, given_up
        self._queue: asyncio.PriorityQueue[tuple[float, int, str]] = asyncio.PriorityQueue()
        self._jobs: dict[str, Job] = {}
        self._known: OrderedDict[str, tuple[float, Parse]] = OrderedDict()
        self._order = itertools.count()

    async def offer(self, asker: Asker) -> None:
        """Take an asker on."""
        known = self._recall(asker.text)
        if known is not None:
            await self._hand_on(asker, known)
            return
        job = self._jobs.get(asker.text)
        if job is None:
            job = self._jobs[asker.text] = Job(clean(asker.comment.text))
            priority = asker.asked_at * _AGE_WEIGHT - asker.probability
            self._queue.put_nowait((priority, next(self._order), asker.text))
        job.askers.append(asker)

    async def work(self) -> None:
        """Parse until cancelled; several may work side by side."""
        while True:
            _, _, text = await self._queue.get()
            try:
                await self._parse(text)
            except Exception:
                logger.exception("understanding failed")
                await self._give_up(text, "internal")

    async def _parse(self, text: str) -> None:
        parse, reason = await self._ask(self._jobs[text])
        if parse is None:
            await self._give_up(text, reason)
            return
        self._known[text] = (self._clock(), parse)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        for asker in self._jobs.pop(text).askers:
            await self._hand_on(asker, parse)

    async def _hand_on(self, asker: Asker, parse: Parse) -> None:
        try:
            await self._understood(asker, parse)
        except Exception:
            # One comment that trips us must not take along those who come after it.
            logger.exception("a comment was understood and then not handled")
            await self._given_up([asker], "internal")

    async def _ask(self, job: Job) -> tuple[Parse | None, str]:
        failures = 0
        while failures < ATTEMPTS:
            now = self._clock()
            if self._patience.exhausted(job.askers[0].asked_at, now):
                return None, "assistant_down"
            try:
                parse = await self._gateway.parse(job.text, {"channel": "room"})
            except AssistantUnavailable:
                await asyncio.sleep(self._patience.failed(now))
            except AssistantFailed as error:
                failures += 1
                logger.warning("parse failed (%d): %s", failures, error)
                await asyncio.sleep(_PAUSE)
            else:
                self._patience.succeeded()
                return parse, ""
        return None, "assistant_failed"

    async def _give_up(self, text: str, reason: str) -> None:
        job = self._jobs.pop(text, None)
        if job is not None and job.askers:
            await self._given_up(job.askers, reason)

    def _recall(self, text: str) -> Parse | None:
        at, parse = self._known.get(text, (0.0, None))
        if parse is None or self._clock() - at > REMEMBER_SECONDS:
            return None
        return parse
