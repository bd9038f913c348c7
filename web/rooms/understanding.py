"""Understand: every distinct text is parsed by Rasa once, however many say it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from web.chat import clean
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.rooms import overload
from web.rooms.backlog import Backlog, Job
from web.rooms.grouping import Asker
from web.rooms.patience import Patience

logger = logging.getLogger(__name__)
Parse = Mapping[str, Any]
# An FAQ taught in the middle of the show is found by everyone who asks after this many seconds.
REMEMBER_SECONDS = 60.0
_REMEMBERED = 5000
ATTEMPTS = 3
# Parsed in one go: three times as many a second as one by one, and no longer than an answer takes.
AT_ONCE = 16
# While questions wait for their answer: these wait for the batch that is in Rasa, too, and of two
# answers for each sixteen texts there came nine a second.
AT_ONCE_PRESSED = 4
_PAUSE = 0.25


class Understanding:
    """Hands each asker on with the parse of their text, likely questions first.

    `shed` is told of those who are given up because too many wait, or for too long. While
    `pressed`, since questions wait for their answer, what triage is not sure of is left for
    later: Rasa does one thing at a time.
    """

    def __init__(
        self,
        gateway: Gateway,
        patience: Patience,
        understood: Callable[[Asker, Parse], Awaitable[None]],
        given_up: Callable[[Sequence[Asker], str], Awaitable[None]],
        shed: Callable[[Sequence[Asker]], None],
        pressed: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway, self._patience, self._clock = gateway, patience, clock
        self._understood, self._given_up, self._shed = understood, given_up, shed
        self._pressed = pressed
        # Every text whose meaning is not known yet: those that wait, and those being parsed.
        self._jobs: dict[str, Job] = {}
        self._backlog = Backlog()
        self._known: OrderedDict[str, tuple[float, Parse]] = OrderedDict()

    async def offer(self, asker: Asker) -> None:
        """Take an asker on."""
        known = self._recall(asker.text)
        if known is not None:
            await self._hand_on(asker, known)
            return
        job = self._jobs.get(asker.text)
        if job is not None:
            job.askers.append(asker)
            self._backlog.again(job)
            return
        job = self._jobs[asker.text] = Job(asker.text, clean(asker.comment.text), [asker])
        for given_up in self._backlog.add(job):
            del self._jobs[given_up.key]
            self._shed(given_up.askers)

    async def work(self) -> None:
        """Parse until cancelled; several may work side by side."""
        while True:
            most = AT_ONCE_PRESSED if self._pressed() else AT_ONCE
            found = await self._backlog.next(most, self._pressed)
            jobs = [job for job in found if self._awaited(job)]
            try:
                await self._parse(jobs)
            except Exception:
                logger.exception("understanding failed")
                for job in jobs:
                    await self._give_up(job, "internal")

    def _awaited(self, job: Job) -> bool:
        """Whether anybody still waits for it; who has waited for too long is let go."""
        late, job.askers = overload.overdue(job.askers, self._clock())
        self._shed(late)
        if not job.askers:
            del self._jobs[job.key]
        return bool(job.askers)

    async def _parse(self, jobs: Sequence[Job]) -> None:
        if not jobs:
            return
        try:
            parses = await self._gateway.parse_many([job.text for job in jobs])
        except AssistantUnavailable:
            await asyncio.sleep(self._patience.failed(self._clock()))
        except AssistantFailed as error:
            logger.warning("%d texts were not parsed together: %s", len(jobs), error)
        else:
            self._patience.succeeded()
            for job, parse in zip(jobs, parses, strict=True):
                await self._parsed(job, parse)
            return
        # One of them may be what trips Rasa: each alone, with the patience that it deserves.
        for job in jobs:
            await self._parse_alone(job)

    async def _parse_alone(self, job: Job) -> None:
        parse, reason = await self._ask(job)
        if parse is None:
            await self._give_up(job, reason)
        else:
            await self._parsed(job, parse)

    async def _parsed(self, job: Job, parse: Parse) -> None:
        self._known[job.key] = (self._clock(), parse)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        del self._jobs[job.key]
        for asker in job.askers:
            await self._hand_on(asker, parse)

    async def _hand_on(self, asker: Asker, parse: Parse) -> None:
        try:
            await self._understood(asker, parse)
        except Exception:
            # One comment that trips us must not take along those who come after it.
            logger.exception("a comment was understood and then not handled")
            await self._hand_over([asker], "internal")

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

    async def _give_up(self, job: Job, reason: str) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
            await self._hand_over(job.askers, reason)

    async def _hand_over(self, askers: Sequence[Asker], reason: str) -> None:
        try:
            await self._given_up(askers, reason)
        except Exception:
            # Still open in the journal, from where they are taken up again.
            logger.exception("comments were not handed over")

    def _recall(self, text: str) -> Parse | None:
        at, parse = self._known.get(text, (0.0, None))
        if parse is None or self._clock() - at > REMEMBER_SECONDS:
            return None
        return parse
