"""Ranking metrics over users.

All take `recommended`, one list of items per user, best first, and `relevant`, one set of items
per user in the same order. Only the first k count; an item repeated in a list counts at its first
place only. Users with nothing relevant are left out of the denominator: for them no answer is
right or wrong. With no user left, every metric is NaN, which is not the same as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Final

Lists = Sequence[Sequence[str]]
Sets = Sequence[Collection[str]]


def hit_rate(recommended: Lists, relevant: Sets, k: int) -> float:
    """Users with at least one relevant item in the first k, of users with a relevant item."""
    return _mean(recommended, relevant, k, lambda hits, _: float(any(hits)))


def recall(recommended: Lists, relevant: Sets, k: int) -> float:
    """Mean of (relevant items in the first k) / (all relevant items of the user).

    The denominator is not capped at k, so a user with more than k relevant items cannot reach 1.
    """
    return _mean(recommended, relevant, k, lambda hits, wanted: sum(hits) / wanted)


def precision(recommended: Lists, relevant: Sets, k: int) -> float:
    """Mean of (relevant items in the first k) / k, also where fewer than k were recommended."""
    return _mean(recommended, relevant, k, lambda hits, _: sum(hits) / k)


def ndcg(recommended: Lists, relevant: Sets, k: int) -> float:
    """Mean of DCG / ideal DCG; gain 1 at place p (from 1) counts 1 / log2(p + 1).

    The ideal puts min(relevant, k) items first.
    """

    def one(hits: Sequence[bool], wanted: int) -> float:
        gained = sum(_discount(place) for place, hit in enumerate(hits, 1) if hit)
        return gained / sum(_discount(place) for place in range(1, min(wanted, k) + 1))

    return _mean(recommended, relevant, k, one)


def mrr(recommended: Lists, relevant: Sets, k: int) -> float:
    """Mean of 1 / place of the first relevant item; 0 for a user without one in the first k."""

    def one(hits: Sequence[bool], _: int) -> float:
        return next((1.0 / place for place, hit in enumerate(hits, 1) if hit), 0.0)

    return _mean(recommended, relevant, k, one)


def mean_average_precision(recommended: Lists, relevant: Sets, k: int) -> float:
    """Mean of the average precision: precision at each hit's place, over min(relevant, k)."""

    def one(hits: Sequence[bool], wanted: int) -> float:
        places = [place for place, hit in enumerate(hits, 1) if hit]
        return sum(n / place for n, place in enumerate(places, 1)) / min(wanted, k)

    return _mean(recommended, relevant, k, one)


def coverage(recommended: Lists, catalogue: Collection[str], k: int) -> float:
    """Distinct items of the catalogue shown to anyone in the first k, of the whole catalogue.

    Items outside the catalogue do not count. NaN for an empty catalogue, 0 with no user.
    """
    check_k(k)
    items = set(catalogue)
    shown = {item for one in recommended for item in one[:k]}
    return len(shown & items) / len(items) if items else math.nan


RANKING_METRICS: Final[dict[str, Callable[[Lists, Sets, int], float]]] = {
    "hr": hit_rate,
    "recall": recall,
    "precision": precision,
    "ndcg": ndcg,
    "mrr": mrr,
    "map": mean_average_precision,
}


def _discount(place: int) -> float:
    return 1.0 / math.log2(place + 1)


def check_k(k: int) -> None:
    """Raises ValueError unless there is a first place."""
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k}")


def _mean(
    recommended: Lists, relevant: Sets, k: int, one: Callable[[Sequence[bool], int], float]
) -> float:
    """Mean of `one(hits, wanted)` over users with something relevant; NaN without any."""
    check_k(k)
    values = []
    for given, wanted in zip(recommended, map(set, relevant), strict=True):
        if wanted:
            hits = [item in wanted for item in dict.fromkeys(given)][:k]
            values.append(one(hits, len(wanted)))
    return sum(values) / len(values) if values else math.nan
