"""Metrics of probabilities, by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from recsys.evaluation.classification import auc, best_threshold, ece, f1, log_loss, pr_auc, report

LABELS = np.array([0, 1, 0, 1])
SCORES = np.array([0.1, 0.3, 0.4, 0.8])


def test_by_hand() -> None:
    # Pairs (positive above negative): 0.3>0.1, 0.8>0.1, 0.8>0.4 of four.
    assert auc(LABELS, SCORES) == 0.75
    # Recall 1/2 at precision 1, recall 1 at precision 2/3.
    assert pr_auc(LABELS, SCORES) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert f1(LABELS, SCORES, 0.4) == pytest.approx(0.5)
    assert f1(LABELS, SCORES, 0.3) == pytest.approx(0.8)
    expected = -(math.log(0.9) + math.log(0.3) + math.log(0.6) + math.log(0.8)) / 4
    assert log_loss(LABELS, SCORES) == pytest.approx(expected)


def test_ece_by_hand() -> None:
    # Bin 0.2-0.3: mean 0.25, none of 2 → 2 x 0.25; bin 0.9-1: mean 0.95, 1 of 2 → 2 x 0.45.
    probabilities, labels = np.array([0.2, 0.3, 0.9, 1.0]), np.array([0, 0, 1, 0])
    assert ece(labels, probabilities, bins=1) == pytest.approx(abs(2.4 - 1) / 4)
    assert ece(labels, probabilities, bins=2) == pytest.approx((0.5 + 0.9) / 4)
    assert ece(np.array([0, 1]), np.array([0.0, 1.0])) == 0


def test_report_agrees_with_its_parts() -> None:
    found = report(LABELS, SCORES, 0.3)
    assert (found.n, found.base_rate, found.threshold) == (4, 0.5, 0.3)
    assert (found.precision, found.recall, found.accuracy) == (pytest.approx(2 / 3), 1, 0.75)
    assert found.f1 == f1(LABELS, SCORES, 0.3)
    assert (found.auc, found.ece) == (auc(LABELS, SCORES), ece(LABELS, SCORES))


def test_one_class_leaves_what_compares_classes_undefined() -> None:
    found = report(np.zeros(3, dtype=int), np.full(3, 0.2))
    assert math.isnan(found.auc)
    assert math.isnan(found.pr_auc)
    assert math.isnan(found.precision)
    assert found.ece == pytest.approx(0.2)
    assert found.accuracy == 1


def test_without_rows_all_is_undefined_and_json_says_null() -> None:
    found = report(np.empty(0, dtype=int), np.empty(0)).as_json()
    assert found["n"] == 0
    assert {v for name, v in found.items() if name not in ("n", "threshold")} == {None}
    json.dumps(found, allow_nan=False)


def test_the_best_threshold_is_that_of_the_highest_f1() -> None:
    assert best_threshold(LABELS, SCORES) == 0.3
    assert best_threshold(np.zeros(3, dtype=int), np.full(3, 0.2)) == 0.5
