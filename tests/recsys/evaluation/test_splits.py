"""Splits by time, and what a recommender is asked after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.evaluation.recommenders import held_out, measure
from recsys.evaluation.splits import leave_last_out, temporal_split, viewer_folds
from recsys.recommend import ContentRecommender, ItemTable

START = datetime(2026, 5, 1, tzinfo=UTC)


def frame(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    timed = [(v, s, START + timedelta(hours=h)) for v, s, h in rows]
    return pd.DataFrame(timed, columns=["viewer", "sku", "ts"], index=[0] * len(rows))


def test_the_last_of_each_viewer_is_held_out() -> None:
    rows = [("x", "b", 2), ("x", "a", 1), ("y", "c", 3), ("z", "a", 1), ("z", "b", 1)]
    train, test = leave_last_out(frame(rows))
    assert list(zip(train["viewer"], train["sku"], strict=True)) == [
        ("x", "a"),
        ("y", "c"),
        ("z", "a"),
    ]
    assert list(zip(test["viewer"], test["sku"], strict=True)) == [("x", "b"), ("z", "b")]


def test_rows_without_viewer_or_time_are_left_out() -> None:
    rows = frame([("x", "a", 1), ("x", "b", 2), ("x", "c", 3)])
    rows["ts"] = [START, None, START]
    rows["viewer"] = ["x", "x", None]
    train, test = leave_last_out(rows)
    assert (len(train), len(test)) == (1, 0)
    assert [len(part) for part in leave_last_out(rows.iloc[:0])] == [0, 0]


def test_queries_hold_only_what_came_before() -> None:
    rows = frame([("x", "a", 1), ("x", "b", 5), ("x", "c", 5), ("y", "a", 2), ("y", "b", 9)])
    held = held_out(*leave_last_out(rows))
    assert [[t.sku for t in query.history] for query in held.queries] == [["a"], ["a"]]
    assert held.relevant == (frozenset({"c"}), frozenset({"b"}))
    assert [query.now for query in held.queries] == [
        START + timedelta(hours=5),
        START + timedelta(hours=9),
    ]


def test_a_recommender_that_knows_gets_full_marks() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 2, axis=0)
    items = ItemTable.from_frame(pd.DataFrame({"sku": list("aAbBcC")}), vectors)
    rows = frame([(v, sku, hour) for v in "abc" for hour, sku in enumerate([v, v.upper()])])
    train, test = leave_last_out(rows)
    figures = measure(ContentRecommender().fit(items, train), held_out(train, test), k=1)
    assert figures["hr"] == figures["ndcg"] == figures["mrr"] == 1
    assert figures["coverage"] == 0.5


def test_novelty_and_diversity_are_told_beside_the_hits() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 2, axis=0)
    kinds = ["护肤", "护肤", "女装", "女装", "家居", "家居"]
    items = ItemTable.from_frame(pd.DataFrame({"sku": list("aAbBcC"), "category": kinds}), vectors)
    rows = frame([(v, sku, hour) for v in "abc" for hour, sku in enumerate([v, v, v.upper()])])
    train, test = leave_last_out(rows)
    figures = measure(ContentRecommender().fit(items, train), held_out(train, test), 2, train)
    # Shown are the missing one and the one touched before, of the same kind and vector: the one is
    # known to 0 of 3 viewers (2 bits), the other to 1 (1 bit), whatever often it was touched.
    assert figures["novelty"] == pytest.approx(1.5)
    assert figures["diversity"] == pytest.approx(0.0, abs=1e-6)
    assert figures["category_diversity"] == 0


def test_an_empty_shop_and_rows_without_a_time() -> None:
    empty = ItemTable.from_frame(pd.DataFrame({"sku": []}), np.empty((0, 3), dtype=np.float32))
    rows = frame([("x", "a", 1), ("x", "b", 2), ("y", "a", 1)])
    rows["ts"] = [START, START + timedelta(hours=1), None]
    held = held_out(rows.iloc[[0, 2]], rows.iloc[[1, 2]])
    assert [len(query.history) for query in held.queries] == [1]
    figures = measure(ContentRecommender().fit(empty), held, 3, rows.iloc[:2])
    assert figures["hr"] == figures["ndcg"] == 0
    assert all(np.isnan(figures[name]) for name in ("coverage", "novelty", "diversity"))


def test_from_one_moment_on_everything_is_asked() -> None:
    rows = [("x", "a", 1), ("y", "b", 4), ("x", "c", 3), ("z", "d", 5), ("x", "e", 2)]
    train, test = temporal_split(frame(rows), 0.4)
    assert list(train["sku"]) == ["a", "c", "e"]
    assert list(test["sku"]) == ["b", "d"]
    assert train["ts"].max() < test["ts"].min()


def test_equal_times_are_not_torn_apart() -> None:
    rows = [("x", "a", 1), ("y", "b", 2), ("x", "c", 2), ("z", "d", 2)]
    assert [len(part) for part in temporal_split(frame(rows), 0.5)] == [4, 0]
    assert [len(part) for part in temporal_split(frame(rows), 0.75)] == [1, 3]
    assert [len(part) for part in temporal_split(frame(rows).iloc[:0])] == [0, 0]


def test_rows_without_a_time_are_in_neither_part() -> None:
    rows = frame([("x", "a", 1), ("x", "b", 2), ("x", "c", 3)])
    rows["ts"] = [START, None, START + timedelta(hours=1)]
    assert [len(part) for part in temporal_split(rows, 0.5)] == [1, 1]


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, float("nan")])
def test_a_share_of_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="test_share"):
        temporal_split(frame([("x", "a", 1)]), share)


def test_each_viewer_is_held_out_once_and_whole() -> None:
    rows = [(f"v{v}", f"i{i}", i + v) for v in range(10) for i in range(1 + v % 3)]
    folds = list(viewer_folds(frame(rows), 3, seed=1))
    held = [sorted(set(f.known["viewer"]) | set(f.asked["viewer"])) for f in folds]
    assert sorted(viewer for one in held for viewer in one) == sorted(f"v{v}" for v in range(10))
    assert {len(one) for one in held} == {3, 4}
    for fold in folds:
        assert not set(fold.train["viewer"]) & (
            set(fold.known["viewer"]) | set(fold.asked["viewer"])
        )
        assert len(fold.train) + len(fold.known) + len(fold.asked) == len(rows)
        assert fold.asked["viewer"].is_unique
        assert "v0" not in set(fold.asked["viewer"]), "of one interaction nothing would be known"


def test_folds_depend_on_the_seed_and_not_on_the_order() -> None:
    rows = [(f"v{v}", "i", v) for v in range(40)]
    first, turned, other = (
        [sorted(fold.train["viewer"]) for fold in viewer_folds(frame(given), 4, seed)]
        for given, seed in ((rows, 1), (rows[::-1], 1), (rows, 2))
    )
    assert first == turned != other


def test_fewer_viewers_than_folds() -> None:
    folds = list(viewer_folds(frame([("x", "a", 1), ("x", "b", 2)]), 3))
    assert sorted(len(fold.asked) for fold in folds) == [0, 0, 1]
    assert all(len(fold.train) == 0 for fold in folds if len(fold.asked))
    with pytest.raises(ValueError, match="k must be"):
        list(viewer_folds(frame([("x", "a", 1)]), 1))
