"""Recommend what is described like what the viewer touched, asked for, or sees on air."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.profiles import Touch, ViewerProfile, touch_weight
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.lexical import BigramIndex, shared_words
from recsys.recommend.query import Query
from recsys.recommend.reasons import ON_SHELF, from_air, from_question, from_touch

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


class ContentRecommender(Recommender):
    """Cosine between item vectors and a mix of the viewer's profile, question and what is on air.

    Sentence vectors of one shop all lie in a narrow cone, so their mean is taken off first: then
    a cosine of 0 means "as alike as any two items here", and what lies below is no opinion.
    """

    kind = "content"
    config_type = ContentConfig
    config: ContentConfig

    def scores(self, query: Query) -> Scores | None:
        question = self._question(query)
        parts = (
            (self.config.question, question),
            (self.config.profile, self._along(self._profile(query).direction)),
            (self.config.on_air, self._along(self._air(query))),
        )
        mixed, whole = np.zeros(len(self.items)), 0.0
        for weight, part in parts:
            if part is not None:
                mixed += weight * part
                whole += weight
        return self._without_unlike(query, mixed / whole, question) if whole else None

    def explain(self, query: Query, rows: Rows) -> list[str]:
        items = self.items
        if query.constraints or (query.asks and self._question(query) is not None):
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
        self._take(items, centre, BigramIndex.of(items.texts))

    def _arrays(self) -> Arrays:
        return {"centre": self._centre, "start": self._index.start, "rows": self._index.rows}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        index = BigramIndex(arrays["start"], arrays["rows"], len(items))
        self._take(items, arrays["centre"], index)

    def _take(self, items: ItemTable, centre: NDArray[np.float32], index: BigramIndex) -> None:
        self._centre, self._index = centre, index
        # Only the norms are kept, not a second matrix: (x - m)·u = x·u - m·u.
        squares = np.einsum("nd,nd->n", items.vectors, items.vectors)
        squares += self._centre @ self._centre - 2 * (items.vectors @ self._centre)
        norms = np.sqrt(np.maximum(squares, 0.0))
        self._inverse_norm = np.where(norms > 1e-6, 1.0 / np.maximum(norms, 1e-6), 0.0)

    def _centred(self, rows: Rows | list[int]) -> NDArray[np.float32]:
        """Unit vectors [len(rows), d] with the shop's mean taken off."""
        rows = np.asarray(rows, dtype=np.int64)
        away = self.items.vectors[rows] - self._centre
        return (away * self._inverse_norm[rows, None]).astype(np.float32)

    def _along(self, unit: NDArray[np.float32]) -> Scores | None:
        """Cosine of every item with a centred unit vector; None for the zero vector."""
        if not unit.any():
            return None
        along = (self.items.vectors @ unit).astype(np.float64) - float(self._centre @ unit)
        return along * self._inverse_norm

    def _question(self, query: Query) -> Scores | None:
        """How well each item answers the question; None where there is none or nothing does."""
        words = self._index.scores(query.text) if query.text else None
        meaning = None
        if query.text_vector is not None and self._fits(query.text_vector):
            away = query.text_vector - self._centre
            norm = float(np.linalg.norm(away))
            meaning = self._along(away / np.float32(norm)) if norm > 1e-6 else None
        if words is None or meaning is None:
            score = meaning if words is None else words
        else:
            score = self.config.words * words + (1 - self.config.words) * meaning
        if score is None or self._best_here(score) < self.config.question_least:
            return None
        return score

    def _best_here(self, scores: Scores) -> float:
        return float(scores[self.items.available].max(initial=0.0))

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

    def _without_unlike(self, query: Query, scores: Scores, question: Scores | None) -> Scores:
        """NaN for what is not alike enough to be recommended for being alike.

        Constraints have already chosen what answers, so they need no floor.
        """
        if query.constraints:
            return scores
        if question is None:
            return np.where(scores > self.config.alike_least, scores, np.nan)
        floor = self.config.question_floor * self._best_here(question)
        return np.where(question >= floor, scores, np.nan)
