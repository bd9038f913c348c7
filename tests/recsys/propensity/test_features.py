"""Features by hand; and none of them sees the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.propensity import FEATURES, BehaviourLog, feature_frame, features
from recsys.propensity.behaviour import BadBehaviour, before
from recsys.propensity.features import NEVER_S

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVENTS = ["viewer", "ts", "event", "sku", "value"]
ORDERS = ["viewer", "ts", "sku", "paid_fen", "discount_fen", "status"]


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


@pytest.fixture
def log() -> BehaviourLog:
    events = pd.DataFrame(
        [
            ("x", ago(days=10), "view", "a", None),
            ("x", ago(days=10) + timedelta(seconds=30), "cart", "a", None),
            ("x", ago(minutes=20), "view", "b", None),
            ("x", ago(minutes=19), "click", "b", None),
            ("x", ago(minutes=18), "dwell", "b", 42.5),
            ("x", ago(minutes=5), "view", "a", None),
            ("x", ago(minutes=4), "comment", None, None),
            ("x", NOW, "cart", "b", None),
            ("x", NOW + timedelta(seconds=1), "order", "b", None),
            ("y", ago(minutes=1), "cart", "a", None),
        ],
        columns=EVENTS,
    )
    orders = pd.DataFrame(
        [
            ("x", ago(days=9), "a", 8_000, 2_000, "delivered"),
            ("x", ago(hours=3), "c", 4_000, 0, "paid"),
            ("x", NOW, "b", 99_999, 0, "created"),
        ],
        columns=ORDERS,
    )
    return BehaviourLog.of(events.sample(frac=1, random_state=1), orders)


def test_features_by_hand(log: BehaviourLog) -> None:
    row = feature_frame(log, ["x"], NOW).loc["x"]
    expected = {
        "n_view": 3, "n_click": 1, "n_cart": 1, "n_comment": 1, "n_any": 7,
        "n_click_10m": 0, "n_click_1h": 1, "n_cart_1h": 0, "n_comment_10m": 1, "n_any_10m": 2,
        "n_any_1d": 5, "dwell_s": 42.5, "dwell_s_10m": 0, "dwell_s_1h": 42.5,
        "n_items": 2, "n_repeats": 4,
        "since_last_s": 240, "since_first_s": 864_000, "since_cart_s": 864_000 - 30,
        "n_orders": 2, "n_orders_1d": 1, "paid_fen": 12_000, "mean_paid_fen": 6_000,
        "discount_share": 1 / 7, "since_order_s": 10_800,
        "n_visits": 2, "visit_s": 1_200, "n_visit_orders": 0, "n_view_visit": 2,
        "n_cart_visit": 0, "last_is_view": 0, "last_is_cart": 0,
        "orders_per_visit": 3 / 5, "orders_per_click": 3 / 21, "mean_dwell_s": 42.5,
    }  # fmt: skip
    assert {name: pytest.approx(row[name]) for name in expected} == expected


def test_a_moment_later_the_events_of_now_are_past(log: BehaviourLog) -> None:
    row = feature_frame(log, ["x"], NOW + timedelta(microseconds=1)).loc["x"]
    assert (row["n_cart"], row["n_orders"], row["last_is_cart"]) == (2, 3, 1)
    assert row["n_visit_orders"] == 1


def test_hours_are_chinese() -> None:
    log = BehaviourLog.of(pd.DataFrame(columns=EVENTS))
    midnight_in_china = datetime(2026, 6, 1, 16, tzinfo=UTC)
    row = feature_frame(log, ["x"], midnight_in_china).iloc[0]
    assert (row["hour_sin"], row["hour_cos"]) == pytest.approx((0, 1), abs=1e-9)


def test_a_new_viewer_has_zeros_and_never(log: BehaviourLog) -> None:
    row = feature_frame(log, ["nobody"], NOW).iloc[0]
    never = [name for name in FEATURES if name in {"since_last_s", "since_first_s"}]
    assert (row[[*never, "since_cart_s", "since_order_s"]] == NEVER_S).all()
    counts = [name for name in FEATURES if name.startswith(("n_", "dwell", "paid", "last_is"))]
    assert (row[counts] == 0).all()


def random_behaviour(seed: int, n: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Few viewers and whole minutes, so that equal times are common."""
    rng = np.random.default_rng(seed)
    kinds = ["view", "click", "dwell", "cart", "order", "pay", "coupon_claim", "comment", "?"]
    ts = [ago(minutes=int(m)) for m in rng.integers(0, 3_000, n)]
    events = pd.DataFrame(
        {
            "viewer": rng.choice(["x", "y", "z"], n),
            "ts": ts,
            "event": rng.choice(kinds, n),
            "sku": rng.choice(["a", "b", None], n),
            "value": rng.choice([None, -1.0, 30.0, np.inf], n),
        }
    )
    orders = events[["viewer", "ts", "sku"]].iloc[: n // 4]
    orders = orders.assign(paid_fen=rng.integers(0, 9_000, n // 4), discount_fen=100, status="paid")
    return events, orders


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), minutes=st.integers(0, 3_000))
def test_no_feature_sees_the_future(seed: int, minutes: int) -> None:
    """Changing, adding or removing what happens at t or after leaves every feature as it was."""
    events, orders = random_behaviour(seed)
    viewers, at = ["x", "y", "z"], np.full(3, ago(minutes=minutes).timestamp())
    seen = features(BehaviourLog.of(events, orders), viewers, at)
    moment = ago(minutes=minutes)
    past = BehaviourLog.of(events[events["ts"] < moment], orders[orders["ts"] < moment])
    np.testing.assert_allclose(seen, features(past, viewers, at), rtol=0, atol=1e-9)
    other_events, other_orders = random_behaviour(seed + 1)
    changed = BehaviourLog.of(
        pd.concat([events[events["ts"] < moment], other_events[other_events["ts"] >= moment]]),
        pd.concat([orders[orders["ts"] < moment], other_orders[other_orders["ts"] >= moment]]),
    )
    np.testing.assert_allclose(seen, features(changed, viewers, at), rtol=0, atol=1e-9)
    assert np.isfinite(seen).all()


def test_what_became_of_an_order_is_not_seen() -> None:
    events, orders = random_behaviour(4)
    at = np.full(3, NOW.timestamp())
    refunded = orders.assign(status="refunded")
    np.testing.assert_array_equal(
        features(BehaviourLog.of(events, orders), ["x", "y", "z"], at),
        features(BehaviourLog.of(events, refunded), ["x", "y", "z"], at),
    )


def test_serving_one_viewer_gives_what_training_saw() -> None:
    events, orders = random_behaviour(5)
    whole = BehaviourLog.of(events, orders)
    events, orders = (f.astype(object).where(f.notna(), None) for f in (events, orders))
    for viewer in ("x", "y", "z"):
        own_events = [SimpleNamespace(**row) for row in
                      events[events["viewer"] == viewer].to_dict("records")]  # fmt: skip
        own_orders = [SimpleNamespace(**row) for row in
                      orders[orders["viewer"] == viewer].to_dict("records")]  # fmt: skip
        served = BehaviourLog.of_rows(reversed(own_events), own_orders)
        at = np.array([NOW.timestamp()])
        np.testing.assert_allclose(
            features(served, [viewer], at), features(whole, [viewer], at), atol=1e-9
        )


def test_before_ends_at_the_first_row_that_is_not_before() -> None:
    viewer, ts = np.array([0, 0, 0, 2]), np.array([1.0, 2.0, 2.0, 0.5])
    start, end = before(
        viewer, ts, np.array([0, 0, 1, 2, -1]), np.array([2.0, 2.0000001, 9.0, 0.5, 9.0])
    )
    assert start.tolist() == [0, 0, 3, 3, 0]
    assert (end - start).tolist() == [1, 3, 0, 0, 0]


def test_dirty_rows_are_left_out() -> None:
    dirty = pd.DataFrame(
        [
            (None, NOW, "view", "a", 1),
            ("x", None, "view", "a", 1),
            ("x", "soon", "view", "a", 1),
            ("x", NOW, "view", "a", 1),
        ],
        columns=EVENTS,
    )
    assert len(BehaviourLog.of(dirty).ts) == 1


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadBehaviour, match="ts, event"):
        BehaviourLog.of(pd.DataFrame({"viewer": ["x"]}))
