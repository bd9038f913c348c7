"""Alternating least squares for implicit feedback."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from recsys.recommend.factors import LeastSquaresRecommender, touched
from recsys.recommend.trail import Trails


@dataclass(frozen=True, slots=True)
class AlsConfig:
    """factors, iterations, regularisation, alpha: as in the paper. decay: of touches at fold-in."""

    factors: int = 64
    iterations: int = 15
    regularisation: float = 0.05
    alpha: float = 10.0
    decay: float = 0.8
    seed: int = 7


class AlsRecommender(LeastSquaresRecommender):
    """Matrix factorisation of Hu, Koren and Volinsky (2008), fitted by `implicit`.

    `implicit` is imported for fitting only; serving needs numpy alone.
    """

    kind = "als"
    config_type = AlsConfig
    config: AlsConfig

    def learn(self, trails: Trails, n: int) -> None:
        if not len(trails):
            self._take(np.zeros((n, 1), dtype=np.float32))
            return
        from implicit.als import AlternatingLeastSquares

        c = self.config
        # It makes its own threads; those of the library below would fight them.
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=c.factors,
                iterations=c.iterations,
                regularization=c.regularisation,
                alpha=c.alpha,
                num_threads=1,
                random_state=c.seed,
            )
            model.fit(trails.matrix(n).astype(np.float32), show_progress=False)
        self._take(touched(trails, model.item_factors, n))
