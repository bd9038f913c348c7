"""The intent classifier: multinomial logistic regression in the kernel's feature space."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from rasa_project.intents.kernel import KernelSettings, Matrix, Points, Space, VectorScale
from rasa_project.intents.ngrams import NgramSpace

ARRAYS_FILE, SETTINGS_FILE = "intents.npz", "intents.json"
SMALLEST_EIGENVALUE = 1e-4
SEED = 7


@dataclass(frozen=True)
class TrainingSettings:
    """How the regression is fitted."""

    kernel: KernelSettings = field(default_factory=KernelSettings)
    # Comments that span the feature space (Nystroem): the kernel of all with all grows with
    # the square of the comments, and of 15,000 takes minutes for half a point of accuracy.
    anchors: int = 1200
    # The leading eigenvectors of the anchors' kernel.
    rank: int = 500
    # Many intents need more of both: with 150 of them and 8 anchors each, 0.8 points are lost.
    anchors_per_intent: int = 20
    inverse_regularisation: float = 50.0
    max_iterations: int = 40

    def for_intents(self, count: int) -> TrainingSettings:
        """The same, with anchors and rank enough for so many intents."""
        least = self.anchors_per_intent * count
        return replace(self, anchors=max(self.anchors, least), rank=max(self.rank, least // 2))


@dataclass(frozen=True)
class IntentModel:
    """Labels, and what it takes to score a comment with numpy alone."""

    labels: tuple[str, ...]
    space: Space
    anchors: Matrix  # scaled vectors of the anchors [a, d]
    meaning_weights: Matrix  # [a, k]
    ngram_weights: Matrix  # [vocabulary, k]
    bias: Matrix  # [k]

    def logits(self, vector: Matrix, text: str) -> Matrix:
        """Scores [k] of one comment: its sentence vector [d] and its plain text."""
        columns, weights = self.space.ngrams.row(text)
        similar = self.space.meaning(self.space.scale.apply(vector), self.anchors)
        scores: Matrix = similar @ self.meaning_weights + self.bias
        scores += weights @ self.ngram_weights[columns]
        return scores

    def logits_of(self, vectors: Matrix, texts: Sequence[str]) -> Matrix:
        """Scores [n, k] of many comments: for more than a few, several times as fast."""
        similar = self.space.meaning(self.space.scale.apply(vectors), self.anchors)
        scores: Matrix = similar @ self.meaning_weights + self.bias
        scores += self.space.ngrams.matrix(texts) @ self.ngram_weights
        return scores

    def save(self, folder: Path) -> None:
        """Write the model as one npz of arrays and one JSON; no pickle."""
        ngrams = self.space.ngrams
        np.savez(
            folder / ARRAYS_FILE,
            centre=self.space.scale.centre,
            spread=self.space.scale.spread,
            idf=ngrams.idf,
            anchors=self.anchors,
            meaning_weights=self.meaning_weights,
            ngram_weights=self.ngram_weights,
            bias=self.bias,
        )
        settings = {
            "labels": self.labels,
            "kernel": asdict(self.space.settings),
            "vocabulary": ngrams.vocabulary,
        }
        (folder / SETTINGS_FILE).write_text(json.dumps(settings, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote."""
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            kernel = KernelSettings(**settings["kernel"])
            space = Space(
                kernel,
                VectorScale(arrays["centre"], arrays["spread"]),
                NgramSpace(settings["vocabulary"], arrays["idf"], kernel.longest_ngram),
            )
            return cls(
                tuple(settings["labels"]),
                space,
                arrays["anchors"],
                arrays["meaning_weights"],
                arrays["ngram_weights"],
                arrays["bias"],
            )


def fit(
    vectors: Matrix, texts: Sequence[str], labels: Sequence[str], settings: TrainingSettings
) -> IntentModel:
    """Train on sentence vectors [n, d], plain texts and labels; raises ValueError when empty."""
    if not len(labels):
        raise ValueError("no training comments with an intent")
    names = tuple(sorted(set(labels)))
    settings = settings.for_intents(len(names))
    space = Space.fit(vectors, texts, settings.kernel)
    points = space.points(vectors, texts)
    anchors = points.part(choose_anchors(labels, settings.anchors))
    weights, bias = _regress(space, points, anchors, labels, names, settings)
    ngram_weights = np.asarray(anchors.wording.T @ weights) * settings.kernel.ngram_weight
    return IntentModel(
        names,
        space,
        anchors.meaning,
        weights,
        ngram_weights.astype(np.float32),
        bias,
    )


def choose_anchors(labels: Sequence[str], most: int) -> NDArray[np.int64]:
    """Rows of the anchors: all, or `most` of them drawn evenly from the intents."""
    if len(labels) <= most:
        return np.arange(len(labels))
    generator = np.random.default_rng(SEED)
    order = generator.permutation(len(labels))
    rank = np.empty(len(labels), dtype=np.int64)  # the how-manieth of its intent, at random
    met: Counter[str] = Counter()
    for row in order:
        rank[row] = met[labels[row]]
        met[labels[row]] += 1
    return np.sort(order[np.argsort(rank[order], kind="stable")[:most]])


def _regress(
    space: Space,
    points: Points,
    anchors: Points,
    labels: Sequence[str],
    names: tuple[str, ...],
    settings: TrainingSettings,
) -> tuple[Matrix, Matrix]:
    """Weights [anchors, k], and the bias [k]."""
    if len(names) == 1:
        return np.zeros((len(anchors), 1), np.float32), np.zeros(1, np.float32)
    back = _whitening(space.gram(anchors, anchors), settings.rank)
    features = space.gram(points, anchors) @ back
    regression = LogisticRegression(
        C=settings.inverse_regularisation, max_iter=settings.max_iterations, tol=1e-3
    )
    with warnings.catch_warnings():
        # Ending early is meant: further steps fit the training comments, not unseen ones.
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(features, labels)
    coefficients, bias = regression.coef_, regression.intercept_
    if len(names) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.vstack([-coefficients[0], coefficients[0]]) / 2
        bias = np.array([-bias[0], bias[0]]) / 2
    return (back @ coefficients.T).astype(np.float32), bias.astype(np.float32)


def _whitening(gram: Matrix, rank: int) -> Matrix:
    """What turns kernel rows into features [anchors, r] whose inner products give the kernel.

    Regression on these is regression in the kernel's own space, and well conditioned: it
    converges in tens of steps where the same on n-gram columns takes a minute (Williams and
    Seeger 2001, "Using the Nystroem method to speed up kernel machines").
    """
    size = len(gram)
    first = max(0, size - rank)
    values, vectors = eigh(gram, subset_by_index=(first, size - 1), check_finite=False)
    kept = values > SMALLEST_EIGENVALUE
    whitening: Matrix = (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32)
    return whitening


def softmax(logits: Matrix, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    powers = np.exp(scaled)
    probabilities: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities
