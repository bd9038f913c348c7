"""New items, recommended by their text alone."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.recommend_side.failure import BenchFailed
from benchmarks.recommend_side.split import (
    Split,
    item_table,
    read_interactions,
    read_items,
)
from recsys.evaluation.ranking import hit_rate, ndcg
from recsys.recommend import ContentRecommender, PopularityRecommender, Recommender
from recsys.recommend.popularity import PopularityConfig

K: Final = 10
COLD: Final = 0.2
SEED: Final = 7
MOST_USERS: Final = 2_000
FOREVER: Final = 1e12


def cold_figures(
    interactions: Path, items: Path, names: Mapping[str, str], users: int | None
) -> dict[str, dict[str, Any]]:
    """ndcg10, hr10, fit_s, score_ms of each system, over the users who touched a cold item.

    A fifth of the items, drawn at random, lose all their interactions. Users who touched any of
    them are asked about, with what else they touched; relevant are their cold items. All rank
    the cold items only: against warm ones popularity would never name a cold item at all.

    popularity: fitted to the same train part, so it knows nothing of a new item and falls back to
    the order of the file. popularity_oracle: told how many users, other than those asked about,
    touched each cold item, which no shop knows of a new item: the strongest there can be.
    """
    seen, texts = read_interactions(interactions, names), read_items(items, names)
    seen = seen[seen["sku"].isin(texts["sku"])]
    skus = np.array(sorted(seen["sku"].unique()), dtype=object)
    if len(skus) < 2 * K:
        raise BenchFailed(f"{len(skus)} items with a title were touched, {2 * K} are needed")
    rng = np.random.default_rng(SEED)
    cold = set(rng.choice(skus, max(K, int(len(skus) * COLD)), replace=False))
    return _figures(seen, texts, [str(sku) for sku in skus], cold, users or MOST_USERS)


def _figures(
    seen: pd.DataFrame, texts: pd.DataFrame, skus: Sequence[str], cold: set[str], most: int
) -> dict[str, dict[str, Any]]:
    new = seen["sku"].isin(cold)
    warm, wanted = seen[~new], seen[new].groupby("viewer")["sku"].agg(set)
    asked = wanted[wanted.index.isin(warm["viewer"])]
    asked = asked.sample(min(most, len(asked)), random_state=SEED).sort_index()
    split = Split(warm, tuple(asked.index), tuple("" for _ in asked))
    table = item_table(skus, texts)
    hidden = frozenset(skus) - cold
    relevant = list(asked)
    known = PopularityRecommender(PopularityConfig(half_life_s=FOREVER))
    systems: dict[str, tuple[Recommender, pd.DataFrame]] = {
        "boxiaoer": (ContentRecommender(), warm),
        "popularity": (PopularityRecommender(PopularityConfig(half_life_s=FOREVER)), warm),
        "popularity_oracle": (known, seen[~seen["viewer"].isin(asked.index)]),
    }
    return {
        name: _measured(model, train, split, table, hidden, relevant)
        for name, (model, train) in systems.items()
    }


def _measured(
    model: Recommender,
    train: pd.DataFrame,
    split: Split,
    table: Any,
    hidden: frozenset[str],
    relevant: Sequence[set[str]],
) -> dict[str, Any]:
    """Figures of one model, asked for cold items only."""
    began = time.perf_counter()
    model.fit(table, train, now=split.now)
    # Warm items sell out, so that only cold ones are left to rank.
    model.restock(stock=dict.fromkeys(hidden, 0))
    fit_s, began = time.perf_counter() - began, time.perf_counter()
    lists = [[one.sku for one in model.recommend(query, K)] for query in split.queries()]
    score_ms = 1e3 * (time.perf_counter() - began) / len(lists)
    return {
        "ndcg10": round(ndcg(lists, relevant, K), 4),
        "hr10": round(hit_rate(lists, relevant, K), 4),
        "fit_s": round(fit_s, 1),
        "score_ms": round(score_ms, 3),
    }
