"""Beyond hits: how novel what is shown is, and how diverse each list.

All take `recommended`, one list of items per user, best first, of which the first k count; an item
repeated in a list counts once. Whether an item was relevant plays no part, so users with nothing
relevant count too. With no user in the denominator every metric is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.evaluation.ranking import Lists, check_k


def novelty(recommended: Lists, viewers_of: Mapping[str, int], viewers: int, k: int) -> float:
    """Mean self-information in bits (base 2): -log2 of the share of viewers who know the item.

    The share is (viewers_of[item] + 1) / (viewers + 1), so that an item that nobody has touched
    is finite, log2(viewers + 1), and one that all have is 0. Mean over the items of a list, then
    over users who were shown anything. Source: Zhou et al., PNAS 2010, with the add-one.
    """

    def one(shown: Sequence[str]) -> float | None:
        if not shown:
            return None
        known = [(min(viewers_of.get(item, 0), viewers) + 1) / (viewers + 1) for item in shown]
        return -sum(map(math.log2, known)) / len(known)

    return _mean(recommended, k, one)


def vector_diversity(
    recommended: Lists, rows: Mapping[str, int], vectors: NDArray[np.float32], k: int
) -> float:
    """Mean of 1 - cosine over the pairs of each list, then over users with at least one pair.

    rows: row of each item in vectors [n, d]; unknown items and zero vectors are in no pair. From
    0, all alike, to 2; 1 for vectors at right angles. Source: Ziegler et al., WWW 2005.
    """

    def one(shown: Sequence[str]) -> float | None:
        held = vectors[[rows[item] for item in shown if item in rows]].astype(np.float64)
        norms = np.linalg.norm(held, axis=1)
        held = held[norms > 0] / norms[norms > 0, None]
        m = len(held)
        if m < 2:
            return None
        # The cosines of all pairs, both ways and with themselves, are the square of the sum.
        alike = (float(np.square(held.sum(axis=0)).sum()) - m) / (m * (m - 1))
        return 1.0 - alike

    return _mean(recommended, k, one)


def category_diversity(recommended: Lists, category_of: Mapping[str, str], k: int) -> float:
    """Share of the pairs of each list whose categories differ, then over users with a pair.

    Items without a category are in no pair.
    """

    def one(shown: Sequence[str]) -> float | None:
        kinds = [kind for item in shown if (kind := category_of.get(item))]
        m = len(kinds)
        if m < 2:
            return None
        same = sum(kinds.count(kind) - 1 for kind in kinds)
        return 1.0 - same / (m * (m - 1))

    return _mean(recommended, k, one)


def _mean(recommended: Lists, k: int, one: Callable[[Sequence[str]], float | None]) -> float:
    """Mean of `one(shown)` over the users for whom it is not None."""
    check_k(k)
    values = [one(list(dict.fromkeys(given))[:k]) for given in recommended]
    kept = [value for value in values if value is not None]
    return sum(kept) / len(kept) if kept else math.nan
