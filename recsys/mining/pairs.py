"""Pairs of items in one basket, counted: what association rules between pairs are made of.

Agrawal, Imielinski, Swami: Mining association rules between sets of items, SIGMOD 1993.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PairRules:
    """Rules left -> right, both directions of a pair.

    left, right: int64 [r], columns of the baskets; together: int64 [r], baskets of both;
    held: int64 [n], baskets of each item; total: all baskets.
    """

    left: Counts
    right: Counts
    together: Counts
    held: Counts
    total: int

    @property
    def confidence(self) -> NDArray[np.float64]:
        """float64 [r]: of the baskets of left, the share that holds right."""
        return self.together / self.held[self.left]

    @property
    def lift(self) -> NDArray[np.float64]:
        """float64 [r]: how many times as often as by accident."""
        return self.confidence * self.total / self.held[self.right]

    def where(self, mask: NDArray[np.bool_]) -> PairRules:
        """The rules of the mask, bool [r]."""
        left, right, together = self.left[mask], self.right[mask], self.together[mask]
        return replace(self, left=left, right=right, together=together)


def pair_rules(basket: Counts, item: Counts, n: int, least: int) -> PairRules:
    """Of m purchases, basket and item int64 [m] (items below n), those pairs that `least` baskets
    hold. An item counts once a basket, however often it is in it.
    """
    total = int(basket.max(initial=-1)) + 1
    held_in = sp.csr_matrix((np.ones(len(item), np.int64), (basket, item)), shape=(total, n))
    held_in.sum_duplicates()
    held_in.data[:] = 1
    both = (held_in.T @ held_in).tocoo()
    keep = (both.row != both.col) & (both.data >= least)
    return PairRules(
        both.row[keep].astype(np.int64),
        both.col[keep].astype(np.int64),
        both.data[keep].astype(np.int64),
        np.asarray(held_in.sum(axis=0)).ravel().astype(np.int64),
        total,
    )
