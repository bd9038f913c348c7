"""Splits by time, and what a recommender is asked after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from recsys.evaluation.recommenders import held_out, measure
from recsys.evaluation.splits import leave_last_out
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
