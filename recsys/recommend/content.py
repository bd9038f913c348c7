"""Recommend what is described like what the viewer touched, asked for, or sees on air."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.profiles import Touch, ViewerProfile, touch_weight
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.lexical import shared_words
from recsys.recommend.query import Query
from recsys.recommend.reasons import ON_SHELF, from_air, from_question, from_touch
from recsys.recommend.sketch import Sketch, best

# Where profile and product on air point, weighted, and the weight of what there is.
Context = tuple[NDArray[np.float32], float]
# Of a sketch, how many items are looked at exactly for the best answer to a question.
BEST_SOUGHT = 64
# How far below a bound near scores are still looked at exactly.
SKETCH_OFF = 0.15

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ContentConfig:
    """How much each kind of evidence counts; weights of what is absent fall away.

    half_life_s: after which an event counts half.
    question, profile, on_air: weights of the three kinds of evidence.
    words: share of matching words, beside the embedding, within the question's score.
    question_floor: of the best match, below which an item does not answer the question.
    question_least: below which even the best match in stock does not: 推荐一款呗 names nothing.
    alike_least: score an item must exceed to be recommended for being alike.
    centre_prior: how many items of zero vector join the mean that is taken off all vectors.
    exact: numbers in all vectors (items x dimensions), beyond which a sketch along `axes`
        principal axes chooses the `rescored` best of what may be shown. Full vectors decide among
        these, and of all others there is no opinion.
    """

    half_life_s: float = 30 * 86_400.0
    question: float = 0.7
    profile: float = 0.3
    on_air: float = 0.15
    words: float = 0.3
    question_floor: float = 0.4
    question_least: float = 0.2
    alike_least: float = 0.0
    centre_prior: float = 1.0
    exact: int = 1_000_000
    axes: int = 48
    rescored: int = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """How well each item answers a question: words and meaning, both weighted.

    scores: float64 [n]; direction: float32 [d], None where the question has no vector; words:
    float64 [n], None where no text shares any; best: of all that could be shown.
    """

    scores: Scores
    direction: NDArray[np.float32] | None
    words: Scores | None
    best: float = 0.0

    def of(self, rows: Rows, vectors: NDArray[np.float32]) -> Scores:
        """The scores of these rows by their full vectors [len(rows), d]."""
        scores = np.zeros(len(rows)) if self.words is None else self.words[rows]
        return scores if self.direction is None else scores + vectors @ self.direction


class ContentRecommender(Recommender):
    """Cosine between item vectors and a mix of the viewer's profile, question and what is on air.

    Sentence vectors of one shop all lie in a narrow cone, so their mean is taken off first: then
    a cosine of 0 means "as alike as any two items here", and what lies below is no opinion.
    """

    kind = "content"
    config_type = ContentConfig
    config: ContentConfig
    # The last query and what came of it; swapped as a whole, so threads only lose time by it.
    _last: tuple[Query, ItemTable, Asked | None] | None = None

    def scores(self, query: Query) -> Scores | None:
        return self.scores_among(query, np.flatnonzero(self.items.available))

    def scores_among(self, query: Query, rows: Rows) -> Scores | None:
        asked, context = self._asked(query), self._context(query)
        if asked is None and not context[1]:
            return None
        if self._sketch is not None:
            rows = self._hopeful(query, rows, asked, context, self._sketch)
            return self._rescored(query, rows, asked, context)
        return self._without_unlike(query, self._mixed(asked, context), asked)

    def explain(self, query: Query, rows: Rows) -> list[str]:
        items = self.items
        if query.constraints or (query.asks and self._asked(query) is not None):
            words = [shared_words(query.text or "", items.texts[row]) for row in rows]
            return [
                from_question(items, row, query.constraints, shared)
                for row, shared in zip(rows, words, strict=True)
            ]
        return self._explain_context(query, rows)

    def _explain_context(self, query: Query, rows: Rows) -> list[str]:
        """By the touched item that speaks most for each row, or by what is on air."""
        items = self.items
        touches, weights = self._touches(query)
        vectors = self._centred(rows)
        by_touch = self._centred(items.known([touch.sku for touch in touches])) @ vectors.T
        by_touch *= self.config.profile * (weights / max(weights.sum(), 1e-12))[:, None]
        by_air = self.config.on_air * (vectors @ self._air(query))
        reasons = []
        for column, row in enumerate(rows):
            best = int(np.argmax(by_touch[:, column])) if touches else -1
            if best >= 0 and by_touch[best, column] >= by_air[column]:
                reasons.append(from_touch(items, row, touches[best], query.now))
            elif by_air[column] > 0 and query.on_air:
                reasons.append(from_air(items, row, items.rows[query.on_air]))
            else:
                reasons.append(ON_SHELF)
        return reasons

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        total = items.vectors.sum(axis=0, dtype=np.float64)
        centre = (total / (len(items) + self.config.centre_prior)).astype(np.float32)
        self._take(items, centre)

    def _arrays(self) -> Arrays:
        axes = {} if self._sketch is None else {"axes": self._sketch.axes}
        return {"centre": self._centre, **axes}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        self._take(items, arrays["centre"], arrays.get("axes"))

    def _take(
        self, items: ItemTable, centre: NDArray[np.float32], axes: NDArray[np.float32] | None = None
    ) -> None:
        self._centre, self._last = centre, None
        # Only the norms are kept, not a second matrix: (x - m)·u = x·u - m·u.
        squares = np.einsum("nd,nd->n", items.vectors, items.vectors)
        squares += self._centre @ self._centre - 2 * (items.vectors @ self._centre)
        norms = np.sqrt(np.maximum(squares, 0.0))
        self._inverse_norm = np.where(norms > 1e-6, 1.0 / np.maximum(norms, 1e-6), 0.0)
        self._sketch = self._sketched(items, axes)

    def _sketched(self, items: ItemTable, axes: NDArray[np.float32] | None) -> Sketch | None:
        n, d = items.vectors.shape
        if n * d <= self.config.exact:
            return None

        def units(part: slice) -> NDArray[np.float32]:
            return self._unit(items.vectors[part], self._inverse_norm[part])

        return (
            Sketch.of(units, n, d, self.config.axes)
            if axes is None
            else Sketch.along(axes, units, n)
        )

    def _unit(
        self, vectors: NDArray[np.float32], inverse_norm: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        return ((vectors - self._centre) * inverse_norm[:, None].astype(np.float32)).astype(
            np.float32
        )

    def _centred(self, rows: Rows | list[int]) -> NDArray[np.float32]:
        """Unit vectors [len(rows), d] with the shop's mean taken off."""
        rows = np.asarray(rows, dtype=np.int64)
        return self._unit(self.items.vectors[rows], self._inverse_norm[rows])

    def _near(self, direction: NDArray[np.float32]) -> Scores:
        """Each item's centred unit vector times `direction`; about that, with a sketch."""
        if self._sketch is not None:
            return self._sketch.near(direction).astype(np.float64)
        along = (self.items.vectors @ direction).astype(np.float64)
        return (along - float(self._centre @ direction)) * self._inverse_norm

    def _mixed(self, asked: Asked | None, context: Context) -> Scores:
        """All evidence together, float64 [n]."""
        direction, whole = context
        scores = self._near(direction) if whole else np.zeros(len(self.items))
        if asked is not None:
            scores += self.config.question * asked.scores
            whole += self.config.question
        return scores / whole

    def _hopeful(
        self, query: Query, rows: Rows, asked: Asked | None, context: Context, sketch: Sketch
    ) -> Rows:
        """Those of `rows` worth looking at with full vectors."""
        if asked is not None and not query.constraints:
            floor = self.config.question_floor * asked.best - SKETCH_OFF
            rows = rows[asked.scores[rows] >= floor]
        if len(rows) <= self.config.rescored:
            return rows
        direction, whole = context
        scores: Scores | NDArray[np.float32] = np.zeros(len(rows), dtype=np.float32)
        if whole:
            scores = sketch.near(direction)[rows]
        if asked is not None:
            scores = scores + self.config.question * asked.scores[rows]
        return rows[best(scores, self.config.rescored)]

    def _rescored(self, query: Query, rows: Rows, asked: Asked | None, context: Context) -> Scores:
        """These rows by their full vectors, and no opinion of the others."""
        vectors, (direction, whole) = self._centred(rows), context
        exact = (vectors @ direction).astype(np.float64)
        if asked is not None:
            asked = replace(asked, scores=asked.of(rows, vectors))
            exact += self.config.question * asked.scores
            whole += self.config.question
        scores = np.full(len(self.items), np.nan)
        scores[rows] = self._without_unlike(query, exact / whole, asked)
        return scores

    def _asked(self, query: Query) -> Asked | None:
        """`_question`, once for the scores and the reasons of one query."""
        last, items = self._last, self.items
        if last is None or last[0] is not query or last[1] is not items:
            last = self._last = (query, items, self._question(query))
        return last[2]

    def _question(self, query: Query) -> Asked | None:
        """How well each item answers the question; None where there is none or nothing does."""
        words = self.items.index.scores(query.text) if query.text else None
        direction = self._meaning(query)
        if direction is None:
            if words is None:
                return None
            scores = words
        elif words is None:
            scores = self._near(direction)
        else:
            words *= self.config.words
            direction *= np.float32(1.0 - self.config.words)
            scores = words + self._near(direction)
        asked = Asked(scores, direction, words)
        found = self._best_here(asked)
        return None if found < self.config.question_least else replace(asked, best=found)

    def _meaning(self, query: Query) -> NDArray[np.float32] | None:
        if query.text_vector is None or not self._fits(query.text_vector):
            return None
        away = query.text_vector.astype(np.float64) - self._centre
        norm = float(np.linalg.norm(away))
        return (away / norm).astype(np.float32) if norm > 1e-6 else None

    def _best_here(self, asked: Asked) -> float:
        """The score of what answers best, of all that could be shown."""
        shown = np.where(self.items.available, asked.scores, 0.0)
        about = float(shown.max(initial=0.0))
        if self._sketch is None or asked.direction is None:
            return about
        rows = np.flatnonzero(shown >= about - SKETCH_OFF)
        rows = rows[best(shown[rows], BEST_SOUGHT)]
        return float(asked.of(rows, self._centred(rows)).max(initial=0.0))

    def _fits(self, vector: NDArray[np.float32]) -> bool:
        if vector.shape == self._centre.shape:
            return bool(np.isfinite(vector).all())
        log.warning(
            "question vector is %s, items are %s: trained with another encoder, retrain",
            vector.shape,
            self._centre.shape,
        )
        return False

    def _touches(self, query: Query) -> tuple[list[Touch], NDArray[np.float64]]:
        """Touches that show interest in known items, and their weights decayed to now."""
        now = epoch(query.now)
        known = [touch for touch in query.history if touch.sku in self.items.rows]
        weight = [touch_weight(touch.event, touch.value) for touch in known]
        age = [max(0.0, now - epoch(touch.ts)) for touch in known]
        decayed = np.array(weight) * np.exp2(-np.array(age) / self.config.half_life_s)
        kept = [touch for touch, w in zip(known, weight, strict=True) if w > 0]
        return kept, decayed[np.array(weight) > 0]

    def _profile(self, query: Query) -> ViewerProfile:
        touches, weights = self._touches(query)
        vectors = self._centred(self.items.known([touch.sku for touch in touches]))
        now = epoch(query.now)
        return ViewerProfile.of(vectors, weights, np.full(len(weights), now), now)

    def _air(self, query: Query) -> NDArray[np.float32]:
        rows = self.items.known((query.on_air,)) if query.on_air else []
        return self._centred(rows)[0] if rows else np.zeros_like(self._centre)

    def _context(self, query: Query) -> Context:
        """Where profile and product on air point, weighted, and the weight of what there is."""
        parts = (
            (self.config.profile, self._profile(query).direction),
            (self.config.on_air, self._air(query)),
        )
        told = [(weight, unit) for weight, unit in parts if unit.any()]
        direction = np.zeros_like(self._centre)
        for weight, unit in told:
            direction += np.float32(weight) * unit
        return direction, sum(weight for weight, _ in told)

    def _without_unlike(self, query: Query, scores: Scores, asked: Asked | None) -> Scores:
        """NaN for what is not alike enough to be recommended for being alike.

        Constraints have already chosen what answers, so they need no floor.
        """
        if query.constraints:
            return scores
        if asked is None:
            return np.where(scores > self.config.alike_least, scores, np.nan)
        floor = self.config.question_floor * asked.best
        return np.where(asked.scores >= floor, scores, np.nan)
