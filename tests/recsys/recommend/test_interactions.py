"""Behaviour cleaned for recommenders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from recsys.recommend import ItemTable
from recsys.recommend.interactions import Interactions

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ITEMS = ItemTable.from_frame(pd.DataFrame({"sku": ["a", "b"]}), np.eye(2, dtype=np.float32))


def test_they_come_out_oldest_first_with_codes() -> None:
    hour = timedelta(hours=1)
    frame = pd.DataFrame(
        [
            ("y", "b", "cart", NOW - hour),
            ("x", "a", "view", NOW - 2 * hour),
            ("x", "gone", "view", NOW - hour),
            ("x", "b", "view", NOW + hour),
            (None, "b", "view", NOW - hour),
        ],
        columns=["viewer", "sku", "event", "ts"],
        index=[7, 7, 7, 7, 7],
    )
    seen = Interactions.of(frame, ITEMS, NOW)
    assert seen.item.tolist() == [0, 1]
    assert seen.event.tolist() == ["view", "cart"]
    assert seen.weight.tolist() == [1.0, 6.0]
    assert seen.viewer.tolist() == [0, 1]


def test_none_are_none() -> None:
    assert len(Interactions.of(None, ITEMS, NOW)) == 0
    assert len(Interactions.of(pd.DataFrame(), ITEMS, NOW)) == 0
