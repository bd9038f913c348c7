"""The recommender of a shop: learnt where there is behaviour, sensible where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from recsys.recommend.base import Recommender
from recsys.recommend.content import ContentRecommender
from recsys.recommend.fallback import FallbackRecommender
from recsys.recommend.learned import LearnedConfig, LearnedRecommender
from recsys.recommend.popularity import PopularityRecommender


class BlendRecommender(FallbackRecommender):
    """The learnt blend for viewers with a history, then content, popularity and the shelf.

    A shop of ten products and no events has nothing to learn from: there the learnt part keeps
    silent, and the answer is that of `FallbackRecommender`. A question is answered by content.
    """

    kind = "blend"

    def __init__(
        self, parts: Sequence[Recommender] | None = None, learned: LearnedConfig | None = None
    ) -> None:
        super().__init__(
            parts or (LearnedRecommender(learned), ContentRecommender(), PopularityRecommender())
        )
