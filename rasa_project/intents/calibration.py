"""What a confidence is worth: temperature and threshold from held-out comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from rasa_project.intents.kernel import Matrix
from rasa_project.intents.model import TrainingSettings, fit, softmax

SEED = 7
TEMPERATURES = (0.2, 5.0)
# With too few comments to hold any out: answer when one intent outweighs all the others.
UNMEASURED_THRESHOLD = 0.5
# Below this share of the comments, those that may be held out are so all at once.
FEW_FRESH = 0.1
# The label of what belongs to no intent.
REST = "out_of_scope"


@dataclass(frozen=True)
class HeldOut:
    """Predictions on comments that the predicting model has not seen."""

    logits: Matrix  # [n, k]
    truth: NDArray[np.int64]  # [n], columns of the right labels
    rows: NDArray[np.int64]  # [n], which of the training comments these are
    names: tuple[str, ...]  # [k], the labels of the columns


@dataclass(frozen=True)
class Calibration:
    """Temperature of the softmax, and the confidence from which an intent is believed."""

    temperature: float
    threshold: float
    accuracy: float | None = None  # held out; None where nothing could be held out


def hold_out(
    vectors: Matrix,
    texts: Sequence[str],
    labels: Sequence[str],
    settings: TrainingSettings,
    folds: int,
    fresh: NDArray[np.bool_] | None = None,
) -> HeldOut | None:
    """Predict comments by a model trained on the other folds; None with too few.

    `fresh` [n] marks the comments that the encoder was not tuned on. Only those are held out:
    of the others it has learnt the label already. They stay in every fold's training part.
    """
    rows = np.arange(len(labels)) if fresh is None else np.flatnonzero(fresh)
    names = sorted(set(labels))
    if len(names) < 2 or len(rows) < max(2 * folds, len(names)):
        return None
    fold_of = np.full(len(labels), -1)
    fold_of[rows] = assign_folds([labels[row] for row in rows], folds)
    if len(rows) < FEW_FRESH * len(labels):
        fold_of, folds = _at_once(labels, fold_of), 1
        rows = np.flatnonzero(fold_of == 0)
    column = {name: index for index, name in enumerate(names)}
    logits = np.full((len(labels), len(names)), -np.inf, dtype=np.float32)
    for fold in range(folds):
        train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        if not len(train) or not len(test):
            continue
        part = [labels[row] for row in train]
        model = fit(vectors[train], [texts[row] for row in train], part, settings)
        columns = [column[name] for name in model.labels]
        logits[np.ix_(test, columns)] = model.logits_of(vectors[test], [texts[row] for row in test])
    truth = np.array([column[labels[row]] for row in rows])
    return HeldOut(logits[rows], truth, rows, tuple(names))


def _at_once(labels: Sequence[str], fold_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """One fold of all that is held out, where training has other comments of the intent.

    A second fold would cost another training of nearly everything. Of an intent that is held
    out whole, as one that the owner has just made, the first fold alone.
    """
    known = {label for label, fold in zip(labels, fold_of, strict=True) if fold < 0}
    kept = np.array([label in known for label in labels])
    return np.where((fold_of > 0) & kept, 0, np.where(fold_of > 0, -1, fold_of))


def assign_folds(labels: Sequence[str], folds: int) -> NDArray[np.int64]:
    """A fold for each comment, every intent spread evenly over the folds."""
    generator = np.random.default_rng(SEED)
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        rows_of[label].append(row)
    fold_of = np.empty(len(labels), dtype=np.int64)
    for rows in rows_of.values():
        fold_of[generator.permutation(rows)] = np.arange(len(rows)) % folds
    return fold_of


def calibrate(
    held_out: HeldOut | None, wrong_answer_cost: float, rest_share: float = 0.0
) -> Calibration:
    """Temperature of least held-out log loss, then the threshold of greatest worth.

    An answer is worth 1 when the intent is right and -`wrong_answer_cost` when it is wrong;
    saying "I pass that on to the host" is worth nothing. Comments labelled REST count as if
    they were at least `rest_share` of all: training data has few of what is endless.
    """
    if held_out is None:
        return Calibration(1.0, UNMEASURED_THRESHOLD)
    temperature = _temperature(held_out)
    probabilities = softmax(held_out.logits, temperature)
    predicted = probabilities.argmax(axis=1)
    right = predicted == held_out.truth
    weights = _weights(held_out, rest_share)
    # Whatever its confidence, a comment taken for the rest is not answered.
    weights[predicted == _column(held_out.names, REST)] = 0.0
    threshold = best_threshold(probabilities.max(axis=1), right, wrong_answer_cost, weights)
    return Calibration(temperature, threshold, float(right.mean()))


def _weights(held_out: HeldOut, rest_share: float) -> NDArray[np.float64]:
    """How much each held-out comment counts, [n]."""
    weights = np.ones(len(held_out.truth))
    rest = held_out.truth == _column(held_out.names, REST)
    if rest.any() and not rest.all():
        others = float((~rest).sum())
        wanted = rest_share / (1.0 - rest_share) * others
        weights[rest] = max(1.0, wanted / float(rest.sum()))
    return weights


def _column(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1


def best_threshold(
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    wrong_answer_cost: float,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """The confidence above which answers are together worth most; `weights` [n], 1 by default."""
    order = np.argsort(-confidences, kind="stable")
    worths = np.where(right, 1.0, -wrong_answer_cost) * (1.0 if weights is None else weights)
    worth = worths[order].cumsum()
    last = int(worth.argmax())
    if worth[last] <= 0:
        return 1.0
    return float(confidences[order][last])


def _temperature(held_out: HeldOut) -> float:
    rows = np.arange(len(held_out.truth))

    def loss(temperature: float) -> float:
        chosen = softmax(held_out.logits, temperature)[rows, held_out.truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=TEMPERATURES, method="bounded")
    return float(found.x)
