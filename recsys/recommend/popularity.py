"""Recommend what others are interested in lately: the answer for a viewer nothing is known of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.names import PURCHASES, Event
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.query import Query
from recsys.recommend.reasons import from_crowd, from_question

LOOKS = frozenset({Event.VIEW, Event.CLICK, Event.DWELL})


@dataclass(frozen=True, slots=True)
class PopularityConfig:
    """half_life_s: after which an event counts half. recent_s: what the reasons call lately."""

    half_life_s: float = 7 * 86_400.0
    recent_s: float = 30 * 86_400.0


class PopularityRecommender(Recommender):
    """Interest in each item, decayed by age, summed over viewers.

    Each viewer counts once per item, by their strongest event, so that one who clicks a thousand
    times does not make an item popular. Scores are shares of the most popular item's.
    """

    kind = "popularity"
    config_type = PopularityConfig
    config: PopularityConfig

    def scores(self, query: Query) -> Scores | None:
        return self._popularity if self._popularity.any() else None

    def explain(self, query: Query, rows: Rows) -> list[str]:
        if query.constraints:
            return [from_question(self.items, row, query.constraints) for row in rows]
        recent = epoch(query.now) - self._as_of <= self.config.recent_s
        return [
            from_crowd(int(self._buyers[row]), int(self._watchers[row]), recent) for row in rows
        ]

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        n, seen = len(items), interactions
        # Age counts from the last event, not from the clock: ten-year-old data still has an order.
        as_of = float(seen.ts[-1]) if len(seen) else 0.0
        decayed = seen.weight * np.exp2((seen.ts - as_of) / self.config.half_life_s)
        strongest = _strongest(seen.viewer * max(n, 1) + seen.item, decayed)
        popularity = np.bincount(seen.item[strongest], decayed[strongest], minlength=n)
        self._popularity = popularity / max(float(popularity.max(initial=0.0)), 1e-300)
        recent = seen.ts >= as_of - self.config.recent_s
        self._buyers = _viewers_of(seen, recent & np.isin(seen.event, list(PURCHASES)), n)
        self._watchers = _viewers_of(seen, recent & np.isin(seen.event, list(LOOKS)), n)
        self._as_of = as_of

    def _arrays(self) -> Arrays:
        return {
            "popularity": self._popularity,
            "buyers": self._buyers,
            "watchers": self._watchers,
            "as_of": np.array(self._as_of),
        }

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        self._popularity = arrays["popularity"]
        self._buyers, self._watchers = arrays["buyers"], arrays["watchers"]
        self._as_of = float(arrays["as_of"])


def _strongest(pair: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of each (viewer, item) pair, the index of the event of the highest weight."""
    order = np.lexsort((-weight, pair))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = pair[order][1:] != pair[order][:-1]
    return order[first]


def _viewers_of(seen: Interactions, mask: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """int64 [n]: distinct viewers of each item, among the events of the mask."""
    pairs = np.unique(seen.viewer[mask] * max(n, 1) + seen.item[mask])
    return np.bincount(pairs % max(n, 1), minlength=n).astype(np.int64)
