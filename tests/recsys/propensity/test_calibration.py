"""Calibration mends what is wrong, and is chosen by data."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.evaluation.classification import ece
from recsys.propensity.calibration import CALIBRATORS, log_losses, usable
from recsys.propensity.classifier import OneClassTarget, choose, signed_log


def overconfident(n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    logits = rng.normal(-1, 1, n)
    labels = (rng.random(n) < 1 / (1 + np.exp(-logits))).astype(np.int64)
    return 1 / (1 + np.exp(-3 * logits)), labels


@pytest.mark.parametrize("name", ["sigmoid", "isotonic"])
def test_overconfidence_is_mended(name: str) -> None:
    probabilities, labels = overconfident()
    half = len(labels) // 2
    calibrator = CALIBRATORS[name]().fit(probabilities[:half], labels[:half])
    mended = calibrator(probabilities[half:])
    assert ece(labels[half:], probabilities[half:]) > 0.1
    assert ece(labels[half:], mended) < 0.03
    order = np.argsort(probabilities[half:])
    assert (np.diff(mended[order]) >= 0).all(), "the ranking stays"
    assert 0 < mended.min() < mended.max() < 1


def test_the_least_loss_is_not_that_of_doing_nothing() -> None:
    losses = log_losses(*overconfident(), seed=0)
    assert set(losses) == {"none", "sigmoid", "isotonic"}
    assert min(losses, key=lambda name: losses[name]) != "none"


def test_with_too_few_buyers_nothing_is_calibrated() -> None:
    assert usable(np.array([0] * 50 + [1] * 4)) == ("none",)
    assert usable(np.array([], dtype=np.int64)) == ("none",)


def test_the_model_that_sees_the_signal_is_chosen() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(3_000, 4))
    labels = ((table[:, 0] * table[:, 1] > 0) & (rng.random(3_000) < 0.9)).astype(np.int64)
    chosen = choose((table[:2_000], labels[:2_000]), (table[2_000:], labels[2_000:]), seed=0)
    assert chosen.name.startswith("boosting"), "no line separates a product of two columns"
    assert set(chosen.trials) >= {"logistic_c1", "boosting_8x80"}


def test_without_validation_the_simplest_is_kept() -> None:
    table, labels = np.arange(20.0)[:, None], np.repeat([0, 1], 10)
    chosen = choose((table, labels), (table[:0], labels[:0]), seed=0)
    assert (chosen.name, chosen.calibration) == ("logistic_c0.01", "none")
    assert chosen.predict(table)[-1] > chosen.predict(table)[0]


def test_one_class_says_how_many() -> None:
    with pytest.raises(OneClassTarget, match="0 of 3"):
        choose((np.zeros((3, 1)), np.zeros(3, dtype=np.int64)), (np.zeros((0, 1)), np.zeros(0)), 0)


def test_signed_log_keeps_zero_and_sign() -> None:
    np.testing.assert_allclose(signed_log(np.array([-1.0, 0.0, 1.0])), [-np.log(2), 0, np.log(2)])
