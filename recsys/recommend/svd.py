"""Truncated SVD of the matrix of viewers and items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from recsys.recommend.factors import FactorRecommender, touched
from recsys.recommend.trail import Trail, Trails


@dataclass(frozen=True, slots=True)
class SvdConfig:
    """factors: singular vectors kept, at most a quarter of what there are.

    tame: power of an item's viewers that its column is divided by.
    decay: weight of each touch against the one after it.
    """

    factors: int = 128
    tame: float = 0.4
    decay: float = 0.8
    seed: int = 7


class SvdRecommender(FactorRecommender):
    """PureSVD (Cremonesi et al., 2010): a trail x is folded in as x V V'.

    Columns are divided by a power of their popularity first, or the first vectors are nothing
    else (EigenRec; Nikolakopoulos et al., 2019).
    """

    kind = "svd"
    config_type = SvdConfig
    config: SvdConfig

    def learn(self, trails: Trails, n: int) -> None:
        binary = trails.binary(n)
        counts = np.maximum(trails.counts(n), 1).astype(np.float64)
        tamed = binary @ sp.diags(counts**-self.config.tame)
        rank = min(self.config.factors, min(tamed.shape) // 4)
        if rank < 1:
            # A matrix of a few viewers or items has one direction: what is popular.
            self._take(np.asarray(tamed.sum(axis=0), dtype=np.float32).reshape(n, 1))
            return
        start = np.random.default_rng(self.config.seed).normal(size=min(tamed.shape))
        right = svds(tamed, k=rank, v0=start, return_singular_vectors="vh")[2]
        self._take(touched(trails, right.T.astype(np.float32), n))

    def _viewer(self, trail: Trail) -> NDArray[np.float64]:
        own = self.factors[trail.rows].astype(np.float64)
        return own.T * trail.weights(self.config.decay)
