"""`implicit` as its users use it: binary matrix, batch recommend, settings by a small grid."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from benchmarks.recommend_side.split import Split
from recsys.evaluation.ranking import ndcg

K: Final = 10
# Viewers by whom a setting is chosen, on the last item but one.
CHOOSING: Final = 5_000
THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Answers:
    """Lists of at most K SKUs, one a viewer asked about, and what they cost."""

    lists: list[list[str]]
    fit_s: float
    score_ms: float
    setting: str = ""


def _als(seed: int, **setting: Any) -> Any:
    from implicit.als import AlternatingLeastSquares

    return AlternatingLeastSquares(random_state=seed, num_threads=THREADS, **setting)


def _bpr(seed: int, **setting: Any) -> Any:
    from implicit.bpr import BayesianPersonalizedRanking

    return BayesianPersonalizedRanking(random_state=seed, num_threads=THREADS, **setting)


def _knn(seed: int, name: str, **setting: Any) -> Any:
    from implicit import nearest_neighbours

    return getattr(nearest_neighbours, name)(num_threads=THREADS, **setting)


NEIGHBOURS: Final = ("CosineRecommender", "TFIDFRecommender", "BM25Recommender")
LIBRARIES: Final[Mapping[str, tuple[Callable[..., Any], Sequence[Mapping[str, Any]]]]] = {
    "implicit_als": (
        _als,
        [
            {"factors": factors, "alpha": alpha, "regularization": 0.05, "iterations": 15}
            for factors in (64, 128)
            for alpha in (1.0, 10.0)
        ],
    ),
    "implicit_bpr": (
        _bpr,
        [
            {"factors": factors, "learning_rate": rate, "iterations": 100}
            for factors in (64, 128)
            for rate in (0.01, 0.05)
        ],
    ),
    "implicit_item_knn": (
        _knn,
        [{"name": name, "K": neighbours} for name in NEIGHBOURS for neighbours in (20, 200)],
    ),
}


def run_library(name: str, split: Split, seed: int) -> Answers:
    """Choose a setting on the last items of the train part, fit to all of it, answer."""
    make, grid = LIBRARIES[name]
    began = time.perf_counter()
    inner = Split.of(split.train, CHOOSING, seed)
    judged = [_quality(_answered(make(seed, **one), inner), inner) for one in grid]
    best = grid[int(np.argmax(judged))]
    chosen = time.perf_counter() - began
    answers = _answered(make(seed, **best), split)
    setting = ", ".join(f"{key}={value}" for key, value in best.items())
    return Answers(answers.lists, answers.fit_s + chosen, answers.score_ms, setting)


def _quality(answers: Answers, split: Split) -> float:
    return ndcg(answers.lists, [{one} for one in split.wanted], K)


def _answered(model: Any, split: Split) -> Answers:
    viewers, viewer_names = pd.factorize(split.train["viewer"])
    items, skus = pd.factorize(split.train["sku"])
    matrix = sp.csr_matrix((np.ones(len(items), dtype=np.float32), (viewers, items)))
    began = time.perf_counter()
    model.fit(matrix, show_progress=False)
    fit_s, began = time.perf_counter() - began, time.perf_counter()
    asked = viewer_names.get_indexer(pd.Index(split.asked))
    ids, _ = model.recommend(asked, matrix[asked], N=K, filter_already_liked_items=True)
    score_ms = 1e3 * (time.perf_counter() - began) / len(asked)
    lists = [[str(skus[item]) for item in row if item >= 0] for row in ids]
    return Answers(lists, fit_s, score_ms)
