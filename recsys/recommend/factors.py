"""Recommenders that place items and viewers in one space."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recsys.recommend.base import Arrays, Rows, Scores
from recsys.recommend.collaborative import TrailRecommender
from recsys.recommend.items import ItemTable
from recsys.recommend.trail import Trail, Trails

Factors = NDArray[np.float32]


class FactorRecommender(TrailRecommender):
    """Score = item factors x the viewer's vector, which is solved for at each query.

    factors: float32 [n, f], of zeros for items nobody touched: of those there is no opinion.
    The fold-in is linear in the trail, so what each touch adds can be told.
    """

    factors: Factors

    def along(self, trail: Trail) -> Scores:
        scores = (self.factors @ self._viewer(trail).sum(axis=1).astype(np.float32)).astype(float)
        return np.where(self._learnt, scores, np.nan)

    def said(self, trail: Trail, rows: Rows) -> tuple[Scores, NDArray[np.int64]]:
        """Viewers who touched both are not kept by these models, hence zeros."""
        said = (self.factors[rows].astype(np.float64) @ self._viewer(trail)).T
        return said, np.zeros(said.shape, dtype=np.int64)

    @abstractmethod
    def _viewer(self, trail: Trail) -> NDArray[np.float64]:
        """float64 [f, l]: what each touch adds to the viewer's vector."""

    def _take(self, factors: Factors) -> None:
        self.factors = np.ascontiguousarray(factors, dtype=np.float32)
        self._learnt = self.factors.any(axis=1)

    def _arrays(self) -> Arrays:
        return {"factors": self.factors}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        if len(arrays["factors"]) != len(items):
            raise ValueError(f"factors of {len(arrays['factors'])} items, not of {len(items)}")
        self._take(arrays["factors"])


class LeastSquaresRecommender(FactorRecommender):
    """Fold-in by weighted least squares, as in a half-step of ALS (Hu et al., 2008).

    Every item is wanted at 0 with weight 1, touched ones at 1 with weight 1 + alpha x w, where w
    is strength x decay: (Y'Y + Y'(C - 1)Y + lambda)^-1 Y'C p.
    """

    # Each subclass says in its config: alpha, regularisation, decay.
    weighted: ClassVar[bool] = True

    def _take(self, factors: Factors) -> None:
        super()._take(factors)
        wide = self.factors.astype(np.float64)
        self._gram = wide.T @ wide

    def _viewer(self, trail: Trail) -> NDArray[np.float64]:
        own = self.factors[trail.rows].astype(np.float64)
        more = self.config.alpha * trail.weights(self.config.decay)
        normal = self._gram + own.T @ (more[:, None] * own)
        normal[np.diag_indices(len(normal))] += self.config.regularisation
        return np.linalg.solve(normal, own.T * (1.0 + more))


def touched(trails: Trails, factors: Factors, n: int) -> Factors:
    """The same factors, zero for items that nobody touched: what a fit left there is chance."""
    return np.where((trails.counts(n) > 0)[:, None], factors, 0.0).astype(np.float32)
