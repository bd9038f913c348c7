"""A blend of collaborative parts whose weights are learnt from what viewers did next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.profiles import Touch
from recsys.recommend.association import AssociationRecommender
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.evidence import CONTENT, Evidence, Limits, content_of, features
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.lessons import Lessons, Questions, questions
from recsys.recommend.order import Boosted, Order, best_voice, order_of
from recsys.recommend.query import Query
from recsys.recommend.reasons import (
    from_crowd,
    from_orders,
    from_question,
    from_touch,
    from_viewers,
)
from recsys.recommend.trail import Trail, Trails, trail_of

ORDERS = "orders_"
# By which parts a reason may point to a touched item, the surest first.
TELLING = ("sequence", "session", "cosine", "ease")
REASON_DECAY = 0.85


@dataclass(frozen=True, slots=True)
class LearnedConfig:
    """questions: most of them that weights are learnt from; deepest: most of one viewer.

    fewest: below which nothing is learnt, and content and popularity answer. enough: from which a
    ranking is learnt; below it the best single part is taken. share: of the viewers whose
    questions are kept to stop and to choose by. nearest, popular: see `evidence.Limits`.
    """

    questions: int = 10_000
    deepest: int = 5
    fewest: int = 30
    enough: int = 300
    share: float = 0.2
    nearest: int = 25
    popular: int = 25
    seed: int = 7


class LearnedRecommender(Recommender):
    """Ranks what many parts say of an item, in an order learnt on held-out ends of trails.

    Fitting hides the last items of each viewer, fits the parts to the rest, and learns from what
    they say of the hidden ones; viewers kept out of that decide when to stop, and whether the
    learnt order beats the best part alone. Then the parts are fitted anew to everything. The
    test part of a benchmark is never seen, and nothing is set by hand for a data set.

    No opinion without a history, to a question, or when there was too little to learn from.
    """

    kind = "learned"
    config_type = LearnedConfig
    config: LearnedConfig
    chosen: str = "nothing"

    def scores(self, query: Query) -> Scores | None:
        if query.asks or self._order is None:
            return None
        trail, _ = trail_of(self.items, query)
        if not len(trail):
            return None
        rows, said = self._evidence.about(trail)
        scores = np.full(len(self.items), np.nan)
        if len(rows):
            scores[rows] = self._order.scores(features(trail, said, self._evidence.popular))
        return scores

    def explain(self, query: Query, rows: Rows) -> list[str]:
        if query.constraints:
            return [from_question(self.items, row, query.constraints) for row in rows]
        trail, touches = trail_of(self.items, query)
        reasons = self._pointing(query, trail, touches, rows) if len(trail) else {}
        watchers = np.round(np.expm1(self._evidence.popular[rows, 0])).astype(int)
        return [
            reasons.get(column) or from_crowd(0, int(watched), recent=False)
            for column, watched in enumerate(watchers)
        ]

    def _pointing(
        self, query: Query, trail: Trail, touches: list[Touch], rows: Rows
    ) -> dict[int, str]:
        """Reasons that point to a touched item, by column: orders together, else viewers in
        common, else texts alike. Columns that nothing points to are not there."""
        items, reasons = self.items, dict[int, str]()
        trusted, baskets = self._orders.toward(trail.rows, rows)
        for column, best in _loudest(trusted * (baskets > 0)):
            count = int(baskets[best, column])
            reasons[column] = from_orders(items, int(trail.rows[best]), count)
        for name in (*TELLING, CONTENT):
            if len(reasons) == len(rows):
                break
            value, together = self._evidence.parts[name].toward(trail.rows, rows)
            value *= trail.weights(REASON_DECAY)[:, None]
            told = value if name == CONTENT else value * (together > 0)
            for column, best in _loudest(told):
                if column in reasons:
                    continue
                row, touch = int(rows[column]), touches[best]
                reasons[column] = (
                    from_touch(items, row, touch, query.now)
                    if name == CONTENT
                    else from_viewers(items, touch, int(together[best, column]))
                )
        return reasons

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        c, trails = self.config, Trails.of(interactions)
        limits, content = Limits(c.nearest, c.popular), content_of(items)
        asked = questions(trails, c.questions, c.deepest, c.seed)
        self._order = None
        if len(asked.viewer) >= c.fewest:
            hidden = trails.cut(asked.keep)
            before = Evidence.of(items, hidden, limits, content)
            self._order = self._learn(Lessons.of(before, trails, asked), asked)
        self._evidence = Evidence.of(items, trails, limits, content)
        self._orders = AssociationRecommender()
        self._orders._fit(items, interactions)

    def _learn(self, lessons: Lessons, asked: Questions) -> Order:
        """The learnt order if it wins on viewers kept out, else that of the best part."""
        viewers = np.unique(asked.viewer)
        rng = np.random.default_rng(self.config.seed)
        kept = rng.choice(viewers, max(1, int(len(viewers) * self.config.share)), replace=False)
        test = np.isin(lessons.viewer, kept)
        voice, _ = best_voice(lessons)
        told = lessons.answered
        if min(int(told[~test].sum()), int(told[test].sum()) * 4) < self.config.enough:
            return voice
        train, judged = lessons.of_questions(~test), lessons.of_questions(test)
        learnt = Boosted.fit(train, judged, self.config.seed)
        gains = judged.ndcg(learnt.scores(judged.x)), judged.ndcg(voice.scores(judged.x))
        return learnt if gains[0] > gains[1] else voice

    def _arrays(self) -> Arrays:
        orders = {f"{ORDERS}{name}": values for name, values in self._orders._arrays().items()}
        order = self._order.arrays() if self._order else {}
        return self._evidence.arrays() | orders | order | {"learnt": np.array(bool(order))}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        limits = Limits(self.config.nearest, self.config.popular)
        self._evidence = Evidence.restored(arrays, len(items), limits)
        self._order = order_of(arrays) if arrays["learnt"] else None
        self._orders = AssociationRecommender()
        cut = {
            name.removeprefix(ORDERS): arrays[name] for name in arrays if name.startswith(ORDERS)
        }
        self._orders._restore(items, cut, folder)


def _loudest(said: Scores) -> list[tuple[int, int]]:
    """(column, place on the trail of what says most for it), where anything does. said: [l, k]"""
    return [
        (column, int(best))
        for column, best in enumerate(np.argmax(said, axis=0))
        if said[best, column] > 0
    ]
