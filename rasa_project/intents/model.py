"""The intent classifier: multinomial logistic regression in the kernel's feature space."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from rasa_project.intents.kernel import KernelSettings, Matrix, Space, VectorScale
from rasa_project.intents.ngrams import NgramSpace

ARRAYS_FILE, SETTINGS_FILE = "intents.npz", "intents.json"
SMALLEST_EIGENVALUE = 1e-4


@dataclass(frozen=True)
class TrainingSettings:
    """How the regression is fitted."""

    kernel: KernelSettings = field(default_factory=KernelSettings)
    # The leading eigenvectors of the kernel: 800 of 5,000 lose half a point of accuracy
    # against all, and train in a fifth of the time.
    rank: int = 1200
    inverse_regularisation: float = 20.0
    max_iterations: int = 60


@dataclass(frozen=True)
class IntentModel:
    """Labels, and what it takes to score a comment with numpy alone."""

    labels: tuple[str, ...]
    space: Space
    anchors: Matrix  # scaled training vectors [n, d]
    meaning_weights: Matrix  # [n, k]
    ngram_weights: Matrix  # [vocabulary, k]
    bias: Matrix  # [k]

    def logits(self, vector: Matrix, text: str) -> Matrix:
        """Scores [k] of one comment: its sentence vector [d] and its plain text."""
        columns, weights = self.space.ngrams.row(text)
        similar = self.space.meaning(self.space.scale.apply(vector), self.anchors)
        scores: Matrix = similar @ self.meaning_weights + self.bias
        scores += weights @ self.ngram_weights[columns]
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
    space = Space.fit(vectors, texts, settings.kernel)
    names = tuple(sorted(set(labels)))
    weights, bias = _regress(space.gram(vectors, texts), labels, names, settings)
    wording = space.ngrams.matrix(texts)
    ngram_weights = np.asarray(wording.T @ weights) * settings.kernel.ngram_weight
    return IntentModel(
        names,
        space,
        space.scale.apply(vectors),
        weights,
        ngram_weights.astype(np.float32),
        bias,
    )


def _regress(
    gram: Matrix, labels: Sequence[str], names: tuple[str, ...], settings: TrainingSettings
) -> tuple[Matrix, Matrix]:
    """Weights [n, k] on the training comments, and the bias [k]."""
    if len(names) == 1:
        return np.zeros((len(labels), 1), np.float32), np.zeros(1, np.float32)
    features, back = _features(gram, settings.rank)
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


def _features(gram: Matrix, rank: int) -> tuple[Matrix, Matrix]:
    """Features [n, r] whose inner products give the kernel, and the way back [n, r].

    Regression on these is regression in the kernel's own space, and well conditioned: it
    converges in tens of steps where the same on n-gram columns takes a minute.
    """
    size = len(gram)
    first = max(0, size - rank)
    values, vectors = eigh(gram, subset_by_index=(first, size - 1), check_finite=False)
    kept = values > SMALLEST_EIGENVALUE
    roots = np.sqrt(values[kept])
    return vectors[:, kept] * roots, vectors[:, kept] / roots


def softmax(logits: Matrix, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    powers = np.exp(scaled)
    probabilities: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities
