"""How alike two comments are: in meaning (encoder) and in wording (character n-grams).

The kernel is exp(gamma * (cosine - 1)) + ngram_weight * n-gram cosine, with the cosine taken
after the training set's mean is removed and each dimension scaled: raw sentence vectors of
this family all lie in one narrow cone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from rasa_project.intents.ngrams import NgramSpace

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class KernelSettings:
    """What the kernel sums up."""

    gamma: float = 2.0
    meaning_weight: float = 1.0
    ngram_weight: float = 0.5
    longest_ngram: int = 4


@dataclass(frozen=True)
class VectorScale:
    """Centre and spread of the training vectors."""

    centre: Matrix
    spread: Matrix

    @classmethod
    def fit(cls, vectors: Matrix) -> VectorScale:
        """Mean and standard deviation of each dimension; a constant one is left unscaled."""
        spread = vectors.std(axis=0)
        return cls(
            vectors.mean(axis=0).astype(np.float32),
            np.where(spread > 1e-6, spread, 1.0).astype(np.float32),
        )

    def apply(self, vectors: Matrix) -> Matrix:
        """Vectors centred, scaled and of length 1."""
        scaled = (vectors - self.centre) / self.spread
        norms = np.linalg.norm(scaled, axis=-1, keepdims=True)
        return (scaled / np.maximum(norms, 1e-6)).astype(np.float32)


@dataclass(frozen=True)
class Points:
    """Comments in both views: scaled vectors [n, d] and n-gram weights [n, vocabulary]."""

    meaning: Matrix
    wording: csr_matrix

    def part(self, rows: NDArray[np.int64]) -> Points:
        """Some of them."""
        return Points(self.meaning[rows], self.wording[rows])

    def __len__(self) -> int:
        return len(self.meaning)


@dataclass(frozen=True)
class Space:
    """The training comments as the kernel sees them."""

    settings: KernelSettings
    scale: VectorScale
    ngrams: NgramSpace

    @classmethod
    def fit(cls, vectors: Matrix, texts: Sequence[str], settings: KernelSettings) -> Space:
        """Learn the scale of the vectors and the n-grams."""
        ngrams = NgramSpace.fit(texts, settings.longest_ngram)
        return cls(settings, VectorScale.fit(vectors), ngrams)

    def meaning(self, scaled: Matrix, others: Matrix) -> Matrix:
        """The part of the kernel that compares meaning; both sides already scaled."""
        similar: Matrix = np.exp(self.settings.gamma * (scaled @ others.T - 1.0))
        return similar * np.float32(self.settings.meaning_weight)

    def points(self, vectors: Matrix, texts: Sequence[str]) -> Points:
        """Comments as the kernel compares them."""
        return Points(self.scale.apply(vectors), self.ngrams.matrix(texts))

    def gram(self, points: Points, others: Points) -> Matrix:
        """The kernel of comments with others, [n, m]."""
        kernel = self.meaning(points.meaning, others.meaning)
        wording = (points.wording @ others.wording.T).toarray()
        kernel += np.float32(self.settings.ngram_weight) * wording
        return kernel
