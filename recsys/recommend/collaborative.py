"""Recommenders that look at nothing but who touched what: the shared part of each of them."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
    def said(self, trail: Trail, rows: Rows) -> tuple[Scores, NDArray[np.int64]]:
        """(what each item of the trail adds to the score of each row, viewers who touched both).

        Both [l, k]; zeros in the second where the model does not count viewers.
        """

    def explain(self, query: Query, rows: Rows) -> list[str]:
        """By the touched item that speaks most for each row."""
        items = self.items
        if query.constraints:
            return [from_question(items, row, query.constraints) for row in rows]
        trail, touches = trail_of(items, query)
        if not len(trail):
            return [ON_SHELF] * len(rows)
        said, together = self.said(trail, rows)
        again = {int(row): touch for row, touch in zip(trail.rows, touches, strict=True)}
        reasons = []
        for column, row in enumerate(map(int, rows)):
            best = int(np.argmax(said[:, column]))
            if row in again:
                reasons.append(from_touch(items, row, again[row], query.now))
            elif said[best, column] > 0 and together[best, column] > 0:
                reasons.append(from_viewers(items, touches[best], int(together[best, column])))
            else:
                reasons.append(from_estimate(items, touches[best]))
        return reasons

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

    def said(self, trail: Trail, rows: Rows) -> tuple[Scores, NDArray[np.int64]]:
        value, together = self.neighbours.toward(trail.rows, rows)
        return value * trail.weights(self.config.decay)[:, None], together

    def _arrays(self) -> Arrays:
        return self.neighbours.arrays()

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        self.neighbours = Neighbours.restored(arrays, len(items))
