"""Bayesian personalised ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.recommend.factors import LeastSquaresRecommender, touched
from recsys.recommend.trail import Trails


@dataclass(frozen=True, slots=True)
class BprConfig:
    """factors, iterations, regularisation, rate: of the fit.

    alpha, decay: of the fold-in. fold_in: how strongly it holds the viewer's vector to 0.
    """

    factors: int = 64
    iterations: int = 100
    rate: float = 0.05
    shrink: float = 0.01
    alpha: float = 10.0
    regularisation: float = 1.0
    decay: float = 0.8
    seed: int = 7


class BprRecommender(LeastSquaresRecommender):
    """Pairwise factorisation of Rendle et al. (2009), fitted by `implicit`.

    A new viewer has no vector in BPR, and sampling pairs for one at each query would be slow and
    random. So the vector is solved for by least squares over the fitted item factors: touched
    items at 1, all others at 0 with little weight, which ranks touched above untouched as the
    pairwise loss does. The item bias is left out: it is popularity, which has its own part.
    """

    kind = "bpr"
    config_type = BprConfig
    config: BprConfig

    def learn(self, trails: Trails, n: int) -> None:
        if not len(trails):
            self._take(np.zeros((n, 1), dtype=np.float32))
            return
        from implicit.bpr import BayesianPersonalizedRanking

        c = self.config
        model = BayesianPersonalizedRanking(
            factors=c.factors,
            iterations=c.iterations,
            learning_rate=c.rate,
            regularization=c.shrink,
            # More threads update the same factors without locks: other figures at every fit.
            num_threads=1,
            random_state=c.seed,
        )
        matrix = trails.matrix(n).astype(np.float32)
        model.fit(matrix, show_progress=False)
        self._take(touched(trails, model.item_factors[:, : c.factors], n))
