"""What a viewer touched, as rows and strengths: the only thing a collaborative model looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.profiles import Touch, touch_weight
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.query import Query

# Items of a history that are looked at, the latest ones: the rest says little and costs time.
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Distinct items in the order of their last touch, the latest last.

    rows: int64 [l], of the item table; strength: float64 [l], > 0, 1 for a mere view.
    """

    rows: NDArray[np.int64]
    strength: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    def recent(self, most: int = LONGEST) -> Trail:
        """The last `most` items."""
        return Trail(self.rows[-most:], self.strength[-most:])

    def weights(self, decay: float) -> NDArray[np.float64]:
        """float64 [l]: strength x decay to the power of the place, counted back from the last."""
        return self.strength * decay ** np.arange(len(self) - 1, -1, -1, dtype=np.float64)


def trail_of(items: ItemTable, query: Query) -> tuple[Trail, list[Touch]]:
    """The trail of a query's history, and the touch that each of its items stands for.

    Unknown items and touches that show no interest are left out. An item counts by its strongest
    touch, at the place of its last.
    """
    held: dict[int, tuple[float, Touch]] = {}
    for touch in query.history:
        row, weight = items.rows.get(touch.sku), touch_weight(touch.event, touch.value)
        if row is None or weight <= 0:
            continue
        before = held.pop(row, None)
        held[row] = (weight, touch) if before is None or weight >= before[0] else before
    last = list(held.items())[-LONGEST:]
    rows = np.array([row for row, _ in last], dtype=np.int64)
    strength = strength_of(np.array([weight for _, (weight, _) in last], dtype=np.float64))
    return Trail(rows, strength), [touch for _, (_, touch) in last]


def strength_of(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interest in views, on a log scale: a cart is not six times as telling as a view."""
    return np.log2(1.0 + weight)


@dataclass(frozen=True, slots=True, eq=False)
class Trails:
    """The trails of all viewers, one after the other.

    start: int64 [v + 1]; rows, strength and ts (epoch s of the last touch) of viewer i lie at
    start[i]:start[i + 1].
    """

    start: NDArray[np.int64]
    rows: NDArray[np.int64]
    strength: NDArray[np.float64]
    ts: NDArray[np.float64]
    _together: dict[int, sp.csr_matrix] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.start) - 1

    @classmethod
    def of(cls, seen: Interactions) -> Trails:
        """As `trail_of` would see each viewer."""
        keep = np.flatnonzero(seen.weight > 0)
        # Stable, so that within a viewer the events stay oldest first.
        keep = keep[np.argsort(seen.viewer[keep], kind="stable")]
        viewer, item, weight = seen.viewer[keep], seen.item[keep], seen.weight[keep]
        width = int(item.max(initial=0)) + 1
        # np.unique gives the first of each pair, and of the reversed order that is the last touch.
        _, last, pair = np.unique(
            (viewer * width + item)[::-1], return_index=True, return_inverse=True
        )
        strongest = np.zeros(len(last))
        np.maximum.at(strongest, pair, weight[::-1])
        place = len(keep) - 1 - last
        order = np.argsort(place)
        rows, owners = item[place[order]], viewer[place[order]]
        counts = np.unique(owners, return_counts=True)[1]
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(start, rows, strength_of(strongest[order]), seen.ts[keep][place[order]])

    def __getitem__(self, viewer: int) -> Trail:
        begin, end = self.start[viewer], self.start[viewer + 1]
        return Trail(self.rows[begin:end], self.strength[begin:end])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """int64 [v]"""
        return np.diff(self.start)

    def matrix(self, n: int) -> sp.csr_matrix:
        """float64 [v, n] of strengths."""
        return sp.csr_matrix((self.strength, self.rows, self.start), shape=(len(self), n))

    def binary(self, n: int) -> sp.csr_matrix:
        """float64 [v, n] of ones."""
        return sp.csr_matrix((np.ones(len(self.rows)), self.rows, self.start), (len(self), n))

    def together(self, n: int) -> sp.csr_matrix:
        """float64 [n, n]: viewers who touched both; counted once for all who ask."""
        if n not in self._together:
            self._together[n] = co_viewers(self.binary(n))
        return self._together[n]

    def counts(self, n: int) -> NDArray[np.int64]:
        """int64 [n]: viewers of each item."""
        return np.bincount(self.rows, minlength=n).astype(np.int64)

    def cut(self, keep: NDArray[np.int64]) -> Trails:
        """The first keep[i] items of each viewer i; viewers left without any fall away."""
        place = np.arange(len(self.rows)) - np.repeat(self.start[:-1], self.lengths)
        mask = place < np.repeat(keep, self.lengths)
        counts = keep[keep > 0]
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Trails(start, self.rows[mask], self.strength[mask], self.ts[mask])


def co_viewers(binary: sp.csr_matrix) -> sp.csr_matrix:
    """float64 [n, n]: rows of a 0/1 matrix [v, n] that hold both items."""
    together = (binary.T @ binary).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    return together


def of_lists(lists: Sequence[Sequence[int]]) -> Trails:
    """Trails of plain views, for tests and tools."""
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    rows = np.array([row for one in lists for row in one], dtype=np.int64)
    place = np.arange(len(rows)) - np.repeat(start[:-1], np.diff(start))
    return Trails(start, rows, np.ones(len(rows)), place.astype(np.float64))
