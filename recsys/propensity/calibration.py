"""Maps from a model's probabilities to ones that hold: of those given 20 %, one in five buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from recsys.evaluation import classification

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

EDGE: Final = 1e-6
FOLDS: Final = 5


class Calibrator(Protocol):
    """Fitted on probabilities [n] and labels [n] of rows that the model did not learn from."""

    def fit(self, probabilities: Floats, labels: Labels) -> Self: ...

    def __call__(self, probabilities: Floats) -> Floats: ...


@dataclass
class AsIs:
    """The probabilities as they are."""

    def fit(self, probabilities: Floats, labels: Labels) -> AsIs:
        return self

    def __call__(self, probabilities: Floats) -> Floats:
        return probabilities


@dataclass
class Sigmoid:
    """Platt's: a straight line on the logits, which two numbers describe; good on few rows."""

    slope: float = 1.0
    offset: float = 0.0

    def fit(self, probabilities: Floats, labels: Labels) -> Sigmoid:
        line = LogisticRegression(C=1e6).fit(_logit(probabilities)[:, None], labels)
        self.slope, self.offset = float(line.coef_[0, 0]), float(line.intercept_[0])
        return self

    def __call__(self, probabilities: Floats) -> Floats:
        logits = self.slope * _logit(probabilities) + self.offset
        scores: Floats = 1.0 / (1.0 + np.exp(-logits))
        return scores


class Isotonic:
    """Any rising map; needs more rows. Never quite 0 or 1, which no finite data shows."""

    def fit(self, probabilities: Floats, labels: Labels) -> Isotonic:
        steps = IsotonicRegression(out_of_bounds="clip").fit(probabilities, labels)
        edge = 1.0 / (len(labels) + 2)
        self.x: Floats = steps.X_thresholds_
        self.y: Floats = np.clip(steps.y_thresholds_, edge, 1 - edge)
        return self

    def __call__(self, probabilities: Floats) -> Floats:
        return np.interp(probabilities, self.x, self.y)


CALIBRATORS: Final[dict[str, type[AsIs] | type[Sigmoid] | type[Isotonic]]] = {
    "none": AsIs,
    "sigmoid": Sigmoid,
    "isotonic": Isotonic,
}


def cross_fitted(name: str, probabilities: Floats, labels: Labels, seed: int) -> Floats:
    """Each row calibrated by a map fitted on the other folds."""
    calibrated = np.empty_like(probabilities)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for rest, part in folds.split(probabilities, labels):
        calibrator = CALIBRATORS[name]().fit(probabilities[rest], labels[rest])
        calibrated[part] = calibrator(probabilities[part])
    return calibrated


def usable(labels: Labels) -> tuple[str, ...]:
    """Calibrators that can be compared on these labels: only "none" with too few of a class."""
    fewest = int(np.bincount(labels, minlength=2).min())
    return tuple(CALIBRATORS) if fewest >= FOLDS else ("none",)


def log_losses(probabilities: Floats, labels: Labels, seed: int) -> dict[str, float]:
    """Cross-fitted log loss by each usable calibrator; NaN without rows."""
    names = usable(labels)
    if names == ("none",):
        return {"none": classification.log_loss(labels, probabilities)}
    return {
        name: classification.log_loss(labels, cross_fitted(name, probabilities, labels, seed))
        for name in names
    }


def _logit(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, EDGE, 1 - EDGE)
    logits: Floats = np.log(clipped / (1 - clipped))
    return logits
