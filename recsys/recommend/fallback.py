"""A chain of recommenders, each filling what those before it left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.content import ContentRecommender
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.popularity import PopularityRecommender
from recsys.recommend.query import Query, Recommendation


class FallbackRecommender(Recommender):
    """Content where there is a profile or a question, popularity for the rest up to k.

    A question that the shop has an answer to is not filled up: after the creams for oily skin, a
    best-selling dress is worse than a shorter list. Without an answer, the popular items follow.

    Each item carries the reason of the recommender that gave it. Scores of later recommenders are
    capped at the last one before, so that the list stays in order.
    """

    kind = "fallback"

    def __init__(self, parts: Sequence[Recommender] | None = None) -> None:
        super().__init__()
        self.parts = tuple(parts) if parts else (ContentRecommender(), PopularityRecommender())

    def ranked(self, query: Query, k: int) -> list[Recommendation] | None:
        given: list[Recommendation] = []
        for part in self.parts:
            if len(given) >= k or _answered(query, given):
                break
            more = part.ranked(_without(query, given), k - len(given))
            given += _below(given, more or [])
        return given or None

    def recommend(self, query: Query, k: int | None = None) -> list[Recommendation]:
        k = query.k if k is None else k
        given = self.ranked(query, k) or []
        if len(given) >= k or _answered(query, given):
            return given
        return given + _below(given, self.shelf(_without(query, given), k - len(given)))

    def scores(self, query: Query) -> Scores | None:
        """Those of the first part that has any."""
        for part in self.parts:
            if (scores := part.scores(query)) is not None:
                return scores
        return None

    def explain(self, query: Query, rows: Rows) -> list[str]:
        for part in self.parts:
            if part.scores(query) is not None:
                return part.explain(query, rows)
        return self.parts[-1].explain(query, rows)

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        for part in self.parts:
            part._fit(items, interactions)

    def _swap(self, items: ItemTable) -> None:
        super()._swap(items)
        for part in self.parts:
            part._swap(items)

    def _arrays(self) -> Arrays:
        return {"parts": np.array(len(self.parts))}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        count = range(int(arrays["parts"]))
        self.parts = tuple(self._load_model(folder / f"part{i}", items) for i in count)

    def _save_model(self, folder: Path) -> None:
        super()._save_model(folder)
        for number, part in enumerate(self.parts):
            part._save_model(folder / f"part{number}")


def _answered(query: Query, given: Sequence[Recommendation]) -> bool:
    return query.asks and bool(given)


def _without(query: Query, given: Sequence[Recommendation]) -> Query:
    return replace(query, exclude=query.exclude | {one.sku for one in given})


def _below(given: Sequence[Recommendation], more: Sequence[Recommendation]) -> list[Recommendation]:
    limit = given[-1].score if given else float("inf")
    return [replace(one, score=min(one.score, limit)) for one in more]
