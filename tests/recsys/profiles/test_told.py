"""Portraits in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.profiles import Act, ItemProfiles, Portrait, rfm, told
from recsys.recommend import ItemTable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def shop() -> ItemProfiles:
    frame = pd.DataFrame(
        {
            "sku": list("abcdef"),
            "category": ["护肤"] * 5 + ["女装"],
            "brand": ["云禾"] * 5 + [""],
            "price_fen": [10_000, 20_000, 30_000, 40_000, 50_050, 9_900],
        }
    )
    return ItemProfiles.of(ItemTable.from_frame(frame, np.eye(6, dtype=np.float32)))


def ago(event: str, sku: str, **past: float) -> Act:
    return Act(event, (NOW - timedelta(**past)).timestamp(), sku)


def test_a_buyer_by_hand() -> None:
    acts = [ago("view", "f", hours=50), ago("order", "e", hours=49), ago("like", "e", minutes=5)]
    sentences = told(Portrait.of(acts, shop()), NOW)
    # Weights 1, 6 and 3, those of two days ago by 0.95: 8.7 of 9.7 for care. Places 1/12 and 0.9.
    assert sentences == [
        "近期主要关注：护肤（90%）。",
        "看得较多的品牌：云禾（100%）。",
        "看和买的多在同类商品的高价位（平均高于同类的82%）。",
        "买过1件，共500.5元，最近一次在2天前，属于重要发展客户。",
        "来过3次，留下3个动作，最近一次在一小时内。",
    ]


def test_who_only_looks_and_who_returned() -> None:
    looked = told(Portrait.of([ago("view", "a", hours=3)], shop()), NOW)
    assert "还没有在店里买过。" in looked
    assert looked[-1] == "来过1次，留下1个动作，最近一次在3小时前。"
    back = [ago("pay", "a", days=3), ago("refund", "a", days=2)]
    assert "买过的都已退货。" in told(Portrait.of(back, shop()), NOW)


def test_a_stranger() -> None:
    assert told(Portrait(), NOW) == ["还没有这位观众的任何记录。"]
    assert len(told(Portrait.of([ago("view", "nowhere", days=1)], shop()), NOW)) == 2


@pytest.mark.parametrize(
    ("buys", "days", "scores", "segment"),
    [
        (0, 1, (0, 0, 0), "潜在客户"),
        (1, 3, (5, 1, 3), "重要发展客户"),
        (1, 100, (2, 1, 3), "重要挽留客户"),
        (10, 3, (5, 5, 5), "重要价值客户"),
        (5, 400, (1, 4, 4), "重要保持客户"),
    ],
)
def test_rfm(buys: int, days: float, scores: tuple[int, int, int], segment: str) -> None:
    acts = [ago("pay", "d", days=days + i / 100) for i in range(buys)]
    found = rfm(Portrait.of(acts, shop()), NOW)
    assert (found.recency, found.frequency, found.money) == scores
    assert found.segment == segment
