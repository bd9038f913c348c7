"""Metrics of probabilities of a yes-or-no outcome, by scikit-learn where it has them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

Labels = NDArray[np.int64] | NDArray[np.bool_]
Probabilities = NDArray[np.float64]

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Figures of one model on one set; NaN where a figure is undefined.

    n, base_rate: rows, and the share of them that are positive.
    auc, pr_auc: area under ROC; average precision. Undefined with one class.
    threshold: at or above which a probability counts as yes.
    accuracy: of all rows. precision: of rows said yes. recall: of positive rows. f1: of both.
    ece: expected calibration error, see `ece`. log_loss: natural logarithm, per row.
    """

    n: int
    base_rate: float
    auc: float
    pr_auc: float
    threshold: float
    accuracy: float
    precision: float
    recall: float
    f1: float
    ece: float
    log_loss: float

    def as_json(self) -> dict[str, float | int | None]:
        """Undefined figures are null, as JSON has no NaN."""
        return {name: None if math.isnan(v) else v for name, v in asdict(self).items()}


def report(
    labels: Labels, probabilities: Probabilities, threshold: float = 0.5
) -> ClassificationReport:
    """All figures at once; see ClassificationReport."""
    labels = np.asarray(labels, dtype=np.int64)
    said = probabilities >= threshold
    hits = int((said & (labels == 1)).sum())
    n, positive, yes = len(labels), int(labels.sum()), int(said.sum())
    return ClassificationReport(
        n=n,
        base_rate=_share(positive, n),
        auc=auc(labels, probabilities),
        pr_auc=pr_auc(labels, probabilities),
        threshold=float(threshold),
        accuracy=_share(int((said == (labels == 1)).sum()), n),
        precision=_share(hits, yes),
        recall=_share(hits, positive),
        f1=_share(2 * hits, yes + positive),
        ece=ece(labels, probabilities),
        log_loss=log_loss(labels, probabilities),
    )


def auc(labels: Labels, probabilities: Probabilities) -> float:
    """Share of (positive, negative) pairs in the right order, ties half; NaN with one class."""
    if _one_class(labels):
        return math.nan
    return float(metrics.roc_auc_score(labels, probabilities))


def pr_auc(labels: Labels, probabilities: Probabilities) -> float:
    """Average precision: precision at each new recall level, by its step; NaN with one class."""
    if _one_class(labels):
        return math.nan
    return float(metrics.average_precision_score(labels, probabilities))


def f1(labels: Labels, probabilities: Probabilities, threshold: float = 0.5) -> float:
    """2 x hits / (said yes + positive); NaN when nothing was said yes and nothing is positive."""
    return report(labels, probabilities, threshold).f1


def ece(labels: Labels, probabilities: Probabilities, bins: int = BINS) -> float:
    """Expected calibration error: |mean probability - share of positives| of each of `bins` bins
    of equal width over 0..1, weighted by its share of the rows. NaN without rows.
    """
    if not len(labels):
        return math.nan
    place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    away = np.bincount(place, probabilities - labels, minlength=bins)
    return float(np.abs(away).sum() / len(labels))


def log_loss(labels: Labels, probabilities: Probabilities) -> float:
    """Mean of -ln(probability given to what happened), clipped at 1e-6; NaN without rows."""
    if not len(labels):
        return math.nan
    given = np.where(np.asarray(labels) == 1, probabilities, 1.0 - probabilities)
    return float(-np.log(np.clip(given, 1e-6, 1.0)).mean())


def best_threshold(labels: Labels, probabilities: Probabilities) -> float:
    """The threshold of the highest F1 among the probabilities given; 0.5 with one class."""
    if _one_class(labels):
        return 0.5
    precision, recall, thresholds = metrics.precision_recall_curve(labels, probabilities)
    both = precision[:-1] + recall[:-1]
    scores = 2 * precision[:-1] * recall[:-1] / np.where(both > 0, both, 1.0)
    return float(thresholds[int(np.argmax(scores))])


def _one_class(labels: Labels) -> bool:
    return len(np.unique(labels)) < 2


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
