"""Moments and their labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from recsys.propensity import PropensityConfig
from recsys.propensity.behaviour import BehaviourLog
from recsys.propensity.model import split_by_time
from recsys.propensity.snapshots import bought_within, purchases, sample

START = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = 3_600.0


def log_of(events: list[tuple], orders: list[tuple] = ()) -> BehaviourLog:  # type: ignore[assignment]
    def at(rows: list[tuple]) -> list[tuple]:
        return [(v, START + timedelta(hours=h), *rest) for v, h, *rest in rows]

    return BehaviourLog.of(
        pd.DataFrame(at(events), columns=["viewer", "ts", "event", "sku"]),
        pd.DataFrame(at(list(orders)), columns=["viewer", "ts", "sku"]),
    )


def hours(log: BehaviourLog) -> list[float]:
    return [round((ts - START.timestamp()) / HOUR, 3) for ts in purchases(log)[1]]


def test_order_payment_and_order_row_are_one_purchase() -> None:
    log = log_of(
        [("x", 1, "order", "a"), ("x", 1.5, "pay", "a"), ("x", 30, "order", "a")],
        [("x", 1.1, "a")],
    )
    assert hours(log) == [1.0, 30.0]


def test_another_item_is_another_purchase() -> None:
    assert hours(log_of([("x", 1, "order", "a"), ("x", 2, "order", "b")])) == [1.0, 2.0]


def test_a_payment_of_nothing_named_is_left_out() -> None:
    assert hours(log_of([("x", 1, "order", "a"), ("x", 2, "pay", None)])) == [1.0]


def test_the_label_holds_from_the_moment_to_the_horizon() -> None:
    log = log_of([("x", 10, "order", "a"), ("y", 10, "order", "a")])
    at = START.timestamp() + np.array([5.9, 6.1, 10.0, 10.1]) * HOUR
    bought = bought_within(log, np.zeros(4, dtype=np.int64), at, 4 * HOUR)
    assert bought.tolist() == [False, True, True, False]


def test_just_after_an_order_its_payment_is_no_new_purchase() -> None:
    log = log_of([("x", 10, "order", "a"), ("x", 10.2, "pay", "a"), ("y", 99, "view", "a")])
    moments = sample(log, horizon_s=24 * HOUR, per_viewer=9, seed=0)
    assert not moments.bought.any()


def test_moments_whose_outcome_is_not_known_yet_are_left_out() -> None:
    log = log_of([("x", hour, "view", "a") for hour in range(100)])
    moments = sample(log, horizon_s=24 * HOUR, per_viewer=200, seed=0)
    assert len(moments) == 75
    assert moments.at.max() + 24 * HOUR <= log.ts.max()


def test_nobody_has_more_moments_than_allowed_and_a_seed_gives_the_same() -> None:
    log = log_of([(v, hour, "view", "a") for v in "xyz" for hour in range(50)])
    first, second = (sample(log, HOUR, per_viewer=4, seed=2) for _ in range(2))
    assert np.bincount(first.viewer).tolist() == [4, 4, 4]
    assert (np.diff(first.at) >= 0).all()
    np.testing.assert_array_equal(first.at, second.at)
    assert sample(log, HOUR, per_viewer=4, seed=3).at.tolist() != first.at.tolist()


def test_no_label_reaches_into_the_next_part() -> None:
    log = log_of([(v, hour, "view", "a") for v in "xyz" for hour in range(200)])
    config = PropensityConfig(horizon_s=10 * HOUR)
    moments = sample(log, config.horizon_s, per_viewer=200, seed=0)
    train, validation, test = split_by_time(moments, config)
    assert min(len(train), len(validation), len(test)) > 50
    assert train.at.max() + config.horizon_s < validation.at.min()
    assert validation.at.max() + config.horizon_s < test.at.min()
    assert test.at.max() == moments.at.max()
