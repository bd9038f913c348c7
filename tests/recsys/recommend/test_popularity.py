"""Popularity by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import ItemTable, PopularityRecommender, Query
from recsys.recommend.popularity import PopularityConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = ItemTable.from_frame(pd.DataFrame({"sku": list("abcd")}), np.eye(4, dtype=np.float32))
DAY = timedelta(days=1)


def fitted(rows: list[tuple], **config: float) -> PopularityRecommender:
    frame = pd.DataFrame(rows, columns=["viewer", "sku", "event", "ts"])
    return PopularityRecommender(PopularityConfig(**config)).fit(ITEMS, frame, now=NOW)


def test_events_count_half_after_their_half_life() -> None:
    model = fitted(
        [("x", "a", "view", NOW - 2 * DAY), ("x", "b", "view", NOW), ("y", "c", "like", NOW - DAY)],
        half_life_s=DAY.total_seconds(),
    )
    scores = model.scores(Query(now=NOW))
    assert scores is not None
    assert scores.tolist() == pytest.approx([0.25 / 1.5, 1 / 1.5, 1.0, 0.0])


def test_one_viewer_counts_once_an_item() -> None:
    rows = [("x", "a", "view", NOW)] * 100 + [(v, "b", "view", NOW) for v in "xyz"]
    assert [r.sku for r in fitted(rows).recommend(Query(now=NOW), 2)] == ["b", "a"]


def test_reasons_count_people_and_say_when() -> None:
    model = fitted(
        [
            ("x", "a", "order", NOW),
            ("x", "a", "pay", NOW),
            ("y", "a", "pay", NOW),
            ("z", "b", "click", NOW),
            ("z", "c", "like", NOW),
            ("w", "b", "view", NOW - 40 * DAY),
        ]
    )
    reasons = {r.sku: r.reason for r in model.recommend(Query(now=NOW), 4)}
    assert reasons["a"] == "近期有2位顾客下单了这款"
    assert reasons["b"] == "近期有1位观众看过这款", "one of two looks is too old"
    assert "位" not in reasons["c"], "liking is not known to be looking"
    later = {r.sku: r.reason for r in model.recommend(Query(now=NOW + 60 * DAY), 4)}
    assert later["a"] == "之前有2位顾客下单了这款"


def test_an_old_log_still_has_an_order() -> None:
    rows = [("x", "b", "view", NOW - 4_000 * DAY), ("y", "b", "view", NOW - 4_000 * DAY)]
    assert fitted(rows).recommend(Query(now=NOW), 1)[0].sku == "b"
