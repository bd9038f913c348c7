"""Distinct texts that wait for their meaning: the likeliest question first, never too many."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from web.rooms import overload
from web.rooms.grouping import Asker

# Ten seconds of waiting weigh as much as the whole range of probability.
_AGE_WEIGHT = 0.1
# How long unsure texts are left alone at a time.
_HOLD = 0.05
# What so many say is worth a parse even while questions wait: it answers them all, or none.
_MANY = 3


@dataclass(slots=True, eq=False)
class Job:
    """One distinct text (`key` normalised), and all who wait for its meaning."""

    key: str
    text: str
    askers: list[Asker] = field(default_factory=list)

    @property
    def rank(self) -> tuple[float, float]:
        """How sorry one would be to give it up; of two alike, the older is given up."""
        return self.worth, self.askers[0].asked_at

    @property
    def worth(self) -> float:
        """How likely it is a question, and of how many."""
        return self.askers[0].probability + math.log2(len(self.askers))

    @property
    def sure(self) -> bool:
        """Whether it is parsed even while questions wait for their answer."""
        return self.askers[0].sure or len(self.askers) >= _MANY


class Backlog:
    """Jobs that nobody works on yet."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._heap: list[tuple[bool, float, int, str]] = []
        self._order = itertools.count()
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, job: Job) -> list[Job]:
        """Take a job on; gives the jobs that are given up for it, lowest-ranked first."""
        self._jobs[job.key] = job
        heapq.heappush(self._heap, self._entry(job))
        self._some.set()
        given_up = overload.excess(self._jobs.values(), overload.MOST_TEXTS, lambda job: job.rank)
        for one in given_up:
            del self._jobs[one.key]
        if given_up:
            # Entries of those given up must not pile up in a flood.
            self._heap = [self._entry(one) for one in self._jobs.values()]
            heapq.heapify(self._heap)
        return given_up

    def again(self, job: Job) -> None:
        """One more asks this; a job that is being worked on already is left alone."""
        count = len(job.askers)
        # Twice as many move it up; an entry for each would fill the memory in a flood.
        moved = count == _MANY or count & (count - 1) == 0
        if moved and self._jobs.get(job.key) is job:
            heapq.heappush(self._heap, self._entry(job))

    async def next(self, most: int, pressed: Callable[[], bool] = lambda: False) -> list[Job]:
        """The likeliest questions that wait, at most so many, for the caller to work on.

        While `pressed`, only what triage is sure of. The others go last in any case, however long
        they have waited: a flood of old chatter would go before every new question.
        """
        while not (found := self._take(most, sure_only=pressed())):
            if self._jobs:
                await asyncio.sleep(_HOLD)
                continue
            self._some.clear()
            await self._some.wait()
        return found

    def _take(self, most: int, *, sure_only: bool) -> list[Job]:
        found: list[Job] = []
        while self._heap and len(found) < most:
            unsure, _, _, key = self._heap[0]
            if unsure and sure_only and key in self._jobs:
                break
            heapq.heappop(self._heap)
            # Not there: of several entries of one job the best was taken before.
            if (job := self._jobs.pop(key, None)) is not None:
                found.append(job)
        return found

    def _entry(self, job: Job) -> tuple[bool, float, int, str]:
        urgency = job.askers[0].asked_at * _AGE_WEIGHT - job.worth
        return not job.sure, urgency, next(self._order), job.key
