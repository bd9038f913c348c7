"""Reasons say what was looked up, and only that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.names import Event
from recsys.profiles import Touch
from recsys.recommend import Constraints, ItemTable
from recsys.recommend.reasons import DID, alike, from_crowd, from_question, from_touch, yuan

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = ItemTable.from_frame(
    pd.DataFrame(
        {
            "sku": ["cream", "cheap", "dear", "dress"],
            "title": [
                "神经酰胺面霜",
                "平价面霜",
                "贵妇面霜",
                "一条名字长得念不完的法式复古碎花连衣裙",
            ],
            "category": ["面霜", "面霜", "面霜", "女装"],
            "brand": ["甲", "乙", "甲", ""],
            "price_fen": [10_000, 9_000, 30_000, None],
            "text": ["油性肌肤", "", "", ""],
        }
    ),
    np.eye(4, dtype=np.float32),
)


@pytest.mark.parametrize(
    ("row", "other", "said"),
    [
        (1, 0, "同样是面霜且价格相近"),
        (2, 0, "同样是面霜且同为甲品牌"),
        (0, 0, "同样是面霜、同为甲品牌且价格相近"),
        (3, 0, "介绍也相近"),
    ],
)
def test_alike_names_what_is_equal(row: int, other: int, said: str) -> None:
    assert alike(ITEMS, row, other) == said


@pytest.mark.parametrize(
    ("touch", "row", "said"),
    [
        (Touch("cream", "view", NOW), 1, "因为您刚看过「神经酰胺面霜」，这款同样是面霜且价格相近"),
        (
            Touch("cream", "cart", NOW - timedelta(days=2)),
            2,
            "因为您之前加购过「神经酰胺面霜」，这款同样是面霜且同为甲品牌",
        ),
        (Touch("cream", "like", NOW), 0, "您刚点赞过这款，现在还有货"),
        (
            Touch("dress", "pay", NOW),
            0,
            "因为您刚买过「一条名字长得念不完的法式复古碎…」，这款介绍也相近",
        ),
    ],
)
def test_from_touch(touch: Touch, row: int, said: str) -> None:
    assert from_touch(ITEMS, row, touch, NOW) == said


def test_every_event_that_shows_interest_has_its_verb() -> None:
    assert set(DID) == set(Event) - {Event.REFUND}


def test_from_question() -> None:
    wanted = Constraints(category="面霜", max_price_fen=20_000, words=("油皮|油性",))
    assert from_question(ITEMS, 0, wanted) == "您要的面霜、200元以内、油性，这款都对得上"
    said = from_question(ITEMS, 0, Constraints(min_price_fen=5_050), ["肌肤"])
    assert said == "您要的50.5元以上，这款都对得上，介绍里也提到了「肌肤」"
    assert from_question(ITEMS, 0, Constraints(), ["油性"]) == "您提到的「油性」，这款的介绍里也有"
    assert from_question(ITEMS, 0, Constraints()) == "和您问的内容相近"


def test_from_crowd() -> None:
    assert from_crowd(3, 9, recent=True) == "近期有3位顾客下单了这款"
    assert from_crowd(0, 9, recent=False) == "之前有9位观众看过这款"
    assert "位" not in from_crowd(0, 0, recent=True)


@pytest.mark.parametrize(
    ("fen", "said"), [(20_000, "200"), (19_950, "199.5"), (1, "0.01"), (0, "0")]
)
def test_yuan(fen: int, said: str) -> None:
    assert yuan(fen) == said
