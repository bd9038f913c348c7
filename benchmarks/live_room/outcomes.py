"""What became of the comments that were pushed, read from the ledger."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shop import rooms
from shop.database import Database
from shop.names import DROPPED
from web.rooms.reasons import ADMIT, TRIAGE
from web.rooms.reasons import DROPPED as DROP_REASONS

PAGE = 5000
OVERLOAD = "overload"
SEEN = frozenset({OVERLOAD, "repeated"})


@dataclass(frozen=True, slots=True)
class Result:
    """One stage; times in seconds, shares of the labelled questions."""

    comments_per_s: float
    p50_s: float | None
    p99_s: float | None
    missed: float  # taken for no question, before Rasa saw them
    shed: float  # dropped as the lowest-ranked of too many
    undecided: int
    answered: int
    reasons: Mapping[str, int]


def wait(database: Database, room: str, patience: float) -> None:
    """Until every comment has its outcome, or nothing has changed for `patience` seconds."""
    left, changed = -1, time.monotonic()
    while left and time.monotonic() - changed < patience:
        with database.read() as session:
            pending = rooms.counts(session, room)["pending"]
        if pending != left:
            left, changed = pending, time.monotonic()
        time.sleep(0.25)


def collect(database: Database, room: str, asks: Mapping[str, bool], began: float) -> Result:
    """Read the outcomes of a room; `began` is the time of its first comment (epoch seconds)."""
    reasons: Counter[str] = Counter()
    answered, decided, last = list[float](), 0, began
    for page in _pages(database, room):
        for one in page:
            decided += 1
            last = max(last, one.outcome.at.timestamp())
            if not asks.get(one.comment.id):
                continue
            reasons[_kind(one)] += 1
            if one.outcome.kind != DROPPED:
                taken = one.outcome.at - one.comment.received_at
                answered.append(taken.total_seconds())
    asked = max(1, sum(asks.values()))
    missed = sum(n for code, n in reasons.items() if _unseen(code))
    answered.sort()
    return Result(
        comments_per_s=decided / max(last - began, 1e-9),
        p50_s=percentile(answered, 50),
        p99_s=percentile(answered, 99),
        missed=missed / asked,
        shed=reasons[OVERLOAD] / asked,
        undecided=len(asks) - decided,
        answered=len(answered),
        reasons=dict(reasons.most_common()),
    )


def percentile(ordered: Sequence[float], share: int) -> float | None:
    """The smallest value that at least `share` percent do not exceed; None without values."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def _kind(one: rooms.Decided) -> str:
    return one.outcome.reason if one.outcome.kind == DROPPED else one.outcome.kind


def _unseen(code: str) -> bool:
    reason = DROP_REASONS.get(code)
    # Who says the same twice has been heard; who comes last in a flood was seen, and counted.
    return reason is not None and reason.stage in (ADMIT, TRIAGE) and code not in SEEN


def _pages(database: Database, room: str) -> Iterator[list[rooms.Decided]]:
    after = 0
    while True:
        with database.read() as session:
            page = rooms.outcomes(session, room, PAGE, after)
        if not page:
            return
        yield page
        after = page[-1].comment.pk
