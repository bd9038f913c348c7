"""Items that the same viewers touched, whatever the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from recsys.recommend.collaborative import NeighbourRecommender
from recsys.recommend.neighbours import TOP, Neighbours
from recsys.recommend.trail import Trails


@dataclass(frozen=True, slots=True)
class ItemKnnConfig:
    """weighting: cosine, tfidf, bm25 or walk. top: neighbours kept of each item.

    decay: weight of each touch against the one after it; k1, b: of BM25; tame: power by which
    a random walk's popular ends are held back.
    """

    weighting: str = "cosine"
    top: int = TOP
    decay: float = 0.7
    k1: float = 1.2
    b: float = 0.5
    tame: float = 0.4

    def __post_init__(self) -> None:
        if self.weighting not in SIMILARITIES:
            raise ValueError(f"weighting is one of {', '.join(SIMILARITIES)}: {self.weighting}")


class ItemKnnRecommender(NeighbourRecommender):
    """Item-based nearest neighbours (Sarwar et al., 2001), by one of four similarities.

    cosine; tfidf and bm25: cosine after weighting viewers who touched little more than those
    who touched everything, as in `implicit.nearest_neighbours`; walk: two steps of a random walk
    over viewers, RP3beta of Paudel et al. (2017).
    """

    kind = "item_knn"
    config_type = ItemKnnConfig
    config: ItemKnnConfig

    def learn(self, trails: Trails, n: int) -> None:
        binary = trails.binary(n)
        similar = SIMILARITIES[self.config.weighting](binary, self.config)
        self.neighbours = Neighbours.of(similar, trails.together(n), self.config.top)


def _cosine(binary: sp.csr_matrix, config: ItemKnnConfig) -> sp.csr_matrix:
    unit = binary @ _diagonal(_inverse(_norms(binary)))
    return (unit.T @ unit).tocsr()


def _tfidf(binary: sp.csr_matrix, config: ItemKnnConfig) -> sp.csr_matrix:
    n, lengths = binary.shape[1], _sums(binary, 1)
    idf = np.log(n + 1.0) - np.log1p(lengths)
    return _cosine(_diagonal(idf) @ binary, config)


def _bm25(binary: sp.csr_matrix, config: ItemKnnConfig) -> sp.csr_matrix:
    """An item is a document of viewers: long documents and common viewers count for less."""
    n, lengths, viewers = binary.shape[1], _sums(binary, 1), _sums(binary, 0)
    idf = np.log(n + 1.0) - np.log1p(lengths)
    mean = max(float(viewers.mean()), 1e-12) if n else 1.0
    norm = 1.0 - config.b + config.b * viewers / mean
    tf = (config.k1 + 1.0) / (config.k1 * norm + 1.0)
    weighted = _diagonal(idf) @ binary @ _diagonal(tf)
    return (weighted.T @ binary).tocsr()


def _walk(binary: sp.csr_matrix, config: ItemKnnConfig) -> sp.csr_matrix:
    viewers = _sums(binary, 0)
    steps = binary.T @ _diagonal(_inverse(_sums(binary, 1))) @ binary
    tamed = _inverse(viewers**config.tame)
    return (_diagonal(_inverse(viewers)) @ steps @ _diagonal(tamed)).tocsr()


SIMILARITIES: Final[Mapping[str, Callable[[sp.csr_matrix, ItemKnnConfig], sp.csr_matrix]]] = {
    "cosine": _cosine,
    "tfidf": _tfidf,
    "bm25": _bm25,
    "walk": _walk,
}


def _diagonal(values: np.ndarray) -> sp.dia_matrix:
    return sp.diags(values)


def _sums(matrix: sp.csr_matrix, axis: int) -> np.ndarray:
    return np.asarray(matrix.sum(axis=axis), dtype=np.float64).ravel()


def _norms(matrix: sp.csr_matrix) -> np.ndarray:
    return np.asarray(np.sqrt(_sums(matrix.multiply(matrix), 0)))


def _inverse(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(values > 0, 1.0 / np.maximum(values, 1e-300), 0.0))
