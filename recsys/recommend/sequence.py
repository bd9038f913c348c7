"""What viewers touched next: co-occurrence that minds order and distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recsys.recommend.collaborative import NeighbourRecommender
from recsys.recommend.neighbours import TOP, Neighbours
from recsys.recommend.trail import Trails


@dataclass(frozen=True, slots=True)
class SequenceConfig:
    """window: how many touches apart two items may lie; gap: weight of each step of it.

    forward, backward: weight of what came after, and of what came before. from_power, to_power:
    how much the popularity of the touched and of the recommended item is divided out.
    decay: weight of each touch against the one after it. top: neighbours kept of each item.
    """

    window: int = 50
    gap: float = 0.7
    forward: float = 1.0
    backward: float = 0.4
    from_power: float = 0.5
    to_power: float = 0.1
    decay: float = 0.5
    top: int = TOP


class SequenceRecommender(NeighbourRecommender):
    """Counts i -> j over all trails, near pairs more than far ones, forward more than backward.

    The counting of Session-based kNN with sequence weighting (Ludewig and Jannach, 2018), kept
    per item, so that a viewer is answered without looking at other viewers.
    """

    kind = "sequence"
    config_type = SequenceConfig
    config: SequenceConfig

    def learn(self, trails: Trails, n: int) -> None:
        c, viewers = self.config, np.maximum(trails.counts(n), 1).astype(np.float64)
        ahead = steps(trails, n, c.window, c.gap)
        both = c.forward * ahead + c.backward * ahead.T
        divided = sp.diags(viewers**-c.from_power) @ both @ sp.diags(viewers**-c.to_power)
        self.neighbours = Neighbours.of(divided.tocsr(), trails.together(n), c.top)


def steps(trails: Trails, n: int, window: int, gap: float) -> sp.csr_matrix:
    """float64 [n, n]: sum over viewers who touched i and, g <= window later, j, of gap^(g - 1)."""
    owner = np.repeat(np.arange(len(trails)), trails.lengths)
    total = sp.csr_matrix((n, n))
    longest = int(trails.lengths.max(initial=0))
    for apart in range(1, min(window, longest - 1) + 1):
        same = owner[:-apart] == owner[apart:]
        first, then = trails.rows[:-apart][same], trails.rows[apart:][same]
        weight = np.full(len(first), gap ** (apart - 1))
        total = total + sp.csr_matrix((weight, (first, then)), shape=(n, n))
    return total
