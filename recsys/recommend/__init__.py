"""Recommenders behind one contract: see `base.Recommender`."""

from recsys.recommend.als import AlsRecommender
from recsys.recommend.association import AssociationRecommender
from recsys.recommend.base import NoRecommender, NotFitted, Recommender
from recsys.recommend.blend import BlendRecommender
from recsys.recommend.bpr import BprRecommender
from recsys.recommend.constraints import Constraints
from recsys.recommend.content import ContentRecommender
from recsys.recommend.ease import EaseRecommender
from recsys.recommend.fallback import FallbackRecommender
from recsys.recommend.interactions import BadInteractions
from recsys.recommend.item_knn import ItemKnnRecommender
from recsys.recommend.items import BadItems, ItemTable
from recsys.recommend.learned import LearnedRecommender
from recsys.recommend.popularity import PopularityRecommender
from recsys.recommend.query import Query, Recommendation
from recsys.recommend.sequence import SequenceRecommender
from recsys.recommend.svd import SvdRecommender

__all__ = [
    "AlsRecommender",
    "AssociationRecommender",
    "BadInteractions",
    "BadItems",
    "BlendRecommender",
    "BprRecommender",
    "Constraints",
    "ContentRecommender",
    "EaseRecommender",
    "FallbackRecommender",
    "ItemKnnRecommender",
    "ItemTable",
    "LearnedRecommender",
    "NoRecommender",
    "NotFitted",
    "PopularityRecommender",
    "Query",
    "Recommendation",
    "Recommender",
    "SequenceRecommender",
    "SvdRecommender",
]
