"""Trails by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import ItemTable, Query
from recsys.recommend.interactions import Interactions
from recsys.recommend.trail import LONGEST, Trails, of_lists, trail_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = ItemTable.from_frame(pd.DataFrame({"sku": list("abcd")}), np.eye(4, dtype=np.float32))
MINUTE = timedelta(minutes=1)
# a is seen, then b put into the cart, then a again; c is given back, which is no interest.
HISTORY = (
    ("a", "cart", NOW - 4 * MINUTE),
    ("b", "view", NOW - 3 * MINUTE),
    ("a", "view", NOW - 2 * MINUTE),
    ("c", "refund", NOW - MINUTE),
    ("nowhere", "view", NOW),
)


def test_an_item_counts_by_its_strongest_touch_at_the_place_of_its_last() -> None:
    trail, touches = trail_of(ITEMS, Query(history=HISTORY, now=NOW))
    assert trail.rows.tolist() == [1, 0]
    assert trail.strength.tolist() == pytest.approx([1.0, np.log2(7.0)])
    assert [(touch.sku, touch.event) for touch in touches] == [("b", "view"), ("a", "cart")]
    assert trail.weights(0.5).tolist() == pytest.approx([0.5, np.log2(7.0)])


def test_trails_of_a_frame_are_those_of_its_histories() -> None:
    rows = [(viewer, *touch) for viewer in ("x", "y") for touch in HISTORY]
    frame = pd.DataFrame(rows, columns=["viewer", "sku", "event", "ts"])
    trails = Trails.of(Interactions.of(frame, ITEMS, NOW))
    trail, _ = trail_of(ITEMS, Query(history=HISTORY, now=NOW))
    assert len(trails) == 2
    for viewer in (0, 1):
        assert trails[viewer].rows.tolist() == trail.rows.tolist()
        assert trails[viewer].strength.tolist() == trail.strength.tolist()


def test_cut_keeps_the_beginning_and_drops_the_empty() -> None:
    cut = of_lists([[0, 1, 2], [3], [1, 0]]).cut(np.array([2, 0, 1]))
    assert [cut[viewer].rows.tolist() for viewer in range(len(cut))] == [[0, 1], [1]]


def test_a_long_history_is_read_from_its_end() -> None:
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": [str(n) for n in range(300)]}), np.zeros((300, 1), dtype=np.float32)
    )
    history = tuple((str(n), "view", NOW - (300 - n) * MINUTE) for n in range(300))
    trail, touches = trail_of(items, Query(history=history, now=NOW))
    assert trail.rows.tolist() == list(range(300 - LONGEST, 300))
    assert len(touches) == LONGEST
