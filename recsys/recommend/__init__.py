"""Recommenders behind one contract: see `base.Recommender`."""

from recsys.recommend.base import NoRecommender, NotFitted, Recommender
from recsys.recommend.constraints import Constraints
from recsys.recommend.content import ContentRecommender
from recsys.recommend.fallback import FallbackRecommender
from recsys.recommend.interactions import BadInteractions
from recsys.recommend.items import BadItems, ItemTable
from recsys.recommend.popularity import PopularityRecommender
from recsys.recommend.query import Query, Recommendation

__all__ = [
    "BadInteractions",
    "BadItems",
    "Constraints",
    "ContentRecommender",
    "FallbackRecommender",
    "ItemTable",
    "NoRecommender",
    "NotFitted",
    "PopularityRecommender",
    "Query",
    "Recommendation",
    "Recommender",
]
