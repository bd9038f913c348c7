"""Character n-grams of a comment, weighted by tf-idf."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Weights = NDArray[np.float32]
# From so many comments on.
LARGE = 2000


def ngrams(text: str, longest: int) -> Iterable[str]:
    """Every run of 1 to `longest` characters."""
    for size in range(1, longest + 1):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]


class NgramSpace:
    """The n-grams of a training set, and comments as unit vectors over them."""

    def __init__(self, vocabulary: Sequence[str], idf: Weights, longest: int) -> None:
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self.longest = longest
        self._column = {gram: column for column, gram in enumerate(self.vocabulary)}

    @classmethod
    def fit(cls, texts: Sequence[str], longest: int) -> NgramSpace:
        """Learn which n-grams there are and how common each is (smoothed idf).

        In a large set, n-grams of one comment alone are left out: they tell nothing of another
        comment, and are four in five.
        """
        documents = Counter(gram for text in texts for gram in set(ngrams(text, longest)))
        least = 2 if len(texts) >= LARGE else 1
        vocabulary = sorted(gram for gram, number in documents.items() if number >= least)
        counts = np.array([documents[gram] for gram in vocabulary], dtype=np.float64)
        idf = np.log((1.0 + len(texts)) / (1.0 + counts)) + 1.0
        return cls(vocabulary, idf.astype(np.float32), longest)

    def row(self, text: str) -> tuple[NDArray[np.int64], Weights]:
        """Columns and weights of one comment: sublinear tf times idf, of length 1."""
        counts = Counter(
            column
            for gram in ngrams(text, self.longest)
            if (column := self._column.get(gram)) is not None
        )
        columns = np.fromiter(counts, dtype=np.int64, count=len(counts))
        weights = np.array([1.0 + math.log(n) for n in counts.values()], dtype=np.float32)
        weights = weights * self.idf[columns]
        norm = float(np.linalg.norm(weights))
        return columns, weights / norm if norm else weights

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """Comments as a sparse matrix [n, vocabulary]."""
        rows = [self.row(text) for text in texts]
        columns = [row[0] for row in rows] or [np.empty(0, np.int64)]
        weights = [row[1] for row in rows] or [np.empty(0, np.float32)]
        ends = np.cumsum([0, *(len(row[0]) for row in rows)])
        shape = (len(rows), len(self.vocabulary))
        return csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape=shape)
