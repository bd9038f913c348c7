"""Items that go with items, a short list each: what every item-to-item model serves from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.recommend.trail import Trail

TOP: Final = 200
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """For item i: ids[start[i]:start[i + 1]], each with how strongly i speaks for it.

    start: int64 [n + 1]; ids: int32; value: float32; together: int32, viewers who touched both.
    """

    start: NDArray[np.int64]
    ids: NDArray[np.int32]
    value: NDArray[np.float32]
    together: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start) - 1

    @classmethod
    def none(cls, n: int) -> Self:
        """An empty list for each of n items."""
        ids, value = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        return cls(np.zeros(n + 1, dtype=np.int64), ids, value, ids)

    @classmethod
    def of(cls, matrix: sp.csr_matrix, viewers: sp.csr_matrix, top: int = TOP) -> Self:
        """Keep the `top` largest of each row of `matrix`; `viewers` [n, n] counts who touched both.

        Never an item itself. Of equal values, the lower row is kept.
        """
        kept = strongest(matrix, top)
        pairs = _at(viewers.tocsr(), kept)
        return cls(
            kept.indptr.astype(np.int64),
            kept.indices.astype(np.int32),
            kept.data.astype(np.float32),
            pairs.astype(np.int32),
        )

    def add_to(
        self, scores: NDArray[np.float64], trail: Trail, weights: NDArray[np.float64]
    ) -> NDArray[np.int32]:
        """Add what each item of the trail says, by its weight; gives the rows that it spoke of."""
        ids, value, lengths = self.of_rows(trail.rows)
        np.add.at(scores, ids, np.repeat(weights, lengths) * value)
        return ids

    def of_rows(
        self, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        """(ids, value) of these rows' lists, one after the other, and the length of each list."""
        where, lengths = self._where(rows)
        return self.ids[where], self.value[where], lengths

    def _where(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        lengths = self.start[rows + 1] - self.start[rows]
        ends = np.cumsum(lengths)
        where = np.arange(ends[-1] if len(ends) else 0)
        return where + np.repeat(self.start[rows] - (ends - lengths), lengths), lengths

    def toward(
        self, rows: NDArray[np.int64], others: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """(how strongly each row speaks for each other, viewers who touched both): [l, k] both.

        0 where an item is not on the other's list. `others` hold no row twice.
        """
        value, together = (
            np.zeros((len(rows), len(others))),
            np.zeros((len(rows), len(others)), dtype=np.int64),
        )
        if not len(rows) or not len(others):
            return value, together
        where, lengths = self._where(rows)
        ids, order = self.ids[where], np.argsort(others)
        place = np.minimum(np.searchsorted(others[order], ids), len(others) - 1)
        met = np.flatnonzero(others[order][place] == ids)
        cells = np.repeat(np.arange(len(rows)), lengths)[met], order[place[met]]
        value[cells], together[cells] = self.value[where[met]], self.together[where[met]]
        return value, together

    def arrays(self, prefix: str = "") -> Arrays:
        return {f"{prefix}{name}": getattr(self, name) for name in FIELDS}

    @classmethod
    def restored(cls, arrays: Arrays, n: int, prefix: str = "") -> Self:
        """From `arrays`. Raises ValueError when they do not hold together."""
        made = cls(**{name: arrays[f"{prefix}{name}"] for name in FIELDS})
        size = len(made.ids)
        whole = len(made) == n and made.start[0] == 0 and made.start[-1] == size
        if not (whole and len(made.value) == len(made.together) == size):
            raise ValueError(f"neighbours of {len(made)} items, {n} wanted")
        if size and not 0 <= int(made.ids.min()) <= int(made.ids.max()) < n:
            raise ValueError("neighbours outside the item table")
        return made


FIELDS: Final = ("start", "ids", "value", "together")


def strongest(matrix: sp.csr_matrix, top: int) -> sp.csr_matrix:
    """float64 [n, n]: the `top` largest non-zero values of each row, off the diagonal."""
    coo = matrix.tocoo()
    off = (coo.row != coo.col) & (coo.data != 0)
    row, col, data = coo.row[off], coo.col[off], coo.data[off]
    order = np.lexsort((col, -data, row))
    row, col, data = row[order], col[order], data[order]
    starts = np.searchsorted(row, np.arange(matrix.shape[0]))
    keep = np.arange(len(row)) - starts[row] < top
    return sp.csr_matrix((data[keep], (row[keep], col[keep])), shape=matrix.shape)


def _at(matrix: sp.csr_matrix, where: sp.csr_matrix) -> NDArray[np.float64]:
    """Values of `matrix` at the non-zeros of `where`, in their order."""
    coo = where.tocoo()
    if not coo.nnz:
        return np.empty(0)
    return np.asarray(matrix[coo.row, coo.col]).ravel()
