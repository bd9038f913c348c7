"""Nearest items by their text vectors, as short lists: a full product is slow at query time."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.recommend.neighbours import Neighbours

NEAREST: Final = 50
# Every pair is compared while fitting: 50,000 items take about a minute on one core.
MOST_ITEMS: Final = 50_000
BLOCK: Final = 1_024


def content_neighbours(vectors: NDArray[np.float32], nearest: int = NEAREST) -> Neighbours:
    """The `nearest` items of each by cosine, after the mean of all is taken off; > 0 only.

    vectors: float32 [n, d]. Empty lists without vectors, and beyond MOST_ITEMS.
    """
    n = len(vectors)
    unit = _centred(vectors)
    if n > MOST_ITEMS or not unit.any():
        return Neighbours.none(n)
    blocks = [_nearest(unit, begin, nearest) for begin in range(0, n, BLOCK)]
    row = np.concatenate([block[0] for block in blocks])
    ids = np.concatenate([block[1] for block in blocks]).astype(np.int32)
    value = np.concatenate([block[2] for block in blocks]).astype(np.float32)
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))]).astype(np.int64)
    return Neighbours(start, ids, value, np.zeros(len(ids), dtype=np.int32))


def _centred(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    if not vectors.size:
        return vectors
    away = vectors - vectors.mean(axis=0)
    norm = np.linalg.norm(away, axis=1, keepdims=True)
    return np.where(norm > 1e-6, away / np.maximum(norm, 1e-6), 0.0).astype(np.float32)


def _nearest(
    unit: NDArray[np.float32], begin: int, nearest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """(row, neighbour, cosine) of one block of rows."""
    cosine = unit[begin : begin + BLOCK] @ unit.T
    own = np.arange(len(cosine))
    cosine[own, begin + own] = -1.0
    keep = min(nearest, cosine.shape[1])
    ids = np.sort(np.argpartition(-cosine, keep - 1, axis=1)[:, :keep], axis=1)
    value = np.take_along_axis(cosine, ids, axis=1)
    row, place = np.nonzero(value > 0)
    return begin + row, ids[row, place], value[row, place]
