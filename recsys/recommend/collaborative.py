"""Recommenders that look at nothing but who touched what: the shared part of each of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.profiles import Touch
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.neighbours import Neighbours
from recsys.recommend.query import Query
from recsys.recommend.reasons import (
    ON_SHELF,
    from_estimate,
    from_question,
    from_touch,
    from_viewers,
)
from recsys.recommend.trail import Trail, Trails, trail_of


class TrailRecommender(Recommender):
    """Folds a viewer in from the trail of their history, so a new event needs no refitting.

    A question, and what is on air, it knows nothing of: constraints hold, text is not read.
    """

    def scores(self, query: Query) -> Scores | None:
        trail, _ = trail_of(self.items, query)
        if not len(trail):
            return None
        scores = self.along(trail)
        return scores if np.isfinite(scores).any() else None

    @abstractmethod
    def along(self, trail: Trail) -> Scores:
        """float64 [n] for a trail of at least one item; NaN where there is no opinion."""

    @abstractmethod
    def said(self, trail: Trail, row: int) -> tuple[Scores, list[int]]:
        """(what each item of the trail adds to the score of `row`, viewers who touched both)."""

    def explain(self, query: Query, rows: Rows) -> list[str]:
        """By the touched item that speaks most for each row."""
        items = self.items
        if query.constraints:
            return [from_question(items, row, query.constraints) for row in rows]
        trail, touches = trail_of(items, query)
        return [self._reason(query, trail, touches, int(row)) for row in rows]

    def _reason(self, query: Query, trail: Trail, touches: Sequence[Touch], row: int) -> str:
        again = np.flatnonzero(trail.rows == row)
        if len(again):
            return from_touch(self.items, row, touches[again[0]], query.now)
        if not len(trail):
            return ON_SHELF
        said, together = self.said(trail, row)
        best = int(np.argmax(said))
        if said[best] > 0 and together[best] > 0:
            return from_viewers(self.items, touches[best], together[best])
        return from_estimate(self.items, touches[best])

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        self.learn(Trails.of(interactions), len(items))

    @abstractmethod
    def learn(self, trails: Trails, n: int) -> None:
        """Fit to trails over n items."""


class NeighbourRecommender(TrailRecommender):
    """Adds up what each touched item says of its neighbours; later touches say more.

    Only the neighbours of the trail are looked at, so time hardly grows with the catalogue.
    The config has `decay`, the weight of each touch against the one after it.
    """

    neighbours: Neighbours

    def along(self, trail: Trail) -> Scores:
        scores = np.zeros(len(self.neighbours))
        spoken = self.neighbours.add_to(scores, trail, trail.weights(self.config.decay))
        known = np.full(len(scores), np.nan)
        # Of what was touched there is an opinion as well: whoever may show it again, asks for it.
        for rows in (spoken, trail.rows):
            known[rows] = scores[rows]
        return known

    def said(self, trail: Trail, row: int) -> tuple[Scores, list[int]]:
        pairs = [self.neighbours.between(int(other), row) for other in trail.rows]
        value = np.array([value for value, _ in pairs])
        return value * trail.weights(self.config.decay), [together for _, together in pairs]

    def _arrays(self) -> Arrays:
        return self.neighbours.arrays()

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        self.neighbours = Neighbours.restored(arrays, len(items))
