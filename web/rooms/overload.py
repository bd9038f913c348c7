"""What is given up when more is asked than can be answered: the lowest-ranked, with a reason.

Never the intake: whatever is refused here is in the journal, and ends as dropped, `overload`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from web.rooms.grouping import Asker

T = TypeVar("T")
# Distinct texts that wait to be understood: some twenty seconds of a busy Rasa.
MOST_TEXTS = 2_000
# Groups that wait for their answer: more than a room is shown in eight minutes at one a second.
MOST_GROUPS = 500
# From as many groups on, what is each viewer's own is answered for all of them together.
CROWDED = 30
# Answers that wait for their turn on the overlay.
MOST_NOTICES = 300
# Whoever asked this many seconds ago, while others were asked about, expects no answer any more.
LONGEST_WAIT = 300.0
# Given up together, so that a flood is not ranked anew for every comment.
_SHARE = 0.1


def excess(waiting: Collection[T], most: int, rank: Callable[[T], tuple[float, ...]]) -> list[T]:
    """The lowest-ranked of too many, a tenth more than need be; none while there are no more."""
    if len(waiting) <= most:
        return []
    return heapq.nsmallest(len(waiting) - most + int(most * _SHARE), waiting, key=rank)


def overdue(askers: Sequence[Asker], now: float) -> tuple[list[Asker], list[Asker]]:
    """Those who have waited for too long, and the others."""
    late = [asker for asker in askers if now - asker.asked_at > LONGEST_WAIT]
    fresh = [a for a in askers if now - a.asked_at <= LONGEST_WAIT] if late else list(askers)
    return late, fresh
