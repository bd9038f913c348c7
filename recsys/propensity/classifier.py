"""A calibrated probability from a table of numbers: candidates, the choice by validation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import ThreadpoolController

from recsys.propensity.calibration import CALIBRATORS, Calibrator, log_losses

# One thread: with as many OpenMP threads as cores, each step waits for the slowest. Beside other
# work on two cores that took 7.0 s instead of 0.7 to fit, and 144 ms instead of 9 to score one
# row at the 99th percentile.
THREADS: Final = ThreadpoolController()

Table = NDArray[np.float64]
Labels = NDArray[np.int64]


class OneClassTarget(ValueError):
    """Nothing can be learned: no rows, or all of them with the same outcome."""


def signed_log(values: Table) -> Table:
    """sign(x) ln(1 + |x|): counts, seconds and fen on one scale, zeros stay zeros."""
    logs: Table = np.sign(values) * np.log1p(np.abs(values))
    return logs


def _logistic(c: float) -> Callable[[int], Pipeline]:
    return lambda seed: make_pipeline(
        FunctionTransformer(signed_log),
        StandardScaler(),
        LogisticRegression(C=c, max_iter=2_000, random_state=seed),
    )


def _boosting(leaves: int, rounds: int) -> Callable[[int], Pipeline]:
    # Fixed rounds, no early stopping: its inner split would be random, over moments of the same
    # viewers, and so would stop too late.
    return lambda seed: make_pipeline(
        HistGradientBoostingClassifier(
            max_leaf_nodes=leaves,
            max_iter=rounds,
            learning_rate=0.05,
            min_samples_leaf=40,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=seed,
        )
    )


CANDIDATES: Final[dict[str, Callable[[int], Pipeline]]] = {
    "logistic_c0.01": _logistic(0.01),
    "logistic_c1": _logistic(1.0),
    "boosting_8x80": _boosting(8, 80),
    "boosting_16x150": _boosting(16, 150),
}


@dataclass(slots=True)
class CalibratedClassifier:
    """A fitted pipeline, its calibrator, and the validation log loss of all that were tried."""

    name: str
    calibration: str
    pipeline: Any
    calibrator: Calibrator
    trials: dict[str, dict[str, float]]

    def predict(self, table: Table) -> NDArray[np.float64]:
        """float64 [n], probability of a positive outcome of each row of [n, features]."""
        if not len(table):
            return np.empty(0)
        return np.asarray(self.calibrator(_raw(self.pipeline, table)))


def choose(
    train: tuple[Table, Labels], validation: tuple[Table, Labels], seed: int
) -> CalibratedClassifier:
    """Fit every candidate on train; keep the pair of model and calibrator of the least validation
    log loss, which offers by expected profit depend on, rather than AUC, which only orders.

    The calibrator's own loss is cross-fitted. Without validation rows the first candidate is kept
    as it is. Raises OneClassTarget.
    """
    _check(train[1])
    with THREADS.limit(limits=1):
        fitted = {name: make(seed).fit(*train) for name, make in CANDIDATES.items()}
    if not len(validation[1]):
        name = next(iter(fitted))
        return CalibratedClassifier(name, "none", fitted[name], CALIBRATORS["none"](), {})
    raw = {name: _raw(model, validation[0]) for name, model in fitted.items()}
    trials = {name: log_losses(p, validation[1], seed) for name, p in raw.items()}
    _, name, way = min(
        (loss if math.isfinite(loss) else math.inf, name, way)
        for name, losses in trials.items()
        for way, loss in losses.items()
    )
    calibrator = CALIBRATORS[way]().fit(raw[name], validation[1])
    return CalibratedClassifier(name, way, fitted[name], calibrator, trials)


def _raw(pipeline: Any, table: Table) -> NDArray[np.float64]:
    with THREADS.limit(limits=1):
        return np.asarray(pipeline.predict_proba(table)[:, 1], dtype=np.float64)


def _check(labels: Labels) -> None:
    positive = int(labels.sum())
    if positive in (0, len(labels)):
        raise OneClassTarget(
            f"{positive} of {len(labels)} training moments ended in a purchase: "
            "both outcomes are needed, wait for more orders or choose a longer horizon"
        )
