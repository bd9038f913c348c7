"""Every system that `bench recommend` runs, by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from benchmarks.recommend_side.libraries import CHOOSING, LIBRARIES, Answers, K, run_library
from benchmarks.recommend_side.split import Split
from recsys.evaluation.ranking import ndcg
from recsys.recommend import (
    AlsRecommender,
    AssociationRecommender,
    BlendRecommender,
    BprRecommender,
    ContentRecommender,
    EaseRecommender,
    ItemKnnRecommender,
    ItemTable,
    PopularityRecommender,
    Recommender,
    SequenceRecommender,
    SvdRecommender,
)
from recsys.recommend.als import AlsConfig
from recsys.recommend.association import AssociationConfig
from recsys.recommend.bpr import BprConfig
from recsys.recommend.ease import EaseConfig
from recsys.recommend.item_knn import ItemKnnConfig
from recsys.recommend.learned import LearnedConfig
from recsys.recommend.popularity import PopularityConfig
from recsys.recommend.svd import SvdConfig

OURS: Final = "boxiaoer"
SASREC: Final = "sasrec"
FOREVER: Final = 1e12

Make = Callable[[int], Recommender]
# Ours: the blend, and each kind of part alone at its defaults.
PARTS: Final[Mapping[str, Make]] = {
    OURS: lambda seed: BlendRecommender(learned=LearnedConfig(seed=seed)),
    "popularity": lambda seed: PopularityRecommender(PopularityConfig(half_life_s=FOREVER)),
    "sequence": lambda seed: SequenceRecommender(),
    "cosine": lambda seed: ItemKnnRecommender(ItemKnnConfig("cosine")),
    "tfidf": lambda seed: ItemKnnRecommender(ItemKnnConfig("tfidf")),
    "bm25": lambda seed: ItemKnnRecommender(ItemKnnConfig("bm25")),
    "walk": lambda seed: ItemKnnRecommender(ItemKnnConfig("walk")),
    "ease": lambda seed: EaseRecommender(),
    "als": lambda seed: AlsRecommender(AlsConfig(seed=seed)),
    "bpr": lambda seed: BprRecommender(BprConfig(seed=seed)),
    "svd": lambda seed: SvdRecommender(SvdConfig(seed=seed)),
    "association": lambda seed: AssociationRecommender(
        AssociationConfig(basket_s=FOREVER, purchases=False)
    ),
    "content": lambda seed: ContentRecommender(),
}
# EASE as in the paper: all items, the whole history alike, lambda by validation.
EASE_PAPER: Final = "ease_paper"
LAMBDAS: Final = (100.0, 500.0)
SYSTEMS: Final = (*PARTS, EASE_PAPER, *LIBRARIES, SASREC)
SEEDED: Final = frozenset({OURS, "als", "bpr", "implicit_als", "implicit_bpr", SASREC})


def run_system(name: str, split: Split, items: ItemTable, seed: int) -> Answers:
    """Fit to the train part and answer those who are asked about."""
    if name in LIBRARIES:
        return run_library(name, split, seed)
    if name == EASE_PAPER:
        return _ease_paper(split, items, seed)
    return _answered(PARTS[name](seed), split, items)


def _answered(model: Recommender, split: Split, items: ItemTable) -> Answers:
    queries = split.queries()
    began = time.perf_counter()
    model.fit(items, split.train, now=split.now)
    fit_s, began = time.perf_counter() - began, time.perf_counter()
    lists = [[one.sku for one in model.ranked(query, K) or []] for query in queries]
    score_ms = 1e3 * (time.perf_counter() - began) / len(queries)
    return Answers(lists, fit_s, score_ms, getattr(model, "told", ""))


def _ease_paper(split: Split, items: ItemTable, seed: int) -> Answers:
    began = time.perf_counter()
    inner = Split.of(split.train, CHOOSING, seed)
    judged = [
        ndcg(_answered(_ease(one), inner, items).lists, [{sku} for sku in inner.wanted], K)
        for one in LAMBDAS
    ]
    best, chosen = LAMBDAS[int(np.argmax(judged))], time.perf_counter() - began
    answers = _answered(_ease(best), split, items)
    return Answers(answers.lists, answers.fit_s + chosen, answers.score_ms, f"lambda={best}")


def _ease(regularisation: float) -> EaseRecommender:
    return EaseRecommender(EaseConfig(regularisation, most_items=20_000, top=1_000, decay=1.0))


def names_of(wanted: Sequence[str] | None, texts: bool) -> list[str]:
    """The systems to run, in their order; content only with texts. Unknown names are left out."""
    chosen = [name for name in SYSTEMS if wanted is None or name in wanted]
    return [name for name in chosen if texts or name != "content"]
